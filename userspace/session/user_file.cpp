// SPDX-License-Identifier: GPL-2.0-only
#include "session/user_file.h"

#include "session/as_user.h"
#include "util/fd.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace unwedge::session {
namespace {

constexpr std::size_t longest_file = std::size_t{1} << 20;

} // namespace

Result<std::string> read_user_file(const std::string &option, const std::string &path,
                                   const std::optional<Identity> &reader) {
    const AsUser as_user(reader);
    if (!as_user.ok())
        return errno_error("becoming the user that the command runs as", errno);
    const std::string what = fmt::format("{}: cannot read '{}'", option, path);
    const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!fd)
        return errno_error(what, errno);
    std::string text;
    std::array<char, 16384> buffer{};
    for (;;) {
        const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return errno_error(what, errno);
        if (got == 0)
            return text;
        text.append(buffer.data(), static_cast<std::size_t>(got));
        if (text.size() > longest_file)
            return errno_error(what, EFBIG);
    }
}

} // namespace unwedge::session
