// SPDX-License-Identifier: GPL-2.0-only
#include "support/live_sockets.h"

#include <cerrno>
#include <filesystem>
#include <string>

#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>

namespace unwedge::netlink {
namespace {

struct Inodes {
    std::uint64_t tcp = 0;
    std::uint64_t unix_socket = 0;
};

/// A child in a network namespace of its own, with a TCP listener and a pair of UNIX sockets.
class Elsewhere {
  public:
    Elsewhere() {
        const Pair report = unix_pair(SOCK_STREAM);
        Pair life = unix_pair(SOCK_STREAM);
        pid_ = ::fork();
        if (pid_ == 0) {
            life.a = Fd();
            ::_exit(live(report.b, life.b));
        }
        life_ = std::move(life.a);
        life.b = Fd();
        require(::read(report.a.get(), &inodes_, sizeof(inodes_)) == sizeof(inodes_));
    }
    ~Elsewhere() {
        life_ = Fd();
        ::waitpid(pid_, nullptr, 0);
    }
    Elsewhere(const Elsewhere &) = delete;
    Elsewhere &operator=(const Elsewhere &) = delete;

    Fd netns() const {
        return Fd(::open(("/proc/" + std::to_string(pid_) + "/ns/net").c_str(), O_RDONLY | O_CLOEXEC));
    }
    const Inodes &inodes() const { return inodes_; }

  private:
    /// Until `life` is closed at its other end.
    static int live(const Fd &report, const Fd &life) {
        if (::unshare(CLONE_NEWNET))
            return 1;
        const Fd listener(::socket(AF_INET, SOCK_STREAM, 0)); // its loopback is down: no address but "any"
        const Pair pair = unix_pair(SOCK_STREAM);
        const Inodes inodes{inode_of(listener), inode_of(pair.a)};
        if (::listen(listener.get(), 1) ||
            ::write(report.get(), &inodes, sizeof(inodes)) != static_cast<ssize_t>(sizeof(inodes)))
            return 1;
        char byte = 0;
        return static_cast<int>(::read(life.get(), &byte, 1));
    }

    pid_t pid_ = -1;
    Fd life_;
    Inodes inodes_;
};

std::filesystem::path own_namespace() {
    return std::filesystem::read_symlink("/proc/thread-self/ns/net");
}

TEST(Namespace, AnothersSocketsAreToldByNameOfTheNamespace) {
    if (::geteuid() != 0)
        GTEST_SKIP() << "only root can make a network namespace";
    const Elsewhere elsewhere;
    const auto before = own_namespace();
    auto there = SockDiag::open_in(elsewhere.netns());
    ASSERT_TRUE(there) << there.error().message;
    EXPECT_EQ(own_namespace(), before);

    const Pair ours = unix_pair(SOCK_STREAM);
    const auto their_tcp = there->dump_tcp();
    const auto their_unix = there->dump_unix();
    ASSERT_TRUE(their_tcp && their_unix);
    EXPECT_TRUE(find_inode(*their_tcp, elsewhere.inodes().tcp));
    EXPECT_TRUE(find_inode(*their_unix, elsewhere.inodes().unix_socket));
    EXPECT_FALSE(find_inode(*their_unix, inode_of(ours.a)));

    SockDiag here = open_diag();
    const auto our_tcp = here.dump_tcp();
    const auto our_unix = here.dump_unix();
    ASSERT_TRUE(our_tcp && our_unix);
    EXPECT_FALSE(find_inode(*our_tcp, elsewhere.inodes().tcp));
    EXPECT_FALSE(find_inode(*our_unix, elsewhere.inodes().unix_socket));
    EXPECT_TRUE(find_inode(*our_unix, inode_of(ours.a)));
}

TEST(Namespace, TheOwnOneIsAsGoodAsAnother) {
    if (::geteuid() != 0)
        GTEST_SKIP() << "only root may join a network namespace, even its own";
    const Pair pair = unix_pair(SOCK_STREAM);
    auto diag = SockDiag::open_in(Fd(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)));
    ASSERT_TRUE(diag) << diag.error().message;
    const auto sockets = diag->dump_unix();
    ASSERT_TRUE(sockets);
    EXPECT_TRUE(find_inode(*sockets, inode_of(pair.a)));
}

TEST(Namespace, NeedsADescriptorOfOne) {
    const auto none = SockDiag::open_in(Fd());
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, EBADF);
    const auto other = SockDiag::open_in(Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC)));
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, EINVAL);
}

TEST(Namespace, AStrangerMayNotJoin) {
    const pid_t child = ::fork();
    if (child == 0) {
        const Fd netns(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
        if (::geteuid() == 0 && ::setresuid(65534, 65534, 65534))
            ::_exit(2);
        const auto diag = SockDiag::open_in(netns);
        ::_exit(!diag && diag.error().code == EPERM && SockDiag::open() ? 0 : 1);
    }
    int ended = 0;
    ASSERT_EQ(::waitpid(child, &ended, 0), child);
    EXPECT_EQ(ended, 0);
}

} // namespace
} // namespace unwedge::netlink
