// SPDX-License-Identifier: GPL-2.0-only
//
// A loop that waits for a mutex whose owner, a thread beside it, sleeps for ever.
//
// Story: a helper thread took the lock and then waits for a signal that was already handled. Seen from
// outside: the child's first thread sits in futex without a timeout, its end is armed, unread > 0; a second
// thread sits in pause; glibc's mutex names it in __owner. The truth says so too: "owner".

#include <fcntl.h>
#include <linux/sockios.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <mutex>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

namespace {

constexpr int turns = 3;
constexpr unsigned lifetime_s = 120;
constexpr std::chrono::seconds patience{20};
constexpr std::chrono::milliseconds look_every{2};

#ifdef SYS_pause
constexpr long pause_call = SYS_pause;
#else
constexpr long pause_call = SYS_ppoll; // glibc's pause() where the kernel has none
#endif

/// glibc's epoll_wait() is either.
bool parks(long call) {
#ifdef SYS_epoll_wait
    if (call == SYS_epoll_wait) {
        return true;
    }
#endif
    return call == SYS_epoll_pwait;
}

int check(int result, const char *what) {
    if (result < 0) {
        throw std::system_error(errno, std::generic_category(), what);
    }
    return result;
}

class Fd {
  public:
    explicit Fd(int fd) : fd_{fd} {}
    Fd(Fd &&other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
    Fd &operator=(Fd &&) = delete;
    ~Fd() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    int get() const { return fd_; }

  private:
    int fd_;
};

/// One message: the owner's thread id in the child's replies, anything in the parent's requests.
void send_message(int fd, pid_t message) {
    check(static_cast<int>(::send(fd, &message, sizeof message, MSG_NOSIGNAL)), "send");
}

pid_t receive_message(int fd) {
    pid_t message = 0;
    if (check(static_cast<int>(::recv(fd, &message, sizeof message, MSG_WAITALL)), "recv") !=
        sizeof message) {
        throw std::runtime_error("the peer closed the channel");
    }
    return message;
}

/// An epoll set with `channel` and a wake-up descriptor, both always armed.
class Loop {
  public:
    explicit Loop(int channel)
        : epoll_{check(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")}, wakeup_{
                                                                              check(::eventfd(0, EFD_CLOEXEC),
                                                                                    "eventfd")} {
        arm(channel);
        arm(wakeup_.get());
    }

    void park() const {
        epoll_event ready{};
        while (::epoll_wait(epoll_.get(), &ready, 1, -1) < 0) {
            check(errno == EINTR ? 0 : -1, "epoll_wait");
        }
    }

  private:
    void arm(int fd) const {
        epoll_event interest{};
        interest.events = EPOLLIN;
        check(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &interest), "epoll_ctl");
    }

    Fd epoll_;
    Fd wakeup_;
};

/// Takes `mutex`, tells its thread id, and never lets go.
void hold_for_ever(std::mutex &mutex, std::promise<pid_t> &holds) {
    mutex.lock();
    holds.set_value(::gettid());
    for (;;) {
        ::pause();
    }
}

int play_child(int channel) {
    check(::prctl(PR_SET_PDEATHSIG, SIGKILL), "prctl");
    std::mutex mutex;
    std::promise<pid_t> holds;
    std::thread owner{hold_for_ever, std::ref(mutex), std::ref(holds)};
    const pid_t owner_tid = holds.get_future().get();

    const Loop loop{channel};
    for (int turn = 0; turn < turns; ++turn) {
        loop.park();
        receive_message(channel);
        send_message(channel, owner_tid);
    }
    loop.park();
    mutex.lock();
    return EXIT_FAILURE;
}

/// The system call that a thread sleeps in, or -1.
long syscall_of(pid_t pid, pid_t tid) {
    std::ifstream file{"/proc/" + std::to_string(pid) + "/task/" + std::to_string(tid) + "/syscall"};
    long number = -1;
    file >> number;
    return file ? number : -1;
}

/// Bytes that the peer has not taken: on a UNIX socket the sender is charged until then.
int untaken(int channel) {
    int bytes = 0;
    check(::ioctl(channel, SIOCOUTQ, &bytes), "SIOCOUTQ");
    return bytes;
}

struct Tree {
    pid_t parent, child, owner;
};

/// The child blocks on its mutex with a message unread, the owner sleeps, and the parent waits for the reply.
bool is_wedged(const Tree &tree, int channel) {
    return syscall_of(tree.child, tree.child) == SYS_futex &&
           syscall_of(tree.child, tree.owner) == pause_call && untaken(channel) > 0 &&
           parks(syscall_of(tree.parent, tree.parent));
}

/// Says that the wedge stands. The parent can't once it waits: a thread of it does, and ends.
void announce_once_wedged(const Tree &tree, int channel) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!is_wedged(tree, channel)) {
        if (std::chrono::steady_clock::now() > deadline) {
            std::fputs("mutex_owner: the child does not block on its mutex\n", stderr);
            ::_exit(EXIT_FAILURE);
        }
        std::this_thread::sleep_for(look_every);
    }
    std::printf(
        R"({"case":"mutex_owner","truth":{"wedged":true,"kind":"blocked_loop","culprit":%d,"victims":[%d],)"
        R"("channel":"unix","blocked_on":"lock","timer_due":false,"owner":%d},)"
        R"("actors":{"parent":%d,"child":%d}})"
        "\n",
        tree.child, tree.parent, tree.owner, tree.parent, tree.child);
    std::fflush(stdout);
}

pid_t spawn_child(const char *program, const Fd &channel) {
    const pid_t pid = check(::fork(), "fork");
    if (pid == 0) {
        ::fcntl(channel.get(), F_SETFD, 0);
        const std::string self = std::filesystem::read_symlink("/proc/self/exe");
        ::execl(self.c_str(), program, "child", std::to_string(channel.get()).c_str(), nullptr);
        ::_exit(127);
    }
    return pid;
}

/// The parent's end of a new channel to a new child.
std::pair<Fd, pid_t> spawn_connected_child(const char *program) {
    int ends[2];
    check(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), "socketpair");
    Fd ours{ends[0]};
    const Fd theirs{ends[1]};
    return {std::move(ours), spawn_child(program, theirs)};
}

int play_parent(const char *program) {
    std::signal(SIGALRM, [](int) { ::_exit(EXIT_FAILURE); });
    ::alarm(lifetime_s);
    const auto [channel, child] = spawn_connected_child(program);

    pid_t owner = 0;
    for (int turn = 0; turn < turns; ++turn) {
        send_message(channel.get(), turn);
        owner = receive_message(channel.get());
    }
    send_message(channel.get(), turns);
    std::thread{announce_once_wedged, Tree{::getpid(), child, owner}, channel.get()}.detach();
    Loop{channel.get()}.park();
    return EXIT_FAILURE;
}

} // namespace

int main(int argc, char **argv) {
    try {
        return argc > 2 ? play_child(std::stoi(argv[2])) : play_parent(argv[0]);
    } catch (const std::exception &error) {
        std::fprintf(stderr, "mutex_owner: %s\n", error.what());
        return EXIT_FAILURE;
    }
}
