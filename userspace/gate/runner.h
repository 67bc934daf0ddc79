// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "gate/attempt.h"
#include "session/signals.h"
#include "util/clock.h"
#include "util/result.h"

#include <cstddef>
#include <functional>
#include <map>
#include <optional>

namespace unwedge::gate {

/// One thing to run, and what its caller knows it by.
struct Job {
    std::size_t ticket = 0;
    Order order;
};

/// What a Runner asks and tells, always on the thread that it runs on.
struct RunnerCalls {
    /// The next job; nullopt: none now. Asked again whenever one has ended.
    std::function<std::optional<Job>()> next;
    std::function<void(std::size_t ticket, Nanos now)> started;
    std::function<void(std::size_t ticket, Attempt attempt)> finished;
    /// Now and then, while something runs.
    std::function<void(Nanos now)> tick;
    Nanos every = std::chrono::seconds(1); ///< how often that is
};

/// Runs jobs, some at once, until there are none, or SIGINT, SIGTERM, SIGHUP or SIGQUIT comes: then what runs
/// is asked to end, and killed when `kill_after` is over or a second signal comes. What a run leaves behind
/// is ended before the next one begins.
class Runner {
  public:
    /// No more than `at_once` jobs run at any time.
    static Result<Runner> make(std::size_t at_once, Nanos kill_after);

    /// An Error: a job could not be started. What ran until then has been ended.
    Result<void> run(const RunnerCalls &calls);
    /// The signal that ended it; nullopt: none.
    std::optional<int> interrupted_by() const { return interrupted_by_; }

  private:
    Runner(session::Signals signals, std::size_t at_once, Nanos kill_after)
        : signals_(std::move(signals)), at_once_(at_once), kill_after_(kill_after) {}

    Result<void> start_what_fits(const RunnerCalls &calls);
    void wait(Nanos until) const;
    void take_signals();
    void stop();
    void finish_ended(const RunnerCalls &calls);

    session::Signals signals_;
    std::size_t at_once_;
    Nanos kill_after_;
    std::map<std::size_t, RunningAttempt> running_; ///< by ticket
    std::optional<int> interrupted_by_;
    std::optional<Nanos> kill_at_;
};

} // namespace unwedge::gate
