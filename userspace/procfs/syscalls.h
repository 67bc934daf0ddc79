// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/wait.h"
#include "util/result.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace unwedge::procfs {

/// The system call that a thread sleeps in, as its registers show it: of this machine's native ABI. The
/// numbers of 32-bit programs mean other calls, and nothing here can tell.
struct SyscallFrame {
    long number = -1; ///< -1: in none
    std::array<std::uint64_t, 6> args{};
    std::uint64_t sp = 0; ///< stack pointer; 0: it runs
    std::uint64_t pc = 0; ///< where it goes on; 0: it runs
};

/// How a call says how long it may last.
enum class TimeoutRule {
    never,        ///< it can't. SO_RCVTIMEO and SO_SNDTIMEO are invisible from here
    milliseconds, ///< an int; negative: for ever
    timespec,     ///< a pointer to a length; null: for ever
    timeval,      ///< the same in microseconds
    deadline,     ///< a pointer to an absolute timespec of the clock in the next argument; null: for ever
    realtime,     ///< a pointer to an absolute timespec of CLOCK_REALTIME; null: for ever
    clock_sleep,  ///< as clock_nanosleep(2): by its clock and flags
    futex,        ///< as futex(2): by its operation
    io_uring,     ///< as io_uring_enter(2): by its flags
    unknown
};

/// What is known of one system call.
struct Syscall {
    long number;
    facts::WaitKind kind; ///< of a call that sleeps; decode_wait() looks at its flags before it believes this
    std::string_view name; ///< without variants: "poll" for ppoll, "recv" for recvmsg
    int fd_argument = -1;  ///< which argument is the descriptor; -1: none
    TimeoutRule timeout = TimeoutRule::never;
    int timeout_argument = -1; ///< which argument it stands in, where the rule doesn't say
};

/// The call of that number; nullptr if it is not in the table.
const Syscall *find_syscall(long number);

/// The text of a `syscall` file of /proc: "running", "-1 SP PC", or the number, six arguments, SP and PC.
Result<SyscallFrame> parse_syscall(std::string_view text);

} // namespace unwedge::procfs
