// SPDX-License-Identifier: GPL-2.0-only
#include "session/private_folder.h"

#include "util/fd.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace unwedge::session {

Result<PrivateFolder> PrivateFolder::make() {
    std::error_code failed;
    const std::filesystem::path parent = std::filesystem::temp_directory_path(failed); // $TMPDIR or /tmp
    if (failed)
        return errno_error("finding a folder for temporary files", failed.value());
    std::string pattern = parent / "unwedge-XXXXXX";
    if (!::mkdtemp(pattern.data()))
        return errno_error("making a folder in " + parent.string(), errno);
    return PrivateFolder(pattern);
}

PrivateFolder::PrivateFolder(PrivateFolder &&other) noexcept : path_(std::exchange(other.path_, {})) {}

PrivateFolder::~PrivateFolder() {
    std::error_code ignored;
    if (!path_.empty())
        std::filesystem::remove_all(path_, ignored);
}

Result<std::string> PrivateFolder::write(std::string_view name, std::string_view text) const {
    std::string path = path_ / name;
    const Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    while (file && !text.empty()) {
        const ssize_t written = ::write(file.get(), text.data(), text.size());
        if (written < 0 && errno != EINTR)
            return errno_error("writing " + path, errno);
        if (written > 0)
            text.remove_prefix(static_cast<std::size_t>(written));
    }
    return file ? Result<std::string>(std::move(path)) : errno_error("writing " + path, errno);
}

} // namespace unwedge::session
