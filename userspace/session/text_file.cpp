// SPDX-License-Identifier: GPL-2.0-only
#include "session/text_file.h"

#include "session/as_user.h"
#include "util/fd.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace unwedge::session {

Result<std::string> read_text_file(const std::string &option, const std::string &path,
                                   const std::optional<Identity> &reader) {
    constexpr std::size_t longest = std::size_t{1} << 20;
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
        if (text.size() > longest)
            return errno_error(what, EFBIG);
    }
}

} // namespace unwedge::session
