// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>

/// Each does its thing `count` times and returns how many nanoseconds that took; what comes before, starting
/// and warming up, is not counted.
namespace bench {

using Count = std::int64_t;

/// Two processes, lock-step: a message of 64 B, and it comes back. Both wait in epoll.
std::int64_t echo_tcp(Count count);
std::int64_t echo_unix(Count count);
/// The same, on a thousand connections that are all in flight.
std::int64_t echo_1000(Count count);

/// One process writes, another reads: over TCP, `count` writes.
std::int64_t stream_64k(Count count);
std::int64_t stream_64(Count count);

/// System calls of one process.
std::int64_t getppid_loop(Count count);
std::int64_t epoll_wait_loop(Count count);
/// A line of 96 B to stderr, each another one.
std::int64_t log_line(Count count);
/// 64 B to itself through a UNIX pair.
std::int64_t send_recv(Count count);

/// fork, exec of /bin/true, wait.
std::int64_t fork_exec(Count count);
/// Two processes that wake each other by pipes; two switches each time.
std::int64_t context_switch(Count count);

/// No measurement: a tree of `actors` processes that hold `sockets` TCP sockets in all, and rest until
/// end-of-file on stdin.
void populate(int actors, int sockets);

} // namespace bench
