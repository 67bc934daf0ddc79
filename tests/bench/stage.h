// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <sys/prctl.h>
#include <unistd.h>

/// What all workloads share. A call that fails ends the program with a line that names it: a benchmark has
/// nothing to mend.
namespace bench {

[[noreturn]] void fail(const char *what);

template <typename Number>
Number must(Number result, const char *what) {
    if (result < 0)
        fail(what);
    return result;
}

std::int64_t now_ns();

/// Keeps this process, and its children from now on, to the CPU that BENCH_CPU names, if it names one.
void pin();

/// A child that calls `body` and ends with it; it goes when its parent does.
template <typename Body>
pid_t spawn(Body body) {
    const pid_t child = must(fork(), "fork");
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        body();
        _exit(0);
    }
    return child;
}
void await_end(pid_t child);

struct Pair {
    int here;
    int there;
};
Pair unix_pair();
Pair tcp_pair();
/// Listens on a free port of the loopback.
int tcp_listener();
int tcp_connect(int listener);

int epoll_of(int fd);
void watch(int epoll, int fd);

void send_all(int fd, const char *data, std::size_t size);
void receive_all(int fd, char *data, std::size_t size);

/// A process may then open as many descriptors as the hard limit allows.
void raise_descriptor_limit();

} // namespace bench
