// SPDX-License-Identifier: GPL-2.0-only
//
// What the compiled cases share: a parent and a child that it spawned by executing itself, the channel
// between them, an epoll loop, what the parent can see of the child, and the announcement. The twin of
// zoo.py.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

namespace zoo {

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
inline bool parks(long call) {
#ifdef SYS_epoll_wait
    if (call == SYS_epoll_wait) {
        return true;
    }
#endif
    return call == SYS_epoll_pwait;
}

inline int check(int result, const char *what) {
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

// Messages: a number each.

/// Several go out in one piece: the reader is woken once for all of them.
inline void send_messages(int fd, std::initializer_list<pid_t> messages) {
    const std::size_t size = messages.size() * sizeof(pid_t);
    check(static_cast<int>(::send(fd, messages.begin(), size, MSG_NOSIGNAL)), "send");
}

struct PeerClosed : std::runtime_error {
    PeerClosed() : std::runtime_error{"the peer closed the channel"} {}
};

inline pid_t receive_message(int fd) {
    pid_t message = 0;
    if (check(static_cast<int>(::recv(fd, &message, sizeof message, MSG_WAITALL)), "recv") !=
        sizeof message) {
        throw PeerClosed{};
    }
    return message;
}

/// The asking side of a conversation; what the last answer was.
inline pid_t converse(int fd) {
    pid_t answer = 0;
    for (int turn = 0; turn < turns; ++turn) {
        send_messages(fd, {turn});
        answer = receive_message(fd);
    }
    return answer;
}

/// An epoll set with `channel`, armed by `mask`, and a wake-up descriptor that is always armed.
class Loop {
  public:
    explicit Loop(int channel, std::uint32_t mask = EPOLLIN)
        : epoll_{check(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")}, wakeup_{
                                                                              check(::eventfd(0, EFD_CLOEXEC),
                                                                                    "eventfd")} {
        arm(channel, mask);
        arm(wakeup_.get(), EPOLLIN);
    }

    void park() const {
        epoll_event ready{};
        while (::epoll_wait(epoll_.get(), &ready, 1, -1) < 0) {
            check(errno == EINTR ? 0 : -1, "epoll_wait");
        }
    }

    /// The answering side of a conversation.
    void answer_turns(int channel, pid_t answer = 0) const {
        for (int turn = 0; turn < turns; ++turn) {
            park();
            receive_message(channel);
            send_messages(channel, {answer});
        }
    }

  private:
    void arm(int fd, std::uint32_t mask) const {
        epoll_event interest{};
        interest.events = mask;
        check(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &interest), "epoll_ctl");
    }

    Fd epoll_;
    Fd wakeup_;
};

// What can be seen of another process.

constexpr long no_call = -1;
constexpr long running = -2;

/// The system call that a thread sleeps in.
inline long syscall_of(pid_t pid, pid_t tid) {
    std::ifstream file{"/proc/" + std::to_string(pid) + "/task/" + std::to_string(tid) + "/syscall"};
    std::string word;
    file >> word;
    if (word.empty()) {
        return no_call;
    }
    return word == "running" ? running : std::stol(word);
}

inline long syscall_of(pid_t pid) {
    return syscall_of(pid, pid);
}

/// As /proc/net/tcp writes them.
inline std::string tcp_address(const sockaddr_in &address) {
    char text[14];
    std::snprintf(text, sizeof text, "%08X:%04X", address.sin_addr.s_addr,
                  static_cast<unsigned>(ntohs(address.sin_port)));
    return text;
}

inline bool tcp_peer_has_unread(int channel) {
    sockaddr_in ours{};
    sockaddr_in theirs{};
    socklen_t size = sizeof ours;
    check(::getsockname(channel, reinterpret_cast<sockaddr *>(&ours), &size), "getsockname");
    check(::getpeername(channel, reinterpret_cast<sockaddr *>(&theirs), &size), "getpeername");
    std::ifstream table{"/proc/net/tcp"};
    std::string line;
    while (std::getline(table, line)) {
        if (line.find(tcp_address(theirs) + " " + tcp_address(ours)) != std::string::npos) {
            const std::size_t colon = line.find(':', line.find(tcp_address(ours)) + tcp_address(ours).size());
            return std::stoul(line.substr(colon + 1, 8), nullptr, 16) > 0;
        }
    }
    return false;
}

/// Whether the process at the other end has left something unread.
inline bool peer_has_unread(int channel) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    check(::getsockname(channel, reinterpret_cast<sockaddr *>(&address), &size), "getsockname");
    if (address.ss_family == AF_INET) {
        return tcp_peer_has_unread(channel);
    }
    int untaken = 0; // a UNIX sender is charged until its bytes are taken
    check(::ioctl(channel, SIOCOUTQ, &untaken), "SIOCOUTQ");
    return untaken > 0;
}

// Actors.

/// A new channel: the parent's end, the child's.
inline std::pair<Fd, Fd> unix_channel() {
    int ends[2];
    check(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), "socketpair");
    return {Fd{ends[0]}, Fd{ends[1]}};
}

