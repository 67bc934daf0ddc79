// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/timeouts.h"

#include <algorithm>
#include <array>
#include <limits>

#include <linux/futex.h>
#include <linux/io_uring.h>

namespace unwedge::procfs {

namespace {

using facts::Timeout;

constexpr std::int64_t nanos_of_second = 1'000'000'000;
constexpr std::int64_t micros_of_second = 1'000'000;

// <linux/io_uring.h> of Debian 12 is too old to name these.
constexpr std::uint64_t io_uring_enter_abs_timer = 1U << 5;
constexpr std::uint64_t io_uring_enter_ext_arg_reg = 1U << 6;

/// Both struct timespec and struct timeval of a 64-bit kernel: seconds and a fraction.
using Time = std::array<std::int64_t, 2>;

/// A time whose fraction counts `units` to the second; nullopt if it is invalid, Nanos::max() if it is too
/// long.
std::optional<Nanos> to_nanos(const Time &time, std::int64_t units) {
    const auto [seconds, fraction] = time;
    if (seconds < 0 || fraction < 0)
        return std::nullopt;
    const std::int64_t more = fraction / units; // the kernel takes a timeval of more than 1,000,000 µs
    constexpr std::int64_t longest = std::numeric_limits<std::int64_t>::max() / nanos_of_second;
    if (seconds >= longest - more)
        return Nanos::max();
    return Nanos((seconds + more) * nanos_of_second + fraction % units * (nanos_of_second / units));
}

Timeout relative(Target &target, std::uint64_t address, std::int64_t units) {
    if (address == 0)
        return Timeout::never();
    const auto time = read_object<Time>(target, address);
    const auto length = time ? to_nanos(*time, units) : std::nullopt;
    if (!length)
        return Timeout::unknown();
    return *length == Nanos::max() ? Timeout::never() : Timeout::after(*length);
}

Timeout absolute(Target &target, std::uint64_t address, clockid_t clock, Nanos now) {
    if (address == 0)
        return Timeout::never();
    const auto time = read_object<Time>(target, address);
    const auto deadline = time ? to_nanos(*time, nanos_of_second) : std::nullopt;
    const auto clock_now =
        clock == CLOCK_MONOTONIC ? std::optional(now + target.monotonic_ahead()) : target.clock(clock);
    if (!deadline || !clock_now)
        return Timeout::unknown();
    if (*deadline == Nanos::max())
        return Timeout::never();
    return Timeout::left(*deadline <= *clock_now ? Nanos::zero()
                                                 : *deadline - std::max(*clock_now, Nanos::zero()));
}

Timeout of_clock_sleep(const SyscallFrame &frame, Target &target, Nanos now) {
    const auto clock = static_cast<clockid_t>(frame.args[0]);
    const auto flags = frame.args[1];
    if (flags & TIMER_ABSTIME)
        return absolute(target, frame.args[2], clock, now);
    // A length of a CPU clock is not one of the wall's.
    return clock == CLOCK_MONOTONIC || target.clock(clock) ? relative(target, frame.args[2], nanos_of_second)
                                                           : Timeout::unknown();
}

Timeout of_futex(const SyscallFrame &frame, Target &target, Nanos now) {
    const auto operation = static_cast<std::uint32_t>(frame.args[1]);
    const auto clock = operation & FUTEX_CLOCK_REALTIME ? CLOCK_REALTIME : CLOCK_MONOTONIC;
    switch (operation & static_cast<std::uint32_t>(FUTEX_CMD_MASK)) {
    case FUTEX_WAIT: return relative(target, frame.args[3], nanos_of_second);
    case FUTEX_LOCK_PI: return absolute(target, frame.args[3], CLOCK_REALTIME, now); // whatever the flag says
    case FUTEX_WAIT_BITSET:
    case FUTEX_LOCK_PI2:
    case FUTEX_WAIT_REQUEUE_PI: return absolute(target, frame.args[3], clock, now);
    default: return Timeout::unknown();
    }
}

Timeout of_io_uring(const SyscallFrame &frame, Target &target) {
    const auto flags = frame.args[3];
    // An argument in a registered region, or a deadline of a clock that only the ring knows.
    if (flags & (io_uring_enter_ext_arg_reg | io_uring_enter_abs_timer))
        return Timeout::unknown();
    if (!(flags & IORING_ENTER_EXT_ARG))
        return Timeout::never();
    const auto argument = read_object<io_uring_getevents_arg>(target, frame.args[4]);
    return argument ? relative(target, argument->ts, nanos_of_second) : Timeout::unknown();
}

Timeout of_milliseconds(std::uint64_t argument) {
    const auto length = static_cast<std::int32_t>(argument);
    return length < 0 ? Timeout::never() : Timeout::after(std::chrono::milliseconds(length));
}

} // namespace

Timeout decode_timeout(const SyscallFrame &frame, const Syscall &call, Target &target, Nanos now) {
    const auto argument = static_cast<std::size_t>(std::max(call.timeout_argument, 0));
    switch (call.timeout) {
    case TimeoutRule::never: return Timeout::never();
    case TimeoutRule::milliseconds: return of_milliseconds(frame.args[argument]);
    case TimeoutRule::timespec: return relative(target, frame.args[argument], nanos_of_second);
    case TimeoutRule::timeval: return relative(target, frame.args[argument], micros_of_second);
    case TimeoutRule::deadline:
        return absolute(target, frame.args[argument], static_cast<clockid_t>(frame.args[argument + 1]), now);
    case TimeoutRule::realtime: return absolute(target, frame.args[argument], CLOCK_REALTIME, now);
    case TimeoutRule::clock_sleep: return of_clock_sleep(frame, target, now);
    case TimeoutRule::futex: return of_futex(frame, target, now);
    case TimeoutRule::io_uring: return of_io_uring(frame, target);
    case TimeoutRule::unknown: break;
    }
    return Timeout::unknown();
}

} // namespace unwedge::procfs
