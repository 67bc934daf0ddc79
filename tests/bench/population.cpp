// SPDX-License-Identifier: GPL-2.0-only
#include "stage.h"
#include "workloads.h"

#include <cstdio>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <vector>

namespace bench {
namespace {

[[noreturn]] void rest() {
    const int epoll = must(epoll_create1(0), "epoll_create1");
    for (epoll_event event;;)
        epoll_wait(epoll, &event, 1, -1);
}

/// The other side of each connection; tells by `done` when it has all.
[[noreturn]] void accept_all(int listener, int count, int done) {
    std::vector<int> fds;
    for (int i = 0; i < count; ++i)
        fds.push_back(must(accept(listener, nullptr, nullptr), "accept"));
    must(write(done, "", 1), "write");
    rest();
}

} // namespace

void populate(int actors, int sockets) {
    raise_descriptor_limit();
    const int listener = tcp_listener();
    const Pair done = unix_pair();
    const int pairs = sockets / 2;
    std::vector children{spawn([&] { accept_all(listener, pairs, done.there); })};
    for (int i = 2; i < actors; ++i)
        children.push_back(spawn(rest));
    for (int i = 0; i < pairs; ++i)
        tcp_connect(listener);
    char byte = 0;
    receive_all(done.here, &byte, 1);
    std::puts("ready");
    std::fflush(stdout);
    must(read(STDIN_FILENO, &byte, 1), "read");
    for (const pid_t child : children) {
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
    }
}

} // namespace bench
