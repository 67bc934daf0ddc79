// SPDX-License-Identifier: GPL-2.0-only
#include "reap/prey.h"

#include "procfs/command_line.h"
#include "util/pidfd.h"
#include "util/printable.h"
#include "util/utf8.h"

#include <cerrno>
#include <csignal>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <string_view>

namespace unwedge::reap {

namespace {

/// Cut before it is made printable, so that no escape and no character is cut in two.
std::string title_of(std::string_view line) {
    constexpr std::size_t longest = 100;
    if (line.size() <= longest)
        return printable(line);
    std::string_view rest = line;
    while (line.size() - rest.size() < longest)
        rest.remove_prefix(first_glyph(rest).bytes.size());
    return printable(line.substr(0, line.size() - rest.size())) + " ...";
}

} // namespace

Result<Prey> Prey::of(procfs::Pid pid, const procfs::Stat &expected, const procfs::Proc &proc) {
    Fd pidfd = open_pidfd(pid);
    if (!pidfd)
        return errno_error(fmt::format("opening process {}", pid), errno);
    // Asked after it was opened: if the number had been used again by then, this tells.
    const Result<procfs::Stat> now = proc.stat(pid);
    if (!now || !procfs::is_same(*now, expected))
        return Error{fmt::format("process {} has ended", pid), ESRCH};
    const std::string line = procfs::command_line(pid, proc);
    return Prey(pid, std::move(pidfd), title_of(line.empty() ? fmt::format("[{}]", now->comm) : line));
}

bool Prey::has_ended() const {
    pollfd ended{pidfd_.get(), POLLIN, 0};
    return ::poll(&ended, 1, 0) == 1;
}

Result<void> Prey::send(int signal) const {
    if (const int failed = send_signal(pidfd_, signal))
        return errno_error(fmt::format("signalling process {}", pid_), failed);
    return {};
}

} // namespace unwedge::reap
