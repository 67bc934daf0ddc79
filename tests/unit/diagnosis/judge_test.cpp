// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/judge.h"

#include "diagnosis/scenes.h"

#include <gtest/gtest.h>

namespace unwedge::diagnosis {
namespace {

using Outcome = Judgement::Outcome;

/// A case that would be confirmed as certain: seen twice, a proven victim, nothing unknown. Each test changes
/// it.
class Court : public testing::Test {
  protected:
    Court() {
        one_.first.kind = Kind::stopped_consuming;
        one_.first.pid = child;
        one_.first.end = child_end;
        one_.first.since = stalled_at;
        one_.first.switches = 7;
        one_.latest = one_.first;
        one_.looks = 2;
        victims_.proven = {parent};
    }

    void of_kind(Kind kind) { one_.first.kind = one_.latest.kind = kind; }
    void timer_in(Nanos left) { one_.latest.timer.left = left; }
    void woke() { ++one_.latest.switches; }
    void stalled_for(Nanos length) {
        one_.first.since = one_.latest.since = first_look - length;
        build_.end(child_end).unread(165, one_.latest.since);
    }

    Judgement judgement(Outlook outlook = Outlook::more_looks) const {
        const OneLook look(build_);
        return judge(look.scene(), one_, victims_, outlook);
    }
    Outcome outcome(Outlook outlook = Outlook::more_looks) const { return judgement(outlook).outcome; }
    /// Of a confirmed case.
    Confidence confidence(Outlook outlook = Outlook::more_looks) const {
        const Judgement found = judgement(outlook);
        EXPECT_EQ(found.outcome, Outcome::confirmed);
        return found.confidence;
    }

