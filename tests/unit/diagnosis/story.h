// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/casebook.h"

#include "diagnosis/scenes.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace unwedge::diagnosis {

using Texts = std::vector<std::string>;

/// What Story::culprits() tells of who stopped reading, or of nobody.
inline const Texts nobody;
inline const Texts certain_wedge{"12 stopped_consuming certain confirmed"};

/// A builder that goes on in time, and the casebook that follows it.
class Story {
  public:
    explicit Story(SnapshotBuilder opening) : build(std::move(opening)) {}

    /// The diagnosis `after` the last look.
    const Diagnosis &look(Nanos after = between_looks) { return take(after, false); }
    const Diagnosis &last_look(Nanos after = between_looks) { return take(after, true); }
    /// One look after another for `length` at most.
    const Diagnosis &look_for(Nanos length) {
        const Nanos until = build.snapshot().at + length;
        while (!looked_ || build.snapshot().at + between_looks <= until)
            look();
        return latest_;
    }

    /// Standing and past verdicts about culprits, as "12 stopped_consuming certain confirmed", in order.
    Texts culprits() const { return verdicts(Role::culprit); }
    Texts victims() const { return verdicts(Role::victim); }
    /// The first verdict of that role; an empty one, and a failure, if there is none.
    const Verdict &verdict(Role role = Role::culprit) const {
        static const Verdict none;
        auto found = std::ranges::find(latest_.verdicts, role, &Verdict::role);
        EXPECT_NE(found, latest_.verdicts.end()) << "no " << name(role);
        return found == latest_.verdicts.end() ? none : *found;
    }
    const Diagnosis &finish(Nanos now) { return latest_ = casebook_.finish(now); }
    const Diagnosis &latest() const { return latest_; }
    bool is_open() const { return casebook_.is_open(); }
    void rest() { casebook_.rest(); }

    SnapshotBuilder build;

  private:
    const Diagnosis &take(Nanos after, bool is_last) {
        if (looked_)
            build.at(build.snapshot().at + after);
        looked_ = true;
        latest_ = casebook_.observe(build.snapshot(), is_last ? Outlook::time_is_up : Outlook::more_looks);
        for (auto &[pid, actor] : build.get().actors)
            if (actor.cpu)
                actor.earlier_cpu.push_back({build.snapshot().at, *actor.cpu});
        return latest_;
    }
    Texts verdicts(Role role) const {
        Texts all;
        for (const Verdict &one : latest_.verdicts)
            if (one.role == role)
                all.push_back(std::to_string(one.pid) + ' ' + std::string(name(one.kind)) + ' ' +
                              std::string(name(one.confidence)) + ' ' + std::string(name(one.state)));
        return all;
    }

    Casebook casebook_{Policy{}};
    Diagnosis latest_;
    bool looked_ = false;
};

/// A story at its second look, where a wedge is confirmed.
inline Story wedge(SnapshotBuilder opening) {
    Story story(std::move(opening));
    story.look();
    story.look();
    return story;
}

} // namespace unwedge::diagnosis
