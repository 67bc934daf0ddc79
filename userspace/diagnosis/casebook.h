// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/judge.h"
#include "diagnosis/policy.h"
#include "diagnosis/verdict.h"
#include "diagnosis/waits.h"
#include "facts/model.h"

#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

namespace unwedge::diagnosis {

/// The life of verdicts over a run: suspected at one look, confirmed at a later one, then standing until the
/// end consumes again (recovered) or goes away (ended). Asks nobody: all it knows comes in with the
/// snapshots.
class Casebook {
  public:
    explicit Casebook(Policy policy) : policy_(policy) {}

    /// Takes one look. Looks closer together than Policy::look_distance must not be given.
    Diagnosis observe(facts::Snapshot snapshot, Outlook outlook = Outlook::more_looks);

    /// The diagnosis once the command has ended at `now`: what stood has ended with it.
    Diagnosis finish(Nanos now);

    /// No look will follow soon: what the last one saw is forgotten, unless something is suspected or stands.
    void rest();

    /// Something is suspected or stands: look again soon.
    bool is_open() const { return !cases_.empty(); }

  private:
    struct Entry {
        Case facts;
        std::optional<Verdict> verdict; ///< once confirmed
        bool set_aside = false; ///< the verdict: its suspect does something else now, but consumed nothing
        bool nobody_waits = false;
        std::set<Pid> waiters; ///< those who waited for it when somebody last did
        int unwaited = 0;      ///< looks in a row since then
    };

    void close_cleared(const Scene &scene);
    std::vector<Suspicion> not_acquitted(const std::vector<Suspicion> &found) const;
    void match(std::vector<Suspicion> found);
    const Entry *suspected(Pid pid) const;
    bool awaits_another_suspect(const Entry &entry) const;
    std::unordered_map<Pid, std::vector<WaitEdge>>
    waits_for_suspects(const std::vector<WaitEdge> &edges) const;
    void judge_all(const Scene &scene, const std::vector<WaitEdge> &edges, Outlook outlook);
    void close(Entry &entry, State state, Nanos at);
    std::set<Pid> at_rest() const;
    std::vector<Verdict> standing(const Scene &scene) const;

    Policy policy_;
    std::optional<facts::Snapshot> previous_;
    std::vector<Entry> cases_;
    std::vector<Verdict> closed_;
};

} // namespace unwedge::diagnosis