    SnapshotBuilder build_ = unread_request(forgetful());
    Case one_;
    Victims victims_;
};

constexpr Outlook last = Outlook::time_is_up;

TEST_F(Court, ConfirmsWhatWasSeenTwiceAndHasAProvenVictim) {
    EXPECT_EQ(confidence(), Confidence::certain);
    of_kind(Kind::blocked_loop);
    EXPECT_EQ(confidence(), Confidence::certain);
    of_kind(Kind::stopped);
    EXPECT_EQ(confidence(), Confidence::certain);
}

TEST_F(Court, WaitsForASecondLookEvenAtTheEnd) {
    one_.looks = 1;
    EXPECT_EQ(outcome(), Outcome::pending);
    EXPECT_EQ(outcome(last), Outcome::pending);
}

TEST_F(Court, WaitsForStallAfter) {
    stalled_for(2999ms);
    EXPECT_EQ(outcome(), Outcome::pending);
    stalled_for(3s);
    EXPECT_EQ(outcome(), Outcome::confirmed);
}

TEST_F(Court, GivesAnEndTwiceTheTimeThatItOnceWaited) {
    build_.end(child_end).longest_wait(5s);
    stalled_for(9999ms);
    EXPECT_EQ(outcome(), Outcome::pending);
    of_kind(Kind::blocked_loop);
    EXPECT_EQ(outcome(), Outcome::pending);
    stalled_for(10s);
    EXPECT_EQ(outcome(), Outcome::confirmed);
}

TEST_F(Court, DoesNotGiveAStoppedActorThatTime) {
    build_.end(child_end).longest_wait(1h);
    of_kind(Kind::stopped);
    EXPECT_EQ(outcome(), Outcome::confirmed);
}

TEST_F(Court, WaitsForALoopWithATimerUntilItWokeAndBusyAfter) {
    timer_in(20min);
    EXPECT_EQ(outcome(), Outcome::pending);
    woke();
    stalled_for(29'999ms);
    EXPECT_EQ(outcome(), Outcome::pending) << "it woke, but not for long enough";
    stalled_for(30s);
    EXPECT_EQ(confidence(), Confidence::likely);
}

TEST_F(Court, NeverConvictsALoopWithATimerThatHasNotWoken) {
    timer_in(1s);
    stalled_for(1h);
    EXPECT_EQ(outcome(), Outcome::pending);
    EXPECT_EQ(outcome(last), Outcome::pending);
}

TEST_F(Court, AtTheEndDoesNotWaitForBusyAfter) {
    timer_in(1s);
    woke();
    EXPECT_EQ(outcome(), Outcome::pending);
    EXPECT_EQ(confidence(last), Confidence::likely);
}

TEST_F(Court, ConvictsALoopWithoutATimerThoughItWoke) {
    woke();
    EXPECT_EQ(confidence(), Confidence::certain);
}

TEST_F(Court, WaitsForABlockedThreadThatWillSoonWake) {
    of_kind(Kind::blocked_loop);
    timer_in(30s);
    EXPECT_EQ(outcome(), Outcome::pending);
    EXPECT_EQ(outcome(last), Outcome::pending);
}

TEST_F(Court, ConvictsABlockedThreadThatSleepsForLongAsLikelyAtMost) {
    of_kind(Kind::blocked_loop);
    timer_in(30s + 1ms);
    EXPECT_EQ(confidence(), Confidence::likely);
}

TEST_F(Court, WaitsForABlockedThreadThatWakesNowAndThenUntilBusyAfter) {
    of_kind(Kind::blocked_loop);
    woke();
    stalled_for(29'999ms);
    EXPECT_EQ(outcome(), Outcome::pending);
    EXPECT_EQ(outcome(last), Outcome::confirmed);
    stalled_for(30s);
    EXPECT_EQ(outcome(), Outcome::confirmed);
}

TEST_F(Court, HasNoPatienceWithWhoeverIsStoppedButWithWhomATracerLetsGoOn) {
    of_kind(Kind::stopped);
    EXPECT_EQ(outcome(), Outcome::confirmed);
    woke();
    EXPECT_EQ(outcome(), Outcome::pending);
}

TEST_F(Court, AcquitsWhomNobodyWaitsFor) {
    victims_.proven.clear();
    EXPECT_EQ(outcome(), Outcome::acquitted);
    EXPECT_EQ(outcome(last), Outcome::acquitted);
    victims_.conversation = true;
    EXPECT_EQ(outcome(last), Outcome::acquitted);
}

TEST_F(Court, AcquitsAStoppedActorWithNothingToReadWhileItsWaitersWorkElsewhere) {
    of_kind(Kind::stopped);
    victims_.proven.clear();
    victims_.progressing = {parent};
    victims_.conversation = true;
    EXPECT_EQ(outcome(), Outcome::confirmed) << "it owes an answer";
    one_.first.end = one_.latest.end = 0;
    EXPECT_EQ(outcome(), Outcome::acquitted);
}

TEST_F(Court, AcquitsWhereWaitersWorkElsewhereAndWereNeverAnswered) {
    victims_.proven.clear();
    victims_.progressing = {parent};
    EXPECT_EQ(outcome(), Outcome::acquitted);
}

TEST_F(Court, ConvictsAsLikelyWhereWaitersWorkElsewhereButWereAnsweredBefore) {
    victims_.proven.clear();
    victims_.progressing = {parent};
    victims_.conversation = true;
    EXPECT_EQ(confidence(), Confidence::likely);
}

TEST_F(Court, WaitsWhileItIsUndecidedWhetherWaitersWork) {
    victims_.proven.clear();
    victims_.undecided = {parent};
    victims_.conversation = true;
    EXPECT_EQ(outcome(), Outcome::pending);
    EXPECT_EQ(confidence(last), Confidence::likely);
    victims_.conversation = false;
    EXPECT_EQ(outcome(), Outcome::pending);
    EXPECT_EQ(outcome(last), Outcome::acquitted);
}

TEST_F(Court, CallsInconclusiveWhatNoOtherLookWillDecide) {
    victims_.proven.clear();
    victims_.undecided = {parent};
    EXPECT_EQ(confidence(Outlook::last_look), Confidence::inconclusive);
    victims_.conversation = true;
    EXPECT_EQ(confidence(Outlook::last_look), Confidence::inconclusive);
}

TEST_F(Court, HasPatienceToTheLastLookButNotBeyondItsTime) {
    timer_in(1s);
    woke();
    EXPECT_EQ(outcome(Outlook::last_look), Outcome::pending);
    EXPECT_EQ(outcome(Outlook::time_is_up), Outcome::confirmed);
}

TEST_F(Court, NeedsOneProvenVictimOfMany) {
    victims_.undecided = {20};
    victims_.progressing = {21};
    EXPECT_EQ(confidence(), Confidence::certain);
}

TEST_F(Court, IsOnlyLikelyWhereWhoseItIsToReadWasConcluded) {
    one_.latest.inferred = true;
    EXPECT_EQ(confidence(), Confidence::likely);
}

TEST_F(Court, IsOnlyLikelyOfWhoMayYetMove) {
    one_.latest.blocked_on = BlockedOn::sleep;
    EXPECT_EQ(confidence(), Confidence::likely) << "pause(), which any signal ends";
    one_.latest.blocked_on = BlockedOn::lock;
    EXPECT_EQ(confidence(), Confidence::certain);
    one_.latest.lock_owner_known = false;
    EXPECT_EQ(confidence(), Confidence::likely);
}

TEST_F(Court, HasPatienceWithWhoAwaitsSomething) {
    one_.latest.awaits = "the disk";
    stalled_for(29'999ms);
    EXPECT_EQ(outcome(), Outcome::pending);
    EXPECT_EQ(confidence(last), Confidence::likely);
    stalled_for(30s);
    EXPECT_EQ(confidence(), Confidence::likely);
}

TEST_F(Court, IsInconclusiveWhereFactsAreUnknown) {
    one_.latest.facts_known = false;
    EXPECT_EQ(confidence(), Confidence::inconclusive);
}

TEST_F(Court, IsInconclusiveAfterALossInTheWindow) {
    stalled_for(3s);
    build_.lost("ringbuf_full", 3, first_look - 3s + 1ns);
    EXPECT_EQ(confidence(), Confidence::inconclusive);
    build_.lost("ringbuf_full", 3, first_look - 3s - 1ns);
    EXPECT_EQ(confidence(), Confidence::certain) << "a loss before the stall";
}

TEST_F(Court, IsSureAgainWhenAWholeStallHasPassedSinceALoss) {
    stalled_for(10s);
    build_.lost("ringbuf_full", 3, first_look - 2999ms);
    EXPECT_EQ(confidence(), Confidence::inconclusive);
    build_.lost("ringbuf_full", 3, first_look - 3s);
    EXPECT_EQ(confidence(), Confidence::certain);
}

TEST_F(Court, SurvivesAnEndThatIsGone) {
    build_.get().ends.clear();
    EXPECT_EQ(outcome(), Outcome::confirmed);
    one_.latest.end = 0;
    EXPECT_EQ(outcome(), Outcome::confirmed);
}

} // namespace
} // namespace unwedge::diagnosis
