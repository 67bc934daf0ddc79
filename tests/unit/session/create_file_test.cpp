// SPDX-License-Identifier: GPL-2.0-only
#include "session/create_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace unwedge::session {
namespace {

namespace fs = std::filesystem;

constexpr uid_t user = 65534;
constexpr uid_t another = 65533;

/// Folders of root's and of a user's, and root's secret, which is not to be written to.
class CreateFileTest : public ::testing::Test {
  protected:
    void SetUp() override {
        if (::geteuid() != 0)
            GTEST_SKIP() << "only root owns what it must not be led to";
        std::string name = ::testing::TempDir() + "unwedge-create-XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        roots_ = name;
        ::chmod(name.c_str(), 01777);
        users_ = roots_ / "users";
        fs::create_directory(users_);
        give(users_);
        std::ofstream(secret()) << "secret";
    }
    void TearDown() override {
        if (!roots_.empty())
            fs::remove_all(roots_);
    }

    fs::path secret() const { return roots_ / "secret"; }
    static void give(const fs::path &path, uid_t to = user) { ASSERT_EQ(::lchown(path.c_str(), to, to), 0); }
    static void link(const fs::path &target, const fs::path &at, uid_t owner) {
        fs::create_symlink(target, at);
        give(at, owner);
    }
    static std::string content(const fs::path &file) {
        std::ifstream in(file);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    static bool writes_to(const fs::path &path, const fs::path &target) {
        const Result<Fd> file = create_file(path);
        struct stat opened {};
        struct stat meant {};
        return file && ::fstat(file->get(), &opened) == 0 && ::stat(target.c_str(), &meant) == 0 &&
               opened.st_ino == meant.st_ino && opened.st_dev == meant.st_dev;
    }
    static std::string why_not(const fs::path &path) {
        const Result<Fd> file = create_file(path);
        return file ? "" : file.error().message;
    }

    fs::path roots_;
    fs::path users_;
};

TEST_F(CreateFileTest, MakesWhatIsNotThereAndCutsNothing) {
    EXPECT_TRUE(writes_to(roots_ / "new", roots_ / "new"));
    EXPECT_TRUE(writes_to(users_ / "new", users_ / "new"));
    EXPECT_TRUE(writes_to(secret(), secret()));
    EXPECT_EQ(content(secret()), "secret");
}

TEST_F(CreateFileTest, FindsRelativePathsAndDots) {
    const fs::path before = fs::current_path();
    fs::current_path(users_);
    EXPECT_TRUE(writes_to("a", users_ / "a"));
    EXPECT_TRUE(writes_to("./..//users/../b", roots_ / "b"));
    fs::current_path(before);
}

TEST_F(CreateFileTest, FailsAsOpenDoes) {
    EXPECT_EQ(create_file("").error().code, ENOENT);
    EXPECT_EQ(create_file(roots_ / "no" / "file").error().code, ENOENT);
    EXPECT_EQ(create_file(users_).error().code, EISDIR);
    EXPECT_EQ(create_file(secret() / "file").error().code, ENOTDIR);
    link("loop", roots_ / "loop", 0);
    EXPECT_EQ(create_file(roots_ / "loop").error().code, ELOOP);
}

TEST_F(CreateFileTest, FollowsWhatRootHasLaid) {
    link("users", roots_ / "relative", 0);
    link(users_, roots_ / "absolute", 0);
    link(users_ / "target", roots_ / "dangling", 0);
    EXPECT_TRUE(writes_to(roots_ / "relative" / "a", users_ / "a"));
    EXPECT_TRUE(writes_to(roots_ / "absolute" / "b", users_ / "b"));
    EXPECT_TRUE(writes_to(roots_ / "dangling", users_ / "target"));
}

TEST_F(CreateFileTest, FollowsTheKernelsOwnLinks) {
    const fs::path file = users_ / "out";
    std::ofstream(file) << "";
    give(file, another);
    const Fd open(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
    EXPECT_TRUE(writes_to("/dev/fd/" + std::to_string(open.get()), file));
    EXPECT_TRUE(writes_to("/proc/self/root" + file.string() + "2", users_ / "out2"));
}

TEST_F(CreateFileTest, FollowsNobodyElsesLinks) {
    link(secret(), users_ / "last", user);
    link(roots_, users_ / "folder", user);
    link(secret(), roots_ / "in_sticky", another);
    link(roots_ / "created", users_ / "dangling", user);
    for (const fs::path &path : {users_ / "last", users_ / "folder" / "secret", users_ / "folder" / "new",
                                 roots_ / "in_sticky", users_ / "dangling"})
        EXPECT_NE(why_not(path).find("symbolic link of user"), std::string::npos) << path;
    EXPECT_FALSE(fs::exists(roots_ / "new") || fs::exists(roots_ / "created"));
}

TEST_F(CreateFileTest, WritesToAFileOfTheFoldersOwnerButNotOfAStrangers) {
    for (const fs::path &path : {users_ / "own", users_ / "strangers", roots_ / "laid_out"})
        std::ofstream(path) << "";
    give(users_ / "own");
    give(users_ / "strangers", another);
    give(roots_ / "laid_out");
    EXPECT_TRUE(writes_to(users_ / "own", users_ / "own"));
    EXPECT_NE(why_not(users_ / "strangers").find("user 65533 has put it"), std::string::npos);
    EXPECT_NE(why_not(roots_ / "laid_out").find("user 65534 has put it"), std::string::npos);
}

TEST_F(CreateFileTest, WritesToNoSecondNameOfRootsFile) {
    fs::create_hard_link(secret(), users_ / "second");
    EXPECT_NE(why_not(users_ / "second").find("may have linked"), std::string::npos);
    EXPECT_TRUE(writes_to(secret(), secret())) << "by root's own name";
}

TEST_F(CreateFileTest, WhoIsNotRootIsLedWhereHisRightsLead) {
    link("target", users_ / "link", another);
    ASSERT_EQ(::seteuid(user), 0);
    EXPECT_TRUE(writes_to(users_ / "link", users_ / "target"));
    EXPECT_EQ(create_file(secret()).error().code, EACCES);
    ASSERT_EQ(::seteuid(0), 0);
}

} // namespace
} // namespace unwedge::session
