// SPDX-License-Identifier: GPL-2.0-only
#include "session/private_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <optional>

namespace unwedge::session {
namespace {

namespace fs = std::filesystem;

class PrivateFolderTest : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string name = ::testing::TempDir() + "unwedge-private-XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        parent_ = name;
        ::setenv("TMPDIR", name.c_str(), 1);
    }
    void TearDown() override {
        ::unsetenv("TMPDIR");
        fs::remove_all(parent_);
    }

    static mode_t mode_of(const fs::path &path) {
        struct stat info {};
        return ::stat(path.c_str(), &info) ? 0 : info.st_mode & 0777;
    }
    fs::path only_entry() const { return fs::directory_iterator(parent_)->path(); }

    fs::path parent_;
};

TEST_F(PrivateFolderTest, IsForItsMakersEyesAndGoesWithAllInIt) {
    {
        const Result<PrivateFolder> folder = PrivateFolder::make();
        ASSERT_TRUE(folder);
        const Result<std::string> path = folder->write("file", "text");
        ASSERT_TRUE(path);
        EXPECT_EQ(mode_of(only_entry()), 0700U);
        EXPECT_EQ(mode_of(*path), 0600U);
        std::ofstream(only_entry() / "more") << "of whom it was shown to";
    }
    EXPECT_TRUE(fs::is_empty(parent_));
}

TEST_F(PrivateFolderTest, WhoOwnsItsParentCanNotLeadItAstray) {
    const fs::path elsewhere = parent_ / "elsewhere";
    {
        const Result<PrivateFolder> folder = PrivateFolder::make();
        ASSERT_TRUE(folder);
        const fs::path own = only_entry();
        fs::create_directory(elsewhere);
        std::ofstream(elsewhere / "kept") << "";
        fs::rename(own, parent_ / "moved");
        fs::create_directory_symlink(elsewhere, own);
        ASSERT_TRUE(folder->write("file", "text"));
        EXPECT_TRUE(fs::exists(parent_ / "moved" / "file"));
        EXPECT_FALSE(fs::exists(elsewhere / "file"));
    }
    EXPECT_TRUE(fs::exists(elsewhere / "kept")) << "only the link has gone";
}

} // namespace
} // namespace unwedge::session
