// SPDX-License-Identifier: GPL-2.0-only
// crowd PROCESSES: that many processes that rest, with four sockets each, for scripts/bench-triage. Prints
// the pid of the one that is wedged once all are there, and ends them when its input does, or when it ends.
//
// They are as on a host with many services: sessions of ten, of which each two talk over two UNIX sockets
// and two TCP connections and wait in epoll. One has left an end out of its set, and its peer awaits an
// answer: whoever looks must find it among all the others.
#include "stage.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <vector>

namespace {

using namespace bench;

constexpr std::size_t session_size = 10;
constexpr std::size_t sockets = 4;
constexpr int ready = 3; ///< descriptor by which a session tells that it is complete

using Sockets = std::array<int, sockets>;
using Session = std::array<Sockets, session_size>;

void be_gone_with(pid_t parent) {
    must(prctl(PR_SET_PDEATHSIG, SIGKILL), "PR_SET_PDEATHSIG");
    if (getppid() != parent)
        _exit(1);
}

Pair tcp_channel(int listener) {
    const Pair pair{tcp_connect(listener), must(accept(listener, nullptr, nullptr), "accept")};
    const linger at_once{.l_onoff = 1, .l_linger = 0}; // or it waits for a minute when the crowd has gone
    for (const int fd : {pair.here, pair.there})
        must(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)), "SO_LINGER");
    return pair;
}

/// Of who has a UNIX socket, what happened on it before the first look is not known, so that a victim is
/// proven only if it has none.
Session open_channels(bool is_wedged) {
    Session session{};
    const int listener = tcp_listener();
    for (std::size_t member = 0; member < session_size; member += 2)
        for (std::size_t i = 0; i < sockets; ++i) {
            const Pair pair =
                i < sockets / 2 && !(is_wedged && member == 0) ? unix_pair() : tcp_channel(listener);
            session[member][i] = pair.here;
            session[member + 1][i] = pair.there;
        }
    close(listener);
    return session;
}

[[noreturn]] void rest(const Session &session, std::size_t member, std::size_t watched) {
    for (std::size_t other = 0; other < session_size; ++other)
        for (const int fd : session[other])
            if (other != member)
                close(fd);
    close(ready);
    const int epoll = must(epoll_create1(0), "epoll_create1");
    for (std::size_t i = 0; i < watched; ++i)
        watch(epoll, session[member][i]);
    for (epoll_event event;;)
        epoll_wait(epoll, &event, 1, -1);
}

/// The head of a session. Its first member is the peer of the second, which may be wedged.
[[noreturn]] void lead(bool is_wedged) {
    must(setsid(), "setsid");
    const Session session = open_channels(is_wedged);
    const pid_t head = getpid();
    pid_t second = 0;
    for (std::size_t member = 1; member < session_size; ++member) {
        const pid_t child = must(fork(), "fork");
        if (child == 0) {
            be_gone_with(head);
            rest(session, member, is_wedged && member == 1 ? sockets - 1 : sockets);
        }
        second = member == 1 ? child : second;
    }
    if (is_wedged)
        send_all(session[0].back(), "a question", 10);
    must(write(ready, &second, sizeof(second)), "write");
    rest(session, 0, sockets);
}

/// In a program of its own, as a service: it has exec'd, and holds nothing of ours.
pid_t start_session(int tell, bool is_wedged) {
    const pid_t parent = getpid();
    const pid_t child = must(fork(), "fork");
    if (child != 0)
        return child;
    be_gone_with(parent);
    const int nothing = must(open("/dev/null", O_RDWR), "/dev/null");
    must(dup2(nothing, STDIN_FILENO), "dup2");
    must(dup2(nothing, STDOUT_FILENO), "dup2");
    if (tell == ready)
        must(fcntl(ready, F_SETFD, 0), "F_SETFD");
    else
        must(dup2(tell, ready), "dup2");
    must(close_range(ready + 1, ~0U, 0), "close_range");
    execl("/proc/self/exe", "crowd", is_wedged ? "wedged" : "healthy", nullptr);
    fail("execl");
}

/// The second process of the session that is complete now.
pid_t await_session(int told) {
    pid_t second = 0;
    if (must(read(told, &second, sizeof(second)), "read") != sizeof(second)) {
        std::fputs("a session is not complete\n", stderr);
        std::_Exit(1);
    }
    return second;
}

void gather(std::size_t sessions) {
    must(prctl(PR_SET_CHILD_SUBREAPER, 1), "PR_SET_CHILD_SUBREAPER"); // to see all of them end
    int pipe[2];
    must(::pipe2(pipe, O_CLOEXEC), "pipe");
    std::vector heads{start_session(pipe[1], true)};
    const pid_t wedged = await_session(pipe[0]);
    for (std::size_t i = 1; i < sessions; ++i)
        heads.push_back(start_session(pipe[1], false));
    close(pipe[1]);
    for (std::size_t i = 1; i < sessions; ++i)
        await_session(pipe[0]);
    std::printf("%d\n", wedged);
    std::fflush(stdout);
    char byte = 0;
    must(read(STDIN_FILENO, &byte, 1), "read");
    for (const pid_t head : heads)
        kill(head, SIGKILL); // and all that it leads go with it
    while (wait(nullptr) > 0) {
    }
}

} // namespace

int main(int argc, char **argv) {
    const std::string_view what = argc == 2 ? argv[1] : "";
    if (what == "wedged" || what == "healthy")
        lead(what == "wedged");
    gather(std::strtoul(what.data(), nullptr, 10) / session_size);
}
