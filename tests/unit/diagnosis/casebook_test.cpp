// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/casebook.h"

#include "diagnosis/story.h"

#include <gtest/gtest.h>

namespace unwedge::diagnosis {
namespace {

using facts::Interest;
using facts::Timeout;

const Texts likely_wedge{"12 stopped_consuming likely confirmed"};

void consume(SnapshotBuilder &build) {
    build.end(child_end).unread(0).received(1, build.snapshot().at);
}

TEST(Casebook, SuspectsAtTheFirstLookAndConfirmsAtTheSecond) {
    Story story(unread_request(forgetful()));
    EXPECT_FALSE(story.look().wedged());
    EXPECT_EQ(story.culprits(), nobody);
    EXPECT_TRUE(story.is_open());
    EXPECT_TRUE(story.look().wedged());
    EXPECT_EQ(story.culprits(), certain_wedge);
}

TEST(Casebook, TellsOfTheCulpritWhichChannelSinceWhenAndHowItKnows) {
    Story story = wedge(unread_request(forgetful()));
    const Verdict &found = story.verdict();
    EXPECT_EQ(found.channel, channel);
    EXPECT_EQ(found.since, stalled_at);
    EXPECT_EQ(found.blocked_on, std::nullopt);
    const std::string text = evidence_text(found);
    EXPECT_TRUE(mentions(text, "165 B unread on fd 9 for 4.5 s")) << text;
    EXPECT_TRUE(mentions(text, "parked in epoll_wait without a timer")) << text;
    EXPECT_TRUE(mentions(text, "11 waits in epoll_wait to read from 12 on fd 7, and does nothing else"))
        << text;
}

TEST(Casebook, TellsOfTheVictimWhomItWaitsFor) {
    Story story = wedge(unread_request(forgetful()));
    EXPECT_EQ(story.victims(), Texts{"11 waiting likely confirmed"})
        << "others may serve an attended channel";
    const Verdict &found = story.verdict(Role::victim);
    EXPECT_EQ(found.waits_on, child);
    EXPECT_EQ(found.final_blocker, child);
    EXPECT_EQ(found.channel, channel);
    EXPECT_EQ(found.since, stalled_at);
}

TEST(Casebook, IsCertainOfAVictimThatIsBlockedSending) {
    SnapshotBuilder build = unread_request(forgetful());
    build.actor(parent).thread_at(0).wait(in_write(parent_fd));
    EXPECT_EQ(wedge(build).victims(), Texts{"11 waiting certain confirmed"});
}

// As in fingerprint_test: this value must outlive the code that makes it.
TEST(Casebook, GivesTheSameWedgeTheSameFingerprintForEver) {
    Story story = wedge(unread_request(forgetful()));
    EXPECT_EQ(story.verdict().fingerprint, "ea4dab1af664c153");
    EXPECT_EQ(story.verdict(Role::victim).fingerprint, "44fc1f92182e29ea");
}

TEST(Casebook, GivesOneFingerprintWhateverThePidsPortsTimesAndNumbersOfWorkers) {
    SnapshotBuilder other(5000s);
    idle_actor(other, 911, "parent", in_epoll({reads(3)})).hold(3, 40);
    idle_actor(other, 912, "child", forgetful()).hold(4, 41);
    other.tcp(40, "10.1.2.3:1", 41, "10.1.2.3:2").end(41).unread(9, 4990s);
    EXPECT_EQ(wedge(other).verdict().fingerprint, wedge(unread_request(forgetful())).verdict().fingerprint);

    auto named = [](const char *worker) {
        SnapshotBuilder build = unread_request(forgetful());
        build.actor(child, worker);
        return wedge(build).verdict().fingerprint;
    };
    EXPECT_EQ(named("worker 1"), named("worker 22"));
    EXPECT_NE(named("worker 1"), named("child"));
}

TEST(Casebook, GivesAnotherFingerprintToAnotherKindOfWedge) {
    const std::set<std::string> all{wedge(unread_request(forgetful())).verdict().fingerprint,
                                    wedge(unread_request(in_sleep(1h))).verdict().fingerprint,
                                    wedge(unread_request(in_futex())).verdict().fingerprint};
    EXPECT_EQ(all.size(), 3U);
}

TEST(Casebook, SaysNothingOfAHealthyConversation) {
    Story story(conversation(in_epoll({reads(child_fd)})));
    story.look_for(60s);
    EXPECT_TRUE(story.latest().verdicts.empty());
    EXPECT_TRUE(story.latest().notes.empty());
    EXPECT_FALSE(story.is_open());
}

TEST(Casebook, TellsOfWhatConsumedAgainThatItRecovered) {
    Story story = wedge(unread_request(forgetful()));
    consume(story.build);
    EXPECT_FALSE(story.look().wedged());
    EXPECT_EQ(story.culprits(), Texts{"12 stopped_consuming certain recovered"});
    EXPECT_EQ(story.victims(), nobody);
    EXPECT_EQ(story.verdict().until, first_look + 2 * between_looks);
    EXPECT_FALSE(story.is_open());
    story.look_for(10s);
    EXPECT_EQ(story.culprits(), Texts{"12 stopped_consuming certain recovered"}) << "it is kept";
}

TEST(Casebook, RestsWithoutForgettingWhatItSuspectsNorWhatItTold) {
    Story story(unread_request(forgetful()));
    story.look();
    story.rest();
    EXPECT_TRUE(story.is_open());
    EXPECT_TRUE(story.look().wedged());
    consume(story.build);
    story.look();
    story.rest();
    story.look(10min);
    EXPECT_EQ(story.culprits(), Texts{"12 stopped_consuming certain recovered"});
}

TEST(Casebook, TellsOfAConsumerThatReadOneMessageOfManyThatItRecovered) {
    Story story = wedge(unread_request(forgetful()));
    story.build.end(child_end).unread(100, first_look + between_looks);
    EXPECT_FALSE(story.look().wedged());
    EXPECT_EQ(story.culprits(), Texts{"12 stopped_consuming certain recovered"});
}

TEST(Casebook, SaysNothingOfASuspicionThatPassed) {
    Story story(unread_request(forgetful()));
    story.look();
    consume(story.build);
    story.look();
    EXPECT_EQ(story.culprits(), nobody);
    EXPECT_FALSE(story.is_open());
}

TEST(Casebook, ConfirmsASecondWedgeOfTheSameEndAnew) {
    Story story = wedge(unread_request(forgetful()));
    consume(story.build);
    story.look();
    story.build.end(child_end).unread(80, story.build.snapshot().at);
    story.look_for(4s);
    EXPECT_EQ(story.culprits(),
              (Texts{"12 stopped_consuming certain confirmed", "12 stopped_consuming certain recovered"}));
}

TEST(Casebook, TellsOfACulpritThatDiedThatItsWedgeEnded) {
    Story story = wedge(unread_request(forgetful()));
    story.build.actor(child).exited(9);
    EXPECT_FALSE(story.look().wedged());
    EXPECT_EQ(story.culprits(), Texts{"12 stopped_consuming certain ended"});
}

TEST(Casebook, TellsOfACulpritThatVanishedThatItsWedgeEnded) {
    Story story = wedge(unread_request(forgetful()));
    story.build.get().actors.erase(child);
    EXPECT_FALSE(story.look().wedged());
    EXPECT_EQ(story.culprits(), Texts{"12 stopped_consuming certain ended"});
}

TEST(Casebook, TellsOfAChannelThatWasClosedThatItsWedgeEnded) {
    Story story = wedge(unread_request(forgetful()));
    story.build.get().ends.clear();
    story.build.actor(child).get().holds.clear();
    EXPECT_FALSE(story.look().wedged());
    EXPECT_EQ(story.culprits(), Texts{"12 stopped_consuming certain ended"});
}

TEST(Casebook, EndsWhatStandsWhenTheCommandEnds) {
    Story story = wedge(unread_request(forgetful()));
    EXPECT_FALSE(story.finish(123s).wedged());
    EXPECT_EQ(story.culprits(), Texts{"12 stopped_consuming certain ended"});
    EXPECT_EQ(story.verdict().until, 123s);
    EXPECT_FALSE(story.is_open());
}

TEST(Casebook, KeepsWhatRecoveredWhenTheCommandEnds) {
    Story story = wedge(unread_request(forgetful()));
    consume(story.build);
    story.look();
    story.finish(123s);
    EXPECT_EQ(story.culprits(), Texts{"12 stopped_consuming certain recovered"});
}

TEST(Casebook, LetsAVerdictStandWhileItsThreadRunsForAnInstant) {
    Story story = wedge(unread_request(forgetful()));
    story.build.actor(child).thread_at(0).wait(in_nothing()).state(ThreadState::running);
    EXPECT_TRUE(story.look().wedged());
    EXPECT_EQ(story.culprits(), certain_wedge);
    story.build.actor(child).thread_at(0).wait(forgetful()).state(ThreadState::sleeping);
    EXPECT_TRUE(story.look().wedged());
}

TEST(Casebook, DoesNotTakeASuspicionOfAnotherKindForTheSecondLook) {
    Story story(unread_request(forgetful()));
    story.look();
    story.build.actor(child).thread_at(0).wait(in_futex());
    story.look();
    EXPECT_EQ(story.culprits(), nobody);
    story.look();
    EXPECT_EQ(story.culprits(), Texts{"12 blocked_loop certain confirmed"});
}

TEST(Casebook, DoesNotConfirmAtALookAtWhichTheThreadRuns) {
    SnapshotBuilder build = unread_request(forgetful());
    build.end(child_end).longest_wait(5s);
    Story story(build);
    story.look_for(5900ms);
    story.build.actor(child).thread_at(0).wait(in_nothing()).state(ThreadState::running);
    story.look(1s);
    EXPECT_EQ(story.culprits(), nobody) << "its time is over, but this is no look at which the rule is met";
}

TEST(Casebook, NeverConvictsASlowConsumerThatProgresses) {
    Story story(unread_request(in_sleep(400ms)));
    story.build.end(child_end).unread(5000, first_look);
    for (int message = 0; message < 60; ++message) {
        story.build.end(child_end).unread(5000, story.build.snapshot().at - 400ms);
        story.look();
        ASSERT_EQ(story.culprits(), nobody);
    }
}

/// A consumer that reads one message and then sleeps for so long in its loop's own wait.
SnapshotBuilder paced_by(Nanos pause) {
    SnapshotBuilder build =
        unread_request(in_epoll({watch(child_fd, Interest::disarmed)}, Timeout::after(pause)));
    build.actor(child).thread_at(0).switches(7).asleep(4s);
    return build;
}

TEST(Casebook, NeverConvictsAConsumerPacedByATimerBeforeItWoke) {
    Story story(paced_by(30min));
    story.look_for(60s);
    EXPECT_EQ(story.culprits(), nobody);
    story.last_look();
    EXPECT_EQ(story.culprits(), nobody);
}

TEST(Casebook, ConvictsAPacedConsumerOnceItWokeAndDidNotReadForBusyAfter) {
    Story story(paced_by(5s));
    story.look();
    story.build.actor(child).thread_at(0).switches(8);
    story.look_for(25s);
    EXPECT_EQ(story.culprits(), nobody) << "30 s have not passed since 96 s";
    story.look_for(2s);
    EXPECT_EQ(story.culprits(), likely_wedge);
}

TEST(Casebook, ConvictsAPacedConsumerThatWokeAsLikelyAtTheLastLook) {
    Story story(paced_by(5s));
    story.look();
    story.build.actor(child).thread_at(0).switches(8);
    story.look();
    EXPECT_EQ(story.culprits(), nobody);
    EXPECT_TRUE(story.last_look().wedged());
    EXPECT_EQ(story.culprits(), likely_wedge);
}

TEST(Casebook, ConvictsALoopWhoseHeartbeatGoesOnButWhichNeverReads) {
    Story story(unread_request(forgetful(Timeout::after(200ms))));
    std::uint64_t switches = 0;
    for (Nanos passed{}; passed < 26s; passed += between_looks) {
        story.build.actor(child).thread_at(0).switches(switches += 2);
        story.look();
    }
    EXPECT_EQ(story.culprits(), nobody) << "30 s have not passed since 96 s";
    story.build.actor(child).thread_at(0).switches(switches + 2);
    story.look(1s);
    EXPECT_EQ(story.culprits(), likely_wedge);
}

TEST(Casebook, LetsASleepOfSixSecondsPass) {
    Story story(unread_request(in_sleep(6s)));
    for (Nanos asleep = 4s; asleep < 6s; asleep += between_looks) {
        story.build.actor(child).thread_at(0).asleep(asleep);
        story.look();
        ASSERT_EQ(story.culprits(), nobody);
    }
    consume(story.build);
    story.look();
    EXPECT_EQ(story.culprits(), nobody);
}

TEST(Casebook, ConvictsASleepOfAnHourAsLikely) {
    Story story = wedge(unread_request(in_sleep(1h)));
    EXPECT_EQ(story.culprits(), Texts{"12 blocked_loop likely confirmed"});
    EXPECT_EQ(story.verdict().blocked_on, BlockedOn::sleep);
}

TEST(Casebook, ConvictsALockAndNamesItsOwner) {
    Story story = wedge(unread_request(in_futex(77)));
    EXPECT_EQ(story.culprits(), Texts{"12 blocked_loop certain confirmed"});
    EXPECT_EQ(story.verdict().blocked_on, BlockedOn::lock);
    EXPECT_EQ(story.verdict().blocked_by, 77);
}

SnapshotBuilder waiting_for_grandchild() {
    SnapshotBuilder build = unread_request(in_wait4(20));
    idle_actor(build, 20, "cc", in_futex()).child_of(child);
    return build;
}

TEST(Casebook, LetsAChildBlockedOnABusyChildBe) {
    Story story(waiting_for_grandchild());
    story.look();
    for (Nanos cpu = 1s; cpu < 20s; cpu += 400ms) {
        story.build.actor(20).cpu(cpu += 400ms);
        story.look();
        ASSERT_EQ(story.culprits(), nobody);
    }
}

TEST(Casebook, ConvictsAChildBlockedOnAnIdleChildWhenPatienceIsOver) {
    Story story = wedge(waiting_for_grandchild());
    EXPECT_EQ(story.culprits(), nobody);
    story.look_for(31s);
    EXPECT_EQ(story.culprits(), Texts{"12 blocked_loop likely confirmed"});
    EXPECT_EQ(story.verdict().blocked_on, BlockedOn::child);
    EXPECT_EQ(story.verdict().blocked_by, 20);
    EXPECT_TRUE(
        mentions(evidence_text(story.verdict()), "it may yet be moved by the child that it waits for"));
}

TEST(Casebook, NotesWhoIsMerelyBusy) {
    Story story(unread_request(in_nothing()));
    story.look();
    for (Nanos cpu = 1s; cpu < 20s; cpu += 400ms) {
        story.build.actor(child).cpu(cpu);
        story.look();
        ASSERT_EQ(story.culprits(), nobody);
    }
    ASSERT_EQ(story.latest().notes.size(), 1U);
    EXPECT_EQ(story.latest().notes.front().pid, child);
    EXPECT_EQ(story.latest().notes.front().channel, channel);
    EXPECT_EQ(story.latest().notes.front().text, "12 is busy and has not read fd 9 yet");
    EXPECT_EQ(story.latest().health.at(child), Health::busy);
}

/// parent → child → server, each waiting for an answer of the next; the server forgot its channel.
SnapshotBuilder chain_of_three() {
    SnapshotBuilder build = unread_request(in_read(10));
    build.tcp(3, "127.0.0.1:5000", 4, "127.0.0.1:51236").end(3).unread(40, 95s);
    build.actor(child).hold(10, 4);
    idle_actor(build, 13, "server", forgetful()).hold(4, 3);
    return build;
}

TEST(Casebook, BlamesTheLastOfAChainAndNotWhoWaitsForItInRecv) {
    Story story = wedge(chain_of_three());
    EXPECT_EQ(story.culprits(), Texts{"13 stopped_consuming certain confirmed"});
    EXPECT_EQ(story.victims(), (Texts{"11 waiting likely confirmed", "12 waiting likely confirmed"}));
    const Verdict &first = story.verdict(Role::victim);
    EXPECT_EQ(first.waits_on, child);
    EXPECT_EQ(first.final_blocker, 13);
    EXPECT_EQ(first.since, 95s);
}

TEST(Casebook, DoesNotListAVictimThatWorksOnElsewhere) {
    Story story(chain_of_three());
    story.look();
    story.build.actor(parent).cpu(1400ms);
    story.look();
    EXPECT_EQ(story.culprits(), Texts{"13 stopped_consuming certain confirmed"});
    EXPECT_EQ(story.victims(), Texts{"12 waiting likely confirmed"});
}

TEST(Casebook, ListsSiblingsThatWaitForTheStuckParentAsVictims) {
    SnapshotBuilder build = unread_request(in_futex());
    for (Pid sibling = 20; sibling < 23; ++sibling) {
        const auto near = static_cast<EndId>(sibling);
        build.unix_pair(near, near + 100).counts_receives_since(1s);
        idle_actor(build, sibling, "worker", in_read(3)).hold(3, near);
        build.actor(child).hold(sibling, near + 100);
    }
    Story story = wedge(build);
    EXPECT_EQ(story.culprits(), Texts{"12 blocked_loop certain confirmed"});
    EXPECT_EQ(story.victims(), (Texts{"11 waiting likely confirmed", "20 waiting likely confirmed",
                                      "21 waiting likely confirmed", "22 waiting likely confirmed"}));
}

TEST(Casebook, ListsAProxyThatWentOnUntilItsBuffersWereFull) {
    SnapshotBuilder build = unread_request(forgetful());
    build.at(stalled_at + 20s);
    build.tcp(5, "127.0.0.1:40000", 6, "127.0.0.1:5000").end(5).received(9, stalled_at + 10s);
    build.actor(parent).hold(8, 5);
    idle_actor(build, 20, "sink's other client", in_read(parent_fd)).hold(parent_fd, parent_end);
    Story story = wedge(build);
    EXPECT_EQ(story.victims(), (Texts{"11 waiting likely confirmed", "20 waiting likely confirmed"}));
}

TEST(Casebook, DoesNotListAVictimThatIsStoppedItself) {
    SnapshotBuilder build = chain_of_three();
    idle_actor(build, 10, "shell", in_wait4(parent));
    build.actor(10).thread_at(0).state(ThreadState::stopped);
    Story story(build);
    story.look_for(5s);
    EXPECT_EQ(story.culprits(), Texts{"13 stopped_consuming certain confirmed"});
    EXPECT_EQ(story.victims(), (Texts{"11 waiting likely confirmed", "12 waiting likely confirmed"}));
}

TEST(Casebook, DoesNotListSiblingsOfTheCulpritThatWaitForTheirParentOnly) {
    SnapshotBuilder build = unread_request(forgetful());
    build.tcp(3, "127.0.0.1:5000", 4, "127.0.0.1:51236");
    build.actor(parent).hold(8, 4);
    idle_actor(build, 13, "worker", in_epoll({reads(9)})).hold(9, 3);
    Story story = wedge(build);
    EXPECT_EQ(story.culprits(), certain_wedge) << "the siblings are no culprits";
}

/// A message that nobody reads, from a parent that does not wait for an answer.
SnapshotBuilder fire_and_forget() {
    SnapshotBuilder build = unread_request(forgetful());
    build.actor(parent).thread_at(0).wait(in_sleep(1h));
    return build;
}

TEST(Casebook, NotesAMessageThatNobodyReadsAndNobodyWaitsFor) {
    Story story(fire_and_forget());
    story.look_for(60s);
    EXPECT_TRUE(story.latest().verdicts.empty());
    ASSERT_EQ(story.latest().notes.size(), 1U);
    EXPECT_EQ(story.latest().notes.front().text, "fd 9 of 12 is unread, and nobody waits for it");
    EXPECT_EQ(story.latest().notes.front().pid, child);
    EXPECT_EQ(story.latest().notes.front().channel, channel);
    consume(story.build);
    EXPECT_TRUE(story.look().notes.empty());
}

TEST(Casebook, SaysNobodyIsSeenToWaitWhereNotAllCanBeSeen) {
    SnapshotBuilder build = fire_and_forget();
    build.get().hidden = {"what 2 of 2 processes wait in"};
    Story story(build);
    story.look_for(60s);
    ASSERT_EQ(story.latest().notes.size(), 1U);
    EXPECT_EQ(story.latest().notes.front().text, "fd 9 of 12 is unread, and nobody is seen to wait for it");
}

/// The sender attends its end as every asyncio transport does, and talks to another actor all the time.
SnapshotBuilder fire_and_forget_armed() {
    SnapshotBuilder build = unread_request(forgetful());
    build.tcp(3, "127.0.0.1:5000", 4, "127.0.0.1:51236").end(4).received(9, first_look);
    build.actor(parent).hold(8, 4);
    return build;
}

TEST(Casebook, NotesAMessageWhoseSenderAttendsTheChannelButWorksOn) {
    Story story(fire_and_forget_armed());
    story.look_for(60s);
    EXPECT_TRUE(story.latest().verdicts.empty());
    EXPECT_EQ(story.latest().notes.size(), 1U);
}

TEST(Casebook, ConvictsAsLikelyWhereSuchASenderUsedToBeAnswered) {
    SnapshotBuilder build = fire_and_forget_armed();
    answered_before(build);
    Story story = wedge(build);
    EXPECT_EQ(story.culprits(), likely_wedge);
    EXPECT_TRUE(mentions(evidence_text(story.verdict()), "those who wait for it work on elsewhere"));
    EXPECT_FALSE(mentions(evidence_text(story.verdict()), "does nothing else"));
    EXPECT_EQ(story.victims(), nobody);
}

TEST(Casebook, DoesNotSayOfThoseWhoWaitWhatCantBeTold) {
    SnapshotBuilder build = unread_request(forgetful());
    answered_before(build);
    facts::Actor &waiter = build.get().actors.at(parent);
    waiter.cpu.reset();
    for (facts::Thread &thread : waiter.threads)
        thread.wait.timeout = Timeout::unknown();
    Story story(build);
    story.look_for(10s);
    EXPECT_EQ(story.culprits(), nobody);
    story.last_look();
    const std::string evidence = evidence_text(story.verdict());
    EXPECT_TRUE(mentions(evidence, "whether it does anything else can't be told"));
    EXPECT_FALSE(mentions(evidence, "elsewhere"));
}

TEST(Casebook, IsInconclusiveAfterLossesInTheWindow) {
    SnapshotBuilder build = unread_request(forgetful());
    build.lost("ringbuf_full", 1, 99s);
    Story story = wedge(build);
    EXPECT_EQ(story.culprits(), Texts{"12 stopped_consuming inconclusive confirmed"});
    EXPECT_FALSE(story.latest().wedged());
    EXPECT_EQ(story.victims(), nobody);
}

TEST(Casebook, IsInconclusiveWhereFactsAreUnknown) {
    SnapshotBuilder ring = unread_request(in_unread_epoll());
    ring.actor(child).io_uring();
    for (const SnapshotBuilder &build :
         {unread_request(in_unread_epoll()), unread_request(wait_in(WaitKind::unknown, "")),
          unread_request(forgetful(Timeout::unknown())), ring}) {
        Story story(build);
        story.look_for(60s);
        EXPECT_FALSE(story.latest().wedged());
        story.last_look();
        EXPECT_FALSE(story.latest().wedged());
        ASSERT_EQ(story.culprits().size(), 1U);
        EXPECT_TRUE(mentions(story.culprits().front(), "inconclusive"));
    }
}

TEST(Casebook, TakesWhatAnIoUringLeavesUnreadForUnasked) {
    SnapshotBuilder build = unread_request(wait_in(WaitKind::io_uring, "io_uring_enter"));
    build.actor(child).io_uring();
    Story story(build);
    story.look_for(20s);
    EXPECT_EQ(story.culprits(), nobody) << "a timeout in its ring may be due";
    story.look_for(20s);
    EXPECT_EQ(story.culprits(), Texts{"12 stopped_consuming likely confirmed"});
    EXPECT_TRUE(
        mentions(evidence_text(story.verdict()), "a read pending in its io_uring would have taken it"));
}

/// The child's own loop has its end armed, and its thread is in another wait.
SnapshotBuilder outside_of_its_loop(facts::Wait wait) {
    SnapshotBuilder build = unread_request(std::move(wait));
    build.actor(child).get().idle_watches = {reads(child_fd)};
    return build;
}

TEST(Casebook, HasPatienceWithANestedLoop) {
    Story story(outside_of_its_loop(forgetful()));
    story.look_for(20s);
    EXPECT_EQ(story.culprits(), nobody) << "a query that waits for a lock, within a callback";
    story.look_for(20s);
    EXPECT_EQ(story.culprits(), Texts{"12 blocked_loop likely confirmed"});
    EXPECT_TRUE(mentions(evidence_text(story.verdict()), "fd 9 is in another set"));
}

TEST(Casebook, HasPatienceWithANestedLoopThatAskedForSomethingElse) {
    SnapshotBuilder build = unread_request(forgetful());
    build.actor(child).get().idle_watches = {watch(child_fd, Interest::disarmed)};
    EXPECT_EQ(wedge(build).culprits(), nobody) << "it asks for reading when it comes back";
}

TEST(Casebook, TakesTheFirstThreadForTheOneOfALoopThatNobodyIsIn) {
    SnapshotBuilder build = outside_of_its_loop(in_futex());
    build.actor(child).thread(in_epoll({reads(30)}));
    EXPECT_EQ(wedge(build).culprits(), Texts{"12 blocked_loop likely confirmed"})
        << "not the runtime's own thread";
}

TEST(Casebook, HasPatienceWithAThreadThatReadsWhatItsProgramPrints) {
    SnapshotBuilder build = unread_request(forgetful());
    build.actor(child).hold(5, 30).thread(in_epoll({reads(5)}));
    build.actor(40, "program").child_of(child).hold(1, 31).thread(in_sleep(4s));
    build.end(30).kind(facts::ChannelKind::pipe).peer(31);
    build.end(31).kind(facts::ChannelKind::pipe).peer(30);
    EXPECT_EQ(wedge(build).culprits(), nobody);
    build.actor(40).child_of(parent);
    EXPECT_EQ(wedge(build).culprits().size(), 1U) << "not its own";
}

TEST(Casebook, HasPatienceWithALoopThatReadsWhatItsProgramPrints) {
    SnapshotBuilder build = unread_request(in_epoll({reads(5)}));
    build.actor(child).hold(5, 30);
    build.actor(40, "program").child_of(child).hold(1, 31).thread(in_sleep(4s));
    build.end(30).kind(facts::ChannelKind::pipe).peer(31);
    build.end(31).kind(facts::ChannelKind::pipe).peer(30);
    EXPECT_EQ(wedge(build).culprits(), nobody) << "subprocess.run() in a worker of a queue";
}

TEST(Casebook, DoesNotTellTheEndOfWhatWasInconclusive) {
    SnapshotBuilder build = unread_request(forgetful());
    build.lost("ringbuf_full", 1, 99s);
    Story story = wedge(build);
    consume(story.build);
    story.look();
    EXPECT_EQ(story.culprits(), nobody);
}

SnapshotBuilder stop(SnapshotBuilder build) {
    build.actor(child).thread_at(0).state(ThreadState::stopped);
    return build;
}

TEST(Casebook, ConvictsAStoppedActorWithUnreadBytes) {
    Story story = wedge(stop(unread_request(forgetful())));
    EXPECT_EQ(story.culprits(), Texts{"12 stopped certain confirmed"});
    EXPECT_EQ(story.verdict().channel, channel);
    EXPECT_EQ(story.verdict().since, stalled_at);
}

TEST(Casebook, ConvictsAStoppedActorWithNothingUnreadOnceStallAfterHasPassed) {
    Story story(stop(conversation(forgetful())));
    story.look_for(2900ms);
    EXPECT_EQ(story.culprits(), nobody);
    story.look();
    EXPECT_EQ(story.culprits(), Texts{"12 stopped likely confirmed"});
    EXPECT_EQ(story.verdict().channel, std::nullopt);
    EXPECT_EQ(story.verdict().since, first_look);
}

TEST(Casebook, TellsOfAnActorThatWasContinuedThatItRecovered) {
    Story story = wedge(stop(unread_request(forgetful())));
    story.build.actor(child).thread_at(0).state(ThreadState::sleeping).wait(in_epoll({reads(child_fd)}));
    consume(story.build);
    EXPECT_FALSE(story.look().wedged());
    EXPECT_EQ(story.culprits(), Texts{"12 stopped certain recovered"});
}

TEST(Casebook, OfAWedgedActorThatIsThenStoppedSaysOnlyThatItIsStopped) {
    Story story = wedge(unread_request(forgetful()));
    story.build.actor(child).thread_at(0).state(ThreadState::stopped);
    story.look();
    story.look();
    EXPECT_EQ(story.culprits().front(), "12 stopped certain confirmed");
    EXPECT_EQ(std::ranges::count(story.culprits(), certain_wedge.front()), 0);
}

TEST(Casebook, SaysNothingOfAStoppedActorThatNobodyWaitsFor) {
    SnapshotBuilder build = stop(conversation(forgetful()));
    build.actor(parent).thread_at(0).wait(in_sleep(1h));
    Story story(build);
    story.look_for(60s);
    EXPECT_TRUE(story.latest().verdicts.empty());
}

TEST(Casebook, SaysNothingOfATreeThatJobControlStopped) {
    for (SnapshotBuilder build : {stop(unread_request(forgetful())), stop(conversation(forgetful()))}) {
        build.actor(parent).thread_at(0).state(ThreadState::stopped);
        Story story(build);
        story.look_for(60s);
        EXPECT_TRUE(story.latest().verdicts.empty());
    }
}

TEST(Casebook, GivesAnEndThatOnceWaitedFiveSecondsTen) {
    SnapshotBuilder build = unread_request(forgetful());
    build.end(child_end).longest_wait(5s);
    Story story(build);
    story.look_for(5900ms);
    EXPECT_EQ(story.culprits(), nobody);
    story.look();
    EXPECT_EQ(story.culprits(), certain_wedge);
}

/// A child with a second channel that it does not read either.
SnapshotBuilder two_unread() {
    SnapshotBuilder build = unread_request(forgetful());
    build.tcp(3, "127.0.0.1:4001", 4, "127.0.0.1:51235").end(3).unread(10, 90s);
    build.actor(child).hold(10, 3);
    idle_actor(build, 20, "client", in_read(5)).hold(5, 4);
    return build;
}

TEST(Casebook, GivesOneVerdictForSeveralUnreadChannelsOfOneCulprit) {
    Story story = wedge(two_unread());
    EXPECT_EQ(story.culprits(), certain_wedge);
    EXPECT_EQ(story.verdict().channel, ChannelId{3}) << "the one that has waited longest";
    EXPECT_TRUE(mentions(evidence_text(story.verdict()), "1 more of its channels are unread like this one"));
    EXPECT_EQ(story.victims(), (Texts{"11 waiting likely confirmed", "20 waiting likely confirmed"}));
}

TEST(Casebook, GivesEachOfTwoCulpritsItsVerdictAndEachVictimTheNearest) {
    SnapshotBuilder build = unread_request(forgetful());
    build.tcp(3, "127.0.0.1:5000", 4, "127.0.0.1:51236").end(3).unread(10, 90s);
    idle_actor(build, 13, "server", in_futex()).hold(4, 3);
    idle_actor(build, 20, "client", in_read(5)).hold(5, 4);
    Story story = wedge(build);
    EXPECT_EQ(story.culprits(),
              (Texts{"12 stopped_consuming certain confirmed", "13 blocked_loop certain confirmed"}));
    for (const Verdict &one : story.latest().verdicts)
        if (one.role == Role::victim) {
            EXPECT_EQ(one.final_blocker, one.pid == parent ? child : 13);
            EXPECT_EQ(one.since, one.pid == parent ? stalled_at : 90s);
        }
}

/// At level sample nobody counts what UNIX sockets receive until a suspicion asks for it.
SnapshotBuilder sampled() {
    SnapshotBuilder build = unread_request(forgetful());
    build.end(child_end).kind(facts::ChannelKind::unix_stream);
    build.end(parent_end).kind(facts::ChannelKind::unix_stream);
    return build;
}

TEST(Casebook, LeavesUnixVictimsUndecidedWhileReceivesAreNotCounted) {
    Story story(sampled());
    story.look_for(20s);
    EXPECT_EQ(story.culprits(), nobody);
    EXPECT_TRUE(story.is_open());
}

TEST(Casebook, DecidesOverUnixVictimsOnceReceivesWereCountedForAWhile) {
    SnapshotBuilder build = sampled();
    build.counts_receives_since(first_look);
    Story story(build);
    story.look();
    story.look();
    EXPECT_EQ(story.culprits(), nobody);
    story.look();
    EXPECT_EQ(story.culprits(), certain_wedge);
}

TEST(Casebook, AtTheLastLookConvictsWithUndecidedVictimsOnlyWhereTheyWereAnsweredBefore) {
    SnapshotBuilder build = sampled();
    Story silent(build);
    silent.look();
    silent.last_look();
    EXPECT_EQ(silent.culprits(), nobody);
    answered_before(build);
    Story answered(build);
    answered.look();
    answered.last_look();
    EXPECT_EQ(answered.culprits(), likely_wedge);
    EXPECT_EQ(answered.victims(), Texts{"11 waiting likely confirmed"});
}

TEST(Casebook, FollowsAProxyToTheConsumerThatHoldsItUp) {
    SnapshotBuilder build =
        unread_request(in_epoll({{child_fd, Interest::disarmed, false}, {10, Interest::armed, true}}));
    build.tcp(3, "127.0.0.1:6000", 4, "127.0.0.1:51236").end(3).unread(90'000, 97s);
    build.end(4).unsent(9000);
    build.actor(child).hold(10, 4);
    idle_actor(build, 13, "consumer", in_futex()).hold(4, 3);
    Story story = wedge(build);
    EXPECT_EQ(story.culprits(), Texts{"13 blocked_loop certain confirmed"});
    EXPECT_EQ(story.verdict(Role::victim).final_blocker, 13);
}

TEST(Casebook, SurvivesThatANotedChannelVanishesWhileItsHolderIsStopped) {
    Story story(stop(fire_and_forget()));
    story.look_for(10s);
    EXPECT_EQ(story.latest().notes.size(), 1U);
    story.build.get().ends.erase(child_end);
    EXPECT_TRUE(story.look().notes.empty());
}

TEST(Casebook, SurvivesAnEmptySnapshotAtAnyTime) {
    Story story = wedge(unread_request(forgetful()));
    story.build.get().actors.clear();
    story.build.get().ends.clear();
    story.look();
    EXPECT_EQ(story.culprits(), Texts{"12 stopped_consuming certain ended"});
    EXPECT_FALSE(Casebook(Policy{}).observe({}).wedged());
    EXPECT_TRUE(Casebook(Policy{}).finish(0s).verdicts.empty());
}

} // namespace
} // namespace unwedge::diagnosis
