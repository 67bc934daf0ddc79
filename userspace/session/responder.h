// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "report/context.h"
#include "session/countdown.h"
#include "session/hook.h"
#include "session/on_wedge.h"
#include "session/teller.h"
#include "session/watcher.h"

#include <optional>
#include <string>

namespace unwedge::session {

/// Does what --on-wedge asks for and says so; ending the tree is left to whom it tells that it is due.
class Responder {
  public:
    /// `program`: where the one of `asked` lies; empty if it has none. `teller` must outlive it.
    Responder(const OnWedge &asked, std::string program, Nanos grace, const Teller &teller);

    /// Is the program to be run for what a look found? For the first wedge only: who wants to be told of each
    /// reads the reports.
    bool wants_hook(const diagnosis::Diagnosis &found) const { return hook_.is_wanted() && found.wedged(); }
    /// Its process becomes no actor of `watcher`'s tree, whose first is `root`.
    void run_hook(const report::Context &wedge, facts::Pid root, Watcher &watcher);

    /// Takes what the look at `now` found. True: a wedge has outlived its grace, and --on-wedge kill was
    /// given.
    bool kill_is_due(const diagnosis::Diagnosis &found, Nanos now);

    /// Ends the program if its time is over.
    void limit_hook(Nanos now);
    /// To be called when the program's process has ended.
    void reap_hook();

    Hook &hook() { return hook_; }
    const Hook &hook() const { return hook_; }

  private:
    void tell_hook(std::string_view text) const;

    bool kills_;
    Nanos grace_;
    const Teller &teller_;
    Hook hook_;
    Countdown countdown_;
};

} // namespace unwedge::session
