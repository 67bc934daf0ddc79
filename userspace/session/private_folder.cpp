// SPDX-License-Identifier: GPL-2.0-only
#include "session/private_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace unwedge::session {

Result<std::string> make_temporary_folder(const char *pattern) {
    std::error_code failed;
    const std::filesystem::path parent = std::filesystem::temp_directory_path(failed); // $TMPDIR or /tmp
    if (failed)
        return errno_error("finding a folder for temporary files", failed.value());
    std::string path = parent / pattern;
    if (!::mkdtemp(path.data()))
        return errno_error("making a folder in " + parent.string(), errno);
    return path;
}

Result<PrivateFolder> PrivateFolder::make() {
    const Result<std::string> path = make_temporary_folder("unwedge-XXXXXX");
    if (!path)
        return path.error();
    Fd folder(::open(path->c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat made {};
    if (!folder || ::fstat(folder.get(), &made))
        return errno_error("entering " + *path, errno);
    if (made.st_uid != ::geteuid() || (made.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return errno_error("entering " + *path + ", which somebody else has put there", EPERM);
    return PrivateFolder(*path, std::move(folder));
}

PrivateFolder::PrivateFolder(PrivateFolder &&other) noexcept
    : path_(std::exchange(other.path_, {})), folder_(std::move(other.folder_)) {}

PrivateFolder::~PrivateFolder() {
    std::error_code ignored;
    if (!path_.empty())
        std::filesystem::remove_all(path_, ignored);
}

Result<std::string> PrivateFolder::write(std::string_view name, std::string_view text) const {
    std::string path = path_ / name;
    const Fd file(::openat(folder_.get(), std::string(name).c_str(),
                           O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
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