inline std::pair<Fd, Fd> tcp_channel() {
    constexpr int type = SOCK_STREAM | SOCK_CLOEXEC;
    const Fd listener{check(::socket(AF_INET, type, 0), "socket")};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto *generic = reinterpret_cast<sockaddr *>(&address);
    check(::bind(listener.get(), generic, size), "bind");
    check(::listen(listener.get(), 1), "listen");
    check(::getsockname(listener.get(), generic, &size), "getsockname");
    Fd theirs{check(::socket(AF_INET, type, 0), "socket")};
    check(::connect(theirs.get(), generic, size), "connect");
    Fd ours{check(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC), "accept4")};
    return {std::move(ours), std::move(theirs)};
}

inline pid_t spawn_child(const char *program, const Fd &channel) {
    const pid_t pid = check(::fork(), "fork");
    if (pid == 0) {
        ::fcntl(channel.get(), F_SETFD, 0);
        const std::string self = std::filesystem::read_symlink("/proc/self/exe");
        ::execl(self.c_str(), program, "child", std::to_string(channel.get()).c_str(), nullptr);
        ::_exit(127);
    }
    return pid;
}

/// Says `line` as soon as the wedge stands. The parent can't once it waits: a thread of it does, and ends.
inline void announce_once(const char *name, const std::function<bool()> &stands, const std::string &line) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!stands()) {
        if (std::chrono::steady_clock::now() > deadline) {
            std::fprintf(stderr, "%s: the wedge does not stand\n", name);
            ::_exit(EXIT_FAILURE);
        }
        std::this_thread::sleep_for(look_every);
    }
    std::puts(line.c_str());
    std::fflush(stdout);
}

struct Truth {
    const char *kind;
    const char *channel;
    const char *blocked_on = nullptr;
    pid_t owner = 0;
};

/// The line that says it, where the child is at fault and the parent waits for it.
inline std::string announcement(const char *name, const Truth &truth, pid_t child) {
    const std::string culprit = std::to_string(child);
    const std::string victim = std::to_string(::getpid());
    const std::string blocked_on =
        truth.blocked_on == nullptr ? "null" : '"' + std::string{truth.blocked_on} + '"';
    const std::string owner = truth.owner == 0 ? "" : R"(,"owner":)" + std::to_string(truth.owner);
    return R"({"case":")" + std::string{name} + R"(","truth":{"wedged":true,"kind":")" + truth.kind +
           R"(","culprit":)" + culprit + R"(,"victims":[)" + victim + R"(],"channel":")" + truth.channel +
           R"(","blocked_on":)" + blocked_on + R"(,"timer_due":false)" + owner + R"(},"actors":{"parent":)" +
           victim + R"(,"child":)" + culprit + "}}";
}

/// How long a decoy goes on after it announced itself.
inline std::chrono::duration<double> decoy_time() {
    const char *told = std::getenv("ZOO_SECONDS");
    return std::chrono::duration<double>{told == nullptr ? 12.0 : std::stod(told)};
}

/// A decoy's parent: has a request answered now and then, until the end; then ends its child and itself,
/// well.
inline void ask_until_end(const char *name, const char *channel, int fd, pid_t child) {
    using Clock = std::chrono::steady_clock;
    const auto closing = Clock::now() + std::chrono::duration_cast<Clock::duration>(decoy_time());
    ::alarm(lifetime_s + static_cast<unsigned>(decoy_time().count()));
    std::printf(
        R"({"case":"%s","truth":{"wedged":false,"kind":null,"culprit":null,"victims":[],"channel":"%s",)"
        R"("blocked_on":null,"timer_due":false},"actors":{"parent":%d,"child":%d}})"
        "\n",
        name, channel, ::getpid(), child);
    std::fflush(stdout);
    while (Clock::now() < closing) {
        send_messages(fd, {turns});
        receive_message(fd);
        std::this_thread::sleep_for(std::chrono::milliseconds{500});
    }
    check(::kill(child, SIGTERM), "kill");
    check(::waitpid(child, nullptr, 0), "waitpid");
    std::exit(EXIT_SUCCESS);
}

/// What a case does in each of its two processes; the argument is the channel to the other one.
struct Roles {
    std::function<void(int)> child;
    std::function<void(int, pid_t)> parent;
};

/// main() of a compiled case: `NAME` plays the parent, `NAME child FD` the child that it spawned.
inline int play(int argc, char **argv, std::pair<Fd, Fd> (*make_channel)(), const Roles &roles) {
    try {
        if (argc > 2) {
            check(::prctl(PR_SET_PDEATHSIG, SIGKILL), "prctl");
            roles.child(std::stoi(argv[2]));
            return EXIT_FAILURE;
        }
        std::signal(SIGALRM, [](int) { ::_exit(EXIT_FAILURE); });
        ::alarm(lifetime_s);
        auto [ours, theirs] = make_channel();
        const pid_t child = spawn_child(argv[0], theirs);
        { const Fd closed{std::move(theirs)}; }
        roles.parent(ours.get(), child);
    } catch (const PeerClosed &) {
        // A dying parent closes its channels before the kernel kills for it.
    } catch (const std::exception &error) {
        std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
    }
    return EXIT_FAILURE;
}

} // namespace zoo
