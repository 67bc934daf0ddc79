// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "kernel/tracer.h"

#include <gtest/gtest.h>
#include <sys/types.h>

#include <functional>
#include <optional>
#include <vector>

namespace unwedge::test {

/// A traced process that does what it is told, step by step: each step runs in it as a function, while the
/// test waits, so that nothing ever depends on time.
class Actor {
  public:
    explicit Actor(std::function<void()> begin = [] {});
    Actor(const Actor &) = delete;
    Actor &operator=(const Actor &) = delete;
    ~Actor();

    pid_t pid() const { return pid_; }
    /// Next step of the script; returns when it is done.
    void step();
    /// Steps to come, to be given before the first one is asked for.
    Actor &then(std::function<void()> step);
    /// Forks. From here on the process exists and waits for its first step.
    void start();

  private:
    [[noreturn]] void play();

    std::vector<std::function<void()>> steps_;
    pid_t pid_ = 0;
    int to_actor_ = -1;
    int from_actor_ = -1;
};

/// A tracer on a quiet stage; skips the test where the host does not let programs be loaded.
class Stage : public ::testing::Test {
  protected:
    void SetUp() override;

    kernel::Tracer &tracer() { return *tracer_; }
    /// Those that were adopted, be they alive or not.
    const std::vector<facts::Pid> &actors() const { return actors_; }
    void adopt(const Actor &actor);
    /// Makes the actor's sockets known, as a census does, where its messages do not do it.
    void meet_sockets_of(const Actor &actor);
    /// Sweeps as of `at` after the first sweep's time.
    kernel::SweepTotals sweep_at(Nanos at);
    std::vector<facts::Event> events();
    std::vector<facts::Call> calls();

    virtual kernel::Settings settings() const;

  private:
    std::optional<kernel::Tracer> tracer_;
    std::vector<facts::Pid> actors_;
};

/// The events, or calls, of one kind, in order.
template <typename Kind, typename Event>
std::vector<Kind> only(const std::vector<Event> &events) {
    std::vector<Kind> found;
    for (const Event &event : events)
        if (const auto *one = std::get_if<Kind>(&event))
            found.push_back(*one);
    return found;
}

} // namespace unwedge::test
