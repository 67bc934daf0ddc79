// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/actor_name.h"
#include "profiles/namer.h"
#include "support/snapshot_builder.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

namespace unwedge::profiles {

using namespace support;

/// Name and profile: what a rule is about.
using Named = std::pair<std::string, std::optional<std::string>>;

/// The built-in rules, behind those of `text`.
inline Profiles rules(const std::string &text = "") {
    Result<Profiles> all = Profiles::parse(text, "test.toml");
    const Result<Profiles> builtin = Profiles::builtin();
    EXPECT_TRUE(all) << (all ? "" : all.error().message);
    EXPECT_TRUE(builtin) << (builtin ? "" : builtin.error().message);
    if (!all || !builtin)
        return Profiles();
    all->append(*builtin);
    return *std::move(all);
}

/// A tree that is named again and again, as it changes.
class Naming {
  public:
    explicit Naming(Profiles profiles = rules()) : namer_(std::move(profiles)) {}

    SnapshotBuilder build;

    /// An actor that exec'd, started as its pid tells.
    ActorBuilder actor(facts::Pid pid, facts::Pid parent, std::vector<std::string> argv) {
        return build.actor(pid).child_of(parent).argv(std::move(argv)).started(pid * 1s);
    }
    ActorBuilder forked(facts::Pid pid, facts::Pid parent) {
        return actor(pid, parent, build.actor(parent).get().argv).forked();
    }
    Named named(facts::Pid pid) {
        facts::Snapshot snapshot = build.snapshot();
        for (auto &[_, actor] : snapshot.actors)
            actor.name = facts::actor_name(actor.argv, actor.comm);
        namer_.name(snapshot);
        const facts::Actor &actor = snapshot.actors.at(pid);
        return {actor.name, actor.profile};
    }

  private:
    Namer namer_;
};

} // namespace unwedge::profiles
