// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "procfs/proc.h"
#include "provoke/board.h"
#include "provoke/load.h"
#include "provoke/message.h"
#include "provoke/schedule.h"
#include "provoke/spec.h"
#include "provoke/subject.h"
#include "util/clock.h"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace unwedge::provoke {

/// What the helper process does from its begin to its end: it is told whom there is, and does to each what is
/// due.
class Stage {
  public:
    /// `socket`: of messages; `nice`: the priority of those that make load.
    Stage(const Plan &plan, Board &board, const Fd &socket, procfs::Proc proc, int nice);
    Stage(const Stage &) = delete;
    Stage &operator=(const Stage &) = delete;
    /// Whoever is held goes on.
    ~Stage();

    /// Until nobody is left who could send messages.
    void play();

  private:
    struct Part {
        Subject subject;
        std::string lineage;
        bool is_named;
        Nanos appeared;
        Schedule schedule;
        Step upcoming;
        Nanos due = Nanos::max(); ///< where it is on the agenda: for the end of its stop, else its next step
        bool is_held = false;
        Nanos let_go{};           ///< when it last was
        bool was_stopped = false; ///< by us, since it was last asked whether it runs
    };

    void wait() const;
    /// False: the end has come.
    bool take_messages();
    void take(Received received);
    void make_load();
    void enter(Received received);
    void leave(std::size_t slot);
    void put_on_agenda(std::size_t slot, Part &part, Nanos due);
    void plan_next(std::size_t slot, Part &part);
    void do_what_is_due(std::size_t slot);
    void perform(std::size_t slot, Part &part, const Step &step);
    int hold(std::size_t slot, Part &part);
    void release(std::size_t slot, Part &part);
    const char *why_not(Part &part, const Step &step) const;
    void give_up(Deed deed, int error);

    const Plan &plan_;
    Board &board_;
    const Fd &socket_;
    procfs::Proc proc_;
    int nice_;
    Nanos longest_stop_;
    BusyProcesses load_;
    std::map<std::size_t, Part> parts_;              ///< by slot
    std::set<std::pair<Nanos, std::size_t>> agenda_; ///< when something is due of whom
    std::set<Deed> given_up_;                        ///< what we have no right to do
};

} // namespace unwedge::provoke
