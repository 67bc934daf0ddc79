// SPDX-License-Identifier: GPL-2.0-only
// Children that really sit in system calls. Hosts that forbid to look at them (kernel.yama.ptrace_scope,
// seccomp) skip.
#include "stacks/capture.h"
#include "stacks/program.h"

#include "sitters.h"

#include <cerrno>

#include <sys/ptrace.h>

#include <gtest/gtest.h>

namespace unwedge::stacks {
namespace {

using namespace std::chrono_literals;

const procfs::Proc proc;

/// Its stack once it sits in its call.
Result<UserStack> stack_of(const Sitter &sitter, Stop stop, char state = 'S') {
    if (!sitter.settles_in(state))
        return Error{"it does not settle"};
    auto program = Program::of(proc, sitter.pid());
    return program ? program->stack(sitter.tid(), stop) : program.error();
}

template <typename T>
bool is_forbidden(const Result<T> &seen) {
    return !seen && (seen.error().code == EPERM || seen.error().code == EACCES);
}

/// What this host forbids to see skips the test.
#define ASSERT_SEEN(result)                                                                                  \
    if (is_forbidden(result))                                                                                \
        GTEST_SKIP() << (result).error().message;                                                            \
    ASSERT_TRUE(result) << (result).error().message

/// The mappings of one that may be looked at.
std::vector<Area> areas_of(const Sitter &sitter) {
    return *parse_maps(*proc.read_text(std::to_string(sitter.pid()) + "/maps"));
}

/// From the call up to main, in that order.
void expect_all_functions(const UserStack &stack, const std::string &innermost) {
    std::size_t next = 0;
    const std::vector<std::string> wanted{"sitter::" + innermost + "()", "sitter::sit(",
                                          "sitter::outer_function(", "main", "_start"};
    for (const facts::Frame &frame : stack.frames)
        if (next < wanted.size() && frame.function.starts_with(wanted[next]))
            ++next;
    EXPECT_EQ(next, wanted.size()) << (next < wanted.size() ? wanted[next] + " is missing" : "");
    EXPECT_EQ(stack.missing, "");
}

class Calls : public testing::TestWithParam<const char *> {};
INSTANTIATE_TEST_SUITE_P(Stack, Calls, testing::Values("epoll_wait", "poll", "nanosleep", "read", "futex"));

TEST_P(Calls, OfOptimisedCodeAreReadWithoutAStop) {
    Sitter sitter(SITTER, GetParam());
    const auto stack = stack_of(sitter, Stop::needed);
    ASSERT_SEEN(stack);
    expect_all_functions(*stack, std::string("in_") + GetParam());
    EXPECT_EQ(stack->stopped_for, 0ns);
    EXPECT_EQ(sitter.line(50), "") << "its call goes on";
}

TEST_P(Calls, WithFramePointersAreReadWithAStop) {
    Sitter sitter(SITTER_WITH_FRAME_POINTERS, GetParam());
    const auto stack = stack_of(sitter, Stop::needed);
    ASSERT_SEEN(stack);
    expect_all_functions(*stack, std::string("in_") + GetParam());
    EXPECT_GT(stack->stopped_for, 0ns);
    EXPECT_LT(stack->stopped_for, 100ms);
    RecordProperty("stopped_us", static_cast<int>(stack->stopped_for / 1us));
    // What the comment of capture_stopped() says of it.
    const bool sees_it = GetParam() == std::string("epoll_wait");
    EXPECT_EQ(sitter.line(50), sees_it ? "returned " + std::to_string(EINTR) : "");
}

TEST_P(Calls, NoticeNothingUnlessThatIsAllowed) {
    Sitter sitter(SITTER_WITH_FRAME_POINTERS, GetParam());
    const auto stack = stack_of(sitter, Stop::unnoticed);
    ASSERT_SEEN(stack);
    EXPECT_NE(frame_of(stack->frames, std::string("in_") + GetParam()), nullptr);
    EXPECT_EQ(sitter.line(50), "") << "its call goes on";
    if (GetParam() == std::string("epoll_wait")) {
        EXPECT_EQ(stack->stopped_for, 0ns);
        EXPECT_NE(stack->missing, "");
    } else {
        expect_all_functions(*stack, std::string("in_") + GetParam());
    }
}

TEST(Stack, TellsFilesAndLines) {
    const Sitter sitter(SITTER, "nanosleep");
    const auto stack = stack_of(sitter, Stop::never);
    ASSERT_SEEN(stack);
    const facts::Frame *frame = frame_of(stack->frames, "in_nanosleep");
    ASSERT_NE(frame, nullptr);
    EXPECT_TRUE(frame->module.ends_with("/sitter"));
    ASSERT_TRUE(frame->source);
    EXPECT_TRUE(frame->source->file.ends_with("sitter.cpp"));
    EXPECT_GT(frame->source->line, 0);
    EXPECT_GT(frame->offset, 0U);
    EXPECT_LT(frame->offset, frame->address) << "it is position-independent";
    EXPECT_TRUE(stack->frames.front().module.find("libc") != std::string::npos);
}

TEST(Stack, OfOneThatRunsNeedsAStop) {
    const Sitter sitter(SITTER, "nothing");
    ASSERT_TRUE(sitter.settles_in('R'));
    const auto stack = stack_of(sitter, Stop::unnoticed, 'R');
    ASSERT_SEEN(stack);
    EXPECT_NE(frame_of(stack->frames, "in_no_call"), nullptr);
    EXPECT_NE(frame_of(stack->frames, "outer_function"), nullptr);
    // Only off its CPU is it seen without one.
    EXPECT_TRUE(stack->stopped_for > 0ns || frame_of(stack->frames, "main"));
}

TEST(Stack, IsThatOfTheRightThread) {
    const Sitter sitter(SITTER, "thread");
    const auto other = stack_of(sitter, Stop::never);
    ASSERT_SEEN(other);
    ASSERT_NE(sitter.tid(), sitter.pid());
    EXPECT_NE(frame_of(other->frames, "in_futex"), nullptr);
    EXPECT_EQ(frame_of(other->frames, "in_nanosleep"), nullptr);
    auto program = Program::of(proc, sitter.pid());
    ASSERT_TRUE(program);
    const auto main = program->stack(sitter.pid(), Stop::never);
    ASSERT_TRUE(main) << main.error().message;
    EXPECT_NE(frame_of(main->frames, "in_nanosleep"), nullptr);
    EXPECT_EQ(frame_of(main->frames, "in_futex"), nullptr);
}

bool is_stopped(facts::Pid pid) {
    const auto stat = proc.stat(pid);
    return stat && stat->state == 'T';
}

TEST(Stack, LeavesOneStoppedThatWas) {
    Sitter sitter(SITTER_WITH_FRAME_POINTERS, "poll");
    ASSERT_TRUE(sitter.settles_in('S'));
    ::kill(sitter.pid(), SIGSTOP);
    const auto stack = stack_of(sitter, Stop::needed, 'T');
    ASSERT_SEEN(stack);
    expect_all_functions(*stack, "in_poll");
    EXPECT_GT(stack->stopped_for, 0ns) << "it was needed";
    for (int i = 0; i < 20; ++i) { // that nothing happens has no event
        std::this_thread::sleep_for(5ms);
        ASSERT_TRUE(is_stopped(sitter.pid()));
    }
    ::kill(sitter.pid(), SIGCONT);
    EXPECT_TRUE(sitter.settles_in('S')) << "and goes on when it is told to";
    EXPECT_EQ(sitter.line(50), "");
}

TEST(Stack, OfOneThatIsTracedNamesTheTracer) {
    Sitter sitter(SITTER_WITH_FRAME_POINTERS, "poll");
    ASSERT_TRUE(sitter.settles_in('S'));
    if (::ptrace(PTRACE_SEIZE, sitter.pid(), nullptr, nullptr) != 0)
        GTEST_SKIP() << "this host forbids to trace";
    const std::vector<Area> areas = areas_of(sitter);
    const auto capture = capture_stopped(proc, sitter.pid(), sitter.tid(), areas);
    ASSERT_FALSE(capture);
    EXPECT_EQ(capture.error().code, EPERM);
    EXPECT_NE(capture.error().message.find("process " + std::to_string(::getpid()) + " traces it already"),
              std::string::npos)
        << capture.error().message;
    const auto stack = stack_of(sitter, Stop::needed);
    ASSERT_TRUE(stack) << "what can be seen without is there";
    EXPECT_NE(frame_of(stack->frames, "in_poll"), nullptr);
    EXPECT_NE(stack->missing.find("traces it already"), std::string::npos) << stack->missing;
}

TEST(Stack, OfOneThatVanishesIsAnError) {
    Sitter sitter(SITTER, "poll");
    ASSERT_TRUE(sitter.settles_in('S'));
    auto program = Program::of(proc, sitter.pid());
    ASSERT_SEEN(program);
    const facts::Pid pid = sitter.pid();
    const facts::Pid tid = sitter.tid();
    sitter.end();
    EXPECT_FALSE(program->stack(tid, Stop::needed));
    EXPECT_FALSE(Program::of(proc, pid));
    const auto capture = capture_stopped(proc, pid, tid, {});
    EXPECT_FALSE(capture);
}

TEST(Stack, OfOneThatEndedUnreapedIsAnError) {
    const Sitter sitter(SITTER, "poll");
    ASSERT_TRUE(sitter.settles_in('S'));
    ::kill(sitter.pid(), SIGKILL);
    EXPECT_FALSE(stack_of(sitter, Stop::needed, 'Z'));
}

TEST(Stack, LetsGoWhenUnwedgeIsKilledInTheMiddle) {
    Sitter sitter(SITTER_WITH_FRAME_POINTERS, "poll");
    const auto stack = stack_of(sitter, Stop::needed);
    ASSERT_SEEN(stack);
    const std::vector<Area> areas = areas_of(sitter);
    for (int i = 0; i < 10; ++i) {
        const facts::Pid tracer = ::fork();
        if (tracer == 0)
            for (;;)
                (void)capture_stopped(proc, sitter.pid(), sitter.tid(), areas);
        // Each time at another point of what it does over and over.
        std::this_thread::sleep_for(std::chrono::microseconds(5000 + 137 * i));
        ::kill(tracer, SIGKILL);
        ::waitpid(tracer, nullptr, 0);
        EXPECT_TRUE(sitter.settles_in('S'));
        const auto status = proc.read_text(std::to_string(sitter.pid()) + "/status");
        EXPECT_NE(status->find("TracerPid:\t0\n"), std::string::npos);
    }
    EXPECT_EQ(sitter.line(50), "");
}

TEST(Stack, DoesNotTakeTheEndOfAChild) {
    Sitter sitter(SITTER_WITH_FRAME_POINTERS, "poll");
    const auto stack = stack_of(sitter, Stop::needed);
    ASSERT_SEEN(stack);
    ::kill(sitter.pid(), SIGTERM);
    siginfo_t ended{};
    // Not reaped: the sitter still kills whoever has its pid.
    EXPECT_EQ(::waitid(P_PID, static_cast<id_t>(sitter.pid()), &ended, WEXITED | WNOWAIT), 0);
    EXPECT_EQ(ended.si_code, CLD_KILLED);
}

} // namespace
} // namespace unwedge::stacks
