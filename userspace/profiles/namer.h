// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/model.h"
#include "profiles/profiles.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace unwedge::profiles {

/// Names the actors of one snapshot after the other. It remembers: rules are tried again only for who has
/// changed, and who was recognised stays so when its channel or its parent is gone.
class Namer {
  public:
    explicit Namer(Profiles profiles) : profiles_(std::move(profiles)) {}

    /// Sets name and profile of each actor that a rule recognises; the others keep theirs.
    void name(facts::Snapshot &snapshot);

  private:
    /// What was found out about an actor.
    struct Known {
        Nanos started{};
        Traits traits;
        std::optional<std::size_t> rule; ///< its place among the rules; nullopt: none recognises it
        std::optional<std::size_t> number;
        std::string inherited_title; ///< that it was born with
        std::string name;
        std::optional<std::string> profile;
    };

    void name_one(const facts::Snapshot &snapshot, Kinship &kinship, facts::Actor &actor);
    Parent family_of(const facts::Actor *parent) const;
    Known &known_of(const facts::Actor &actor, const facts::Actor *parent, Traits &traits);
    void recognise(Known &known);
    std::size_t number_of(Known &known, const Rule &rule);
    void forget_the_gone(const facts::Snapshot &snapshot);

    Profiles profiles_;
    std::map<facts::Pid, Known> known_;
    /// How many children of a parent have got a number, for each form of name.
    std::map<std::pair<facts::Pid, std::string>, std::size_t> numbered_;
};

} // namespace unwedge::profiles
