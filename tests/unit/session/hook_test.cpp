// SPDX-License-Identifier: GPL-2.0-only
#include "session/hook.h"

#include "session/signals.h"
#include "util/fd.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace unwedge::session {
namespace {

using namespace std::chrono_literals;

constexpr facts::Pid root = 10;
constexpr int patience_ms = 20'000;

diagnosis::Verdict verdict(diagnosis::Role role, facts::Pid pid) {
    return {.kind = diagnosis::Kind::blocked_loop,
            .role = role,
            .pid = pid,
            .confidence = diagnosis::Confidence::certain};
}

report::Context wedge() {
    report::Context context{.at = "2026-01-31T12:00:00.123Z", .tier = "bpf"};
    context.diagnosis.verdicts = {verdict(diagnosis::Role::culprit, 12)};
    for (const facts::Pid pid : {10, 11}) {
        diagnosis::Verdict victim = verdict(diagnosis::Role::victim, pid);
        victim.final_blocker = 12;
        context.diagnosis.verdicts.push_back(victim);
    }
    return context;
}

class HookTest : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = ::testing::TempDir() + "unwedge-hook-XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        ::setenv("TMPDIR", pattern.c_str(), 1);
    }
    void TearDown() override {
        ::unsetenv("TMPDIR");
        std::filesystem::remove_all(folder_);
    }

    std::string script(const std::string &text, mode_t mode = 0755, const std::string &name = "hook") const {
        const auto path = folder_ / name;
        std::ofstream(path) << "#!/bin/sh\ncd " << folder_ << "\n" << text << "\n";
        ::chmod(path.c_str(), mode);
        return path;
    }
    std::string content(const char *file) const {
        std::ifstream in(folder_ / file);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    /// Until a process has ended, but is not reaped.
    static void await_end(facts::Pid pid) {
        siginfo_t ended{};
        ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(pid), &ended, WEXITED | WNOWAIT), 0);
    }
    static std::optional<std::string> run(Hook &hook) {
        EXPECT_TRUE(hook.start(wedge(), root, monotonic_now()));
        await_end(hook.pid());
        return hook.reap();
    }
    bool has_temporary() const {
        for (const auto &entry : std::filesystem::directory_iterator(folder_))
            if (entry.is_directory())
                return true;
        return false;
    }

    std::filesystem::path folder_;
};

TEST_F(HookTest, GetsThePidsAndTheDiagnosis) {
    ::setenv("UNWEDGE_VICTIM_PIDS", "of an unwedge around this one", 1);
    Hook hook(script("env | grep ^UNWEDGE_ >environment; stat -c %a:%a \"$UNWEDGE_JSON\" "
                     "\"${UNWEDGE_JSON%/*}\" >modes; cp \"$UNWEDGE_JSON\" copy"),
              10s);
    EXPECT_EQ(run(hook), std::nullopt);
    ::unsetenv("UNWEDGE_VICTIM_PIDS");
    const std::string environment = content("environment");
    for (const char *line :
         {"UNWEDGE_CULPRIT_PID=12\n", "UNWEDGE_CULPRIT_KIND=blocked_loop\n", "UNWEDGE_VICTIM_PIDS=10 11\n",
          "UNWEDGE_ROOT_PID=10\n", "UNWEDGE_SUMMARY=", "UNWEDGE_JSON=/"})
        EXPECT_NE(environment.find(line), std::string::npos) << line << environment;
    EXPECT_EQ(environment.find("around"), std::string::npos);
    EXPECT_EQ(content("modes"), "600:600\n700:700\n");
    EXPECT_NE(content("copy").find("unwedge.diagnosis/1"), std::string::npos);
    EXPECT_FALSE(has_temporary()) << "the diagnosis goes with the program";
}

