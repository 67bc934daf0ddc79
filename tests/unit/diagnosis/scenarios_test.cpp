// SPDX-License-Identifier: GPL-2.0-only
// Whole stories from a review of the rules: what must not alarm, what must not be missed, what must be told
// well.
#include "diagnosis/health.h"
#include "diagnosis/story.h"
#include "diagnosis/suspicion.h"

#include <gtest/gtest.h>

namespace unwedge::diagnosis {
namespace {

using facts::Interest;
using facts::Timeout;

/// What stands against anybody during `length`, a look after the other; nobody is told of before.
Texts culprits_within(SnapshotBuilder build, Nanos length) {
    Story story(std::move(build));
    Texts all;
    for (Nanos passed{}; passed < length; passed += between_looks) {
        story.look();
        if (all.empty())
            all = story.culprits();
    }
    return all;
}

/// The same while the actor `busy` uses 90 % of a CPU.
Texts culprits_while_busy(SnapshotBuilder build, Pid busy) {
    Story story(std::move(build));
    for (int i = 0; i < 20; ++i) {
        story.build.actor(busy).get().cpu = *story.build.actor(busy).get().cpu + between_looks * 9 / 10;
        story.look();
        if (!story.culprits().empty())
            break;
    }
    return story.culprits();
}

facts::Wait in_pipe_read(int fd) {
    facts::Wait wait = in_read(fd);
    wait.call = "read";
    return wait;
}

// 1. False alarms: ordinary programs that wait for somebody else

SnapshotBuilder runs_a_program(facts::Wait child_wait) {
    SnapshotBuilder build = unread_request(std::move(child_wait));
    idle_actor(build, 20, "cc", in_nothing()).child_of(child);
    return build;
}

TEST(FalseAlarm, NotOfWhoReadsThePipeOfABusyProgramItRuns) {
    EXPECT_EQ(culprits_while_busy(runs_a_program(in_pipe_read(5)), 20), nobody);
}

TEST(FalseAlarm, NotOfWhoPollsThePipesOfABusyProgramItRuns) {
    facts::Wait wait = in_epoll({reads(5), reads(6)});
    wait.kind = WaitKind::poll;
    EXPECT_EQ(culprits_while_busy(runs_a_program(wait), 20), nobody);
}

TEST(FalseAlarm, NotOfWhoWaitsForAShellThatWaitsForABusyProgram) {
    SnapshotBuilder build = unread_request(in_wait4(20));
    idle_actor(build, 20, "sh", in_wait4()).child_of(child);
    idle_actor(build, 21, "cc", in_nothing()).child_of(20);
    EXPECT_EQ(culprits_while_busy(build, 21), nobody);
}

TEST(FalseAlarm, NotOfWhoWaitsForAChildThatSleepsForSixSeconds) {
    SnapshotBuilder build = unread_request(in_wait4(20));
    idle_actor(build, 20, "sleep 6", in_sleep(6s)).child_of(child);
    EXPECT_EQ(culprits_within(build, 2s), nobody);
}

TEST(FalseAlarm, NotOfWhoWaitsForAChildThatWaitsForTheNetwork) {
    SnapshotBuilder build = unread_request(in_wait4(20));
    build.outside(5, "10.0.0.1:40000", "93.184.216.34:443").leaves_host();
    idle_actor(build, 20, "curl", in_epoll({reads(3)}, Timeout::after(1s))).child_of(child).hold(3, 5);
    EXPECT_EQ(culprits_within(build, 5s), nobody);
}

/// A consumer that has sent a request of its own, to `server`'s end 5, and awaits the answer before it reads
/// on.
SnapshotBuilder awaits_an_answer() {
    SnapshotBuilder build = unread_request(in_epoll({watch(child_fd, Interest::disarmed), reads(10)}));
    build.outside(4, "10.0.0.1:40000", "10.0.0.2:5432").sent(8, 97s).received(7, 96s);
    build.actor(child).hold(10, 4);
    return build;
}

TEST(FalseAlarm, NotOfAParkedLoopThatAwaitsAnAnswerFromOutside) {
    EXPECT_EQ(culprits_within(awaits_an_answer(), 5s), nobody);
}

TEST(FalseAlarm, NotOfAParkedLoopThatAwaitsAnotherActorButOfThatActor) {
    SnapshotBuilder build = awaits_an_answer();
    build.tcp(4, "127.0.0.1:40000", 5, "127.0.0.1:5000").end(5).unread(40, 97s);
    idle_actor(build, 13, "server", forgetful()).hold(4, 5);
    Story story = wedge(build);
    EXPECT_EQ(story.culprits(), Texts{"13 stopped_consuming certain confirmed"});
    story.look_for(60s);
    EXPECT_EQ(story.culprits(), Texts{"13 stopped_consuming certain confirmed"});
    EXPECT_EQ(story.victims().size(), 2U);
}

TEST(FalseAlarm, NotOfABlockingReadOfAnAnswerFromOutsideOfFourSeconds) {
    SnapshotBuilder build = awaits_an_answer();
    build.actor(child).thread_at(0).wait(in_read(10));
    EXPECT_EQ(culprits_within(build, 2s), nobody);
}

TEST(FalseAlarm, NotOfALoopWhoseOwnThreadSleepsForSixSeconds) {
    SnapshotBuilder build = unread_request(in_epoll({watch(child_fd, Interest::disarmed)}));
    build.actor(child).thread(in_sleep(6s));
    EXPECT_EQ(culprits_within(build, 2s), nobody) << "to_thread, run_in_executor";
    build.actor(child).thread_at(0).wait(in_futex());
    build.end(child_end).last_reader(child);
    EXPECT_EQ(culprits_within(build, 2s), nobody) << "future.result()";
}

TEST(FalseAlarm, NotOfALockWhoseOwnerSleepsForSixSeconds) {
    SnapshotBuilder build = unread_request(in_futex(13));
    idle_actor(build, 13, "owner", in_sleep(6s));
    EXPECT_EQ(culprits_within(build, 2s), nobody);
}

TEST(FalseAlarm, NotCertainOfAThreadOfAPoolThatIdlesInAFutex) {
    SnapshotBuilder build = unread_request(in_futex());
    build.actor(child).thread(in_futex()).thread(in_futex());
    build.end(child_end).last_reader(child + 1);
    EXPECT_NE(culprits_within(build, 5s), Texts{"12 blocked_loop certain confirmed"});
}

TEST(FalseAlarm, NotOfOneSlowWriteToTheDisk) {
    SnapshotBuilder build = unread_request(wait_in(WaitKind::other, "fsync"));
    build.actor(child).thread_at(0).state(ThreadState::uninterruptible);
    EXPECT_EQ(culprits_within(build, 5s), nobody);
}

TEST(FalseAlarm, NotOfAServerThatAcceptsAllItsClientsBeforeItReads) {
    SnapshotBuilder build = unread_request(wait_in(WaitKind::accept, "accept"));
    idle_actor(build, 20, "client that still imports", in_nothing());
    EXPECT_EQ(culprits_while_busy(build, 20), nobody);
}

TEST(FalseAlarm, NotOfAnEndIntoWhichAnIdleSenderPutsOneMessageASecond) {
    SnapshotBuilder build = unread_request(forgetful());
    Story story(build);
    for (std::uint64_t turn = 0; turn < 20; ++turn) {
        if (turn % 2 == 0)
            story.build.end(child_end).unread(165 + 10 * turn, stalled_at).get().last_arrival =
                story.build.snapshot().at;
        if (turn % 2 == 0)
            story.build.end(parent_end).sent(turn, story.build.snapshot().at);
        story.look();
        ASSERT_EQ(story.culprits(), nobody) << "look " << turn;
    }
}

TEST(FalseAlarm, NotOfABusyActorThatATracerStopsAtEverySyscall) {
    SnapshotBuilder build = unread_request(in_nothing());
    Story story(build);
    for (std::uint64_t turn = 0; turn < 10; ++turn) {
        story.build.actor(child)
            .cpu(1s + 300ms * turn)
            .thread_at(0)
            .state(ThreadState::traced)
            .switches(1000 * turn);
        story.look();
    }
    EXPECT_EQ(story.culprits(), nobody);
}

TEST(FalseAlarm, NotWhereADescriptorIsInTheSetTwiceAndArmedOnce) {
    EXPECT_EQ(
        culprits_within(unread_request(in_epoll({watch(child_fd, Interest::disarmed), reads(child_fd)})), 5s),
        nobody);
}

TEST(FalseAlarm, NotOfABusyActorOneOfWhoseThreadsEnds) {
    SnapshotBuilder build = unread_request(forgetful());
    build.actor(child).thread(in_futex()).thread_at(1).run_delay(10s);
    const TwoLooks looks(
        build, [](SnapshotBuilder &later) { later.actor(child).cpu(1400ms).get().threads.pop_back(); });
    const Scene scene = looks.scene();
    EXPECT_TRUE(scene.is_busy(*scene.actor(child)));
}

// 2. Verdicts that outlive what they say

TEST(Verdict, DoesNotStandOverAConsumptionBetweenTwoLooks) {
    Story story = wedge(unread_request(forgetful()));
    story.build.end(child_end).unread(10, first_look + 2s).received(1, first_look + 2s);
    story.look(10s);
    EXPECT_EQ(story.culprits(), Texts{"12 stopped_consuming certain recovered"});
}

TEST(Verdict, DoesNotStandAgainstWhoIsBusyUntilItSpunForLong) {
    Story story = wedge(unread_request(forgetful()));
    ASSERT_TRUE(story.latest().wedged());
    story.build.actor(child).thread_at(0).wait(in_nothing()).state(ThreadState::running);
    auto spin = [&](int looks) {
        for (int i = 0; i < looks; ++i) {
            story.build.actor(child).get().cpu = *story.build.actor(child).get().cpu + between_looks;
            story.look();
        }
    };
    spin(50);
    EXPECT_FALSE(story.latest().wedged());
    spin(50);
    EXPECT_EQ(story.culprits(), Texts{"12 spinning_loop likely confirmed"});
}

TEST(Verdict, DoesNotStandOnceNobodyWaits) {
    Story story = wedge(unread_request(forgetful()));
    story.build.actor(parent).exited(0);
    EXPECT_FALSE(story.look().wedged());
}

TEST(Verdict, StandsThoughAtAnInstantNobodyWaitsAndFallsIfNobodyDoesForLong) {
    Story story = wedge(unread_request(forgetful()));
    story.build.actor(parent).thread_at(0).wait(in_sleep(1h));
    EXPECT_TRUE(story.look_for(2s).wedged()) << "it may have woken for a moment";
    EXPECT_FALSE(story.look_for(2s).wedged());
    EXPECT_EQ(story.culprits(), Texts{"12 stopped_consuming certain ended"});
}

TEST(Verdict, DoesNotStandAgainstWhoGaveTheDescriptorAway) {
    Story story = wedge(unread_request(forgetful()));
    story.build.actor(child).get().holds.clear();
    idle_actor(story.build, 13, "worker", in_futex()).hold(4, child_end);
    story.look();
    EXPECT_FALSE(mentions(story.culprits().front(), "12 stopped_consuming certain confirmed"));
}

TEST(Verdict, DoesNotPassToANewActorOfTheSamePid) {
    Story story = wedge(unread_request(forgetful()));
    story.build.actor(13, "heir").hold(4, child_end).thread(in_nothing());
    story.build.actor(child, "newcomer").started(first_look);
    EXPECT_FALSE(story.look().wedged()) << "though it has inherited the descriptor";
}

// 3. Evident wedges that are missed

TEST(Miss, NotOfASenderWhoseLoopWaitsUntilItCanWrite) {
    SnapshotBuilder build = unread_request(forgetful());
    build.actor(parent).thread_at(0).wait(in_epoll({{parent_fd, Interest::disarmed, true}}));
    build.end(parent_end).unsent(90'000);
    EXPECT_EQ(wedge(build).culprits(), certain_wedge) << "trio's send_all";
}

TEST(Miss, NotOfAConsumerBehindAProxyThatOnlyWaitsToWrite) {
    SnapshotBuilder build =
        unread_request(in_epoll({{child_fd, Interest::disarmed, false}, {10, Interest::disarmed, true}}));
    build.tcp(3, "127.0.0.1:6000", 4, "127.0.0.1:51236").end(3).unread(90'000, 97s);
    build.end(4).unsent(9000);
    build.actor(child).hold(10, 4);
    idle_actor(build, 13, "consumer", in_futex()).hold(4, 3);
    EXPECT_EQ(wedge(build).culprits(), Texts{"13 blocked_loop certain confirmed"});
}

TEST(Miss, NotOfALoopOfShortSleepsThatNeverReads) {
    for (const facts::Wait &wait : {in_sleep(1s), in_futex(std::nullopt, Timeout::after(1s))}) {
        Story story(unread_request(wait));
        for (std::uint64_t turn = 0; turn < 140; ++turn) {
            story.build.actor(child).thread_at(0).switches(turn);
            story.look();
        }
        EXPECT_EQ(story.culprits(), Texts{"12 blocked_loop likely confirmed"}) << wait.call << ", after 67 s";
    }
}

TEST(Miss, NotBecauseTheVictimWorkedForTwoSecondsAMinuteAgo) {
    SnapshotBuilder build = unread_request(forgetful());
    build.at(stalled_at + 60s).outside(5, "10.0.0.1:40000", "10.0.0.2:80").received(3, stalled_at + 2s);
    build.actor(parent).hold(8, 5);
    answered_before(build);
    EXPECT_EQ(wedge(build).culprits(), certain_wedge) << "gather() of which all others have answered";
}

TEST(Miss, NotOfASureChannelBehindAnOlderInconclusiveOne) {
    SnapshotBuilder build = unread_request(forgetful());
    build.tcp(3, "127.0.0.1:4001", 4, "127.0.0.1:51235").end(3).unread(10, 90s);
    build.actor(child).hold(10, 3);
    idle_actor(build, 20, "client", in_read(5)).hold(5, 4);
    build.lost("ringbuf_full", 1, 92s);
    EXPECT_TRUE(wedge(build).latest().wedged());
}

TEST(Miss, NotOfAStoppedActorWithAnUnreadChannelThatNobodyWaitsFor) {
    SnapshotBuilder build = unread_request(forgetful());
    build.actor(parent).thread_at(0).wait(in_sleep(1h));
    build.actor(child).hold(10, 3).thread_at(0).state(ThreadState::stopped);
    build.tcp(3, "127.0.0.1:4001", 4, "127.0.0.1:51235");
    idle_actor(build, 20, "client", in_read(5)).hold(5, 4);
    Story story(build);
    story.look_for(10s);
    EXPECT_TRUE(story.latest().wedged());
}

TEST(Miss, NotOfADatagramReceiverWhoseSendersAreBlocked) {
    constexpr EndId log = 9;
    SnapshotBuilder build(first_look);
    build.end(log).kind(facts::ChannelKind::unix_dgram).unread(4000, stalled_at);
    build.end(3).kind(facts::ChannelKind::unix_dgram).peer(log);
    idle_actor(build, child, "syslogd", in_futex()).hold(child_fd, log);
    idle_actor(build, parent, "client", in_write(parent_fd)).hold(parent_fd, 3);
    build.counts_receives_since(1s);
    EXPECT_EQ(wedge(build).culprits(), Texts{"12 blocked_loop certain confirmed"});
}

TEST(Miss, NotOfAStoppedActorWhoseMainThreadHasEnded) {
    SnapshotBuilder build = unread_request(in_nothing());
    build.actor(child).thread_at(0).state(ThreadState::dead);
    build.actor(child).thread(in_epoll({}), ThreadState::stopped);
    EXPECT_EQ(wedge(build).culprits(), Texts{"12 stopped certain confirmed"});
}

TEST(Miss, NotOfTwoWhoAwaitEachOther) {
    SnapshotBuilder build = unread_request(in_epoll({watch(child_fd, Interest::disarmed), reads(10)}));
    build.tcp(4, "127.0.0.1:40000", 5, "127.0.0.1:5000").end(4).sent(8, 97s).received(7, 96s);
    build.actor(child).hold(10, 4);
    build.end(5).unread(40, 97s);
    build.end(parent_end).sent(8, 97s).received(7, 96s);
    build.actor(parent).hold(8, 5).thread_at(0).wait(
        in_epoll({watch(8, Interest::disarmed), reads(parent_fd)}));
    Story story(build);
    story.look_for(60s);
    EXPECT_EQ(story.culprits(),
              (Texts{"11 stopped_consuming likely confirmed", "12 stopped_consuming likely confirmed"}));
}

// 4. One story told twice, or with the wrong words

TEST(Telling, OfOneCulpritWithTwoChannelsIsOnceWhenItRecovers) {
    SnapshotBuilder build = unread_request(forgetful());
    build.tcp(3, "127.0.0.1:4001", 4, "127.0.0.1:51235").end(3).unread(10, 90s);
    build.actor(child).hold(10, 3);
    idle_actor(build, 20, "client", in_read(5)).hold(5, 4);
    Story story = wedge(build);
    story.build.end(child_end).unread(0);
    story.build.end(3).unread(0);
    story.look();
    EXPECT_EQ(story.culprits(), Texts{"12 stopped_consuming certain recovered"});
}

TEST(Telling, OfAStopThatLaterLeavesBytesUnreadIsOnceWhenItIsContinued) {
    SnapshotBuilder build = conversation(forgetful());
    build.actor(child).thread_at(0).state(ThreadState::stopped);
    Story story(build);
    story.look_for(4s);
    story.build.end(child_end).unread(10, story.build.snapshot().at);
    story.look_for(5s);
    story.build.actor(child).thread_at(0).state(ThreadState::sleeping);
    story.build.end(child_end).unread(0);
    story.look();
    EXPECT_EQ(story.culprits().size(), 1U);
}

TEST(Telling, OfOneChannelDoesNotSayThatThereAreMore) {
    Story story = wedge(unread_request(forgetful()));
    story.build.actor(child).thread_at(0).wait(in_futex());
    story.look();
    story.look_for(31s);
    EXPECT_FALSE(mentions(evidence_text(story.verdict()), "more of its channels"));
}

TEST(Telling, NamesTheDescriptorThatIsInTheSet) {
    SnapshotBuilder build = unread_request(in_epoll({watch(33, Interest::disarmed)}));
    build.actor(child).hold(33, child_end);
    const std::string text = evidence_text(wedge(build).verdict());
    EXPECT_TRUE(mentions(text, "unread on fd 33")) << text;
}

TEST(Telling, TakesNoOtherThreadsSwitchesForAWake) {
    SnapshotBuilder build =
        unread_request(in_epoll({watch(child_fd, Interest::disarmed)}, Timeout::after(20s)));
    build.actor(child).thread(in_epoll({})).thread_at(1).switches(900);
    Story story(build);
    story.look();
    std::swap(story.build.actor(child).get().threads[0].wait, story.build.actor(child).get().threads[1].wait);
    story.look();
    story.last_look();
    EXPECT_EQ(story.culprits(), nobody);
}

TEST(Telling, OfAHoldWithoutAnEndIsNothing) {
    SnapshotBuilder build = conversation(forgetful());
    build.end(parent_end).peer(0);
    build.actor(child).get().holds = {{child_fd, 0}};
    EXPECT_TRUE(OneLook(build).scene().holders(0).empty());
}

TEST(Telling, GivesEveryStopOneFingerprint) {
    auto stopped_in = [](facts::Wait wait) {
        SnapshotBuilder build = unread_request(std::move(wait));
        build.actor(child).thread_at(0).state(ThreadState::stopped);
        return wedge(build).verdict().fingerprint;
    };
    EXPECT_EQ(stopped_in(forgetful()), stopped_in(in_futex()));
}

TEST(Telling, PutsCulpritsBeforeVictims) {
    SnapshotBuilder build = unread_request(forgetful());
    build.tcp(3, "127.0.0.1:4001", 4, "127.0.0.1:51235").end(3).unread(10, 90s);
    idle_actor(build, 13, "other", forgetful()).hold(10, 3);
    idle_actor(build, 20, "client", in_read(5)).hold(5, 4);
    Story story = wedge(build);
    story.build.end(3).unread(0);
    story.look();
    EXPECT_TRUE(std::ranges::is_sorted(story.latest().verdicts, {}, &Verdict::role));
}

// What a second review found.

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

TEST(FalseAlarm, NotWhereAnUnansweredSenderWorksNowAndThen) {
    Story story(unread_request(forgetful()));
    for (int i = 0; i < looks_of_a_minute; ++i) {
        if (i % 4 == 0)
            story.build.actor(parent).get().cpu = *story.build.actor(parent).get().cpu + 100ms;
        story.build.actor(parent).thread_at(0).asleep(between_looks * (i % 4));
        story.look();
        ASSERT_EQ(story.culprits(), nobody) << "look " << i;
    }
}

TEST(Verdict, DoesNotComeAndGoWithTheWorkOfItsVictim) {
    Story story = wedge(unread_request(forgetful()));
    for (int i = 0; i < 20; ++i) {
        if (i % 3 == 0)
            story.build.actor(parent).get().cpu = *story.build.actor(parent).get().cpu + 100ms;
        story.look();
    }
    EXPECT_LE(story.culprits().size(), 1U) << story.culprits().size() << " verdicts about one stall";
}

TEST(Telling, DoesNotSayRecoveredOfWhatConsumedNothing) {
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

TEST(Miss, NotOfThreeWhoAwaitEachOther) {
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

TEST(Miss, NotBecauseTheSuspectOnceToldAnotherSuspectSomething) {
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
