// SPDX-License-Identifier: GPL-2.0-only
#include "report/trees.h"

#include "report/text.h"
#include "samples.h"
#include "support/snapshot_builder.h"

#include <gtest/gtest.h>

namespace unwedge::report {
namespace {

using namespace support;
using facts::Pid;
using Pids = std::vector<Pid>;

std::vector<Pids> trees(const SnapshotBuilder &build, const diagnosis::Diagnosis &diagnosis = {}) {
    std::vector<Pids> all;
    for (const Tree &tree : trees_of(build.snapshot(), diagnosis))
        all.push_back(tree.actors);
    return all;
}

std::string plain(const Context &context) {
    return to_text(context, {.colour = false, .width = 100});
}

diagnosis::Verdict victim(Pid pid, Pid waits_on, Pid blocker) {
    diagnosis::Verdict verdict{.role = diagnosis::Role::victim, .pid = pid};
    verdict.waits_on = waits_on;
    verdict.final_blocker = blocker;
    return verdict;
}

diagnosis::Verdict culprit(Pid pid, diagnosis::Confidence confidence) {
    return {.role = diagnosis::Role::culprit, .pid = pid, .confidence = confidence};
}

/// Each of them a session of its own, the child of pid 1.
SnapshotBuilder daemons(std::initializer_list<Pid> pids) {
    SnapshotBuilder build;
    for (const Pid pid : pids)
        build.actor(pid).child_of(1).session(pid);
    return build;
}

TEST(Trees, ADaemonAndItsWorkersAreOne) {
    SnapshotBuilder build = daemons({1, 10, 20});
    build.actor(11).child_of(10).session(10);
    build.actor(12).child_of(11).session(10);
    EXPECT_EQ(trees(build), (std::vector<Pids>{{10, 11, 12}, {1}, {20}}));
}

TEST(Trees, EachTerminalIsOneWithItsJobs) {
    SnapshotBuilder build = daemons({1, 10});
    build.actor(11).child_of(10).session(10); // sshd, for one connection
    build.actor(20).child_of(11).session(20); // its shell
    build.actor(21).child_of(20).session(20);
    EXPECT_EQ(trees(build), (std::vector<Pids>{{10, 11}, {20, 21}, {1}}));
}

TEST(Trees, AnOrphanStaysWithItsSession) {
    SnapshotBuilder build = daemons({1, 20});
    build.actor(25).child_of(1).session(20);
    build.actor(31).child_of(1).session(30); // whose leader has ended
    build.actor(32).child_of(1).session(30);
    EXPECT_EQ(trees(build), (std::vector<Pids>{{20, 25}, {31, 32}, {1}}));
}

TEST(Trees, WhoForkedIntoASessionBelongsToItsParent) {
    SnapshotBuilder build = daemons({1, 10, 20});
    build.actor(11).child_of(10).session(11).forked(); // as PostgreSQL's
    build.actor(20).forked();                          // a daemon
    EXPECT_EQ(trees(build), (std::vector<Pids>{{10, 11}, {1}, {20}}));
}

TEST(Trees, WithoutSessionsTheyAreWhatComesFromOne) {
    SnapshotBuilder build;
    build.actor(10).child_of(1);
    build.actor(11).child_of(10);
    build.actor(20).child_of(1);
    EXPECT_EQ(trees(build), (std::vector<Pids>{{10, 11}, {20}}));
}

TEST(Trees, ParentsThatAreEachOthersAreNoTrouble) {
    SnapshotBuilder build;
    build.actor(10).child_of(11);
    build.actor(11).child_of(10);
    build.actor(12).child_of(12);
    EXPECT_EQ(trees(build), (std::vector<Pids>{{10, 11}, {12}}));
}

TEST(Trees, ACulpritIsNeverSplitFromItsVictims) {
    const SnapshotBuilder build = daemons({10, 20, 30, 40});
    diagnosis::Diagnosis diagnosis;
    diagnosis.verdicts = {culprit(30, diagnosis::Confidence::likely), victim(20, 30, 30), victim(10, 20, 30)};
    EXPECT_EQ(trees(build, diagnosis), (std::vector<Pids>{{10, 20, 30}, {40}}));
    for (diagnosis::Verdict &verdict : diagnosis.verdicts)
        verdict.state = diagnosis::State::recovered;
    EXPECT_EQ(trees(build, diagnosis), (std::vector<Pids>{{10}, {20}, {30}, {40}}));
    diagnosis.verdicts = {victim(10, 99, 98)};
    EXPECT_EQ(trees(build, diagnosis).size(), 4) << "of actors that are not there";
}

TEST(Trees, WedgedOnesComeFirst) {
    const SnapshotBuilder build = daemons({10, 20, 30});
    diagnosis::Diagnosis diagnosis;
    diagnosis.verdicts = {culprit(20, diagnosis::Confidence::inconclusive),
                          culprit(30, diagnosis::Confidence::certain)};
    const std::vector<Tree> found = trees_of(build.snapshot(), diagnosis);
    ASSERT_EQ(found.size(), 3);
    EXPECT_EQ(found[0].root, 30);
    EXPECT_EQ(found[0].state, Tree::State::wedged);
    EXPECT_EQ(found[1].root, 20);
    EXPECT_EQ(found[1].state, Tree::State::inconclusive);
    EXPECT_EQ(found[2].state, Tree::State::healthy);
}

TEST(Trees, APartHasWhatConcernsItAlone) {
    const Context whole = samples::host();
    const Context part = restricted_to(whole.trees->at(0), whole);
    EXPECT_EQ(part.snapshot.actors.size(), 4);
    EXPECT_EQ(part.snapshot.ends.size(), 2);
    EXPECT_EQ(part.diagnosis.verdicts.size(), 3);
    EXPECT_EQ(part.diagnosis.waits.size(), 2);
    EXPECT_EQ(part.diagnosis.health.size(), 4);
    EXPECT_TRUE(part.diagnosis.notes.empty());
    EXPECT_FALSE(part.trees);
}

TEST(Trees, AreToldOneByOne) {
    const std::string text = plain(samples::host());
    EXPECT_EQ(text, R"text(unwedge: 1 of 44 trees is wedged; 1 is inconclusive

wedged: child (pid 4242) stopped consuming: 165 B unread for 3.6 s; parent (pid 4240) and pytest
(pid 4238) wait

  bash 4200                                    blocked in wait4 on any child
  └─ pytest 4238 waits on 4240      1.2 s CPU  blocked in wait4 on pid 4240
     └─ parent 4240 waits on 4242  840 ms CPU  parked in epoll_wait, no timer
        └─ child 4242 ◀ culprit    310 ms CPU  parked in epoll_wait, no timer

culprit (certain): child (pid 4242) stopped consuming
  command   /opt/venv/bin/python3 -m tractor._child --uid "('child', '3f2a')" --parent_addr 127.0.0…
  channel   165 B unread for 3.6 s over tcp; no thread waits to read it (interest: none)
            into fd 9 of child (pid 4242), 127.0.0.1:40001
            from fd 7 of parent (pid 4240), 127.0.0.1:51234
  waiting   parent (pid 4240) → child (pid 4242): waits in epoll_wait to read from 4242 on fd 7
            pytest (pid 4238) → parent (pid 4240) → 4242: waits in wait4 until 4240 ends
  evidence  165 B unread on fd 9 for 3.6 s, nothing consumed  [sweep]
            no thread waits to read fd 9: it is in no set of descriptors  [fdinfo]
            its loop, thread 4242, is parked in epoll_wait without a timer  [iter/task]
  next      find the code of child (pid 4242) that should read fd 9; its loop lives but does not
              watch it: look for a reader that ended, was cancelled or was never started
            see where child (pid 4242) stands:
            $ py-spy dump --pid 4242

no connection leaves the tree: the network is not to blame

inconclusive
  postgres 900 (3 processes): postgres (pid 902) may have stopped consuming: 8 B unread for 10 s

not wedged: systemd 1, sshd 700, daemon-800 800, daemon-801 801, daemon-802 802, daemon-803 803,
            daemon-804 804, daemon-805 805, daemon-806 806, daemon-807 807 (1 note), daemon-808 808,
            daemon-809 809, daemon-810 810, daemon-811 811, daemon-812 812, daemon-813 813,
            daemon-814 814, daemon-815 815, daemon-816 816, daemon-817 817, daemon-818 818,
            daemon-819 819, daemon-820 820, daemon-821 821, … and 18 more

seen: 49 actors and 3 channels by procfs on ci-7, Linux 6.1.0-18-amd64, 2026-01-31T12:00:00.123Z
)text");
}

TEST(Trees, SayThatNothingIsWedged) {
    Context context = samples::host();
    context.diagnosis = {};
    context.trees = trees_of(context.snapshot, context.diagnosis);
    const std::string text = plain(context);
    EXPECT_EQ(text.substr(0, text.find('\n')), "unwedge: nothing is wedged in 46 trees, 49 processes");
}

} // namespace
} // namespace unwedge::report
