// SPDX-License-Identifier: GPL-2.0-only
#include "recording/sound.h"

#include "recording/sql.h"

#include <string>

namespace unwedge::recording {
namespace {

class Checker {
  public:
    explicit Checker(const Look &look) : look_(look) {}

    void actor(facts::Pid pid, const char *what) const {
        if (!look_.snapshot.actors.contains(pid))
            throw Damaged(std::string(what) + " names an actor that is not there");
    }
    void actor(const std::optional<facts::Pid> &pid, const char *what) const {
        if (pid)
            actor(*pid, what);
    }

  private:
    const Look &look_;
};

} // namespace

void require_sound(const Look &look) {
    const Checker check(look);
    for (const diagnosis::WaitEdge &edge : look.diagnosis.waits) {
        check.actor(edge.from, "a wait");
        check.actor(edge.to, "a wait");
    }
    for (const diagnosis::Verdict &verdict : look.diagnosis.verdicts) {
        if (verdict.state != diagnosis::State::confirmed)
            continue; // who is gone is forgotten after a while
        check.actor(verdict.pid, "a verdict");
        check.actor(verdict.waits_on, "a verdict");
        check.actor(verdict.final_blocker, "a verdict");
    }
}

} // namespace unwedge::recording
