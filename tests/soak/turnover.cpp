// SPDX-License-Identifier: GPL-2.0-only
// turnover ACTORS MESSAGES_PER_S LIFE_S: a healthy tree of that many processes that come and go all the time,
// for tests/soak/soak.py.
//
// Servers have clients, half of them by TCP, half by UNIX sockets; a client asks some questions at a fixed
// pace, waits for the answers, and goes after LIFE_S or so; its server then starts another one. A server goes
// after a few such lives, and its clients with it. To "count" on stdin it says what there was so far, in a
// line of JSON; at "end" all leave but the root, which stays until end-of-file.
#include "stage.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <utility>
#include <vector>

namespace {

using namespace bench;

constexpr std::size_t group_size = 20; ///< a server and its clients
constexpr double lives_of_a_server = 3;
constexpr int questions_at_once =
    4;                         ///< spares wake-ups: two CPUs do not have ten thousand questions' a second
constexpr int counters_fd = 3; ///< in all of them
constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t most_behind_ns = second_ns; ///< what a client could not ask in time it asks no more

using Message = std::array<char, 64>;

/// Of the whole tree, in shared memory.
struct Counters {
    std::atomic<std::uint64_t> messages; ///< sent and received
    std::atomic<std::uint64_t> births;
    std::atomic<std::uint64_t> deaths;
};
Counters *counters = nullptr;

void map_counters() {
    void *shared = mmap(nullptr, sizeof(Counters), PROT_READ | PROT_WRITE, MAP_SHARED, counters_fd, 0);
    if (shared == MAP_FAILED)
        fail("mmap");
    counters = static_cast<Counters *>(shared);
}

void make_counters() {
    const int fd = must(memfd_create("counters", 0), "memfd_create");
    must(ftruncate(fd, sizeof(Counters)), "ftruncate");
    if (fd != counters_fd)
        must(dup2(fd, counters_fd), "dup2");
    map_counters();
}

/// Nobody's life is as long as another's, or all would go at once.
std::int64_t about_ns(double seconds) {
    static std::mt19937 chance{std::random_device{}()};
    return static_cast<std::int64_t>(std::uniform_real_distribution(0.5, 1.5)(chance) * seconds *
                                     static_cast<double>(second_ns));
}

timespec span(std::int64_t ns) {
    return {.tv_sec = ns / second_ns, .tv_nsec = ns % second_ns};
}

/// Starts this program again, as another of the tree.
template <typename... Words>
pid_t start(const Words &...words) {
    const pid_t child = spawn([&] {
        execl("/proc/self/exe", "turnover", std::string(words).c_str()..., nullptr);
        fail("execl");
    });
    ++counters->births;
    return child;
}

/// The children that have ended since, all of them well.
std::vector<pid_t> reap() {
    std::vector<pid_t> ended;
    int status = 0;
    while (const pid_t child = std::max(0, waitpid(-1, &status, WNOHANG))) {
        if (status != 0) {
            std::fprintf(stderr, "a child ended with status %d\n", status);
            std::_Exit(1);
        }
        ++counters->deaths;
        ended.push_back(child);
    }
    return ended;
}

/// Of SIGCHLD and SIGTERM, which are blocked: whoever is started inherits that, so that none comes too early.
int signals_fd() {
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGCHLD);
    sigaddset(&mask, SIGTERM);
    must(sigprocmask(SIG_BLOCK, &mask, nullptr), "sigprocmask");
    return must(signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd");
}

/// Takes what has come. True: SIGTERM was among it.
bool take_signals(int fd) {
    bool terminated = false;
    for (signalfd_siginfo one; read(fd, &one, sizeof(one)) == sizeof(one);)
        terminated = terminated || one.ssi_signo == SIGTERM;
    return terminated;
}

int timer_of(std::int64_t ns) {
    const int timer = must(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC), "timerfd_create");
    const itimerspec once{.it_interval = {}, .it_value = span(ns)};
    must(timerfd_settime(timer, 0, &once, nullptr), "timerfd_settime");
    return timer;
}

// Addresses, as words

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
}

std::string port_of(int listener) {
    sockaddr_in address{};
    socklen_t length = sizeof(address);
    must(getsockname(listener, reinterpret_cast<sockaddr *>(&address), &length), "getsockname");
    return std::to_string(ntohs(address.sin_port));
}

/// Without the NUL by which all abstract names begin.
std::string name_of(int listener) {
    sockaddr_un address{};
    socklen_t length = sizeof(address);
    must(getsockname(listener, reinterpret_cast<sockaddr *>(&address), &length), "getsockname");
    return {address.sun_path + 1, length - offsetof(sockaddr_un, sun_path) - 1};
}

