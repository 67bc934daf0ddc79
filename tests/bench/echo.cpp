// SPDX-License-Identifier: GPL-2.0-only
#include "stage.h"
#include "workloads.h"

#include <array>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <vector>

namespace bench {
namespace {

using Message = std::array<char, 64>;

constexpr int connections = 1000;
constexpr int events_at_once = 64;

/// Until the other side has closed all.
void serve(const std::vector<int> &fds) {
    const int epoll = must(epoll_create1(0), "epoll_create1");
    for (const int fd : fds)
        watch(epoll, fd);
    std::array<epoll_event, events_at_once> events;
    Message message;
    for (std::size_t open = fds.size(); open > 0;) {
        const int ready = must(epoll_wait(epoll, events.data(), events_at_once, -1), "epoll_wait");
        for (int i = 0; i < ready; ++i) {
            const int fd = events[static_cast<std::size_t>(i)].data.fd;
            const ssize_t received = must(recv(fd, message.data(), message.size(), 0), "recv");
            if (received > 0) {
                send_all(fd, message.data(), static_cast<std::size_t>(received));
            } else {
                close(fd);
                --open;
            }
        }
    }
}

void ask(int fd, int epoll, Message &message) {
    epoll_event event;
    send_all(fd, message.data(), message.size());
    must(epoll_wait(epoll, &event, 1, -1), "epoll_wait");
    receive_all(fd, message.data(), message.size());
}

std::int64_t echo(Pair pair, Count count) {
    const pid_t server = spawn([pair] {
        close(pair.here);
        serve({pair.there});
    });
    close(pair.there);
    const int epoll = epoll_of(pair.here);
    Message message{};
    for (Count i = 0; i < count / 20 + 10; ++i)
        ask(pair.here, epoll, message);
    const std::int64_t begin = now_ns();
    for (Count i = 0; i < count; ++i)
        ask(pair.here, epoll, message);
    const std::int64_t took = now_ns() - begin;
    close(pair.here);
    await_end(server);
    return took;
}

/// A message on each connection, and all the answers.
void ask_all(const std::vector<int> &fds, int epoll) {
    std::array<epoll_event, events_at_once> events;
    Message message{};
    for (const int fd : fds)
        send_all(fd, message.data(), message.size());
    for (std::size_t answered = 0; answered < fds.size();) {
        const int ready = must(epoll_wait(epoll, events.data(), events_at_once, -1), "epoll_wait");
        for (int i = 0; i < ready; ++i)
            receive_all(events[static_cast<std::size_t>(i)].data.fd, message.data(), message.size());
        answered += static_cast<std::size_t>(ready);
    }
}

} // namespace

std::int64_t echo_tcp(Count count) {
    return echo(tcp_pair(), count);
}

std::int64_t echo_unix(Count count) {
    return echo(unix_pair(), count);
}

std::int64_t echo_1000(Count count) {
    raise_descriptor_limit();
    const int listener = tcp_listener();
    const pid_t server = spawn([listener] {
        std::vector<int> fds;
        for (int i = 0; i < connections; ++i)
            fds.push_back(must(accept(listener, nullptr, nullptr), "accept"));
        serve(fds);
    });
    const int epoll = must(epoll_create1(0), "epoll_create1");
    std::vector<int> fds;
    for (int i = 0; i < connections; ++i) {
        fds.push_back(tcp_connect(listener));
        watch(epoll, fds.back());
    }
    ask_all(fds, epoll);
    const std::int64_t begin = now_ns();
    for (Count done = 0; done < count; done += connections)
        ask_all(fds, epoll);
    const std::int64_t took = now_ns() - begin;
    for (const int fd : fds)
        close(fd);
    await_end(server);
    return took;
}

} // namespace bench
