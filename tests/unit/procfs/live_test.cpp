// SPDX-License-Identifier: GPL-2.0-only
// Threads and children of the test that really block, read as unwedge reads strangers.
#include "procfs/live_target.h"
#include "procfs/memory.h"
#include "procfs/wait_decoder.h"

#include "children.h"
#include "fake_proc.h"
#include "util/fd.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <functional>
#include <mutex>
#include <thread>

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace unwedge::procfs {
namespace {

using facts::Interest;
using facts::Timeout;
using facts::Wait;
using facts::WaitKind;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// Waits until the thread sleeps in a call of `kind`, and decodes it. Times out as whatever was seen last.
Wait when_asleep(Pid pid, Pid tid, WaitKind kind) {
    const Proc proc;
    Wait wait;
    for (int attempt = 0; attempt < 10'000; ++attempt) {
        const auto stat = proc.stat(pid, tid);
        const auto frame = proc.syscall(pid, tid);
        if (stat && frame && stat->state == 'S') {
            LiveTarget target(proc, pid);
            wait = decode_wait(*frame, target, monotonic_now());
            if (wait.kind == kind)
                return wait;
        }
        std::this_thread::sleep_for(milliseconds(1));
    }
    return wait;
}

/// A thread of this process that runs `body`; joined at the end, so something must wake it before.
class Blocked {
  public:
    explicit Blocked(std::function<void()> body)
        : thread_([this, body = std::move(body)] {
              tid_ = static_cast<Pid>(::gettid());
              tid_.notify_one();
              body();
          }) {
        tid_.wait(0);
    }
    ~Blocked() { thread_.join(); }
    Blocked(const Blocked &) = delete;
    Blocked &operator=(const Blocked &) = delete;

    Wait wait(WaitKind kind) const { return when_asleep(::getpid(), tid_, kind); }

  private:
    std::atomic<Pid> tid_{0};
    std::thread thread_;
};

Wait wait_of(const Child &child, WaitKind kind) {
    return when_asleep(child.pid(), child.pid(), kind);
}

/// Both ends of a connection.
struct Pair {
    Pair() {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0) {
            a = Fd(ends[0]);
            b = Fd(ends[1]);
        }
    }
    void wake_a() const { EXPECT_EQ(::send(b.get(), "x", 1, 0), 1); }

    Fd a, b;
};

void add(const Fd &set, int fd, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    ASSERT_EQ(::epoll_ctl(set.get(), EPOLL_CTL_ADD, fd, &event), 0);
}

const facts::Watch *find(const Wait &wait, int fd) {
    if (wait.watches)
        for (const auto &watch : *wait.watches)
            if (watch.fd == fd)
                return &watch;
    return nullptr;
}

TEST(Live, EpollAsTrioWaits) {
    const Pair wakes;
    const Pair paused;
    const Fd timer(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC));
    const itimerspec in_an_hour{{0, 0}, {3'600, 0}};
    ASSERT_EQ(::timerfd_settime(timer.get(), 0, &in_an_hour, nullptr), 0);
    const Fd set(::epoll_create1(EPOLL_CLOEXEC));
    const Fd nested(::epoll_create1(EPOLL_CLOEXEC));
    const Pair inner;
    add(set, wakes.a.get(), EPOLLIN | EPOLLONESHOT);
    add(set, paused.a.get(), EPOLLONESHOT);
    add(set, timer.get(), EPOLLIN);
    add(nested, inner.a.get(), EPOLLIN | EPOLLET);
    add(set, nested.get(), EPOLLIN);

    const Blocked thread([&] {
        epoll_event event{};
        ::epoll_wait(set.get(), &event, 1, 86'400'000);
    });
    const Wait wait = thread.wait(WaitKind::epoll);
    wakes.wake_a();

    EXPECT_EQ(wait.kind, WaitKind::epoll);
    EXPECT_EQ(wait.call, "epoll_wait");
    EXPECT_EQ(wait.fd, set.get());
    EXPECT_EQ(wait.timeout, Timeout::after(seconds(86'400)));
    ASSERT_TRUE(find(wait, wakes.a.get()));
    EXPECT_EQ(find(wait, wakes.a.get())->read, Interest::armed);
    ASSERT_TRUE(find(wait, paused.a.get()));
    EXPECT_EQ(find(wait, paused.a.get())->read, Interest::disarmed);
    ASSERT_TRUE(find(wait, inner.a.get()));
    EXPECT_EQ(find(wait, inner.a.get())->read, Interest::edge);
    EXPECT_FALSE(find(wait, nested.get()));
    ASSERT_TRUE(wait.timerfd);
    EXPECT_GT(*wait.timerfd, seconds(3'500));
    EXPECT_LE(*wait.timerfd, seconds(3'600));
}

TEST(Live, EpollFollowsADuplicate) {
    const Pair pair;
    const Fd set(::epoll_create1(EPOLL_CLOEXEC));
    const Fd registered(::dup(pair.a.get()));
    const int number = registered.get();
    add(set, number, EPOLLIN);
    const Pair other;
    ASSERT_EQ(::dup2(other.a.get(), number), number); // the number is reused, the registration lives on

    const Blocked thread([&] {
        epoll_event event{};
        ::epoll_wait(set.get(), &event, 1, -1);
    });
    const Wait wait = thread.wait(WaitKind::epoll);
    pair.wake_a();

    EXPECT_EQ(wait.timeout, Timeout::never());
    EXPECT_TRUE(find(wait, pair.a.get()));
    EXPECT_FALSE(find(wait, number));
}

TEST(Live, Poll) {
    const Pair pair;
    const Blocked thread([&] {
        pollfd polled[] = {{pair.a.get(), POLLIN, 0}, {-1, POLLIN, 0}};
        ::poll(polled, 2, 3'600'000);
    });
    const Wait wait = thread.wait(WaitKind::poll);
    pair.wake_a();
    EXPECT_EQ(wait.call, "poll");
    EXPECT_EQ(wait.timeout, Timeout::after(seconds(3'600)));
    ASSERT_TRUE(wait.watches);
    ASSERT_EQ(wait.watches->size(), 1U);
    EXPECT_EQ(wait.watches->front().fd, pair.a.get());
    EXPECT_EQ(wait.watches->front().read, Interest::armed);
}

TEST(Live, Select) {
    const Pair pair;
    const Blocked thread([&] {
        fd_set readable;
        FD_ZERO(&readable);
        FD_SET(pair.a.get(), &readable);
        timeval timeout{3'600, 500'000};
        ::select(pair.a.get() + 1, &readable, nullptr, nullptr, &timeout);
    });
    const Wait wait = thread.wait(WaitKind::select);
    pair.wake_a();
    EXPECT_EQ(wait.call, "select");
    EXPECT_EQ(wait.timeout, Timeout::after(seconds(3'600) + milliseconds(500)));
    ASSERT_TRUE(wait.watches);
    ASSERT_EQ(wait.watches->size(), 1U);
    EXPECT_EQ(wait.watches->front().fd, pair.a.get());
}

TEST(Live, Receive) {
    const Pair pair;
    const Blocked thread([&] {
        char byte;
        ::recv(pair.a.get(), &byte, 1, 0);
    });
    const Wait wait = thread.wait(WaitKind::read);
    pair.wake_a();
    EXPECT_EQ(wait.call, "recv");
    EXPECT_EQ(wait.fd, pair.a.get());
    EXPECT_EQ(wait.timeout, Timeout::never());
}

TEST(Live, AMutexNamesItsOwner) {
    std::mutex mutex;
    mutex.lock();
    const Blocked thread([&] { const std::lock_guard guard(mutex); });
    const Wait wait = thread.wait(WaitKind::lock);
    mutex.unlock();
    EXPECT_EQ(wait.call, "futex");
    EXPECT_EQ(wait.timeout, Timeout::never());
    EXPECT_EQ(wait.on, static_cast<Pid>(::gettid()));
}

TEST(Live, ADeadlineTellsWhatIsLeft) {
    std::timed_mutex mutex;
    mutex.lock();
    const Blocked thread([&] {
        if (mutex.try_lock_for(seconds(3'600)))
            mutex.unlock();
    });
    const Wait wait = thread.wait(WaitKind::lock);
    mutex.unlock();
    EXPECT_EQ(wait.timeout.kind, Timeout::Kind::after);
    EXPECT_TRUE(wait.timeout.from_now);
    EXPECT_GT(wait.timeout.length, seconds(3'500));
    EXPECT_LE(wait.timeout.length, seconds(3'600));
}

TEST(Live, Sleep) {
    const Child child([] {
        const timespec hour{3'600, 0};
        ::nanosleep(&hour, nullptr);
    });
    const Wait wait = wait_of(child, WaitKind::sleep);
    EXPECT_EQ(wait.call, "nanosleep");
    EXPECT_EQ(wait.timeout, Timeout::after(seconds(3'600)));
}

TEST(Live, ASleepThatWasInterruptedIsUnknown) {
    const Child child([] {
        const timespec hour{3'600, 0};
        ::nanosleep(&hour, nullptr);
    });
    ASSERT_EQ(wait_of(child, WaitKind::sleep).kind, WaitKind::sleep);
    ASSERT_EQ(::kill(child.pid(), SIGSTOP), 0);
    ASSERT_EQ(::waitpid(child.pid(), nullptr, WUNTRACED), child.pid());
    ASSERT_EQ(::kill(child.pid(), SIGCONT), 0);
    EXPECT_EQ(wait_of(child, WaitKind::unknown).call, "restart_syscall");
}

TEST(Live, WaitForAChild) {
    const Child child([] { ::waitpid(fork_sleeper(), nullptr, 0); });
    const Wait wait = wait_of(child, WaitKind::child);
    EXPECT_EQ(wait.call, "wait4");
    ASSERT_TRUE(wait.on);
    EXPECT_EQ(Proc().stat(*wait.on)->ppid, child.pid());
}

TEST(Live, WaitForAPidfd) {
    const Child child([] {
        const Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, fork_sleeper(), 0)));
        siginfo_t info;
        ::waitid(P_PIDFD, static_cast<id_t>(pidfd.get()), &info, WEXITED);
    });
    const Wait wait = wait_of(child, WaitKind::child);
    EXPECT_EQ(wait.call, "waitid");
    ASSERT_TRUE(wait.on);
    EXPECT_EQ(Proc().stat(*wait.on)->ppid, child.pid());
}

TEST(LiveTarget, AnyOtherDescriptorIsNoEpollSet) {
    const Proc proc;
    LiveTarget target(proc, ::getpid());
    const Fd event(::eventfd(0, EFD_CLOEXEC));
    EXPECT_FALSE(target.epoll_set(event.get()));
    EXPECT_FALSE(target.epoll_set(-1));
    EXPECT_FALSE(target.timerfd(event.get()));
    EXPECT_FALSE(target.pidfd(event.get()));
}

TEST(LiveTarget, LooksOnce) {
    const FakeProc fake;
    fake.link("7/fd/3", "anon_inode:[eventpoll]");
    fake.file("7/fdinfo/3", "tfd: 5 events: 19 data: 5 pos:0 ino:4d sdev:9\n");
    fake.link("7/fd/5", "socket:[77]");
    const Proc proc(fake.root());
    LiveTarget target(proc, 7);
    EXPECT_EQ(target.epoll_set(3)->size(), 1U);
    EXPECT_EQ(target.descriptor(5), "socket:[77]");
    EXPECT_EQ(target.descriptor_of("socket:[77]"), 5);
    EXPECT_EQ(target.descriptor(6), std::nullopt);
    fake.file("7/fdinfo/3", "");
    fake.link("7/fd/6", "socket:[78]");
    EXPECT_EQ(target.epoll_set(3)->size(), 1U);
    EXPECT_EQ(target.descriptor(6), std::nullopt);
    EXPECT_EQ(target.descriptor_of("socket:[78]"), std::nullopt);
    EXPECT_EQ(LiveTarget(proc, 7).epoll_set(3)->size(), 0U);
}

TEST(LiveTarget, DeadThreadsAreNone) {
    const FakeProc fake;
    const std::string tail =
        " 7 1 1 0 -1 0 1 2 3 4 5 6 7 8 20 0 2 0 9 10 0 0 0 0 0 0 0 0 0 0 0 0 0 0 17 0 0\n";
    fake.file("7/task/8/stat", "8 (x) S" + tail);
    fake.file("7/task/9/stat", "9 (x) Z" + tail);
    const Proc proc(fake.root());
    LiveTarget target(proc, 7);
    EXPECT_TRUE(target.has_thread(8));
    EXPECT_FALSE(target.has_thread(9));
    EXPECT_FALSE(target.has_thread(10));
}

TEST(LiveTarget, ComparesPidNamespaces) {
    const FakeProc fake;
    fake.link("self/ns/pid", "pid:[1]");
    fake.link("7/ns/pid", "pid:[1]");
    fake.link("8/ns/pid", "pid:[2]");
    const Proc proc(fake.root());
    EXPECT_TRUE(LiveTarget(proc, 7).shares_pid_namespace());
    EXPECT_FALSE(LiveTarget(proc, 8).shares_pid_namespace());
    EXPECT_FALSE(LiveTarget(proc, 9).shares_pid_namespace());
    EXPECT_TRUE(LiveTarget(Proc(), ::getpid()).shares_pid_namespace());
}

TEST(LiveTarget, KnowsOnlyClocksThatRunWithTheWall) {
    const Proc proc;
    LiveTarget target(proc, ::getpid());
    EXPECT_GT(target.clock(CLOCK_REALTIME), seconds(1'600'000'000));
    EXPECT_GE(target.clock(CLOCK_BOOTTIME), monotonic_now() - seconds(1));
    EXPECT_FALSE(target.clock(CLOCK_PROCESS_CPUTIME_ID));
    EXPECT_FALSE(target.clock(-6));
    EXPECT_FALSE(target.clock(1 << 20));
}

TEST(ReadMemory, StopsWhereTheMappingEnds) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    void *const mapping =
        ::mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(mapping, MAP_FAILED);
    auto *const bytes = static_cast<std::byte *>(mapping);
    ASSERT_EQ(::munmap(bytes + page, page), 0);
    bytes[page - 1] = std::byte{42};

    const Pid self = ::getpid();
    const auto address = reinterpret_cast<std::uint64_t>(mapping);
    std::array<std::byte, 16> into{};
    EXPECT_EQ(*read_memory(self, address, into), into.size());
    EXPECT_EQ(*read_memory(self, address + page - 1, into), 1U);
    EXPECT_EQ(into[0], std::byte{42});
    EXPECT_EQ(read_memory(self, address + page, into).error().code, EFAULT);
    EXPECT_EQ(*read_memory(self, address, {}), 0U);
    ::munmap(mapping, page);
}

TEST(ReadMemory, HostileAddressesAreErrors) {
    std::array<std::byte, 16> into{};
    for (const std::uint64_t address : {std::uint64_t{0}, std::uint64_t{1}, UINT64_MAX, UINT64_MAX - 15,
                                        std::uint64_t{1} << 63, std::uint64_t{0xffff800000000000}})
        EXPECT_EQ(read_memory(::getpid(), address, into).error().code, EFAULT) << address;
}

TEST(ReadMemory, AVanishedProcessIsAnError) {
    Pid gone;
    {
        const Child child([] {});
        gone = child.pid();
    }
    std::array<std::byte, 16> into{};
    EXPECT_EQ(read_memory(gone, 4096, into).error().code, ESRCH);
}

} // namespace
} // namespace unwedge::procfs
