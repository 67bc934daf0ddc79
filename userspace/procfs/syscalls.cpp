// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/syscalls.h"

#include "procfs/number.h"

#include <algorithm>

#include <sys/syscall.h>

namespace unwedge::procfs {

namespace {

using facts::WaitKind;
using enum TimeoutRule;

// The calls that arm64 lacks, and those younger than the headers, stand between #ifdefs.
constexpr Syscall known[] = {
#ifdef SYS_epoll_wait
    {SYS_epoll_wait, WaitKind::epoll, "epoll_wait", 0, milliseconds, 3},
#endif
    {SYS_epoll_pwait, WaitKind::epoll, "epoll_wait", 0, milliseconds, 3},
#ifdef SYS_epoll_pwait2
    {SYS_epoll_pwait2, WaitKind::epoll, "epoll_wait", 0, timespec, 3},
#endif
#ifdef SYS_poll
    {SYS_poll, WaitKind::poll, "poll", -1, milliseconds, 2},
#endif
    {SYS_ppoll, WaitKind::poll, "poll", -1, timespec, 2},
#ifdef SYS_select
    {SYS_select, WaitKind::select, "select", -1, timeval, 4},
#endif
    {SYS_pselect6, WaitKind::select, "select", -1, timespec, 4},
    {SYS_io_uring_enter, WaitKind::io_uring, "io_uring_enter", -1, io_uring},
    {SYS_io_getevents, WaitKind::io_uring, "io_getevents", -1, timespec, 4},
    {SYS_io_pgetevents, WaitKind::io_uring, "io_getevents", -1, timespec, 4},

    {SYS_read, WaitKind::read, "read", 0},
    {SYS_readv, WaitKind::read, "read", 0},
    {SYS_pread64, WaitKind::read, "read", 0},
    {SYS_preadv, WaitKind::read, "read", 0},
    {SYS_preadv2, WaitKind::read, "read", 0},
    {SYS_recvfrom, WaitKind::read, "recv", 0},
    {SYS_recvmsg, WaitKind::read, "recv", 0},
    // Its timeout is looked at only after a datagram came: it doesn't end the sleep.
    {SYS_recvmmsg, WaitKind::read, "recv", 0},
    {SYS_splice, WaitKind::read, "splice", 0},
    {SYS_tee, WaitKind::read, "tee", 0},
    {SYS_mq_timedreceive, WaitKind::read, "mq_receive", 0, realtime, 4},

    {SYS_write, WaitKind::write, "write", 0},
    {SYS_writev, WaitKind::write, "write", 0},
    {SYS_pwrite64, WaitKind::write, "write", 0},
    {SYS_pwritev, WaitKind::write, "write", 0},
    {SYS_pwritev2, WaitKind::write, "write", 0},
    {SYS_sendto, WaitKind::write, "send", 0},
    {SYS_sendmsg, WaitKind::write, "send", 0},
    {SYS_sendmmsg, WaitKind::write, "send", 0},
    {SYS_sendfile, WaitKind::write, "sendfile", 0},
    {SYS_vmsplice, WaitKind::write, "vmsplice", 0},
    {SYS_mq_timedsend, WaitKind::write, "mq_send", 0, realtime, 4},

    {SYS_accept, WaitKind::accept, "accept", 0},
    {SYS_accept4, WaitKind::accept, "accept", 0},
    {SYS_connect, WaitKind::connect, "connect", 0},

    {SYS_nanosleep, WaitKind::sleep, "nanosleep", -1, timespec, 0},
    {SYS_clock_nanosleep, WaitKind::sleep, "nanosleep", -1, clock_sleep, 2},

    {SYS_futex, WaitKind::lock, "futex", -1, futex, 3},
#ifdef SYS_futex_waitv
    {SYS_futex_waitv, WaitKind::lock, "futex", -1, deadline, 3},
#endif
#ifdef SYS_futex_wait
    {SYS_futex_wait, WaitKind::lock, "futex", -1, deadline, 4},
#endif
    {SYS_semop, WaitKind::lock, "semop"},
    {SYS_semtimedop, WaitKind::lock, "semop", -1, timespec, 3},

    {SYS_flock, WaitKind::file_lock, "flock", 0},
    {SYS_fcntl, WaitKind::file_lock, "fcntl", 0},

    {SYS_wait4, WaitKind::child, "wait4"},
    {SYS_waitid, WaitKind::child, "waitid"},

#ifdef SYS_pause
    {SYS_pause, WaitKind::signal, "pause"},
#endif
    {SYS_rt_sigsuspend, WaitKind::signal, "sigsuspend"},
    {SYS_rt_sigtimedwait, WaitKind::signal, "sigtimedwait", -1, timespec, 2},

    // A call that a signal interrupted: which one it goes on with, the registers no longer say.
    {SYS_restart_syscall, WaitKind::unknown, "restart_syscall", -1, unknown},

    {SYS_msgrcv, WaitKind::other, "msgrcv"},
    {SYS_msgsnd, WaitKind::other, "msgsnd"},
#ifdef SYS_open
    {SYS_open, WaitKind::other, "open", -1, unknown}, // of a fifo
#endif
    {SYS_openat, WaitKind::other, "open", -1, unknown},
    {SYS_close, WaitKind::other, "close", -1, unknown},
    {SYS_ioctl, WaitKind::other, "ioctl", -1, unknown},
    {SYS_fsync, WaitKind::other, "fsync", -1, unknown},
    {SYS_fdatasync, WaitKind::other, "fdatasync", -1, unknown},
#ifdef SYS_vfork
    {SYS_vfork, WaitKind::other, "vfork", -1, unknown},
#endif
    {SYS_clone, WaitKind::other, "clone", -1, unknown}, // CLONE_VFORK: posix_spawn
    {SYS_clone3, WaitKind::other, "clone", -1, unknown},
    {SYS_execve, WaitKind::other, "execve", -1, unknown},
};

/// Cuts "0x…" off the front of `text`.
bool take_hex(std::string_view &text, std::uint64_t &into) {
    std::string_view word = next_word(text);
    if (!word.starts_with("0x"))
        return false;
    word.remove_prefix(2);
    const auto value = parse_number<std::uint64_t>(word, 16);
    into = value.value_or(0);
    return value.has_value();
}

} // namespace

const Syscall *find_syscall(long number) {
    const auto *const call = std::find_if(std::begin(known), std::end(known),
                                          [&](const Syscall &c) { return c.number == number; });
    return call == std::end(known) ? nullptr : call;
}

Result<SyscallFrame> parse_syscall(std::string_view text) {
    const Error malformed{"a syscall file is malformed or cut off"};
    const auto number_word = next_word(text);
    SyscallFrame frame;
    if (number_word == "running")
        return frame;
    const auto number = parse_number<long>(number_word);
    if (!number || *number < -1)
        return malformed;
    frame.number = *number;
    if (frame.number != -1)
        for (auto &argument : frame.args)
            if (!take_hex(text, argument))
                return malformed;
    // Without them the last argument may be cut off.
    if (!take_hex(text, frame.sp) || !take_hex(text, frame.pc))
        return malformed;
    return frame;
}

} // namespace unwedge::procfs
