// SPDX-License-Identifier: GPL-2.0-only
#include "provoke/helper.h"

#include "procfs/proc.h"
#include "provoke/message.h"
#include "provoke/schedule.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <functional>
#include <new>
#include <thread>
#include <vector>

namespace unwedge::provoke {
namespace {

using namespace std::chrono_literals;

/// A helper with one child of this process to handle, which computes.
class ProvokeHelper : public testing::Test {
  protected:
    void SetUp() override {
        void *shared =
            ::mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        ASSERT_NE(shared, MAP_FAILED);
        board_ = new (shared) Board;
        child_ = ::fork();
        if (child_ == 0)
            for (volatile unsigned work = 0;;)
                work = work + 1;
        ASSERT_GT(child_, 0);
    }

    void TearDown() override {
        helper_.socket.reset();
        reap(helper_.pid, __WCLONE);
        ::kill(child_, SIGKILL);
        reap(child_, 0);
        ::munmap(board_, sizeof(Board));
    }

    static void reap(pid_t pid, int how) {
        if (pid > 0)
            ::waitpid(pid, nullptr, how);
    }

    void start(Spec spec) {
        plan_ = {.spec = std::move(spec), .seed = 1};
        while (plan_.spec.stops && !is_soon_and_long(first_step()))
            ++plan_.seed;
        Result<Helper> helper = start_helper(plan_, *board_);
        ASSERT_TRUE(helper) << helper.error().message;
        helper_ = std::move(*helper);
        Message message{.kind = Message::Kind::appeared, .is_named = true, .slot = 0, .pid = child_};
        message.lineage = {'1'};
        const Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, child_, 0)));
        ASSERT_EQ(send(helper_.socket, message, pidfd.get()), 0);
    }

    Step first_step() const { return *Schedule(plan_.spec, plan_.seed, "1").next(); }

    /// So that a test need not wait for it, but may be waited for by it.
    bool is_soon_and_long(const Step &step) const {
        return step.at < 200ms && step.length > plan_.spec.stops->longest / 2;
    }

    char state() const { return proc_.stat(child_)->state; }

    static bool await(const std::function<bool()> &holds) {
        for (const auto until = std::chrono::steady_clock::now() + 10s;
             std::chrono::steady_clock::now() < until;) {
            if (holds())
                return true;
            std::this_thread::sleep_for(200us);
        }
        return holds();
    }

    bool helper_ends() const {
        pollfd ended{helper_.pidfd.get(), POLLIN, 0};
        return ::poll(&ended, 1, 10'000) == 1;
    }

    std::vector<pid_t> children_of(pid_t parent) const {
        std::vector<pid_t> children;
        const Result<std::vector<facts::Pid>> pids = proc_.pids();
        for (const facts::Pid pid : *pids)
            if (const Result<procfs::Stat> stat = proc_.stat(pid); stat && stat->ppid == parent)
                children.push_back(pid);
        return children;
    }

    procfs::Proc proc_;
    Board *board_ = nullptr;
    pid_t child_ = -1;
    Plan plan_;
    Helper helper_;
};

Spec stops_of(Nanos longest) {
    Spec spec;
    spec.stops = Stops{.names = "", .longest = longest};
    return spec;
}

TEST_F(ProvokeHelper, StopsAndLetsGoAgainAndAgain) {
    start(stops_of(20ms));
    for (int times = 0; times < 3; ++times) {
        EXPECT_TRUE(await([this] { return state() == 'T'; }));
        EXPECT_TRUE(await([this] { return state() == 'R'; }));
    }
}

TEST_F(ProvokeHelper, SaysOnTheBoardWhoseStopItIs) {
    start(stops_of(500ms));
    const Nanos before = monotonic_now();
    EXPECT_TRUE(await([this] { return state() == 'T'; }));
    EXPECT_TRUE(board_->was_held(0, before));
}

TEST_F(ProvokeHelper, LetsGoAtItsEnd) {
    start(stops_of(9s));
    ASSERT_TRUE(await([this] { return state() == 'T'; }));
    helper_.socket.reset();
    EXPECT_TRUE(helper_ends());
    EXPECT_TRUE(await([this] { return state() == 'R'; }));
    EXPECT_FALSE(board_->is_held(0));
}

