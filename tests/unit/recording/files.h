// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "recording/reader.h"
#include "recording/writer.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace unwedge::recording {

/// A folder that goes with the test.
class Files : public ::testing::Test {
  protected:
    Files() {
        std::string pattern = (std::filesystem::temp_directory_path() / "unwedge-recording.XXXXXX").string();
        if (::mkdtemp(pattern.data()))
            folder_ = pattern;
    }
    ~Files() override { std::filesystem::remove_all(folder_); }

    std::string path(const std::string &name = "one.unwedge") const { return (folder_ / name).string(); }

    static constexpr std::uint64_t plenty = 1ULL << 30;

    void write_file(const Recording &recording, const std::string &file, bool redact = false) {
        Result<Writer> writer = Writer::create(file, recording.meta, redact, plenty);
        ASSERT_TRUE(writer) << writer.error().message;
        const Result<void> added = writer->add(recording);
        ASSERT_TRUE(added) << added.error().message;
        const Result<void> closed = writer->close();
        ASSERT_TRUE(closed) << closed.error().message;
    }
    static std::vector<std::string> lines_of(const std::string &file) {
        std::vector<std::string> lines;
        const Result<void> done =
            read_lines(file, [&lines](const std::string &line) { lines.push_back(line); });
        EXPECT_TRUE(done) << done.error().message;
        return lines;
    }

    std::filesystem::path folder_;
};

} // namespace unwedge::recording
