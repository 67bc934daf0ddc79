// SPDX-License-Identifier: GPL-2.0-only
#include "stage.h"
#include "workloads.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace bench {
namespace {

template <typename Body>
std::int64_t repeat(Count count, Body body) {
    for (Count i = 0; i < count / 20; ++i)
        body();
    const std::int64_t begin = now_ns();
    for (Count i = 0; i < count; ++i)
        body();
    return now_ns() - begin;
}

} // namespace

std::int64_t getppid_loop(Count count) {
    return repeat(count, [] { getppid(); });
}

std::int64_t epoll_wait_loop(Count count) {
    const int epoll = epoll_of(unix_pair().here);
    return repeat(count, [epoll] {
        epoll_event event;
        must(epoll_wait(epoll, &event, 1, 0), "epoll_wait");
    });
}

std::int64_t log_line(Count count) {
    std::array<char, 96> line{};
    line.fill('x');
    constexpr std::string_view prefix = "2026-12-01 10:00:00,000 INFO app.worker: ";
    std::copy(prefix.begin(), prefix.end(), line.begin());
    line.back() = '\n';
    return repeat(count, [&line, &changing = line[prefix.size()]] {
        changing = changing == 'z' ? 'a' : static_cast<char>(changing + 1);
        must(write(STDERR_FILENO, line.data(), line.size()), "write");
    });
}

std::int64_t send_recv(Count count) {
    const Pair pair = unix_pair();
    std::array<char, 64> message{};
    return repeat(count, [&] {
        send_all(pair.here, message.data(), message.size());
        receive_all(pair.there, message.data(), message.size());
    });
}

} // namespace bench
