// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/wait_decoder.h"

#include "feed.h"
#include "fuzzed_target.h"
#include "harness.h"

#include <algorithm>

#include <sys/syscall.h>

namespace unwedge::fuzz {
namespace {

using facts::Wait;
using facts::WaitKind;
using procfs::Syscall;
using procfs::SyscallFrame;

constexpr std::size_t most_descriptors = 65'536; // that a poll or select may have

std::uint64_t argument_from(Feed &feed) {
    switch (feed.value<std::uint8_t>() % 5) {
    case 0: return 0;
    case 1: return feed.value<std::uint8_t>(); // a descriptor, a count, an operation
    case 2: return FuzzedTarget::base + feed.value<std::uint8_t>();
    case 3: return feed.value<std::uint32_t>();
    default: return feed.value<std::uint64_t>();
    }
}

SyscallFrame frame_from(Feed &feed) {
    SyscallFrame frame;
    frame.number = feed.value<std::int16_t>();
    for (std::uint64_t &argument : frame.args)
        argument = argument_from(feed);
    return frame;
}

void check_timeout(const facts::Timeout &timeout) {
    require(timeout.length >= Nanos::zero(), "no timeout is negative");
    const bool has_length = timeout.kind == facts::Timeout::Kind::after;
    require(has_length || (timeout.length == Nanos::zero() && !timeout.from_now), "only an end has a length");
}

void check_watches(const Wait &wait, FuzzedTarget &target) {
    const bool has_set = facts::is_readiness_wait(wait.kind) && wait.kind != WaitKind::io_uring;
    require(!wait.watches || has_set, "only waits for readiness watch");
    if (!wait.watches)
        return;
    // A set is looked at once for each interest that others may have in it.
    constexpr std::size_t interests = 3;
    require(wait.watches->size() <= most_descriptors + interests * target.registrations(),
            "there are no more watches than descriptors and registrations");
    for (const facts::Watch &watch : *wait.watches) {
        require(watch.fd >= 0, "what is watched is a descriptor");
        require(target.descriptor(watch.fd) != "anon_inode:[eventpoll]", "nested sets are flattened");
        require(watch.read != facts::Interest::none && watch.read != facts::Interest::unknown,
                "of what is watched, the interest is known");
    }
}

void check_wait(const Wait &wait, const SyscallFrame &frame, FuzzedTarget &target) {
    const Syscall *call = procfs::find_syscall(frame.number);
    require((wait.kind == WaitKind::none) == (frame.number == -1),
            "only who is in no call waits for nothing");
    require(wait.call.empty() == (frame.number == -1), "a call has a name");
    require(!wait.fd || (call && call->fd_argument >= 0), "only a call on a descriptor has one");
    require(!wait.from_terminal || wait.kind == WaitKind::read, "only a read is from a terminal");
    require(!wait.on || (*wait.on > 0 && (wait.kind == WaitKind::child || wait.kind == WaitKind::lock)),
            "only a child or an owner is waited for, and it has a number");
    require(!wait.timerfd || *wait.timerfd >= Nanos::zero(), "no timer has less than no time left");
    check_timeout(wait.timeout);
    check_watches(wait, target);
}

void check(std::string_view input) {
    Feed feed(input);
    const SyscallFrame frame = frame_from(feed);
    const Nanos now(feed.value<std::int64_t>());
    FuzzedTarget target(feed);
    check_wait(procfs::decode_wait(frame, target, now), frame, target);
}

/// A frame of the harness's own form: each argument in full.
std::string frame_text(std::int16_t number, const std::array<std::uint64_t, 6> &arguments) {
    const auto bytes = [](const auto &value) {
        return std::string(reinterpret_cast<const char *>(&value), sizeof(value));
    };
    std::string text = bytes(number);
    for (const std::uint64_t argument : arguments)
        text += '\4' + bytes(argument);
    return text + std::string(8, '\0');
}

/// The most that each call may watch, in a memory that is all ones.
std::vector<std::string> widest() {
    const std::string target = std::string(1, FuzzedTarget::endless) + std::string(8, '\xff');
    return {frame_text(SYS_ppoll, {FuzzedTarget::base, most_descriptors}) + target,
            frame_text(SYS_ppoll, {FuzzedTarget::base, UINT64_MAX}) + target,
            frame_text(SYS_pselect6, {most_descriptors, FuzzedTarget::base, FuzzedTarget::base}) + target,
            frame_text(SYS_pselect6, {UINT32_MAX, FuzzedTarget::base, FuzzedTarget::base}) + target};
}

const Registered registered({.name = "wait_decoder", .check = check, .oversized = widest});

} // namespace
} // namespace unwedge::fuzz
