// SPDX-License-Identifier: GPL-2.0-only
#include "report/cast.h"

#include "report/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace unwedge::report {

namespace {

using diagnosis::Confidence;
using diagnosis::Role;
using diagnosis::State;
using diagnosis::Verdict;

constexpr std::size_t most_name = 40; ///< columns

const Verdict *find(const Cast::Verdicts &verdicts, Pid pid) {
    const auto found = std::find_if(verdicts.begin(), verdicts.end(),
                                    [pid](const Verdict *verdict) { return verdict->pid == pid; });
    return found == verdicts.end() ? nullptr : *found;
}

} // namespace

Cast::Cast(const diagnosis::Diagnosis &diagnosis) {
    for (const Verdict &verdict : diagnosis.verdicts) {
        const bool stands = verdict.state == State::confirmed;
        if (verdict.role == Role::victim) {
            if (stands)
                victims.push_back(&verdict);
        } else if (!stands) {
            past.push_back(&verdict);
        } else {
            (verdict.confidence == Confidence::inconclusive ? suspects : culprits).push_back(&verdict);
        }
    }
    std::map<Pid, std::size_t> waiting;
    for (const Verdict *victim : victims)
        if (victim->final_blocker)
            ++waiting[*victim->final_blocker];
    std::stable_sort(culprits.begin(), culprits.end(), [&](const Verdict *left, const Verdict *right) {
        return std::tuple(waiting[right->pid], left->confidence, left->since) <
               std::tuple(waiting[left->pid], right->confidence, right->since);
    });
}

Cast::Verdicts Cast::victims_of(Pid blocker) const {
    Verdicts found;
    std::copy_if(victims.begin(), victims.end(), std::back_inserter(found),
                 [blocker](const Verdict *victim) { return victim->final_blocker == blocker; });
    return found;
}

const Verdict *Cast::culprit(Pid pid) const {
    return find(culprits, pid);
}
const Verdict *Cast::suspect(Pid pid) const {
    return find(suspects, pid);
}
const Verdict *Cast::victim(Pid pid) const {
    return find(victims, pid);
}

const facts::Actor *find_actor(const facts::Snapshot &snapshot, Pid pid) {
    const auto found = snapshot.actors.find(pid);
    return found == snapshot.actors.end() ? nullptr : &found->second;
}

const facts::Actor *actor_of_thread(const facts::Snapshot &snapshot, Pid tid) {
    for (const auto &[pid, actor] : snapshot.actors)
        for (const facts::Thread &thread : actor.threads)
            if (thread.tid == tid)
                return &actor;
    return find_actor(snapshot, tid);
}

std::string name_of(const facts::Actor &actor) {
    if (!actor.name.empty())
        return actor.name;
    if (!actor.argv.empty())
        return actor.argv.front();
    return "(no name)";
}

std::string who(const facts::Snapshot &snapshot, Pid pid) {
    const facts::Actor *actor = find_actor(snapshot, pid);
    if (!actor)
        return fmt::format("pid {}", pid);
    return fmt::format("{} (pid {})", Line(name_of(*actor)).cut(most_name).render(false), pid);
}

Nanos age_of(const Verdict &verdict, const facts::Snapshot &snapshot) {
    return (verdict.state == State::confirmed ? snapshot.at : verdict.until) - verdict.since;
}

} // namespace unwedge::report
