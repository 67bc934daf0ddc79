// SPDX-License-Identifier: GPL-2.0-only
#include "session/output_file.h"

#include "session/as_user.h"
#include "session/create_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace unwedge::session {

std::string OutputFile::what_failed() const {
    return fmt::format("{}: cannot write '{}'", option_, path_);
}

Result<OutputFile> OutputFile::open(std::string option, const std::string &path,
                                    const std::optional<Identity> &owner) {
    const AsUser as_user(owner);
    if (!as_user.ok())
        return errno_error("becoming the user that the command runs as", errno);
    Result<Fd> fd = create_file(path);
    if (!fd)
        return Error{fmt::format("{}: cannot write '{}': {}", option, path, fd.error().message),
                     fd.error().code};
    return OutputFile(std::move(option), path, std::move(*fd));
}

Result<void> OutputFile::write(std::string_view text) const {
    // What is no regular file (a pipe, /dev/stdout) can't be cut, and need not be.
    if (::ftruncate(fd_.get(), 0) && errno != EINVAL)
        return errno_error(what_failed(), errno);
    ::lseek(fd_.get(), 0, SEEK_SET);
    while (!text.empty()) {
        const ssize_t written = ::write(fd_.get(), text.data(), text.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return errno_error(what_failed(), errno);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<std::optional<OutputFile>> open_json(const std::optional<std::string> &path,
                                            const std::optional<Identity> &owner) {
    if (!path)
        return std::optional<OutputFile>();
    Result<OutputFile> opened = OutputFile::open("--json", *path, owner);
    if (!opened)
        return opened.error();
    return std::optional(std::move(*opened));
}

} // namespace unwedge::session
