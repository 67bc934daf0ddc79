// SPDX-License-Identifier: GPL-2.0-only
#include "profiles/namer.h"

#include "facts/actor_name.h"
#include "feed.h"
#include "harness.h"
#include "oracle.h"
#include "util/utf8.h"

#include <algorithm>

namespace unwedge::fuzz {
namespace {

constexpr facts::Pid actors = 3;

const profiles::Profiles &builtin() {
    static const profiles::Profiles rules = *profiles::Profiles::builtin();
    return rules;
}

/// An actor and how it is linked to its parent.
void add_actor(facts::Snapshot &snapshot, facts::Pid pid, Feed &feed) {
    using facts::ChannelKind;
    facts::Actor &actor = snapshot.actors[pid];
    actor.pid = pid;
    actor.ppid = feed.one_of<facts::Pid>({pid - 1, 1, 2, 3, 99});
    actor.forked = feed.flag();
    const auto near = 2 * static_cast<facts::EndId>(pid);
    const auto kind = feed.one_of({ChannelKind::tcp, ChannelKind::unix_stream, ChannelKind::pipe});
    snapshot.ends[near] = {.id = near, .peer = near + 1, .kind = kind};
    snapshot.ends[near + 1] = {.id = near + 1, .peer = near, .kind = kind};
    actor.holds.push_back({5, near});
    snapshot.actors[actor.ppid].pid = actor.ppid;
    snapshot.actors[actor.ppid].holds.push_back({6, near + 1});
    actor.comm = feed.text();
    actor.title = feed.text();
    for (auto words = feed.value<std::uint8_t>() % 8; words > 0; --words)
        actor.argv.push_back(feed.text());
}

void check_named(const facts::Actor &actor, const std::string &before) {
    if (!actor.profile && actor.name == before)
        return;
    require(!actor.name.empty(), "who is recognised has a name");
    require(is_harmless(actor.name), "a name is harmless");
    require(columns(actor.name) <= profiles::longest_name, "a name is short");
}

/// Twice: the second time, what is remembered meets the same actors in other clothes.
void check(std::string_view input) {
    Feed feed(input);
    profiles::Namer namer(builtin());
    for (int look = 0; look < 2; ++look) {
        facts::Snapshot snapshot;
        for (facts::Pid pid = 1; pid <= actors; ++pid)
            add_actor(snapshot, pid, feed);
        std::map<facts::Pid, std::string> before;
        for (auto &[pid, actor] : snapshot.actors)
            before[pid] = actor.name = facts::actor_name(actor.argv, actor.comm);
        namer.name(snapshot);
        for (const auto &[pid, actor] : snapshot.actors)
            check_named(actor, before[pid]);
    }
}

const Registered registered({.name = "names", .check = check});

} // namespace
} // namespace unwedge::fuzz
