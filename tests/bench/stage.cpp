// SPDX-License-Identifier: GPL-2.0-only
#include "stage.h"

#include <arpa/inet.h>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

namespace bench {

void fail(const char *what) {
    std::perror(what);
    std::_Exit(1);
}

std::int64_t now_ns() {
    timespec now{};
    must(clock_gettime(CLOCK_MONOTONIC, &now), "clock_gettime");
    return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

void pin() {
    const char *cpu = std::getenv("BENCH_CPU");
    if (!cpu)
        return;
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET(std::atoi(cpu), &cpus);
    must(sched_setaffinity(0, sizeof(cpus), &cpus), "sched_setaffinity");
}

void await_end(pid_t child) {
    int status = 0;
    must(waitpid(child, &status, 0), "waitpid");
    if (status != 0) {
        std::fprintf(stderr, "a child ended with status %d\n", status);
        std::_Exit(1);
    }
}

Pair unix_pair() {
    int fds[2];
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), "socketpair");
    return {fds[0], fds[1]};
}

int tcp_listener() {
    const int listener = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    must(bind(listener, reinterpret_cast<sockaddr *>(&address), sizeof(address)), "bind");
    must(listen(listener, SOMAXCONN), "listen");
    return listener;
}

int tcp_connect(int listener) {
    sockaddr_in address{};
    socklen_t length = sizeof(address);
    must(getsockname(listener, reinterpret_cast<sockaddr *>(&address), &length), "getsockname");
    const int client = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
    must(connect(client, reinterpret_cast<sockaddr *>(&address), length), "connect");
    const int on = 1;
    must(setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)), "TCP_NODELAY");
    return client;
}

Pair tcp_pair() {
    const int listener = tcp_listener();
    const int here = tcp_connect(listener);
    const int there = must(accept(listener, nullptr, nullptr), "accept");
    close(listener);
    return {here, there};
}

int epoll_of(int fd) {
    const int epoll = must(epoll_create1(0), "epoll_create1");
    watch(epoll, fd);
    return epoll;
}

void watch(int epoll, int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    must(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

void send_all(int fd, const char *data, std::size_t size) {
    while (size > 0) {
        const ssize_t sent = must(send(fd, data, size, MSG_NOSIGNAL), "send");
        data += sent;
        size -= static_cast<std::size_t>(sent);
    }
}

void receive_all(int fd, char *data, std::size_t size) {
    while (size > 0) {
        const ssize_t received = must(recv(fd, data, size, 0), "recv");
        if (received == 0)
            fail("recv: end of file");
        data += received;
        size -= static_cast<std::size_t>(received);
    }
}

void raise_descriptor_limit() {
    rlimit limit{};
    must(getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
    limit.rlim_cur = limit.rlim_max;
    must(setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
}

} // namespace bench
