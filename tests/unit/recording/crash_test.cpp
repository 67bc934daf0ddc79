// SPDX-License-Identifier: GPL-2.0-only
#include "recording/files.h"
#include "recording/samples.h"

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace unwedge::recording {
namespace {

using Crash = Files;

/// Runs `write` in a process that is killed right afterwards.
template <typename Write>
void killed_after(Write write) {
    const pid_t pid = ::fork();
    ASSERT_GE(pid, 0);
    if (pid == 0) {
        write();
        ::raise(SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(pid, &status, 0), pid);
    ASSERT_TRUE(WIFSIGNALED(status));
}

TEST_F(Crash, WhatWasCommittedIsThereAndNothingElse) {
    const Recording recording = samples::wedge();
    killed_after([&] {
        Result<Writer> writer = Writer::create(path(), recording.meta, false, plenty);
        (void)writer->add(recording.looks.front());
        (void)writer->commit();
        (void)writer->add(recording.looks.back());
    });
    const Result<Recording> read = recording::read(path());
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->looks.size(), 1U);
}

TEST_F(Crash, AnEmptyRecordingTellsItsHead) {
    const Recording recording = samples::empty();
    killed_after([&] { (void)Writer::create(path(), recording.meta, false, plenty); });
    const Result<Recording> read = recording::read(path());
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->meta.host, recording.meta.host);
    EXPECT_FALSE(read->meta.end);
}

TEST_F(Crash, AFileThatMayGrowNoMoreKeepsWhatItHas) {
    const Recording recording = samples::crowd(200, 100'000);
    constexpr std::uint64_t little = 1ULL << 20;
    Result<Writer> writer = Writer::create(path(), recording.meta, false, little);
    ASSERT_TRUE(writer);
    ASSERT_TRUE(writer->add(samples::wedge().looks.front()));
    ASSERT_TRUE(writer->commit());
    Result<void> done;
    for (auto history = recording.flight.begin(); done && history != recording.flight.end(); ++history)
        done = writer->add(history->first, history->second);
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().message.find("full"), std::string::npos) << done.error().message;
    writer = Error{"", 0};
    const Result<Recording> read = recording::read(path());
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->looks.size(), 1U);
    EXPECT_LE(std::filesystem::file_size(path()), little + (1U << 16));
}

} // namespace
} // namespace unwedge::recording
