// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/attention.h"

#include "diagnosis/scenes.h"

#include <gtest/gtest.h>

namespace unwedge::diagnosis {
namespace {

using facts::Interest;

constexpr int other_fd = 5;

/// What one thread in `wait` makes of the end behind child_fd.
Attention attention_of(facts::Wait wait, ThreadState state = ThreadState::sleeping) {
    SnapshotBuilder build;
    build.actor(child).hold(child_fd, child_end).thread(std::move(wait), state);
    const facts::Actor &actor = build.actor(child).get();
    const Attendance one = attendance(actor, child_fd);
    EXPECT_EQ(Attendances(actor).of(child_fd).attention, one.attention) << "asked for with all others";
    return one.attention;
}

struct Row {
    const char *what;
    facts::Wait wait;
    Attention expected;
};

TEST(Attention, OfOneThreadFollowsFromItsWait) {
    const std::vector<Row> rows{
        {"armed in epoll", in_epoll({reads(child_fd)}), Attention::attended},
        {"armed among others", in_epoll({reads(other_fd), reads(child_fd)}), Attention::attended},
        {"edge-triggered", in_epoll({watch(child_fd, Interest::edge)}), Attention::edge},
        {"disarmed", in_epoll({watch(child_fd, Interest::disarmed)}), Attention::disarmed},
        {"listed as absent", in_epoll({watch(child_fd, Interest::none)}), Attention::none},
        {"interest unknown", in_epoll({watch(child_fd, Interest::unknown)}), Attention::unknown},
        {"not in the set", in_epoll({reads(other_fd)}), Attention::none},
        {"an empty set", in_epoll({}), Attention::none},
        {"an unreadable set", in_unread_epoll(), Attention::unknown},
        {"a blocking read of it", in_read(child_fd), Attention::attended},
        {"a blocking read of another", in_read(other_fd), Attention::none},
        {"a blocking read of who knows what", wait_in(WaitKind::read, "read"), Attention::unknown},
        {"a blocking write to it", in_write(child_fd), Attention::none},
        {"io_uring", wait_in(WaitKind::io_uring, "io_uring_enter"), Attention::unknown},
        {"a sleep", in_sleep(1h), Attention::none},
        {"a lock", in_futex(), Attention::none},
        {"a child", in_wait4(), Attention::none},
        {"a call that is no wait", wait_in(WaitKind::other, "ioctl"), Attention::none},
        {"on the CPU", in_nothing(), Attention::none},
        {"an unreadable call", wait_in(WaitKind::unknown, ""), Attention::unknown},
    };
    for (const Row &row : rows)
        EXPECT_EQ(attention_of(row.wait), row.expected) << row.what;
}

TEST(Attention, OfAllDescriptorsAtOnceIsThatOfEach) {
    SnapshotBuilder build;
    build.actor(child)
        .thread(in_epoll({watch(7, Interest::edge), reads(3), watch(5, Interest::disarmed), reads(7)}))
        .thread(in_epoll({watch(5, Interest::edge), watch(3, Interest::none)}))
        .thread(in_read(4));
    for (const bool hidden : {false, true}) {
        if (hidden)
            build.actor(child).thread(in_unread_epoll());
        const facts::Actor &actor = build.actor(child).get();
        const Attendances all(actor);
        for (int fd = 2; fd <= 8; ++fd) {
            const Attendance one = attendance(actor, fd);
            EXPECT_EQ(all.of(fd).attention, one.attention) << fd;
            EXPECT_EQ(all.of(fd).thread, one.thread) << fd;
            EXPECT_EQ(all.of(fd).actor, one.actor) << fd;
            EXPECT_EQ(all.of(fd).fd, one.fd) << fd;
        }
    }
}

TEST(Attention, OfPollAndSelectIsThatOfEpoll) {
    for (const WaitKind kind : {WaitKind::poll, WaitKind::select}) {
        facts::Wait wait = in_epoll({reads(child_fd)});
        wait.kind = kind;
        EXPECT_EQ(attention_of(wait), Attention::attended);
        wait.watches.reset();
        EXPECT_EQ(attention_of(wait), Attention::unknown);
    }
}

TEST(Attention, OfAnIoUringIsUnknownEvenWithAnEmptySet) {
    facts::Wait wait = in_epoll({});
    wait.kind = WaitKind::io_uring;
    EXPECT_EQ(attention_of(wait), Attention::unknown);
}

TEST(Attention, OfARunningThreadWhoseCallCouldNotBeReadIsNone) {
    EXPECT_EQ(attention_of(wait_in(WaitKind::unknown, ""), ThreadState::running), Attention::none);
}

TEST(Attendance, OfAnActorIsItsStrongestThreads) {
    SnapshotBuilder build;
    build.actor(child)
        .thread(in_futex())
        .thread(in_epoll({watch(child_fd, Interest::disarmed)}))
        .thread(in_read(child_fd))
        .thread(in_epoll({watch(child_fd, Interest::edge)}));
    const facts::Actor &actor = build.actor(child).get();
    const Attendance found = attendance(actor, child_fd);
    EXPECT_EQ(found.attention, Attention::attended);
    EXPECT_EQ(found.thread, &actor.threads.at(2));
    EXPECT_EQ(found.actor, &actor);
    EXPECT_EQ(found.fd, child_fd);
}

TEST(Attendance, IsInOrderOfStrength) {
    const std::vector<std::pair<facts::Wait, Attention>> weakest_first{
        {in_epoll({}), Attention::none},
        {in_epoll({watch(child_fd, Interest::disarmed)}), Attention::disarmed},
        {in_epoll({watch(child_fd, Interest::edge)}), Attention::edge},
        {in_unread_epoll(), Attention::unknown},
        {in_epoll({reads(child_fd)}), Attention::attended}};
    SnapshotBuilder build;
    for (const auto &[wait, expected] : weakest_first) {
        build.actor(child).thread(wait);
        EXPECT_EQ(attendance(build.actor(child).get(), child_fd).attention, expected);
    }
}

TEST(Attendance, IsUnknownOfAnActorThatHoldsAnIoUringWhateverItsThreadsDo) {
    SnapshotBuilder build;
    build.actor(child).io_uring().thread(in_sleep(1h));
    const Attendance found = attendance(build.actor(child).get(), child_fd);
    EXPECT_EQ(found.attention, Attention::unknown);
    EXPECT_EQ(found.thread, nullptr);
}

TEST(Attendance, BeatsAnIoUringWhereAThreadReadsTheEnd) {
    SnapshotBuilder build;
    build.actor(child).io_uring().thread(in_read(child_fd));
    EXPECT_EQ(attendance(build.actor(child).get(), child_fd).attention, Attention::attended);
}

TEST(Attendance, OfAnActorWithoutThreadsIsNone) {
    SnapshotBuilder build;
    const Attendance found = attendance(build.actor(child).get(), child_fd);
    EXPECT_EQ(found.attention, Attention::none);
    EXPECT_EQ(found.actor, nullptr);
}

TEST(Attendance, OfAnEndIsThatOfItsMostAttentiveHolderAndHisDescriptor) {
    SnapshotBuilder build = unread_request(forgetful());
    build.actor(20).hold(3, child_end).hold(4, child_end).thread(in_epoll({reads(4)}));
    const OneLook look(build);
    const Scene scene = look.scene();
    const Attendance found = attendance(scene, *scene.end(child_end));
    EXPECT_EQ(found.attention, Attention::attended);
    EXPECT_EQ(found.actor, scene.actor(20));
    EXPECT_EQ(found.fd, 4);
}

TEST(Attendance, OfAnEndIgnoresTheSameNumberInOtherActors) {
    SnapshotBuilder build = unread_request(forgetful());
    build.actor(20).hold(child_fd, parent_end).thread(in_epoll({reads(child_fd)}));
    const OneLook look(build);
    const Scene scene = look.scene();
    EXPECT_EQ(attendance(scene, *scene.end(child_end)).attention, Attention::none);
}

TEST(Attendance, OfAnEndThatOnlyTheDeadHeldIsNone) {
    SnapshotBuilder build = unread_request(in_read(child_fd));
    build.actor(child).get().exited = true;
    const OneLook look(build);
    const Scene scene = look.scene();
    EXPECT_EQ(attendance(scene, *scene.end(child_end)).attention, Attention::none);
}

TEST(IsParked, IsASleepInAReadinessWait) {
    auto parked = [](facts::Wait wait, ThreadState state = ThreadState::sleeping) {
        SnapshotBuilder build;
        build.actor(child).thread(std::move(wait), state);
        return is_parked(build.actor(child).get().threads.front());
    };
    EXPECT_TRUE(parked(in_epoll({})));
    EXPECT_TRUE(parked(in_unread_epoll()));
    for (const WaitKind kind : {WaitKind::poll, WaitKind::select, WaitKind::io_uring})
        EXPECT_TRUE(parked(wait_in(kind, "")));
    EXPECT_FALSE(parked(in_epoll({}), ThreadState::running));
    EXPECT_FALSE(parked(in_epoll({}), ThreadState::stopped));
    EXPECT_FALSE(parked(in_epoll({}), ThreadState::unknown));
    EXPECT_FALSE(parked(in_read(child_fd)));
    EXPECT_FALSE(parked(in_sleep(1h)));
}

TEST(IsStopped, LeavesDeadThreadsOutOfAccount) {
    SnapshotBuilder build;
    ActorBuilder actor = build.actor(child);
    actor.thread(in_nothing()).thread_at(0).state(ThreadState::dead);
    EXPECT_FALSE(is_stopped(actor.get())) << "a zombie is not stopped";
    actor.thread(in_epoll({}), ThreadState::stopped);
    EXPECT_TRUE(is_stopped(actor.get())) << "the main thread has ended, the other one is stopped";
}

TEST(IsStopped, NeedsEveryThreadToBe) {
    SnapshotBuilder build;
    ActorBuilder actor = build.actor(child);
    EXPECT_FALSE(is_stopped(actor.get())) << "without a thread";
    actor.thread(in_epoll({}), ThreadState::stopped);
    EXPECT_TRUE(is_stopped(actor.get()));
    actor.thread(in_epoll({}), ThreadState::traced).thread(in_epoll({}), ThreadState::frozen);
    EXPECT_TRUE(is_stopped(actor.get()));
    actor.thread(in_epoll({}));
    EXPECT_FALSE(is_stopped(actor.get()));
}

} // namespace
} // namespace unwedge::diagnosis
