// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "procfs/proc.h"
#include "stacks/maps.h"
#include "stacks/registers.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace unwedge::stacks {

/// All that unwinding needs of a thread at one instant, so that it can be done while the thread goes on.
struct Capture {
    Registers registers;
    std::vector<std::byte> stack; ///< from the stack pointer up, at most 512 KiB
    procfs::SyscallFrame call;    ///< what it sleeps in, where known
    Nanos stopped_for{};

    /// A word of the stack; nullopt outside of the copy.
    std::optional<std::uint64_t> word(std::uint64_t address) const;
};

/// Copies the stack of `capture`, from its stack pointer up.
Result<void> copy_stack(Capture &capture, facts::Pid pid, const std::vector<Area> &areas);

/// A thread that sleeps, without touching it: /proc tells its stack pointer and where it goes on, but no
/// other register. That it slept all the while is checked. Code EAGAIN: it runs.
Result<Capture> capture_asleep(const procfs::Proc &proc, facts::Pid pid, facts::Pid tid,
                               const std::vector<Area> &areas);

/// Any thread, with all registers, by stopping it: PTRACE_SEIZE, PTRACE_INTERRUPT, copy, PTRACE_DETACH. Only
/// that one thread stands still, for tens of microseconds. It gets no signal, and one that a signal has
/// stopped stays stopped.
///
/// It is let go however this ends: another thread of this process does the tracing and then exits, upon
/// which, as upon the death of unwedge, the kernel detaches. A thread that does not stop within 100 ms
/// (uninterruptible, frozen) is given up.
///
/// What remains: leaving and re-entering the kernel ends some calls early, as any SIGSTOP with SIGCONT would.
/// Measured on Linux 6.18: epoll_wait, epoll_pwait and epoll_pwait2, sigtimedwait, semop, io_getevents,
/// io_uring_enter, and socket calls under SO_RCVTIMEO or SO_SNDTIMEO return EINTR; a blocked send that has
/// sent a part returns its length. poll, futex with a timeout and a relative nanosleep go on until the same
/// time, but as restart_syscall: until they return, /proc no longer tells which call it was. Nothing is to be
/// seen of it in select, ppoll, futex without a timeout, an absolute clock_nanosleep, wait4, pause,
/// sigsuspend, accept, recv, read (pipe, eventfd, timerfd, inotify), msgrcv, mq_receive, fcntl(F_SETLKW).
/// Where the thread is already traced, the Error, of code EPERM, names the tracer.
Result<Capture> capture_stopped(const procfs::Proc &proc, facts::Pid pid, facts::Pid tid,
                                const std::vector<Area> &areas);

} // namespace unwedge::stacks
