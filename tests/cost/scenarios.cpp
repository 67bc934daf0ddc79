// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios.h"

#include "sockets.h"

#include <csignal>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace unwedge::cost {
namespace {

using test::Pair;
using test::require;

using Turn = std::function<void()>;

/// A message there and one back, so that TCP's acknowledgements travel with the data and every turn is alike.
Turn lock_step(Pair pair) {
    return [pair] {
        char byte = 'x';
        require(::send(pair.a, &byte, 1, 0) == 1 && ::recv(pair.b, &byte, 1, 0) == 1);
        require(::send(pair.b, &byte, 1, 0) == 1 && ::recv(pair.a, &byte, 1, 0) == 1);
    };
}

Turn send_recv() {
    return lock_step(test::unix_pair());
}

/// Sockets that answer each message with one of their own need no bare acknowledgement; left to guess whether
/// they are that, TCP guesses by the clock.
void expect_answers(int socket) {
    const int off = 0;
    require(::setsockopt(socket, IPPROTO_TCP, TCP_QUICKACK, &off, sizeof(off)) == 0);
}

Turn send_recv_tcp() {
    const Pair pair = test::tcp_pair();
    expect_answers(pair.a);
    expect_answers(pair.b);
    return lock_step(pair);
}

int epoll_of(int fd) {
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    epoll_event event{.events = EPOLLIN, .data = {}};
    require(epoll >= 0 && ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0);
    return epoll;
}

/// Waits for a message, as an event loop does, and takes it.
void await_message(int epoll, int socket) {
    epoll_event event{};
    char byte = 0;
    require(::epoll_wait(epoll, &event, 1, -1) == 1 && ::recv(socket, &byte, 1, 0) == 1);
}

/// Who runs is not left to the fair scheduler: this process and its children run until they wait.
void run_until_waiting() {
    const sched_param priority{.sched_priority = 1};
    require(::sched_setscheduler(0, SCHED_FIFO, &priority) == 0);
}

/// Lock-step between two processes with an event loop each, on the one CPU there is.
Turn echo(Pair pair) {
    run_until_waiting();
    if (::fork() == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        const int epoll = epoll_of(pair.b);
        for (;;) {
            await_message(epoll, pair.b);
            test::send_bytes(pair.b, "x");
        }
    }
    return [epoll = epoll_of(pair.a), socket = pair.a] {
        test::send_bytes(socket, "x");
        await_message(epoll, socket);
    };
}

Turn echo_unix() {
    return echo(test::unix_pair());
}

Turn echo_tcp() {
    const Pair pair = test::tcp_pair();
    expect_answers(pair.a);
    expect_answers(pair.b);
    return echo(pair);
}

/// A channel's whole life: made, one message, closed.
void live(Pair pair) {
    test::send_bytes(pair.a, "x");
    test::receive_bytes(pair.b, 1);
    ::close(pair.a);
    ::close(pair.b);
}

Turn unix_channel() {
    return [] { live(test::unix_pair()); };
}

sockaddr_in loopback(in_port_t port) {
    return {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
}

int tcp_socket_at(in_port_t port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    const int yes = 1;
    require(::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0);
    const sockaddr_in address = loopback(port);
    require(::bind(socket, reinterpret_cast<const sockaddr *>(&address), sizeof(address)) == 0);
    return socket;
}

/// Both ports are fixed, as the kernel's search for a free one starts at random. Reset at its end:
/// connections that linger in TIME_WAIT would make the next one dearer.
Turn tcp_channel() {
    constexpr in_port_t server_port = 20'000;
    constexpr in_port_t client_port = 20'001;
    const int listener = tcp_socket_at(server_port);
    require(::listen(listener, 1) == 0);
    return [listener] {
        const int client = tcp_socket_at(client_port);
        const sockaddr_in address = loopback(server_port);
        require(::connect(client, reinterpret_cast<const sockaddr *>(&address), sizeof(address)) == 0);
        const Pair pair{client, ::accept(listener, nullptr, nullptr)};
        require(pair.b >= 0);
        const linger reset{.l_onoff = 1, .l_linger = 0};
        require(::setsockopt(pair.a, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)) == 0);
        live(pair);
    };
}

/// Two processes wake each other by pipes, which no hook sees, on the one CPU there is.
Turn context_switch() {
    std::array<int, 2> there{};
    std::array<int, 2> back{};
    require(::pipe(there.data()) == 0 && ::pipe(back.data()) == 0);
    char byte = 'x';
    if (::fork() == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;)
            require(::read(there[0], &byte, 1) == 1 && ::write(back[1], &byte, 1) == 1);
    }
    return [to = there[1], from = back[0]] {
        char moved = 'x';
        require(::write(to, &moved, 1) == 1 && ::read(from, &moved, 1) == 1);
    };
}

Turn getppid() {
    return [] { ::syscall(SYS_getppid); };
}

Turn epoll_wait() {
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    require(epoll >= 0);
    return [epoll] {
        epoll_event event{};
        require(::epoll_wait(epoll, &event, 1, 0) == 0);
    };
}

/// vfork(2), because what fork(2) copies, and so its cost, depends on what this process happens to have
/// mapped.
Turn fork_exit_wait() {
    run_until_waiting();
    // Always the same pids: their tree takes longer or shorter walks.
    std::ofstream("/proc/sys/kernel/ns_last_pid") << 20'000 << std::flush;
    return [] {
        const pid_t child = ::vfork();
        if (child == 0)
            ::_exit(0);
        require(::waitpid(child, nullptr, 0) == child);
    };
}

/// A program beside this one, in memory: where the file system of a VM gets its files from costs what it
/// likes.
int program_in_memory(const char *name) {
    const int memory = ::memfd_create(name, MFD_CLOEXEC);
    const std::filesystem::path here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    std::ifstream file(here / name, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    require(!bytes.empty() &&
            ::write(memory, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    return memory;
}

Turn fork_exec() {
    run_until_waiting();
    return [program = program_in_memory("do_nothing")] {
        std::array<char *, 1> nothing{};
        const pid_t child = ::vfork();
        if (child == 0) {
            ::fexecve(program, nothing.data(), nothing.data());
            ::_exit(1);
        }
        int status = 1;
        require(::waitpid(child, &status, 0) == child && status == 0);
    };
}

constexpr Scenario all[]{
    {"send_recv", 2, 100, send_recv},
    {"send_recv_tcp", 2, 100, send_recv_tcp},
    {"echo_unix", 1, 100, echo_unix},
    {"echo_tcp", 1, 100, echo_tcp},
    {"unix_channel", 1, 25, unix_channel},
    {"tcp_channel", 1, 40, tcp_channel},
    {"getppid", 1, 100, getppid},
    {"epoll_wait", 1, 100, epoll_wait},
    {"context_switch", 2, 100, context_switch},
    {"fork_exit_wait", 1, 50, fork_exit_wait},
    {"fork_exec", 1, 15, fork_exec},
};

} // namespace

std::span<const Scenario> scenarios() {
    return all;
}

} // namespace unwedge::cost
