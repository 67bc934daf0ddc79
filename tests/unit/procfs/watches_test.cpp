// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/watches.h"

#include "fake_target.h"

#include <poll.h>
#include <sys/epoll.h>

#include <gtest/gtest.h>

namespace unwedge::procfs {
namespace {

using facts::Interest;
using facts::Watch;
using std::chrono::seconds;

constexpr std::uint64_t at = 0x1000;
constexpr std::uint32_t edge = 1U << 31; // EPOLLET, which the headers call a signed one

/// What a set says of `fd`, as text: "armed", "disarmed+write", "none"; "armed armed" if it is there twice.
std::string told(const std::optional<WatchSet> &set, int fd) {
    if (!set)
        return "unreadable";
    std::string text;
    for (const Watch &watch : set->watches)
        if (watch.fd == fd) {
            text += text.empty() ? "" : " ";
            text += watch.read == Interest::armed  ? "armed"
                    : watch.read == Interest::edge ? "edge"
                                                   : "disarmed";
            text += watch.write ? "+write" : "";
        }
    return text.empty() ? "none" : text;
}

TEST(EpollWatches, ReadsMasks) {
    const struct {
        std::uint32_t events;
        const char *says;
    } cases[] = {
        {0x40000019, "armed"},    // ONESHOT, somebody waits to read
        {0x40000000, "disarmed"}, // ONESHOT that fired
        {0x4000001d, "armed+write"},
        {0x19, "armed"}, // level-triggered
        {0x80000019, "edge"},
        {0x8000001d, "edge+write"},
        {0x80000000, "disarmed"},
        {0x1c, "disarmed+write"},
        {EPOLLRDHUP | EPOLLHUP | EPOLLERR | EPOLLPRI, "disarmed"},
        {EPOLLRDNORM, "armed"},
        {EPOLLWRNORM, "disarmed+write"},
        {0, "disarmed"},
        {0xffffffff, "edge+write"},
    };
    for (const auto &[events, says] : cases) {
        FakeTarget target;
        target.links[5] = "socket:[77]";
        target.put_set(3, {{5, events, 77}});
        EXPECT_EQ(told(epoll_watches(3, target), 5), says) << std::hex << events;
    }
}

TEST(EpollWatches, AnEmptySetIsKnownAnUnreadableOneIsNot) {
    FakeTarget target;
    target.put_set(3, {});
    EXPECT_TRUE(epoll_watches(3, target)->watches.empty());
    EXPECT_FALSE(epoll_watches(4, target));
}

TEST(EpollWatches, NestedSetsAreFlattenedThroughTheOuterInterest) {
    const struct {
        std::uint32_t outer, inner;
        const char *says;
    } cases[] = {
        {EPOLLIN, EPOLLIN, "armed"},
        {EPOLLIN, edge | EPOLLIN, "edge"},
        {EPOLLIN, EPOLLOUT, "disarmed+write"},
        {edge | EPOLLIN, EPOLLIN | EPOLLOUT, "edge+write"},
        {EPOLLOUT, EPOLLIN | EPOLLOUT, "disarmed"},
        {EPOLLONESHOT, EPOLLIN, "disarmed"},
    };
    for (const auto &[outer, inner, says] : cases) {
        FakeTarget target;
        target.links[5] = "socket:[77]";
        target.put_set(3, {{4, outer, 1038}});
        target.put_set(4, {{5, inner, 77}});
        const auto set = epoll_watches(3, target);
        EXPECT_EQ(told(set, 5), says) << outer << " " << inner;
        EXPECT_EQ(told(set, 4), "none");
    }
}

TEST(EpollWatches, AnUnreadableNestedSetMattersOnlyIfAskedFor) {
    FakeTarget target;
    target.links[4] = "anon_inode:[eventpoll]";
    target.put_set(3, {{4, EPOLLIN, 1038}});
    EXPECT_FALSE(epoll_watches(3, target));
    target.put_set(3, {{4, EPOLLONESHOT, 1038}});
    EXPECT_TRUE(epoll_watches(3, target));
}

TEST(EpollWatches, CyclesEnd) {
    FakeTarget target;
    target.links[5] = "socket:[77]";
    target.put_set(3, {{3, EPOLLIN, 1038}, {4, EPOLLIN, 1038}});
    target.put_set(4, {{3, EPOLLIN, 1038}, {4, edge | EPOLLIN, 1038}, {5, EPOLLIN, 77}});
    const auto set = epoll_watches(3, target);
    ASSERT_TRUE(set);
    EXPECT_NE(told(set, 5).find("armed"), std::string::npos) << told(set, 5);
    EXPECT_LE(set->watches.size(), 3U); // once for each interest that reaches the set
}

TEST(EpollWatches, NestsFiveDeepAndNoDeeper) {
    FakeTarget target;
    for (int fd = 10; fd < 14; ++fd)
        target.put_set(fd, {{fd + 1, EPOLLIN, 1038}});
    target.links[50] = "socket:[77]";
    target.put_set(14, {{50, EPOLLIN, 77}});
    EXPECT_EQ(told(epoll_watches(10, target), 50), "armed");
    target.put_set(9, {{10, EPOLLIN, 1038}});
    EXPECT_FALSE(epoll_watches(9, target));
}

TEST(EpollWatches, ManySetsInOneAnotherAreNoExplosion) {
    FakeTarget target;
    std::vector<EpollEntry> all;
    for (int fd = 100; fd < 1'000; ++fd)
        all.push_back({fd, EPOLLIN, 1038});
    for (int fd = 100; fd < 1'000; ++fd)
        target.put_set(fd, {});
    for (int fd = 100; fd < 104; ++fd)
        target.put_set(fd, all);
    EXPECT_TRUE(epoll_watches(100, target));
}

TEST(EpollWatches, AReusedDescriptorIsNotTheRegisteredOne) {
    FakeTarget target;
    target.links = {{5, "socket:[78]"}, {6, "pipe:[90]"}, {7, "/dev/tty"}};
    target.put_set(3, {{5, EPOLLIN, 77}, {6, EPOLLIN, 77}, {7, EPOLLIN, 12}, {8, EPOLLIN, 13}});
    const auto set = epoll_watches(3, target);
    EXPECT_EQ(told(set, 5), "none");
    EXPECT_EQ(told(set, 6), "none");
    EXPECT_EQ(told(set, 7), "armed"); // a tty's link has no inode to compare
    EXPECT_EQ(told(set, 8), "none");  // closed
}

TEST(EpollWatches, ADuplicateKeepsTheRegistrationAlive) {
    FakeTarget target;
    target.links = {{5, "socket:[78]"}, {9, "socket:[77]"}, {10, "socket:[77]"}, {11, "pipe:[13]"}};
    target.put_set(3, {{5, EPOLLIN, 77}, {8, EPOLLIN, 13}});
    const auto set = epoll_watches(3, target);
    EXPECT_EQ(told(set, 5), "none");
    EXPECT_EQ(told(set, 9), "armed");
    EXPECT_EQ(told(set, 11), "armed");
}

TEST(EpollWatches, TheSoonestTimerCounts) {
    FakeTarget target;
    target.put_timer(5, {false, seconds(9)});
    target.put_timer(6, {false, seconds(4)});
    target.put_timer(7, {false, seconds(1)});
    target.put_timer(8, {});
    target.put_set(3, {{5, EPOLLIN, 1038}, {6, EPOLLIN, 1038}, {7, EPOLLONESHOT, 1038}, {8, EPOLLIN, 1038}});
    EXPECT_EQ(epoll_watches(3, target)->timer, seconds(4)); // 7 is not asked for, 8 disarmed
    target.put_set(4, {{3, EPOLLIN, 1038}});
    EXPECT_EQ(epoll_watches(4, target)->timer, seconds(4));
    target.put_set(4, {{3, 0, 1038}});
    EXPECT_EQ(epoll_watches(4, target)->timer, std::nullopt);
}

TEST(TimerWakes, AnExpiryNobodyReadIsNoNewsToAnEdge) {
    FakeTarget target;
    target.put_timer(5, {true, std::nullopt});
    EXPECT_EQ(timer_wakes(5, Interest::armed, target), Nanos::zero());
    EXPECT_EQ(timer_wakes(5, Interest::edge, target), std::nullopt);
    EXPECT_EQ(timer_wakes(5, Interest::disarmed, target), std::nullopt);
    target.put_timer(5, {true, seconds(2)});
    EXPECT_EQ(timer_wakes(5, Interest::edge, target), seconds(2));
    target.links[6] = "socket:[1]";
    EXPECT_EQ(timer_wakes(6, Interest::armed, target), std::nullopt);
    target.links[7] = "anon_inode:[timerfd]"; // closed before its fdinfo was read
    EXPECT_EQ(timer_wakes(7, Interest::armed, target), std::nullopt);
}

TEST(PollWatches, ReadsTheArray) {
    FakeTarget target;
    target.put_set(8, {{9, EPOLLIN, 0}});
    target.links[9] = "socket:[0]";
    target.put_timer(10, {false, seconds(3)});
    target.put(at, std::vector<pollfd>{{4, POLLIN, 0},
                                       {5, POLLOUT, 0},
                                       {6, POLLPRI, POLLIN},
                                       {-7, POLLIN, 0},
                                       {INT32_MIN, POLLIN, 0},
                                       {7, POLLRDNORM | POLLWRNORM, 0},
                                       {8, POLLIN, 0},
                                       {10, POLLIN, 0}});
    const auto set = poll_watches(at, 8, target);
    EXPECT_EQ(told(set, 4), "armed");
    EXPECT_EQ(told(set, 5), "disarmed+write");
    EXPECT_EQ(told(set, 6), "disarmed");
    EXPECT_EQ(told(set, -7), "none");
    EXPECT_EQ(told(set, INT32_MIN), "none");
    EXPECT_EQ(told(set, 7), "armed+write");
    EXPECT_EQ(told(set, 9), "armed"); // an epoll set that is polled
    EXPECT_EQ(set->timer, seconds(3));
}

TEST(PollWatches, IsUnknownWhereItCantBeRead) {
    FakeTarget target;
    target.put(at, std::vector<pollfd>{{4, POLLIN, 0}});
    EXPECT_FALSE(poll_watches(at, 2, target)); // the second lies behind the mapping
    EXPECT_FALSE(poll_watches(0, 1, target));
    EXPECT_FALSE(poll_watches(UINT64_MAX, 1, target));
    EXPECT_FALSE(poll_watches(at, 65'537, target));
    EXPECT_FALSE(poll_watches(at, UINT64_MAX, target));
    EXPECT_TRUE(poll_watches(0, 0, target)->watches.empty()); // poll as a sleep
}

TEST(SelectWatches, ReadsTheBits) {
    FakeTarget target;
    target.put(at, std::vector<std::uint64_t>{1ULL << 3 | 1ULL << 63, 1ULL << 6});
    target.put(0x2000, std::vector<std::uint64_t>{1ULL << 3 | 1ULL << 4, 0});
    const auto set = select_watches(at, 0x2000, 71, target);
    EXPECT_EQ(told(set, 3), "armed+write");
    EXPECT_EQ(told(set, 4), "disarmed+write");
    EXPECT_EQ(told(set, 63), "armed");
    EXPECT_EQ(told(set, 70), "armed");
    EXPECT_EQ(set->watches.size(), 4U);
    EXPECT_EQ(told(select_watches(at, 0, 70, target), 70), "none"); // bits from the count on don't count
}

TEST(SelectWatches, IsUnknownWhereItCantBeRead) {
    FakeTarget target;
    target.put(at, std::vector<std::uint64_t>{1});
    EXPECT_FALSE(select_watches(at, 0, 65, target));
    EXPECT_FALSE(select_watches(0, 0x9000, 1, target));
    EXPECT_FALSE(select_watches(at, 0, 65'537, target));
    EXPECT_FALSE(select_watches(at, 0, UINT64_MAX, target));
    EXPECT_TRUE(select_watches(0, 0, 65'536, target)->watches.empty());
    EXPECT_TRUE(select_watches(0, 0, 0, target)->watches.empty());
}

TEST(SourceOf, IsTheKindOfItsFile) {
    FakeTarget target;
    target.links = {{3, "socket:[7]"},
                    {4, "pipe:[8]"},
                    {5, "anon_inode:[eventfd]"},
                    {6, "anon_inode:[timerfd]"},
                    {7, "anon_inode:[pidfd]"},
                    {8, "pidfd:[9]"},
                    {9, "/run/fifo"},
                    {10, "/dev/pts/0"},
                    {11, "anon_inode:[signalfd]"},
                    {12, "anon_inode:inotify"}};
    const std::vector<facts::Source> expected{
        facts::Source::channel, facts::Source::channel, facts::Source::event,   facts::Source::timer,
        facts::Source::process, facts::Source::process, facts::Source::unknown, facts::Source::unknown,
        facts::Source::unknown, facts::Source::unknown, facts::Source::unknown};
    for (int fd = 3; const facts::Source source : expected) {
        EXPECT_EQ(source_of(fd, target), source) << fd;
        ++fd;
    }
}

TEST(EpollWatches, TellWhoseEndAPidfdWaitsFor) {
    FakeTarget target;
    target.links[5] = "anon_inode:[pidfd]";
    target.pidfds[5] = 77;
    target.put_set(3, {{5, EPOLLIN, 1}});
    const auto set = epoll_watches(3, target);
    ASSERT_TRUE(set);
    EXPECT_EQ(set->watches.at(0).source, facts::Source::process);
    EXPECT_EQ(set->watches.at(0).process, 77);
}

} // namespace
} // namespace unwedge::procfs
