// SPDX-License-Identifier: GPL-2.0-only
#include "stage.h"

#include "kernel/privilege.h"

#include <csignal>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <utility>

namespace unwedge::test {

using namespace std::chrono_literals;

Actor::Actor(std::function<void()> begin) {
    steps_.push_back(std::move(begin));
}

Actor &Actor::then(std::function<void()> step) {
    steps_.push_back(std::move(step));
    return *this;
}

void Actor::play() {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (const auto &step : steps_) {
        char go = 0;
        if (::read(to_actor_, &go, 1) != 1)
            ::_exit(1);
        step();
        if (::write(from_actor_, &go, 1) != 1)
            ::_exit(1);
    }
    ::pause();
    ::_exit(0);
}

void Actor::start() {
    std::array<int, 2> there{};
    std::array<int, 2> back{};
    ASSERT_EQ(::pipe(there.data()), 0);
    ASSERT_EQ(::pipe(back.data()), 0);
    pid_ = ::fork();
    ASSERT_GE(pid_, 0);
    if (pid_ == 0) {
        to_actor_ = there[0];
        from_actor_ = back[1];
        ::close(there[1]);
        ::close(back[0]);
        play();
    }
    to_actor_ = there[1];
    from_actor_ = back[0];
    ::close(there[0]);
    ::close(back[1]);
}

void Actor::step() {
    char done = 'x';
    ASSERT_EQ(::write(to_actor_, &done, 1), 1);
    ASSERT_EQ(::read(from_actor_, &done, 1), 1) << "the actor ended in this step";
}

Actor::~Actor() {
    if (pid_ <= 0)
        return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    ::close(to_actor_);
    ::close(from_actor_);
}

namespace {

/// UNWEDGE_HOOKS, as --hooks takes it: so that each plan can be tried.
Result<kernel::HookWishes> wishes_from_environment() {
    const char *text = std::getenv("UNWEDGE_HOOKS");
    return text ? kernel::parse_wishes(text) : kernel::HookWishes();
}

} // namespace

kernel::Settings Stage::settings() const {
    return {.level = kernel::Level::trace, .stall_after = 3s, .sweep_gap = 2s};
}

void Stage::SetUp() {
    if (Result<void> able = kernel::require_capabilities(); !able)
        GTEST_SKIP() << able.error().message;
    const Result<kernel::HookWishes> wishes = wishes_from_environment();
    ASSERT_TRUE(wishes) << wishes.error().message;
    Result<kernel::HookPlan> plan = kernel::probe_hooks(*wishes);
    ASSERT_TRUE(plan) << plan.error().message;
    Result<kernel::Tracer> tracer = kernel::Tracer::start(*plan, settings());
    ASSERT_TRUE(tracer) << tracer.error().message;
    tracer_.emplace(std::move(*tracer));
}

void Stage::adopt(const Actor &actor) {
    const Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, actor.pid(), 0)));
    Result<void> done = tracer_->adopt(pidfd);
    ASSERT_TRUE(done) << done.error().message;
    ASSERT_TRUE(tracer_->is_actor(pidfd));
    actors_.push_back(actor.pid());
}

void Stage::meet_sockets_of(const Actor &actor) {
    if (!tracer_->meets_sockets()) {
        ASSERT_TRUE(tracer_->holds(actor.pid()));
        ASSERT_TRUE(tracer_->ends(actors_));
    }
}

kernel::SweepTotals Stage::sweep_at(Nanos at) {
    constexpr Nanos first = 1000s;
    Result<kernel::SweepTotals> totals = tracer_->sweep(first + at, actors_);
    EXPECT_TRUE(totals) << totals.error().message;
    return *totals;
}

std::vector<facts::Event> Stage::events() {
    std::vector<facts::Event> all;
    tracer_->drain_events({[&](const facts::Event &event) { all.push_back(event); }, {}});
    return all;
}

std::vector<facts::Call> Stage::calls() {
    std::vector<facts::Call> all;
    tracer_->drain_events({{}, [&](const facts::Call &call) { all.push_back(call); }});
    return all;
}

} // namespace unwedge::test
