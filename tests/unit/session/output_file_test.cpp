// SPDX-License-Identifier: GPL-2.0-only
#include "session/output_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace unwedge::session {
namespace {

class OutputFileTest : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string name = ::testing::TempDir() + "unwedge-json-XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
        ::chmod(name.c_str(), 0777);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    static std::string content(const std::filesystem::path &file) {
        std::ifstream in(file);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    std::filesystem::path folder_;
};

TEST_F(OutputFileTest, WritingReplacesWhatWasThere) {
    const auto path = folder_ / "d.json";
    std::ofstream(path) << "something much longer than what comes";
    Result<OutputFile> file = OutputFile::open("--json", path, std::nullopt);
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->write("{}\n"));
    EXPECT_EQ(content(path), "{}\n");
}

TEST_F(OutputFileTest, AWrongPathIsAnErrorAtOnce) {
    Result<OutputFile> file = OutputFile::open("--json", folder_ / "missing" / "d.json", std::nullopt);
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().code, ENOENT);
}

TEST_F(OutputFileTest, UnderSudoItBelongsToTheUserWhoseRightsCount) {
    if (::geteuid() != 0)
        GTEST_SKIP() << "only root can become somebody else";
    const Identity nobody{.uid = 65534, .gid = 65534, .groups = {65534}, .name = "nobody", .home = "/"};
    Result<OutputFile> file = OutputFile::open("--json", folder_ / "d.json", nobody);
    ASSERT_TRUE(file);
    struct stat info {};
    ::stat((folder_ / "d.json").c_str(), &info);
    EXPECT_EQ(info.st_uid, 65534U);
    EXPECT_EQ(::geteuid(), 0U) << "root's rights are back";
    ::chmod(folder_.c_str(), 0700);
    Result<OutputFile> forbidden = OutputFile::open("--json", folder_ / "e.json", nobody);
    ASSERT_FALSE(forbidden);
    EXPECT_EQ(forbidden.error().code, EACCES);
}

} // namespace
} // namespace unwedge::session