/// On a name that the kernel chooses.
int unix_listener() {
    const int listener = must(socket(AF_UNIX, SOCK_STREAM, 0), "socket");
    sockaddr_un any{};
    any.sun_family = AF_UNIX;
    must(bind(listener, reinterpret_cast<const sockaddr *>(&any), sizeof(any.sun_family)), "bind");
    must(listen(listener, SOMAXCONN), "listen");
    return listener;
}

// The client

/// A server that goes takes its connections with it.
void require_gone(const char *what) {
    if (errno != ECONNREFUSED && errno != ECONNRESET && errno != EPIPE)
        fail(what);
}

template <typename Address>
int connected(const Address &address, socklen_t length) {
    const auto *generic = reinterpret_cast<const sockaddr *>(&address);
    const int fd = must(socket(generic->sa_family, SOCK_STREAM, 0), "socket");
    if (connect(fd, generic, length) == 0)
        return fd;
    require_gone("connect");
    return -1;
}

/// -1 if nobody listens there any more.
int connect_to(std::string_view kind, const char *where) {
    if (kind == "tcp") {
        const sockaddr_in address = loopback(std::atoi(where));
        return connected(address, sizeof(address));
    }
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path + 1, where, sizeof(address.sun_path) - 2);
    return connected(address,
                     static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + std::strlen(where)));
}

/// True: all answers have come. False: the server has gone.
bool ask(int fd) {
    Message message{};
    for (int sent = 0; sent < questions_at_once; ++sent) {
        if (send(fd, message.data(), message.size(), MSG_NOSIGNAL) < 0) {
            require_gone("send");
            return false;
        }
    }
    std::array<char, questions_at_once * sizeof(Message)> answers{};
    for (std::size_t received = 0; received < answers.size();) {
        const ssize_t some = recv(fd, answers.data() + received, answers.size() - received, 0);
        if (some < 0)
            require_gone("recv");
        if (some <= 0)
            return false;
        received += static_cast<std::size_t>(some);
    }
    counters->messages += 2 * questions_at_once;
    return true;
}

/// Some questions each `pace_ns`, the first ones anywhen in the first of these.
void be_client(std::string_view kind, const char *where, std::int64_t pace_ns, double life_s) {
    const int fd = connect_to(kind, where);
    if (fd < 0)
        return;
    const std::int64_t life_ns = about_ns(life_s);
    const std::int64_t end_ns = now_ns() + life_ns;
    std::int64_t next_ns = now_ns() + life_ns % pace_ns;
    pollfd readable{.fd = fd, .events = POLLIN, .revents = 0};
    while (next_ns < end_ns) {
        const timespec rest = span(std::max<std::int64_t>(0, next_ns - now_ns()));
        if (must(ppoll(&readable, 1, &rest, nullptr), "ppoll") > 0) // nothing is owed, so it is the end
            return;
        if (!ask(fd))
            return;
        next_ns = std::max(next_ns + pace_ns, now_ns() - most_behind_ns);
    }
}

// The server

class Server {
  public:
    Server(std::string pace_ns, std::string life_s)
        : pace_ns_(std::move(pace_ns)), life_s_(std::move(life_s)) {
        for (const int fd : {tcp_, unix_, signals_, timer_}) {
            must(fcntl(fd, F_SETFD, FD_CLOEXEC), "F_SETFD");
            watch(epoll_, fd);
        }
    }

    void serve() {
        while (clients_ < group_size - 1)
            start_client();
        std::array<epoll_event, 64> events;
        while (!ending_ || clients_ > 0) {
            const int ready = must(epoll_wait(epoll_, events.data(), events.size(), -1), "epoll_wait");
            for (int i = 0; i < ready; ++i)
                handle(events[static_cast<std::size_t>(i)].data.fd);
        }
    }

  private:
    void start_client() {
        if (started_++ % 2 == 0)
            start("client", "tcp", port_of(tcp_), pace_ns_, life_s_);
        else
            start("client", "unix", name_of(unix_), pace_ns_, life_s_);
        ++clients_;
    }

    void handle(int fd) {
        if (fd == tcp_ || fd == unix_)
            accept_one(fd);
        else if (fd == signals_)
            take_news();
        else if (fd == timer_)
            end();
        else if (connections_.contains(fd)) // it may have been closed since it was ready
            answer(fd);
    }

