// SPDX-License-Identifier: GPL-2.0-only
#include "gate/runner.h"

#include "gate/leftovers.h"

#include <poll.h>

#include <algorithm>
#include <csignal>
#include <set>
#include <utility>
#include <vector>

namespace unwedge::gate {

Result<Runner> Runner::make(std::size_t at_once, Nanos kill_after) {
    Result<session::Signals> signals = session::Signals::take();
    if (!signals)
        return signals.error();
    adopt_leftovers();
    return Runner(*std::move(signals), at_once, kill_after);
}

Result<void> Runner::start_what_fits(const RunnerCalls &calls) {
    while (running_.size() < at_once_ && !interrupted_by_) {
        std::optional<Job> job = calls.next();
        if (!job)
            return {};
        Result<RunningAttempt> started = RunningAttempt::start(std::move(job->order), signals_);
        if (!started)
            return started.error();
        running_.emplace(job->ticket, *std::move(started));
        calls.started(job->ticket, monotonic_now());
    }
    return {};
}

void Runner::wait(Nanos until) const {
    std::vector<pollfd> fds{{signals_.fd().get(), POLLIN, 0}};
    for (const auto &[ticket, attempt] : running_)
        fds.push_back({attempt.pidfd().get(), POLLIN, 0});
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - monotonic_now()).count();
    ::poll(fds.data(), fds.size(), static_cast<int>(std::max<std::int64_t>(left, 0)));
}

void Runner::take_signals() {
    signals_.drain([this](const signalfd_siginfo &signal) {
        const int number = static_cast<int>(signal.ssi_signo);
        if (number != SIGINT && number != SIGTERM && number != SIGHUP && number != SIGQUIT)
            return;
        kill_at_ = monotonic_now() + (interrupted_by_ ? Nanos{} : kill_after_);
        interrupted_by_ = interrupted_by_.value_or(number);
        for (auto &[ticket, attempt] : running_)
            attempt.interrupt();
    });
    if (!kill_at_ || monotonic_now() < *kill_at_)
        return;
    for (const auto &[ticket, attempt] : running_)
        attempt.kill();
    kill_at_ = monotonic_now() + kill_after_; // what does not die at once is not asked all the time
}

void Runner::finish_ended(const RunnerCalls &calls) {
    for (auto one = running_.begin(); one != running_.end();) {
        pollfd ended{one->second.pidfd().get(), POLLIN, 0};
        if (::poll(&ended, 1, 0) <= 0) {
            ++one;
            continue;
        }
        Attempt attempt = one->second.finish();
        const std::size_t ticket = one->first;
        one = running_.erase(one);
        std::set<facts::Pid> others;
        for (const auto &[other, running] : running_)
            others.insert(running.pid());
        attempt.left_behind = end_leftovers(others);
        calls.finished(ticket, std::move(attempt));
    }
}

void Runner::stop() {
    for (auto &[ticket, attempt] : running_) {
        attempt.kill();
        attempt.finish();
    }
    running_.clear();
    end_leftovers({});
}

Result<void> Runner::run(const RunnerCalls &calls) {
    Nanos next_tick = monotonic_now() + calls.every;
    for (;;) {
        if (Result<void> started = start_what_fits(calls); !started) {
            stop();
            return started;
        }
        if (running_.empty())
            return {};
        wait(std::min(next_tick, kill_at_.value_or(Nanos::max())));
        take_signals();
        finish_ended(calls);
        if (const Nanos now = monotonic_now(); now >= next_tick) {
            calls.tick(now);
            next_tick = now + calls.every;
        }
    }
}

} // namespace unwedge::gate