TEST_F(HookTest, IsRunOnce) {
    Hook hook(script("exit 0"), 10s);
    EXPECT_TRUE(hook.is_wanted());
    run(hook);
    EXPECT_FALSE(hook.is_wanted());
    EXPECT_FALSE(Hook("", 10s).is_wanted());
}

TEST_F(HookTest, ReadsNothingAndLeadsItsOwnSession) {
    Hook hook(script("cat >input; set -- $(cat /proc/$$/stat); echo $(($6 - $$)) $(($5 - $$)) >ids"), 10s);
    run(hook);
    EXPECT_EQ(content("input"), "");
    EXPECT_EQ(content("ids"), "0 0\n");
}

TEST_F(HookTest, HasNoSignalsBlockedOrIgnored) {
    const Result<Signals> signals = Signals::take();
    Hook hook(script("grep -Eq '^SigBlk:.0*$' /proc/self/status && "
                     "! grep -Eq '^SigIgn:.*[13579bdf]...$' /proc/self/status"),
              10s);
    EXPECT_EQ(run(hook), std::nullopt);
}

TEST_F(HookTest, TellsThatItFailed) {
    Hook failing(script("exit 3"), 10s);
    EXPECT_EQ(run(failing), "ended with status 3");
    Hook dying(script("kill -TERM $$"), 10s);
    EXPECT_EQ(run(dying), "was ended by SIGTERM");
}

TEST_F(HookTest, WhatCannotBeExecutedIsAnError) {
    const auto path = script("exit 0");
    Hook hook(path, 10s);
    std::filesystem::remove(path);
    const Result<void> started = hook.start(wedge(), root, monotonic_now());
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().code, ENOENT);
    EXPECT_FALSE(hook.is_running());
    EXPECT_FALSE(hook.is_wanted());
    EXPECT_FALSE(has_temporary());
}

TEST_F(HookTest, EndsWithItsProcessGroup) {
    Hook hook(script("mkfifo fifo; sleep 1000 >fifo & read line <fifo"), 10s);
    const Nanos now = monotonic_now();
    ASSERT_TRUE(hook.start(wedge(), root, now));
    EXPECT_TRUE(hook.is_running());
    EXPECT_EQ(hook.deadline(), now + 10s);
    hook.end();
    EXPECT_FALSE(hook.is_running());
    await_end(hook.pid());
    EXPECT_EQ(hook.reap(), std::nullopt) << "who ended it knows";
    EXPECT_EQ(hook.pid(), 0);
}

TEST_F(HookTest, WhatItLeavesBehindInItsGroupEndsWithIt) {
    Hook hook(script("sleep 1000 & echo $! >left"), 10s);
    ASSERT_TRUE(hook.start(wedge(), root, monotonic_now()));
    await_end(hook.pid());
    const Fd left(static_cast<int>(::syscall(SYS_pidfd_open, std::stoi(content("left")), 0)));
    ASSERT_TRUE(left);
    hook.reap();
    pollfd ended{left.get(), POLLIN, 0};
    EXPECT_EQ(::poll(&ended, 1, patience_ms), 1);
}

TEST_F(HookTest, FindsTheProgram) {
    const std::string path = script("exit 0");
    script("exit 0", 0644, "data");
    EXPECT_EQ(*find_program(path), path);
    EXPECT_EQ(find_program(folder_ / "data").error().code, EACCES);
    EXPECT_EQ(find_program(folder_).error().code, EACCES);
    EXPECT_EQ(find_program(folder_ / "none").error().code, ENOENT);

    const char *const inherited = std::getenv("PATH");
    const std::string before = inherited ? inherited : "";
    ::setenv("PATH", ("/nowhere:" + folder_.string()).c_str(), 1);
    EXPECT_EQ(*find_program("hook"), path);
    EXPECT_EQ(find_program("data").error().code, EACCES);
    EXPECT_EQ(find_program("none").error().code, ENOENT);
    ::setenv("PATH", before.c_str(), 1);
}

} // namespace
} // namespace unwedge::session
