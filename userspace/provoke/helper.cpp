// SPDX-License-Identifier: GPL-2.0-only
#include "provoke/helper.h"

#include "procfs/own_proc.h"
#include "provoke/stage.h"
#include "util/descriptor_limit.h"
#include "util/hurry.h"
#include "util/pidfd.h"

#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

namespace unwedge::provoke {
namespace {

/// Who stopped somebody that another has stopped could only let him go on for both; and without /proc who is
/// stopped does not show.
procfs::Proc readable_proc() {
    Result<procfs::Proc> proc = procfs::own_proc();
    if (proc)
        return std::move(*proc);
    spdlog::warn("--provoke: only load is made: {}", proc.error().message);
    return procfs::Proc::none();
}

[[noreturn]] void help(const Plan &plan, Board &board, Fd socket) {
    sigset_t all;
    sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    ::prctl(PR_SET_NAME, "provoker");
    // No session of its own: what makes load is to have the priority of the tree's, and that may count within
    // one session only (autogroups of sched(7)).
    ::setpgid(0, 0);
    close_all_but({socket.get(), STDERR_FILENO});
    raise_descriptor_limit();
    const int nice = ::getpriority(PRIO_PROCESS, 0);
    {
        const Hurry hurry;
        Stage(plan, board, socket, readable_proc(), nice).play();
    }
    ::_exit(0);
}

} // namespace

Result<Helper> start_helper(const Plan &plan, Board &board) {
    std::array<int, 2> sides{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sides.data()))
        return errno_error("a socket for --provoke", errno);
    Helper helper{.socket = Fd(sides[0])};
    Fd other(sides[1]);
    constexpr unsigned long no_signal_at_its_end = 0;
    helper.pid =
        static_cast<pid_t>(::syscall(SYS_clone, no_signal_at_its_end, nullptr, nullptr, nullptr, nullptr));
    if (helper.pid < 0)
        return errno_error("clone", errno);
    if (helper.pid == 0)
        help(plan, board, std::move(other));
    helper.pidfd = open_pidfd(helper.pid);
    if (!helper.pidfd)
        return errno_error("pidfd_open", errno);
    return helper;
}

} // namespace unwedge::provoke
