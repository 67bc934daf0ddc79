// SPDX-License-Identifier: GPL-2.0-only
#include "report/text.h"

#include "samples.h"
#include "support/snapshot_builder.h"
#include "util/utf8.h"

#include <gtest/gtest.h>

#include <regex>
#include <sstream>

namespace unwedge::report {
namespace {

using namespace support;

std::string plain(const Context &context, std::size_t width = 100) {
    return to_text(context, {.colour = false, .width = width});
}

bool has(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

TEST(Text, OfAWedge) {
    EXPECT_EQ(
        plain(samples::wedge()),
        R"text(unwedge: wedged: child (pid 4242) stopped consuming: 165 B unread for 3.6 s; parent (pid 4240) and
pytest (pid 4238) wait

  pytest 4238 waits on 4240      1.2 s CPU  blocked in wait4 on pid 4240
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

command timed out: pytest -x tests
seen: 3 actors and 1 channel by bpf (level trace) on ci-7, Linux 6.1.0-18-amd64,
      2026-01-31T12:00:00.123Z
)text");
}

TEST(Text, ShowsTheStackOfTheCulpritsThread) {
    EXPECT_TRUE(has(plain(samples::stacked()), R"text(
  stack     of thread 4242, innermost call first; it was stopped for 0.1 ms to see this
            do_epoll_wait  [kernel]
            __x64_sys_epoll_wait  [kernel]
            do_syscall_64  [kernel]
            entry_SYSCALL_64_after_hwframe  [kernel]
            … and 1 more
            epoll_wait  epoll_wait.c:30  [libc.so.6]
            0x2591  [python3]
            0x7f1234
            _PyEval_EvalFrameDefault  [python3]
)text")) << plain(samples::stacked());
    EXPECT_TRUE(has(plain(samples::stacked()), "            … and 3 more\n  next"));
    EXPECT_FALSE(has(plain(samples::wedge()), "stack  "));
}

TEST(Text, ShowsTheStackOfTheVerdictsThreadFirst) {
    Context context = samples::stacked();
    context.diagnosis.verdicts.front().thread = 4243;
    EXPECT_TRUE(has(plain(context), "  stack     of thread 4243, innermost call first\n"
                                    "            process 77 traces it already\n"));
    context.diagnosis.verdicts.front().thread = 4299;
    EXPECT_TRUE(has(plain(context), "of thread 4242,")) << "any that was looked at";
    context.stacks->clear();
    EXPECT_FALSE(has(plain(context), "stack  "));
    context.stacks->emplace(4242, facts::ThreadStack{77, 4242, {}, {}, {}, "of another process"});
    EXPECT_FALSE(has(plain(context), "stack  "));
}

TEST(Text, TellsHowSoonItReadBeforeAtLevelFull) {
    EXPECT_TRUE(has(plain(samples::timed()),
                    "pace 1402 receives so far: half within 16 µs of arrival, 99 % within 131 µs"));
}

TEST(Text, OfAHealthyTree) {
    EXPECT_EQ(plain(samples::healthy(), 80),
              R"(unwedge: nothing is wedged

  pytest 4238        1.2 s CPU  blocked in wait4 on pid 4240
  └─ parent 4240    840 ms CPU  parked in epoll_wait, no timer
     └─ child 4242  310 ms CPU  parked in epoll_wait, no timer

no connection leaves the tree

command exited with 0: pytest -x tests
seen: 3 actors and 1 channel by bpf (level trace) on ci-7, Linux 6.1.0-18-amd64,
      2026-01-31T12:00:00.123Z
)");
}

TEST(Text, FollowsAChainToItsFinalBlocker) {
    const std::string text = plain(samples::chain());
    EXPECT_TRUE(has(text, R"(
  waiting   broker (pid 102) → worker-3 (pid 105): waits in recvfrom to read from 105 on fd 6
            parent (pid 101) → broker (pid 102) → 105: waits in epoll_wait to read from 102 on fd 7
            pytest (pid 100) → parent (pid 101) → 102 → 105: waits in wait4 until 101 ends
)")) << text;
    EXPECT_TRUE(
        has(text, "culprit (likely): worker-3 (pid 105) is blocked in clock_nanosleep, 59 min 56 s left\n"));
    EXPECT_TRUE(has(text, "into fd 8 of worker-3 (pid 105), /run/broker.sock\n"));
    EXPECT_TRUE(has(text, "from fd 6 of broker (pid 102), unnamed\n"));
}

TEST(Text, GroupsVictimsThatWaitAlike) {
    const std::string text = plain(samples::crowd(), 200);
    EXPECT_TRUE(
        has(text, "  waiting   6 actors wait on worker-42 (pid 1042): worker-100 (pid 1100), worker-101 (pid "
                  "1101), worker-102 (pid 1102), worker-103 (pid 1103), … and 2 more; each waits in "
                  "epoll_wait to read from\n              1042 on fd 4\n"))
        << text;
    EXPECT_TRUE(has(
        text, "also fd 11: 64 B unread for 10 s, fd 12: 64 B unread for 10 s, fd 13: 64 B unread for 10 s, "
              "… and 2 more\n"))
        << text;
    EXPECT_TRUE(has(text, "$ kill -CONT 1042\n"));
}

TEST(Text, KeepsWhatIsOver) {
    const std::string text = plain(samples::recovered());
    EXPECT_TRUE(
        text.starts_with("unwedge: nothing is wedged; child (pid 4242) stopped consuming, recovered after"))
        << text;
    EXPECT_TRUE(
        has(text, "\nno longer wedged\n  - child (pid 4242) stopped consuming, recovered after 4.1 s\n"));
    EXPECT_FALSE(has(text, "culprit"));
}

TEST(Text, TellsLossesAndThatTheyCapTheVerdict) {
    const std::string text = plain(samples::inconclusive());
    EXPECT_TRUE(text.starts_with("unwedge: inconclusive: ")) << text;
    EXPECT_TRUE(has(text, "child 4242 ◀ suspect"));
    EXPECT_TRUE(has(text, "\nsuspect (inconclusive): child (pid 4242) may have stopped consuming\n"));
    EXPECT_TRUE(
        has(text, "\nlost: ringbuf_full 12, task_storage 3, last 2.0 s ago; what was missed could explain a "
                  "stall,"))
        << text;
    EXPECT_FALSE(has(text, "the network is not to blame"));
}

TEST(Text, TellsThatUnwedgeItselfProvoked) {
    Context context = samples::wedge();
    context.provoked = Provoked{.spec = "cpu=2,stop=work er*", .seed = 123};
    const std::string text = to_text(context, {.width = 200});
    EXPECT_NE(
        text.find("\nprovoked: unwedge itself made load or held actors up (--provoke 'cpu=2,stop=work er*'); "
                  "--seed 123 repeats it\n"),
        std::string::npos)
        << text;
}

TEST(Text, NothingWedgedIsNotAllThereIsIfSomethingWasLost) {
    Context context = samples::inconclusive();
    context.diagnosis = {};
    EXPECT_EQ(summary(context), "nothing is wedged, as far as can be seen");
    EXPECT_EQ(losses_text(context.snapshot), "ringbuf_full 12, task_storage 3, last 2.0 s ago");
    context.snapshot.losses.clear();
    EXPECT_EQ(summary(context), "nothing is wedged");
    EXPECT_EQ(losses_text(context.snapshot), "");
}

TEST(Text, ListsConnectionsThatLeaveTheHostNotesAndListeners) {
    const std::string text = plain(samples::triage());
    EXPECT_TRUE(
        has(text, "\n1 connection leaves the tree: node (pid 500) → 93.184.216.34:443, whether anything was "
                  "sent or\nreceived on it can't be told\n\n"
                  "connections that leave this host: 1\n"
                  "  - fd 21 of node (pid 500): 10.0.0.5:40000 → 93.184.216.34:443, ESTABLISHED\n"))
        << text;
    EXPECT_TRUE(
        has(text, "  - node (pid 501): 68.4 KiB unread on fd 3 for 5.0 s, but it is busy (96 % of a CPU)\n"));
    EXPECT_TRUE(has(text, "  - listener 0.0.0.0:8080: 3 of at most 511 connections wait to be accepted\n"));
    EXPECT_TRUE(has(text, "\nseen: 2 actors and 2 channels by procfs on ci-7, Linux 6.1.0-18-amd64,"));
}

TEST(Text, TellsWhatCouldNotBeSeen) {
    EXPECT_TRUE(has(plain(samples::triage()),
                    "\ncould not be seen; verdicts that need it are inconclusive\n"
                    "  - the descriptors of 1 of 2 processes: run unwedge as root, or as their user\n"));
    EXPECT_FALSE(has(plain(samples::healthy()), "could not be seen"));
}

TEST(Text, ListsWhatIsHeldOfClosedConnections) {
    Context context = samples::triage();
    facts::End &end = context.snapshot.ends.at(3);
    end.peer_closed = true;
    end.state = "CLOSE_WAIT";
    end.closed_since = 7190s;
    end.eof_read = false;
    EXPECT_TRUE(has(plain(context),
                    "\nconnections that the other side has closed, still held: 1\n"
                    "  - fd 21 of node (pid 500): 10.0.0.5:40000 → 93.184.216.34:443, CLOSE-WAIT, "
                    "for 10 s, end of file\n    unread\n"))
        << plain(context);
}

TEST(Text, HintsFollowTheInterest) {
    Context context = samples::wedge();
    facts::Wait &loop = context.snapshot.actors.at(4242).threads.front().wait;
    loop = in_epoll({watch(9, facts::Interest::disarmed)});
    EXPECT_TRUE(has(plain(context, 200), "(interest: disarmed)"));
    EXPECT_TRUE(has(plain(context, 200), "look for a reader that was paused, or a one-shot event"));
    loop = in_epoll({watch(9, facts::Interest::edge)});
    EXPECT_TRUE(has(plain(context, 200), "look for a read loop that ends before EAGAIN"));
}

TEST(Text, HintsFollowTheRuntime) {
    Context context = samples::wedge();
    std::vector<std::string> &argv = context.snapshot.actors.at(4242).argv;
    for (const auto &[program, command] : std::map<std::string, std::string>{
             {"/usr/bin/node", "$ node inspect -p 4242\n"},
             {"ruby3.1", "$ rbspy snapshot --pid 4242\n"},
             {"/usr/lib/jvm/bin/java", "$ jstack 4242\n"},
             {"pypy3", "$ py-spy dump --pid 4242\n"},
             {"./a.out", "$ gdb -p 4242 -batch -ex 'thread apply all bt'\n"}}) {
        argv = {program};
        EXPECT_TRUE(has(plain(context), command)) << program;
    }
}

TEST(Text, HintsFollowWhatBlocksAndWhoHoldsIt) {
    Context context = samples::wedge();
    diagnosis::Verdict &verdict = context.diagnosis.verdicts.front();
    verdict.kind = diagnosis::Kind::blocked_loop;
    verdict.blocked_on = diagnosis::BlockedOn::lock;
    verdict.blocked_by = 4240;
    EXPECT_TRUE(has(plain(context),
                    "waits for a lock; its stack names which:\n            $ py-spy dump --pid 4242\n"));
    EXPECT_TRUE(
        has(plain(context), "see where parent (pid 4240) stands:\n            $ py-spy dump --pid 4240\n"));
    verdict.blocked_on = diagnosis::BlockedOn::disk;
    EXPECT_TRUE(has(plain(context), "$ cat /proc/4242/stack\n"));
}

TEST(Text, HintsFollowWhoStoppedIt) {
    Context context = samples::crowd();
    facts::Thread &thread = context.snapshot.actors.at(1042).threads.front();
    thread.state = facts::ThreadState::traced;
    EXPECT_TRUE(has(plain(context), "$ grep TracerPid /proc/1042/status\n"));
    thread.state = facts::ThreadState::frozen;
    EXPECT_TRUE(has(plain(context), "$ cat /proc/1042/cgroup\n"));
}

TEST(Text, TellsAnOutsidePeer) {
    Context context = samples::wedge();
    context.snapshot.ends.erase(2);
    EXPECT_TRUE(has(plain(context), "from outside the traced processes, 127.0.0.1:51234\n"));
}

TEST(Text, ListsVictimsWithoutACulprit) {
    Context context = samples::wedge();
    context.diagnosis.verdicts.erase(context.diagnosis.verdicts.begin());
    EXPECT_TRUE(has(plain(context), "\nwaiting\n  - ")) << plain(context);
}

/// All samples at several widths, plain and coloured.
class Layouts : public testing::TestWithParam<std::size_t> {};

TEST_P(Layouts, NoLineIsLongerThanThePage) {
    for (const auto &[name, context] : samples::all()) {
        std::istringstream lines(plain(context, GetParam()));
        for (std::string line; std::getline(lines, line);) {
            const bool is_command = has(line, "            $ ");
            EXPECT_TRUE(is_command || columns(line) <= GetParam()) << name << ": " << line;
            EXPECT_FALSE(line.ends_with(' ')) << name << ": " << line;
        }
    }
}

TEST_P(Layouts, ColourAddsNothingButColour) {
    const std::regex colour("\x1b\\[[0-9;]*m");
    for (const auto &[name, context] : samples::all()) {
        const std::string coloured = to_text(context, {.colour = true, .width = GetParam()});
        EXPECT_EQ(std::regex_replace(coloured, colour, ""), plain(context, GetParam())) << name;
        EXPECT_TRUE(has(coloured, "\x1b[1m")) << name;
    }
}

TEST_P(Layouts, PlainTextHoldsNoControlCharacters) {
    for (const auto &[name, context] : samples::all()) {
        std::istringstream lines(plain(context, GetParam()));
        for (std::string line; std::getline(lines, line);)
            EXPECT_EQ(printable(line), line) << name;
    }
}

TEST_P(Layouts, TheFirstLineTellsTheVerdict) {
    for (const auto &[name, context] : samples::all()) {
        const std::string text = plain(context, GetParam());
        if (context.trees) {
            EXPECT_TRUE(text.starts_with("unwedge: 1 of ")) << name;
            continue;
        }
        EXPECT_EQ(text.starts_with("unwedge: wedged: ") || text.starts_with("unwedge: wedged:\n"),
                  context.diagnosis.wedged())
            << name;
        EXPECT_TRUE(text.starts_with("unwedge: ")) << name;
    }
}

INSTANTIATE_TEST_SUITE_P(Widths, Layouts, testing::Values(40, 80, 100, 200));

} // namespace
} // namespace unwedge::report
