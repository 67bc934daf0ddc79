// SPDX-License-Identifier: GPL-2.0-only
#include "report/text.h"
#include "samples.h"
#include "support/snapshot_builder.h"

#include <gtest/gtest.h>

namespace unwedge::report {
namespace {

using namespace support;
using diagnosis::BlockedOn;
using diagnosis::Confidence;
using diagnosis::Kind;
using diagnosis::State;
using diagnosis::Verdict;

TEST(Summary, NamesCulpritAndVictims) {
    EXPECT_EQ(summary(samples::wedge()), "child (pid 4242) stopped consuming: 165 B unread for 3.6 s; "
                                         "parent (pid 4240) and pytest (pid 4238) wait");
    EXPECT_EQ(summary(samples::chain()),
              "worker-3 (pid 105) is blocked in clock_nanosleep, 59 min 56 s left: "
              "12.3 KiB unread for 4.2 s; 3 actors wait");
    EXPECT_EQ(summary(samples::crowd()),
              "worker-42 (pid 1042) is stopped by a signal: 64 B unread for 10 s; 6 actors wait");
}

TEST(Summary, OfOneVictim) {
    Context context = samples::wedge();
    context.diagnosis.verdicts.pop_back();
    EXPECT_EQ(summary(context),
              "child (pid 4242) stopped consuming: 165 B unread for 3.6 s; parent (pid 4240) waits");
}

TEST(Summary, OfNoVictim) {
    Context context = samples::wedge();
    context.diagnosis.verdicts.resize(1);
    EXPECT_EQ(summary(context), "child (pid 4242) stopped consuming: 165 B unread for 3.6 s");
}

TEST(Summary, SaysThatNothingIsWedged) {
    EXPECT_EQ(summary(samples::healthy()), "nothing is wedged");
    EXPECT_EQ(summary(samples::empty()), "nothing is wedged");
    EXPECT_EQ(summary(samples::triage()), "nothing is wedged, as far as can be seen");
}

TEST(Summary, TellsWhatIsOver) {
    Context context = samples::recovered();
    EXPECT_EQ(summary(context),
              "nothing is wedged; child (pid 4242) stopped consuming, recovered after 4.1 s");
    context.diagnosis.verdicts.front().state = State::ended;
    context.diagnosis.verdicts.push_back(context.diagnosis.verdicts.front());
    EXPECT_EQ(summary(context),
              "nothing is wedged; child (pid 4242) stopped consuming, ended after 4.1 s, before "
              "it consumed again; 1 more stall");
}

TEST(Summary, DoesNotConvictWhatIsInconclusive) {
    EXPECT_EQ(summary(samples::inconclusive()),
              "inconclusive: child (pid 4242) may have stopped consuming: 165 B unread for 3.6 s");
}

TEST(Summary, PutsTheCulpritWithTheMostVictimsFirst) {
    Context context = samples::wedge();
    Verdict other = context.diagnosis.verdicts.front();
    other.pid = 4240;
    other.channel.reset();
    other.since = Nanos{};
    context.diagnosis.verdicts.insert(context.diagnosis.verdicts.begin(), other);
    EXPECT_EQ(summary(context), "child (pid 4242) stopped consuming: 165 B unread for 3.6 s; "
                                "parent (pid 4240) and pytest (pid 4238) wait; 1 more culprit");
}

TEST(Summary, TellsOfAnUnreadEndOfFile) {
    Context context = samples::wedge();
    context.diagnosis.verdicts.resize(1);
    context.snapshot.ends.at(1).unread = 0;
    context.snapshot.ends.at(1).peer_closed = true;
    EXPECT_EQ(summary(context), "child (pid 4242) stopped consuming: end of file unread for 3.6 s");
}

TEST(Summary, TellsWhatALoopIsBlockedIn) {
    Context context = samples::wedge();
    context.diagnosis.verdicts.resize(1);
    Verdict &verdict = context.diagnosis.verdicts.front();
    facts::Actor &child = context.snapshot.actors.at(4242);
    verdict.kind = Kind::blocked_loop;
    verdict.blocked_on = BlockedOn::lock;
    verdict.thread = child.threads.at(1).tid;
    child.threads.at(1).wait = in_futex(77);
    EXPECT_EQ(summary(context),
              "child (pid 4242) is blocked in futex, held by thread 77: 165 B unread for 3.6 s");
    verdict.blocked_on = BlockedOn::child;
    child.threads.at(1).wait = in_wait4(99);
    EXPECT_EQ(summary(context), "child (pid 4242) is blocked in wait4 on pid 99: 165 B unread for 3.6 s");
    verdict.blocked_on = BlockedOn::disk;
    verdict.thread.reset();
    EXPECT_EQ(summary(context), "child (pid 4242) is blocked (disk): 165 B unread for 3.6 s")
        << "the thread that the verdict means is gone";
}

TEST(Summary, TellsByWhomAnActorIsStopped) {
    Context context = samples::crowd();
    context.diagnosis.verdicts.resize(1);
    facts::Thread &thread = context.snapshot.actors.at(1042).threads.front();
    thread.state = facts::ThreadState::traced;
    EXPECT_EQ(summary(context), "worker-42 (pid 1042) is stopped by a tracer: 64 B unread for 10 s");
    thread.state = facts::ThreadState::frozen;
    EXPECT_EQ(summary(context), "worker-42 (pid 1042) is frozen (cgroup): 64 B unread for 10 s");
}

TEST(Summary, IsOnePrintableLineWhateverTheNames) {
    const std::string text = summary(samples::hostile());
    EXPECT_EQ(text.find_first_of("\n\r\x1b\x07\x7f"), std::string::npos);
    EXPECT_EQ(text, printable(text));
}

TEST(Summary, OfAnActorThatIsNotInTheSnapshot) {
    Context context = samples::wedge();
    context.snapshot.actors.clear();
    EXPECT_EQ(summary(context), "pid 4242 stopped consuming; pid 4240 and pid 4238 wait");
}

} // namespace
} // namespace unwedge::report
