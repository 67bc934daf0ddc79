// SPDX-License-Identifier: GPL-2.0-only
#include "report/tree.h"

#include "samples.h"
#include "support/snapshot_builder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>

namespace unwedge::report {
namespace {

using namespace support;
using facts::Pid;

std::string tree_of(const Context &context, std::size_t width = 100) {
    Page page({.colour = false, .width = width});
    print_tree(page, context, Cast(context.diagnosis));
    return page.take();
}

Context context_of(const SnapshotBuilder &build) {
    Context context;
    context.snapshot = build.snapshot();
    return context;
}

std::ptrdiff_t lines_of(const std::string &text) {
    return std::count(text.begin(), text.end(), '\n');
}

diagnosis::Verdict verdict_of(Pid pid, diagnosis::Role role) {
    diagnosis::Verdict verdict;
    verdict.role = role;
    verdict.kind =
        role == diagnosis::Role::culprit ? diagnosis::Kind::stopped_consuming : diagnosis::Kind::waiting;
    verdict.pid = pid;
    return verdict;
}

TEST(Tree, MarksCulpritAndVictims) {
    EXPECT_EQ(tree_of(samples::wedge()),
              "  pytest 4238 waits on 4240      1.2 s CPU  blocked in wait4 on pid 4240\n"
              "  └─ parent 4240 waits on 4242  840 ms CPU  parked in epoll_wait, no timer\n"
              "     └─ child 4242 ◀ culprit    310 ms CPU  parked in epoll_wait, no timer\n");
}

TEST(Tree, DrawsSiblings) {
    SnapshotBuilder build;
    build.actor(1, "init").thread(in_epoll({}));
    build.actor(2, "a").child_of(1).thread(in_nothing());
    build.actor(3, "aa").child_of(2).thread(in_read(4));
    build.actor(4, "b").child_of(1).thread(in_epoll({}, facts::Timeout::left(2s)));
    EXPECT_EQ(tree_of(context_of(build)), "  init 1      parked in epoll_wait, no timer\n"
                                          "  ├─ a 2      running\n"
                                          "  │  └─ aa 3  blocked in recvfrom on fd 4\n"
                                          "  └─ b 4      parked in epoll_wait, wakes in 2.0 s\n");
}

TEST(Tree, FoldsTheUninvolvedOfACrowd) {
    const std::string tree = tree_of(samples::crowd());
    EXPECT_EQ(lines_of(tree), 10) << tree;
    EXPECT_NE(tree.find("├─ worker-42 1042 ◀ culprit"), std::string::npos);
    EXPECT_NE(tree.find("├─ worker-105 1105 waits on 1042"), std::string::npos);
    EXPECT_NE(tree.find("├─ worker-150 1150  "), std::string::npos) << "the busy one is worth a line";
    EXPECT_NE(tree.find("└─ … and 191 more actors, parked, not involved\n"), std::string::npos);
}

TEST(Tree, CountsFoldedVictims) {
    Context context = samples::crowd();
    for (Pid pid = 1110; pid < 1190; ++pid)
        context.diagnosis.verdicts.push_back(verdict_of(pid, diagnosis::Role::victim));
    const std::string tree = tree_of(context);
    EXPECT_LE(lines_of(tree), 40);
    EXPECT_NE(tree.find("… and 181 more actors, 180 parked, 1 busy, 69 of them waiting"), std::string::npos)
        << tree;
}

TEST(Tree, OfADeepCrowdStaysShort) {
    SnapshotBuilder build;
    for (Pid pid = 1; pid <= 300; ++pid) {
        build.actor(pid, "p").child_of(pid - 1).thread(in_epoll({}));
        build.actor(pid + 1000, "q").child_of(pid).thread(in_epoll({}));
    }
    Context context = context_of(build);
    context.diagnosis.verdicts = {verdict_of(300, diagnosis::Role::culprit)};
    const std::string tree = tree_of(context);
    EXPECT_LE(lines_of(tree), 40);
    EXPECT_NE(tree.find("p 300 ◀ culprit"), std::string::npos) << tree;
    EXPECT_NE(tree.find("─ q 1300 "), std::string::npos) << "one actor is not folded\n" << tree;
    EXPECT_NE(tree.find("├┄ p 294"), std::string::npos) << "the gap in the ancestry shows\n" << tree;
}

TEST(Tree, OfManyRootsStaysShort) {
    SnapshotBuilder build;
    for (Pid pid = 1; pid <= 300; ++pid)
        build.actor(pid, "daemon").child_of(0).thread(in_epoll({}));
    const std::string tree = tree_of(context_of(build));
    EXPECT_LE(lines_of(tree), 40);
    EXPECT_NE(tree.find("\n  … and 288 more actors, not involved\n"), std::string::npos) << tree;
}

TEST(Tree, SurvivesParentsInACircle) {
    SnapshotBuilder build;
    build.actor(1, "a").child_of(2).thread(in_epoll({}));
    build.actor(2, "b").child_of(3).thread(in_epoll({}));
    build.actor(3, "c").child_of(1).thread(in_epoll({}));
    build.actor(4, "d").child_of(4).thread(in_epoll({}));
    const std::string tree = tree_of(context_of(build));
    for (const char *name : {"a 1", "b 2", "c 3", "d 4"})
        EXPECT_NE(tree.find(name), std::string::npos) << tree;
    EXPECT_EQ(lines_of(tree), 4);
}

TEST(Tree, ShowsTheDeadOnlyWhereTheyMatter) {
    SnapshotBuilder build;
    build.actor(1, "dead-parent").exited(1 << 8);
    build.actor(2, "child").child_of(1).thread(in_epoll({}));
    build.actor(3, "dead-child").child_of(2).exited(0);
    build.actor(4, "dead-culprit").child_of(2).exited(SIGKILL);
    Context context = context_of(build);
    context.diagnosis.verdicts = {verdict_of(4, diagnosis::Role::culprit)};
    context.diagnosis.verdicts.front().state = diagnosis::State::ended;
    const std::string tree = tree_of(context);
    EXPECT_NE(tree.find("dead-parent 1         exited with 1\n"), std::string::npos) << tree;
    EXPECT_NE(tree.find("dead-culprit 4  killed by SIGKILL\n"), std::string::npos) << tree;
    EXPECT_EQ(tree.find("dead-child"), std::string::npos) << tree;
}

TEST(Tree, TellsWhatActorsSitIn) {
    SnapshotBuilder build;
    build.actor(1, "stopped").thread(in_epoll({}), facts::ThreadState::stopped);
    build.actor(2, "traced").thread(in_futex(), facts::ThreadState::traced);
    build.actor(3, "disk").thread(wait_in(facts::WaitKind::other, "fsync"),
                                  facts::ThreadState::uninterruptible);
    build.actor(4, "asleep").thread(in_sleep(1h)).thread_at(0).asleep(4s);
    build.actor(5, "timerless").thread(in_epoll({}, facts::Timeout::after(24h)));
    build.actor(6, "unreadable")
        .thread(wait_in(facts::WaitKind::epoll, "epoll_wait", facts::Timeout::unknown()));
    build.actor(7, "unknown").thread(wait_in(facts::WaitKind::unknown, ""));
    build.actor(8, "threadless");
    build.actor(9, "locked").thread(in_futex(77, facts::Timeout::after(90s)));
    const std::string tree = tree_of(context_of(build));
    for (const char *line :
         {"stopped by a signal\n", "stopped by a tracer\n", "blocked in fsync, uninterruptible\n",
          "blocked in clock_nanosleep, 59 min 56 s left\n", "timerless 5   parked in epoll_wait, no timer\n",
          "parked in epoll_wait, timer unknown\n", "blocked in an unknown call\n",
          "threadless 8  state unknown\n", "blocked in futex, held by thread 77, 1 min 30 s left\n"})
        EXPECT_NE(tree.find(line), std::string::npos) << line << tree;
}

TEST(Tree, KeepsMarksWhereNamesAreLongAndThePageIsNarrow) {
    SnapshotBuilder build;
    build.actor(1, std::string(200, 'n')).thread(in_epoll({}));
    for (Pid pid = 2; pid <= 14; ++pid)
        build.actor(pid, "日本語の名前日本語の名前").child_of(pid - 1).thread(in_epoll({}));
    Context context = context_of(build);
    context.diagnosis.verdicts = {verdict_of(14, diagnosis::Role::culprit)};
    EXPECT_NE(tree_of(context, 40).find(" 14 ◀ culprit"), std::string::npos) << tree_of(context, 40);
}

} // namespace
} // namespace unwedge::report
