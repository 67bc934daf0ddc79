// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/wait_decoder.h"

#include "procfs/timeouts.h"
#include "procfs/watches.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <linux/io_uring.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <fmt/format.h>

namespace unwedge::procfs {

namespace {

using facts::Pid;
using facts::WaitKind;

std::uint32_t futex_command(const SyscallFrame &frame) {
    return static_cast<std::uint32_t>(frame.args[1]) & static_cast<std::uint32_t>(FUTEX_CMD_MASK);
}

bool futex_waits(const SyscallFrame &frame) {
    switch (futex_command(frame)) {
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET:
    case FUTEX_WAIT_REQUEUE_PI:
    case FUTEX_LOCK_PI:
    case FUTEX_LOCK_PI2: return true;
    default: return false;
    }
}

bool locks_file(const SyscallFrame &frame) {
    const auto command = static_cast<std::uint32_t>(frame.args[1]);
    return command == F_SETLKW || command == F_OFD_SETLKW;
}

/// arm64 has no pause(2): its libc polls no descriptor, for ever.
bool is_pause(const SyscallFrame &frame) {
    return frame.number == SYS_ppoll && static_cast<std::uint32_t>(frame.args[1]) == 0 && frame.args[2] == 0;
}

/// What kind of wait the call is with these arguments: many calls wait only when asked to.
WaitKind kind_of(const Syscall &call, const SyscallFrame &frame) {
    bool waits = true;
    switch (call.number) {
    case SYS_io_uring_enter: waits = frame.args[3] & IORING_ENTER_GETEVENTS; break;
    case SYS_futex: waits = futex_waits(frame); break;
    case SYS_flock: waits = !(frame.args[1] & LOCK_NB); break;
    case SYS_fcntl: waits = locks_file(frame); break;
    case SYS_wait4: waits = !(frame.args[2] & WNOHANG); break;
    case SYS_waitid: waits = !(frame.args[3] & WNOHANG); break;
    default: break;
    }
    return waits ? call.kind : WaitKind::other;
}

std::optional<WatchSet> watches_of(WaitKind kind, const SyscallFrame &frame, Target &target) {
    const auto &args = frame.args;
    switch (kind) {
    case WaitKind::epoll: return epoll_watches(static_cast<int>(args[0]), target);
    // Both counts are 32 bits wide to the kernel, whatever the rest of the register holds.
    case WaitKind::poll: return poll_watches(args[0], static_cast<std::uint32_t>(args[1]), target);
    case WaitKind::select:
        return select_watches(args[1], args[2], static_cast<std::uint32_t>(args[0]), target);
    default: return std::nullopt; // what an io_uring's requests wait for, nothing outside tells
    }
}

/// The thread that holds the lock a futex wait is about, where user memory says so.
std::optional<Pid> lock_owner(const SyscallFrame &frame, Target &target) {
    if (frame.number != SYS_futex || !target.shares_pid_namespace())
        return std::nullopt;
    const auto address = frame.args[0];
    const auto command = futex_command(frame);
    if (command == FUTEX_LOCK_PI || command == FUTEX_LOCK_PI2) {
        const auto word = read_object<std::uint32_t>(target, address);
        const auto owner = word ? *word & FUTEX_TID_MASK : 0;
        return owner ? std::optional(static_cast<Pid>(owner)) : std::nullopt;
    }
    // glibc waits for the value 2, "locked with waiters", on the first word of its pthread_mutex_t. Other
    // locks use the value, too, and other words follow theirs: only a thread that exists is believed.
    constexpr std::uint32_t contended = 2;
    struct Mutex {
        std::int32_t lock;
        std::uint32_t count;
        std::int32_t owner;
    };
    if (command != FUTEX_WAIT || static_cast<std::uint32_t>(frame.args[2]) != contended)
        return std::nullopt;
    const auto mutex = read_object<Mutex>(target, address);
    if (!mutex || mutex->lock == 0 || mutex->owner <= 0 || !target.has_thread(mutex->owner))
        return std::nullopt;
    return mutex->owner;
}

/// Where the lock lies, and so who may let it go.
std::optional<std::string> lock_memory(const SyscallFrame &frame, Target &target) {
    if (frame.number != SYS_futex)
        return std::nullopt;
    if (frame.args[1] & FUTEX_PRIVATE_FLAG)
        return "";
    return target.shared_memory_at(frame.args[0]);
}

/// The one child that is waited for; nullopt: any of several.
std::optional<Pid> child_waited_for(const SyscallFrame &frame, Target &target) {
    const auto id = static_cast<Pid>(frame.number == SYS_waitid ? frame.args[1] : frame.args[0]);
    if (frame.number == SYS_waitid) {
        const auto type = static_cast<std::uint32_t>(frame.args[0]);
        if (type == P_PIDFD)
            return target.pidfd(id);
        if (type != P_PID)
            return std::nullopt;
    }
    return id > 0 && target.shares_pid_namespace() ? std::optional(id) : std::nullopt;
}

bool is_terminal(std::string_view link) {
    return link.starts_with("/dev/pts/") || link.starts_with("/dev/tty") || link == "/dev/console";
}

} // namespace

facts::Wait decode_wait(const SyscallFrame &frame, Target &target, Nanos now) {
    facts::Wait wait;
    if (frame.number == -1) {
        wait.kind = WaitKind::none;
        return wait;
    }
    const Syscall *call = find_syscall(frame.number);
    if (!call) {
        wait.kind = WaitKind::other;
        wait.call = fmt::format("syscall {}", frame.number);
        return wait;
    }
    if (is_pause(frame)) {
        wait.kind = WaitKind::signal;
        wait.call = "pause";
        wait.timeout = facts::Timeout::never();
        return wait;
    }
    wait.call = call->name;
    wait.kind = kind_of(*call, frame);
    if (wait.kind != call->kind) // asked not to wait, it has neither a timeout nor one it waits for
        return wait;

    if (call->fd_argument >= 0) {
        wait.fd = static_cast<int>(frame.args[static_cast<std::size_t>(call->fd_argument)]);
        if (!facts::is_readiness_wait(wait.kind))
            wait.source = source_of(*wait.fd, target);
    }
    wait.timeout = decode_timeout(frame, *call, target, now);
    if (facts::is_readiness_wait(wait.kind)) {
        if (auto set = watches_of(wait.kind, frame, target)) {
            wait.watches = std::move(set->watches);
            wait.timerfd = set->timer;
        }
    } else if (wait.kind == WaitKind::read && wait.fd) {
        wait.timerfd = timer_wakes(*wait.fd, facts::Interest::armed, target);
        wait.from_terminal = is_terminal(target.descriptor(*wait.fd).value_or(""));
    } else if (wait.kind == WaitKind::lock) {
        wait.on = lock_owner(frame, target);
        wait.lock_memory = lock_memory(frame, target);
    } else if (wait.kind == WaitKind::child) {
        wait.on = child_waited_for(frame, target);
    }
    return wait;
}

} // namespace unwedge::procfs
