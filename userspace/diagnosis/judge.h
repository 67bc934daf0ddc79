// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/suspicion.h"
#include "diagnosis/verdict.h"

#include <optional>
#include <set>
#include <vector>

namespace unwedge::diagnosis {

/// One suspicion as it has developed over the looks.
struct Case {
    Suspicion first;  ///< as it was when the rule of its kind was first met
    Suspicion latest; ///< as it was when it was last met
    int looks = 1;    ///< how often it was met
    int missed = 0;   ///< how many looks in a row it has not been met since
};

/// Who waits for the suspect, by the channel in question.
struct Victims {
    std::set<Pid> proven;      ///< wait and do nothing else
    std::set<Pid> progressing; ///< wait, but work elsewhere: what they miss does not stop them
    std::set<Pid> undecided;   ///< wait; not yet known whether they work elsewhere
    bool conversation = false; ///< one of them has had an answer on this channel before

    std::set<Pid> all() const {
        std::set<Pid> everybody = proven;
        everybody.insert(progressing.begin(), progressing.end());
        everybody.insert(undecided.begin(), undecided.end());
        return everybody;
    }
    bool any() const { return !proven.empty() || !progressing.empty() || !undecided.empty(); }
};

Victims victims_of(const Scene &scene, const std::vector<WaitEdge> &edges, const Suspicion &suspicion);

/// What comes of a case.
struct Judgement {
    enum class Outcome {
        pending,   ///< may still resolve itself, or facts are to come
        acquitted, ///< nobody waits for it
        confirmed
    };
    Outcome outcome = Outcome::pending;
    Confidence confidence{};
};

/// What comes after a look.
enum class Outlook {
    more_looks,
    last_look, ///< none; what it would have taken more of to decide is inconclusive
    time_is_up ///< none, and the tree will be ended (a timeout): patience has no point
};

Judgement judge(const Scene &scene, const Case &one, const Victims &victims, Outlook outlook);

} // namespace unwedge::diagnosis