    void accept_one(int listener) {
        if (ending_)
            return;
        const int fd = must(accept4(listener, nullptr, nullptr, SOCK_CLOEXEC), "accept4");
        connections_.insert(fd);
        watch(epoll_, fd);
    }

    void answer(int fd) {
        Message message;
        const ssize_t received = recv(fd, message.data(), message.size(), 0);
        if (received < 0)
            require_gone("recv");
        if (received > 0 && send(fd, message.data(), static_cast<std::size_t>(received), MSG_NOSIGNAL) > 0)
            return;
        connections_.erase(fd);
        close(fd);
    }

    void take_news() {
        if (take_signals(signals_))
            end();
        clients_ -= reap().size();
        while (!ending_ && clients_ < group_size - 1)
            start_client();
    }

    void end() {
        if (std::exchange(ending_, true))
            return;
        for (const int fd : {tcp_, unix_, timer_})
            close(fd);
        for (const int fd : connections_)
            close(fd);
        connections_.clear();
    }

    std::string pace_ns_;
    std::string life_s_; ///< of a client
    int epoll_ = must(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
    int tcp_ = tcp_listener();
    int unix_ = unix_listener();
    int signals_ = signals_fd();
    int timer_ = timer_of(about_ns(std::stod(life_s_) * lives_of_a_server));
    std::set<int> connections_;
    std::size_t clients_ = 0;
    std::uint64_t started_ = 0;
    bool ending_ = false;
};

// The root

/// By how often a client asks, all of them send so many messages; each question has an answer.
std::int64_t pace_of(std::size_t servers, int messages_per_s) {
    return second_ns * 2 * questions_at_once * static_cast<std::int64_t>(servers * (group_size - 1)) /
           messages_per_s;
}

class Root {
  public:
    Root(int actors, int messages_per_s, std::string life_s)
        : wanted_(static_cast<std::size_t>(actors) / group_size),
          pace_ns_(std::to_string(pace_of(wanted_, messages_per_s))), life_s_(std::move(life_s)) {}

    /// Until end-of-file on stdin.
    void govern() {
        const int signals = signals_fd();
        std::array<pollfd, 2> waits{{{STDIN_FILENO, POLLIN, 0}, {signals, POLLIN, 0}}};
        while (true) {
            while (!ending_ && servers_.size() < wanted_)
                servers_.insert(start("server", pace_ns_, life_s_));
            must(poll(waits.data(), waits.size(), -1), "poll");
            if (waits[0].revents && !obey())
                return;
            take_signals(signals);
            for (const pid_t ended : reap())
                servers_.erase(ended);
        }
    }

  private:
    /// False at end-of-file.
    bool obey() {
        std::array<char, 64> text;
        const ssize_t length = must(read(STDIN_FILENO, text.data(), text.size()), "read");
        orders_.append(text.data(), static_cast<std::size_t>(length));
        for (std::size_t line; (line = orders_.find('\n')) != std::string::npos; orders_.erase(0, line + 1)) {
            if (orders_.starts_with("count\n"))
                count();
            else if (orders_.starts_with("end\n"))
                end();
        }
        return length > 0;
    }

    static void count() {
        const std::uint64_t deaths = counters->deaths;
        const std::uint64_t births = counters->births;
        std::printf("{\"alive\": %" PRIu64 ", \"births\": %" PRIu64 ", \"messages\": %" PRIu64 "}\n",
                    births - deaths, births, counters->messages.load());
        std::fflush(stdout);
    }

    void end() {
        ending_ = true;
        for (const pid_t server : servers_)
            kill(server, SIGTERM);
    }

    std::size_t wanted_;
    std::string pace_ns_;
    std::string life_s_;
    std::set<pid_t> servers_;
    std::string orders_; ///< that have begun to come
    bool ending_ = false;
};

int usage() {
    std::fputs("usage: turnover ACTORS MESSAGES_PER_S LIFE_S\n", stderr);
    return 2;
}

} // namespace

int main(int argc, char **argv) {
    const std::string_view role = argc > 1 ? argv[1] : "";
    if (role == "server" && argc == 4) {
        map_counters();
        Server(argv[2], argv[3]).serve();
    } else if (role == "client" && argc == 6) {
        map_counters();
        be_client(argv[2], argv[3], std::atoll(argv[4]), std::atof(argv[5]));
    } else if (argc == 4 && std::atoi(argv[1]) >= static_cast<int>(group_size) && std::atoi(argv[2]) > 0) {
        make_counters();
        Root(std::atoi(argv[1]), std::atoi(argv[2]), argv[3]).govern();
    } else {
        return usage();
    }
}
