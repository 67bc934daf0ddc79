// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/wakers.h"

#include "diagnosis/scenes.h"

#include <gtest/gtest.h>

#include <random>

namespace unwedge::diagnosis {
namespace {

using Pids = std::set<Pid>;

/// Two that wait for each other on one channel, and nothing else: what each test changes.
SnapshotBuilder quiet_pair() {
    SnapshotBuilder build(first_look);
    build.actor(parent, "parent")
        .hold(parent_fd, parent_end)
        .alarms(false)
        .listens_to_signals(false)
        .thread(of_channel(in_read(parent_fd)));
    build.actor(child, "child")
        .child_of(parent)
        .hold(child_fd, child_end)
        .alarms(false)
        .listens_to_signals(false);
    build.actor(child).thread(in_epoll({awaits(child_fd)}));
    build.unix_pair(child_end, parent_end);
    return build;
}

Pids closed(const SnapshotBuilder &build) {
    return closed_set(wakers(OneLook(build).scene()));
}

const Pids both{parent, child};
const Pids none;

/// As quiet_pair(), with the child's only thread in `wait`.
Pids closed_with(facts::Wait wait) {
    SnapshotBuilder build = quiet_pair();
    build.actor(child).thread_at(0).wait(std::move(wait));
    return closed(build);
}

TEST(Wakers, AreEachOther) {
    const SnapshotBuilder build = quiet_pair();
    const auto all = wakers(OneLook(build).scene());
    EXPECT_EQ(all.at(parent).actors, Pids{child});
    EXPECT_EQ(all.at(child).actors, Pids{parent});
    EXPECT_FALSE(all.at(child).open);
    EXPECT_EQ(closed(build), both);
}

TEST(Wakers, AreTimersWithinTheHorizon) {
    EXPECT_EQ(closed_with(in_epoll({awaits(child_fd)}, facts::Timeout::after(5s))), none);
    EXPECT_EQ(closed_with(in_epoll({awaits(child_fd)}, facts::Timeout::unknown())), none);
    EXPECT_EQ(closed_with(in_epoll({awaits(child_fd)}, facts::Timeout::after(24h))), both)
        << "trio's way to say never";
    facts::Wait timerfd = in_epoll({awaits(child_fd)});
    timerfd.timerfd = 3s;
    EXPECT_EQ(closed_with(timerfd), none);
}

TEST(Wakers, AreAlarmsAndWhatIsNotKnownOfThem) {
    SnapshotBuilder build = quiet_pair();
    build.actor(child).alarms(true);
    EXPECT_EQ(closed(build), none);
    build.actor(child).get().alarms.reset();
    EXPECT_EQ(closed(build), none);
}

TEST(Wakers, AreNotUnderstoodWaits) {
    for (const WaitKind kind : {WaitKind::none, WaitKind::io_uring, WaitKind::connect, WaitKind::sleep,
                                WaitKind::file_lock, WaitKind::signal, WaitKind::other, WaitKind::unknown})
        EXPECT_EQ(closed_with(wait_in(kind, "call")), none) << static_cast<int>(kind);
    EXPECT_EQ(closed_with(in_unread_epoll()), none);
    EXPECT_EQ(closed_with(in_epoll({reads(child_fd)})), none) << "whose doing makes it ready is not known";
    EXPECT_EQ(closed_with(in_epoll({awaits(77)})), none) << "a channel that was not seen";
}

TEST(Wakers, AreOtherStatesThanSleep) {
    for (const ThreadState state : {ThreadState::running, ThreadState::uninterruptible, ThreadState::stopped,
                                    ThreadState::traced, ThreadState::frozen, ThreadState::unknown}) {
        SnapshotBuilder build = quiet_pair();
        build.actor(child).thread_at(0).state(state);
        EXPECT_EQ(closed(build), none) << static_cast<int>(state);
    }
}

TEST(Wakers, AreBytesThatWait) {
    SnapshotBuilder build = quiet_pair();
    build.end(child_end).unread(1, 99s);
    EXPECT_EQ(closed(build), none) << "it will read them in a moment";
}

TEST(Wakers, AreWhoeverIsOutside) {
    SnapshotBuilder build = quiet_pair();
    build.actor(child).hold(4, 5).thread_at(0).wait(in_epoll({awaits(child_fd), awaits(4)}));
    build.outside(5, "127.0.0.1:4", "127.0.0.1:5");
    EXPECT_EQ(closed(build), none);

    SnapshotBuilder inherited = quiet_pair();
    inherited.end(child_end).get().held_outside = true;
    EXPECT_EQ(closed(inherited), none);

    SnapshotBuilder datagrams = quiet_pair();
    datagrams.end(child_end).kind(facts::ChannelKind::unix_dgram);
    EXPECT_EQ(closed(datagrams), none);
}

TEST(Wakers, AreTheTimeoutsOfSockets) {
    SnapshotBuilder build = quiet_pair();
    build.end(parent_end).get().times_out = true;
    EXPECT_EQ(closed(build), none) << "the parent's read ends by itself";
    build.end(parent_end).get().times_out = false;
    build.end(child_end).get().times_out = true;
    EXPECT_EQ(closed(build), both) << "a loop does not wait so";
}

TEST(Wakers, OfAListenerAreOutsideUnlessItIsOfThisHost) {
    SnapshotBuilder build = quiet_pair();
    build.listener(60, "127.0.0.1:80", 0, 5).actor(child).hold(3, 60);
    build.actor(child).thread_at(0).wait(in_epoll({awaits(child_fd), awaits(3)}));
    EXPECT_EQ(closed(build), both);
    EXPECT_TRUE(wakers(OneLook(build).scene()).at(child).listens);
    build.get().listeners.back().queued = 1;
    EXPECT_EQ(closed(build), none) << "it will accept in a moment";
    build.get().listeners.back().queued = 0;
    build.get().listeners.back().loopback = false;
    EXPECT_EQ(closed(build), none);
}

TEST(Wakers, OfAThreadAreTheOthersOfItsProcess) {
    SnapshotBuilder build = quiet_pair();
    build.actor(child).thread(in_lock(""));
    EXPECT_EQ(closed(build), both);
    build.actor(child).thread(in_sleep(1s));
    EXPECT_EQ(closed(build), none);
}

TEST(Wakers, OfALockAreWhoSharesItsMemory) {
    SnapshotBuilder build = quiet_pair();
    build.actor(child).thread_at(0).wait(in_lock("0:1:7"));
    build.actor(20, "other").alarms(false).listens_to_signals(false).thread(in_lock("")).get().shared_memory =
        {"0:1:7"};
    EXPECT_EQ(wakers(OneLook(build).scene()).at(child).actors, Pids{20});
    EXPECT_EQ(closed(build), (Pids{parent, child, 20}));
    build.actor(20).thread_at(0).wait(in_sleep(1s));
    EXPECT_EQ(closed(build), none);
    facts::Wait unknown = in_lock("");
    unknown.lock_memory.reset();
    EXPECT_EQ(closed_with(unknown), none);
}

TEST(Wakers, OfALockOfItsOwnAreItsSignalHandlersToo) {
    SnapshotBuilder build = quiet_pair();
    build.actor(child).thread(in_lock("")).listens_to_signals(true);
    EXPECT_EQ(closed(build), none) << "a service whose main thread waits to be told to end";
    build.actor(child).get().listens_to_signals.reset();
    EXPECT_EQ(closed(build), none);
}

TEST(Wakers, OfAParentAreItsChildren) {
    SnapshotBuilder build = quiet_pair();
    build.actor(parent).thread_at(0).wait(in_wait4(child));
    EXPECT_EQ(closed(build), both);
    build.actor(parent).thread_at(0).wait(in_wait4());
    EXPECT_EQ(closed(build), both);
    build.actor(parent).thread_at(0).wait(in_wait4(99));
    EXPECT_EQ(closed(build), none) << "a child of another tree";
}

TEST(Wakers, OfPidfdsAndEventfds) {
    const facts::Watch pidfd{4, facts::Interest::armed, false, facts::Source::process, child};
    const facts::Watch eventfd{5, facts::Interest::armed, false, facts::Source::event, std::nullopt};
    SnapshotBuilder build = quiet_pair();
    build.actor(parent).thread_at(0).wait(in_epoll({pidfd, eventfd}));
    EXPECT_EQ(wakers(OneLook(build).scene()).at(parent).actors, Pids{child});
    build.actor(20, "other")
        .alarms(false)
        .listens_to_signals(false)
        .thread(in_sleep(1s))
        .get()
        .holds_eventfd = true;
    EXPECT_EQ(wakers(OneLook(build).scene()).at(parent).actors, (Pids{child, 20}))
        << "it may be the same one";
    EXPECT_EQ(closed(build), none);
}

TEST(Wakers, OfAPipeOfOnesOwnAreNone) {
    const EndId reading = facts::first_pipe;
    SnapshotBuilder build(first_look);
    build.actor(parent, "alone")
        .alarms(false)
        .listens_to_signals(false)
        .hold(4, reading)
        .hold(5, reading + 1);
    build.actor(parent).thread(of_channel(in_read(4)));
    EXPECT_EQ(closed(build), Pids{parent});
    build.actor(parent).get().holds.pop_back();
    EXPECT_EQ(closed(build), none) << "somebody else writes to it";
}

/// The union of all sets none of whose members is open or can be woken from outside of it, by going through
/// all sets.
Pids closed_by_force(const std::map<Pid, Wakers> &all) {
    const unsigned sets = 1U << all.size();
    Pids united;
    for (unsigned set = 0; set < sets; ++set) {
        Pids members;
        for (unsigned i = 0; const auto &[pid, by] : all)
            if (set >> i++ & 1)
                members.insert(pid);
        const bool is_closed = std::ranges::all_of(members, [&](Pid pid) {
            const Wakers &by = all.at(pid);
            return !by.open && std::ranges::includes(members, by.actors);
        });
        if (is_closed)
            united.insert(members.begin(), members.end());
    }
    return united;
}

TEST(ClosedSetProperty, IsWhatGoingThroughAllSetsFinds) {
    int closed = 0;
    for (unsigned seed = 1; seed <= 3000; ++seed) {
        std::mt19937 random(seed);
        const auto one_in = [&](unsigned times) { return static_cast<unsigned>(random()) % times == 0; };
        const Pid actors = 1 + static_cast<Pid>(random() % 9);
        const unsigned density = 2 + static_cast<unsigned>(random()) % 6;
        std::map<Pid, Wakers> all;
        for (Pid pid = 1; pid <= actors; ++pid) {
            all[pid].open = one_in(6);
            for (Pid other = 1; other <= actors; ++other)
                if (other != pid && one_in(density))
                    all[pid].actors.insert(other);
            if (one_in(30))
                all[pid].actors.insert(99); // of whom nothing is known
        }
        ASSERT_EQ(closed_set(all), closed_by_force(all)) << "seed " << seed;
        closed += closed_set(all).empty() ? 0 : 1;
    }
    EXPECT_GT(closed, 300) << "the graphs are too tame";
    EXPECT_LT(closed, 2700) << "the graphs are too tame";
}

} // namespace
} // namespace unwedge::diagnosis
