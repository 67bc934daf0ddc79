// SPDX-License-Identifier: GPL-2.0-only
#include "session/console.h"

#include "util/log.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <climits>
#include <cstdlib>
#include <cstring>

namespace unwedge::session {
namespace {

constexpr std::size_t narrowest = 40;
constexpr std::size_t usual = 100;
constexpr int patience_ms = 1000;

std::size_t width_from_environment() {
    const char *columns = std::getenv("COLUMNS");
    std::size_t width = usual;
    if (columns)
        std::from_chars(columns, columns + std::strlen(columns), width);
    return width;
}

/// Whether a write of up to PIPE_BUF bytes will not block.
bool has_room() {
    pollfd stderr_fd{STDERR_FILENO, POLLOUT, 0};
    int ready = 0;
    do
        ready = ::poll(&stderr_fd, 1, patience_ms);
    while (ready < 0 && errno == EINTR);
    return ready > 0;
}

report::Style style_of(int fd) {
    const bool terminal = ::isatty(fd) == 1;
    const char *no_color = std::getenv("NO_COLOR");
    winsize size{};
    const bool sized = terminal && ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return {.colour = terminal && !(no_color && *no_color),
            .width = std::max(narrowest, sized ? size.ws_col : width_from_environment())};
}

} // namespace

report::Style stderr_style() {
    return style_of(STDERR_FILENO);
}

report::Style stdout_style() {
    return style_of(STDOUT_FILENO);
}

int fail(const Error &error, int status) {
    spdlog::error("{}", report::printable(error.message));
    return status;
}

void write_stderr(std::string_view text) {
    while (!text.empty() && has_room()) {
        const ssize_t written =
            ::write(STDERR_FILENO, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

Result<void> write_stdout(std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return errno_error("writing to stdout", errno);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

} // namespace unwedge::session
