// SPDX-License-Identifier: GPL-2.0-only
#include "gate/folder.h"

#include "session/as_user.h"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace unwedge::gate {

Result<void> make_folder(const std::string &path, const std::optional<session::Identity> &user) {
    const session::AsUser as_user(user);
    if (!as_user.ok())
        return errno_error("becoming the user that the command runs as", errno);
    std::error_code failed;
    std::filesystem::create_directories(path, failed);
    if (failed)
        return errno_error(fmt::format("--dir: cannot make folder '{}'", path), failed.value());
    return {};
}

} // namespace unwedge::gate