TEST_F(ProvokeHelper, LetsGoWhoIsNoActorAnyMore) {
    start(stops_of(9s));
    ASSERT_TRUE(await([this] { return state() == 'T'; }));
    ASSERT_EQ(send(helper_.socket, {.kind = Message::Kind::gone, .slot = 0}), 0);
    EXPECT_TRUE(await([this] { return state() == 'R'; }));
}

/// Who was stopped by somebody else is that one's to let go.
TEST_F(ProvokeHelper, LeavesWhoIsStoppedAlone) {
    ASSERT_EQ(::kill(child_, SIGSTOP), 0);
    ASSERT_TRUE(await([this] { return state() == 'T'; }));
    start(stops_of(1ms));
    std::this_thread::sleep_for(300ms); // that nothing happens is what is tested
    EXPECT_EQ(state(), 'T');
    helper_.socket.reset();
    EXPECT_TRUE(helper_ends());
    EXPECT_EQ(state(), 'T');
    EXPECT_FALSE(board_->was_held(0, 1ns));
}

/// A tree that hangs is left at rest: what has not run is stopped once at most, and has not run for that.
TEST_F(ProvokeHelper, LeavesWhoSleepsAlone) {
    ::kill(child_, SIGKILL);
    reap(child_, 0);
    child_ = ::fork();
    if (child_ == 0)
        for (;;)
            ::pause();
    ASSERT_TRUE(await([this] { return state() == 'S'; }));
    start(stops_of(1ms));
    ASSERT_TRUE(await([this] { return board_->was_held(0, 1ns); }))
        << "the first time nothing is known of it";
    std::this_thread::sleep_for(200ms);
    const Nanos since = monotonic_now();
    std::this_thread::sleep_for(500ms);
    EXPECT_FALSE(board_->was_held(0, since));
}

TEST_F(ProvokeHelper, MakesLoadThatEndsWithIt) {
    Spec spec;
    spec.load = Load{.count = 2, .cpus = {}};
    start(spec);
    ASSERT_TRUE(await([this] { return children_of(helper_.pid).size() == 2; }));
    const std::vector<pid_t> busy = children_of(helper_.pid);
    const auto are_gone = [&] {
        return std::ranges::none_of(busy, [this](pid_t pid) {
            const Result<procfs::Stat> stat = proc_.stat(pid);
            return stat && stat->state != 'Z';
        });
    };
    helper_.socket.reset();
    EXPECT_TRUE(helper_ends());
    EXPECT_TRUE(await(are_gone));
}

TEST_F(ProvokeHelper, MakesLoadThatEndsWithItEvenIfItIsKilled) {
    Spec spec;
    spec.load = Load{.count = 2, .cpus = {}};
    start(spec);
    ASSERT_TRUE(await([this] { return children_of(helper_.pid).size() == 2; }));
    const std::vector<pid_t> busy = children_of(helper_.pid);
    ASSERT_EQ(::kill(helper_.pid, SIGKILL), 0);
    EXPECT_TRUE(helper_ends());
    EXPECT_TRUE(await([&] {
        return std::ranges::none_of(busy, [this](pid_t pid) {
            const Result<procfs::Stat> stat = proc_.stat(pid);
            return stat && stat->state != 'Z';
        });
    }));
}

TEST_F(ProvokeHelper, ChangesPriorities) {
    if (::geteuid() != 0)
        GTEST_SKIP() << "priorities are raised again, which takes root";
    Spec spec;
    spec.nice = true;
    start(spec);
    const Step first = first_step();
    EXPECT_TRUE(await([&] { return ::getpriority(PRIO_PROCESS, static_cast<id_t>(child_)) == first.nice; }));
}

TEST_F(ProvokeHelper, MovesToOtherCpus) {
    Spec spec;
    spec.affinity = allowed_cpus();
    start(spec);
    const Step first = first_step();
    EXPECT_TRUE(await([&] {
        cpu_set_t mask;
        CPU_ZERO(&mask);
        ::sched_getaffinity(child_, sizeof(mask), &mask);
        return CPU_COUNT(&mask) == static_cast<int>(first.cpus.size()) &&
               std::ranges::all_of(first.cpus, [&](int cpu) { return CPU_ISSET(cpu, &mask); });
    }));
}

} // namespace
} // namespace unwedge::provoke
