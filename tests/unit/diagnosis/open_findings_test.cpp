// SPDX-License-Identifier: GPL-2.0-only
// What a second review found. A disabled test states a behaviour that is wanted and fails today; mending it
// enables it and moves it to scenarios_test.cpp.
#include "diagnosis/story.h"

#include <gtest/gtest.h>

namespace unwedge::diagnosis {
namespace {

using facts::Interest;
using facts::Timeout;

const Texts nobody;
const Texts certain_wedge{"12 stopped_consuming certain confirmed"};

constexpr int looks_of_a_minute = 134;

/// What stands after a minute in which the actor `busy` uses 90 % of a CPU.
Texts culprits_after_a_busy_minute(SnapshotBuilder build, Pid busy) {
    Story story(std::move(build));
    for (int i = 0; i < looks_of_a_minute; ++i) {
        story.build.actor(busy).get().cpu = *story.build.actor(busy).get().cpu + between_looks * 9 / 10;
        story.look();
    }
    return story.culprits();
}

TEST(FalseAlarm, NotOfWhoWaitsForAProgramThatIsBusyForAMinute) {
    for (const facts::Wait &wait : {in_wait4(20), in_read(5)}) {
        SnapshotBuilder build = unread_request(wait);
        idle_actor(build, 20, "make", in_nothing()).child_of(child);
        EXPECT_EQ(culprits_after_a_busy_minute(build, 20), nobody) << wait.call;
    }
}

/// A consumer that awaits the answer of the actor 13 to its request, and asked last.
SnapshotBuilder awaits_a_server(facts::Wait server_wait) {
    SnapshotBuilder build = unread_request(in_epoll({watch(child_fd, Interest::disarmed), reads(10)}));
    build.tcp(4, "127.0.0.1:40000", 5, "127.0.0.1:5000").end(4).sent(8, 97s).received(7, 96s);
    build.actor(child).hold(10, 4);
    idle_actor(build, 13, "server", std::move(server_wait)).hold(4, 5);
    return build;
}

TEST(FalseAlarm, NotOfWhoAwaitsAnActorThatIsBusyForAMinute) {
    EXPECT_EQ(culprits_after_a_busy_minute(awaits_a_server(in_nothing()), 13), nobody);
}

TEST(FalseAlarm, NotOfALoopWhoseOtherThreadIsInATimedWaitOfSixSeconds) {
    for (const facts::Wait &wait :
         {in_futex(std::nullopt, Timeout::after(6s)), in_epoll({}, Timeout::after(6s))}) {
        SnapshotBuilder build = unread_request(in_epoll({watch(child_fd, Interest::disarmed)}));
        build.actor(child).thread(wait);
        EXPECT_EQ(wedge(build).culprits(), nobody) << "Thread.sleep of a JVM, Event.wait(6): " << wait.call;
    }
}

TEST(FalseAlarm, DISABLED_NotWhereAnUnansweredSenderWorksNowAndThen) {
    Story story(unread_request(forgetful()));
    for (int i = 0; i < looks_of_a_minute; ++i) {
        if (i % 4 == 0)
            story.build.actor(parent).get().cpu = *story.build.actor(parent).get().cpu + 100ms;
        story.look();
        ASSERT_EQ(story.culprits(), nobody) << "look " << i;
    }
}

TEST(Verdict, DISABLED_DoesNotComeAndGoWithTheWorkOfItsVictim) {
    Story story = wedge(unread_request(forgetful()));
    for (int i = 0; i < 20; ++i) {
        if (i % 3 == 0)
            story.build.actor(parent).get().cpu = *story.build.actor(parent).get().cpu + 100ms;
        story.look();
    }
    EXPECT_LE(story.culprits().size(), 1U) << story.culprits().size() << " verdicts about one stall";
}

TEST(Telling, DISABLED_DoesNotSayRecoveredOfWhatConsumedNothing) {
    Story story = wedge(unread_request(forgetful()));
    story.build.actor(child).thread_at(0).wait(in_nothing()).state(ThreadState::running);
    for (int i = 0; i < 10; ++i) {
        story.build.actor(child).cpu(1s + between_looks * i);
        story.look();
    }
    story.build.actor(child).thread_at(0).wait(forgetful()).state(ThreadState::sleeping);
    story.look_for(2s);
    EXPECT_EQ(story.culprits(), certain_wedge) << "one stall, one verdict";
}

TEST(Miss, NotOfASupervisorThatForgotItsChannelWhileAnUnrelatedChildIsBusy) {
    SnapshotBuilder build = unread_request(in_epoll({watch(child_fd, Interest::disarmed), reads(10)}));
    build.tcp(4, "127.0.0.1:40000", 5, "127.0.0.1:5000").end(4).received(7, 96s);
    build.actor(child).hold(10, 4);
    idle_actor(build, 20, "worker", in_nothing()).child_of(child).hold(4, 5);
    EXPECT_EQ(culprits_after_a_busy_minute(build, 20), Texts{"12 stopped_consuming likely confirmed"})
        << "it waits for nothing but channels, and for none of these an answer is owed";
}

TEST(Miss, DISABLED_NotOfThreeWhoAwaitEachOther) {
    SnapshotBuilder build(first_look);
    for (int i = 0; i < 3; ++i) {
        const auto own = static_cast<EndId>(2 * i + 1);
        build.tcp(own, "127.0.0.1:400" + std::to_string(i), own + 1, "127.0.0.1:500" + std::to_string(i));
        build.end(own).unread(10, stalled_at);
        build.end(own + 1).sent(2, stalled_at).received(1, 90s);
    }
    // Each reads requests on fd 9, of which it has one that it does not read, and awaits an answer on fd 7.
    for (int i = 0; i < 3; ++i)
        idle_actor(build, 21 + i, "peer", in_epoll({watch(9, Interest::disarmed), reads(7)}))
            .hold(9, static_cast<EndId>(2 * i + 1))
            .hold(7, static_cast<EndId>(2 * ((i + 1) % 3) + 2));
    Story story(build);
    story.look_for(60s);
    EXPECT_TRUE(story.latest().wedged());
}

TEST(Miss, DISABLED_NotBecauseTheSuspectOnceToldAnotherSuspectSomething) {
    SnapshotBuilder build = awaits_a_server(forgetful());
    build.outside(6, "127.0.0.1:7000", "127.0.0.1:40001").unread(10, stalled_at);
    build.actor(13).hold(5, 6);
    Story story(build);
    story.look_for(60s);
    EXPECT_TRUE(story.latest().wedged()) << "what 13 does not read is none of 12's requests";
}

TEST(Miss, NotOfAnActorThatWasContinuedAndStoppedAgainBetweenTwoLooks) {
    SnapshotBuilder build = unread_request(forgetful());
    build.actor(child).thread_at(0).state(ThreadState::stopped);
    Story story(build);
    story.look();
    story.build.actor(child).thread_at(0).switches(1);
    story.look_for(10s);
    EXPECT_EQ(story.culprits(), Texts{"12 stopped certain confirmed"});
}

TEST(Miss, NotBecauseASecondRequestCameASecondLaterAMinuteAgo) {
    SnapshotBuilder build = unread_request(forgetful());
    build.end(child_end).get().last_arrival = stalled_at + 1s;
    build.at(stalled_at + 60s);
    EXPECT_EQ(wedge(build).culprits(), certain_wedge);
}

TEST(Telling, DoesNotTakeEdgeTriggeredInterestInWritingForABlockedSend) {
    SnapshotBuilder build = unread_request(forgetful());
    build.actor(parent).thread_at(0).wait(in_epoll({{parent_fd, Interest::edge, true}}));
    build.end(parent_end).unsent(768);
    Story story = wedge(build);
    EXPECT_EQ(story.victims(), Texts{"11 waiting likely confirmed"})
        << "tokio, Go and nginx ask for both at all times";
    EXPECT_FALSE(mentions(evidence_text(story.verdict(Role::victim)), "blocked sending"));
}

} // namespace
} // namespace unwedge::diagnosis
