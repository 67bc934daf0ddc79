// SPDX-License-Identifier: GPL-2.0-only
// sitter CALL: sits in CALL below functions of known names, as its main thread or, for "thread", as another
// one. Writes "ready TID", and once the call has returned "returned ERRNO".
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <map>
#include <string>
#include <thread>

#include <linux/futex.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sitter {

/// Its name must be demangled, and its caller must be a frame of its own: no tail calls.
#define FUNCTION [[gnu::noinline]] int

volatile int sink = 0;

FUNCTION in_epoll_wait() {
    epoll_event event{};
    return sink + ::epoll_wait(::epoll_create1(0), &event, 1, -1);
}

FUNCTION in_poll() {
    return sink + ::poll(nullptr, 0, -1);
}

FUNCTION in_nanosleep() {
    const timespec hour{3600, 0};
    return sink + ::nanosleep(&hour, nullptr);
}

FUNCTION in_read() {
    std::array<int, 2> ends{};
    char byte = 0;
    return ::pipe(ends.data()) + sink + static_cast<int>(::read(ends[0], &byte, 1));
}

FUNCTION in_futex() {
    static int word = 0;
    return sink + static_cast<int>(::syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, nullptr));
}

FUNCTION in_no_call() {
    for (;;)
        sink = sink + 1;
}

FUNCTION sit(const std::string &call) {
    static const std::map<std::string, int (*)()> calls{
        {"epoll_wait", in_epoll_wait}, {"poll", in_poll},      {"nanosleep", in_nanosleep}, {"read", in_read},
        {"futex", in_futex},           {"nothing", in_no_call}};
    std::printf("ready %d\n", ::gettid());
    const int result = calls.at(call)() + sink;
    std::printf("returned %d\n", result < 0 ? errno : 0);
    return result;
}

FUNCTION outer_function(const std::string &call) {
    return sink + sit(call);
}

} // namespace sitter

int main(int, char **argv) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::setbuf(stdout, nullptr);
    const std::string call = argv[1];
    if (call != "thread")
        return sitter::outer_function(call) + sitter::sink;
    std::thread other([] { sitter::outer_function("futex"); });
    return sitter::in_nanosleep();
}
