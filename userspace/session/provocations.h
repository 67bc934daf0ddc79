// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/ids.h"
#include "provoke/board.h"
#include "provoke/helper.h"
#include "provoke/lineage.h"
#include "provoke/spec.h"
#include "report/context.h"
#include "session/watcher.h"
#include "util/clock.h"
#include "util/result.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace unwedge::session {

/// A seed for who has given none; not foreseeable.
std::uint64_t drawn_seed();

/// What --provoke asks for, and what it was done with.
report::Provoked provoked_by(const provoke::Plan &plan);

/// Our side of --provoke: tells the helper process who lives, and knows whom it holds.
class Provocations {
  public:
    /// Who comes is told so soon; where nothing else wakes us.
    static constexpr Nanos pace = std::chrono::milliseconds(250);

    Provocations() = default; ///< nothing is provoked
    /// `plan` outlives this. The helper waits; there is little yet that it could have a copy of.
    static Result<Provocations> start(const provoke::Plan &plan);
    Provocations(Provocations &&) noexcept = default;
    Provocations &operator=(Provocations &&) noexcept = delete;
    ~Provocations() { end(); }

    /// Before the command runs.
    void pin(facts::Pid command) const;
    /// Who has come or gone since it was called last; and if the helper is no more, whoever it held goes on.
    /// `watcher` outlives this.
    void follow(const Watcher &watcher);
    /// The actor was stopped by us at some time since then (CLOCK_MONOTONIC).
    bool held(facts::Pid pid, Nanos since) const;
    /// For good: whoever is held goes on, and the load ends, before this returns.
    void end();

    std::optional<pid_t> helper() const;

  private:
    struct Known {
        Nanos started{};
        std::string lineage;
        std::optional<std::size_t> slot; ///< the helper was told, and not that it has gone
        bool is_named = false;
    };
    struct Unmap {
        void operator()(provoke::Board *board) const;
    };

    bool is_named(const Member &member) const;
    void forget_who_is_gone(const Watcher &watcher);
    void meet(const Watcher &watcher);
    void tell(const Watcher &watcher, facts::Pid pid, const Member &member, Known &known);
    std::optional<std::size_t> take_slot();
    bool helper_ends(Nanos within) const;
    void let_all_go() const;

    const provoke::Plan *plan_ = nullptr;
    const Watcher *watcher_ = nullptr; ///< null: nobody was told of yet
    std::unique_ptr<provoke::Board, Unmap> board_;
    std::unique_ptr<provoke::Helper> helper_; ///< null: none, or no more
    provoke::Lineage lineage_;
    std::map<facts::Pid, Known> known_;
    std::vector<std::size_t> free_slots_;
    bool told_of_limit_ = false;
};

} // namespace unwedge::session
