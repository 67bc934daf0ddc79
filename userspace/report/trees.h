// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/verdict.h"
#include "facts/model.h"

#include <cstddef>
#include <vector>

namespace unwedge::report {

struct Context;

/// Processes that people take for one thing: a daemon, a terminal with its jobs, a container.
struct Tree {
    enum class State { wedged, inconclusive, healthy };

    facts::Pid root = 0;
    std::vector<facts::Pid> actors; ///< by pid, the root included
    State state = State::healthy;
    std::size_t notes = 0;
};

/// All actors in trees: wedged ones first, then inconclusive ones, then the others; of these the large ones
/// first.
///
/// A tree is a session: every daemon, terminal, cron job, unit and container begins one, and an orphan stays
/// in it. Who began one without running another program, as the processes of a PostgreSQL server do, still
/// belongs to its parent; so does whose session is not known or lies outside this pid namespace. Trees of
/// which one waits for another, by a verdict that stands, are one: a culprit is never told of without its
/// victims.
std::vector<Tree> trees_of(const facts::Snapshot &snapshot, const diagnosis::Diagnosis &diagnosis);

/// What of `context` concerns `tree`: its actors, what they hold, and what is said of them.
Context restricted_to(const Tree &tree, const Context &context);

} // namespace unwedge::report
