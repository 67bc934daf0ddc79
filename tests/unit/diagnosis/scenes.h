// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/scene.h"
#include "diagnosis/verdict.h"

#include "support/snapshot_builder.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

/// The scenes that most tests of the diagnosis start from.
namespace unwedge::diagnosis {

using namespace support;
using facts::EndId;
using facts::ThreadState;
using facts::WaitKind;

inline constexpr Pid parent = 11;
inline constexpr Pid child = 12;
inline constexpr EndId child_end = 1;
inline constexpr EndId parent_end = 2;
inline constexpr ChannelId channel = 1;
inline constexpr int child_fd = 9;
inline constexpr int parent_fd = 7;

inline constexpr Nanos first_look = 100s;
inline constexpr Nanos stalled_at = 96s; ///< a stall of 4 s at the first look
inline constexpr Nanos between_looks = 450ms;

/// What a child looks like that forgot its channel: parked, without a timer, and its descriptor in no set.
inline facts::Wait forgetful(facts::Timeout timeout = facts::Timeout::never()) {
    return in_epoll({}, timeout);
}

/// An actor whose CPU time is known and does not move; if nothing but others will wake it, it has slept for
/// long.
inline ActorBuilder idle_actor(SnapshotBuilder &build, Pid pid, std::string name, facts::Wait wait) {
    const bool for_ever = wait.timeout.kind == facts::Timeout::Kind::never && wait.kind != WaitKind::none;
    ActorBuilder actor = build.actor(pid, std::move(name)).cpu(1s).thread(std::move(wait));
    if (for_ever)
        actor.thread_at(0).asleep(60s);
    return actor;
}

/// A parent and a child that talk over TCP; the parent waits to read, the child waits as told.
inline SnapshotBuilder conversation(facts::Wait child_wait) {
    SnapshotBuilder build(first_look);
    idle_actor(build, parent, "parent", in_epoll({reads(parent_fd)})).hold(parent_fd, parent_end);
    idle_actor(build, child, "child", std::move(child_wait)).child_of(parent).hold(child_fd, child_end);
    build.tcp(child_end, "127.0.0.1:4000", parent_end, "127.0.0.1:51234");
    return build;
}

/// The same, with a request that the child has not read for 4 s.
inline SnapshotBuilder unread_request(facts::Wait child_wait) {
    SnapshotBuilder build = conversation(std::move(child_wait));
    build.end(child_end).unread(165, stalled_at);
    return build;
}

/// The parent has had an answer on the channel, long ago.
inline void answered_before(SnapshotBuilder &build) {
    build.end(parent_end).received(3, 50s);
}

/// Two looks at one builder's snapshot, the second as `change` makes it.
class TwoLooks {
  public:
    template <typename Change>
    TwoLooks(SnapshotBuilder &build, Change change) : before_(build.snapshot()) {
        build.at(before_.at + between_looks);
        change(build);
        now_ = build.snapshot();
    }
    explicit TwoLooks(SnapshotBuilder &build) : TwoLooks(build, [](SnapshotBuilder &) {}) {}

    Scene scene() const { return {now_, &before_, policy_}; }

  private:
    Policy policy_;
    facts::Snapshot before_;
    facts::Snapshot now_;
};

/// A first look: nothing came before it.
class OneLook {
  public:
    explicit OneLook(const SnapshotBuilder &build) : now_(build.snapshot()) {}

    Scene scene() const { return {now_, nullptr, policy_}; }

  private:
    Policy policy_;
    facts::Snapshot now_;
};

/// What all evidence of one kind of finding says, a line each.
template <typename Finding>
std::string evidence_text(const Finding &finding) {
    std::string text;
    for (const Evidence &one : finding.evidence)
        text += one.fact + " [" + one.source + "]\n";
    return text;
}

inline bool mentions(std::string_view text, std::string_view what) {
    return text.find(what) != std::string_view::npos;
}

} // namespace unwedge::diagnosis
