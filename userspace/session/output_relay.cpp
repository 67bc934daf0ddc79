// SPDX-License-Identifier: GPL-2.0-only
#include "session/output_relay.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <utility>

namespace unwedge::session {
namespace {

/// A write of so much to a pipe that poll(2) calls writable does not block (pipe(7)), so that who reads one
/// stream slowly holds up no other.
constexpr std::size_t piece = PIPE_BUF;

struct Leg {
    int from;
    int to;
    std::array<char, piece> bytes{};
    std::size_t begin = 0; ///< of what has been read and not written yet
    std::size_t end = 0;

    bool is_open() const { return from >= 0; }
    bool has_bytes() const { return begin < end; }
    void shut() {
        ::close(from);
        ::close(to);
        from = -1;
    }
};

void read_some(Leg &leg, OutputRing &ring) {
    const ssize_t got = ::read(leg.from, leg.bytes.data(), leg.bytes.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (got <= 0)
        return leg.shut();
    leg.begin = 0;
    leg.end = static_cast<std::size_t>(got);
    ring.append({leg.bytes.data(), leg.end});
}

void write_some(Leg &leg) {
    const ssize_t put = ::write(leg.to, leg.bytes.data() + leg.begin, leg.end - leg.begin);
    if (put > 0)
        leg.begin += static_cast<std::size_t>(put);
    else if (put < 0 && errno != EINTR && errno != EAGAIN)
        leg.shut();
}

/// Both ends are watched: who reads may leave while nobody writes.
void move(std::vector<Leg> &legs, OutputRing &ring) {
    std::vector<pollfd> ends;
    for (const Leg &leg : legs) {
        ends.push_back({leg.has_bytes() ? -1 : leg.from, POLLIN, 0});
        ends.push_back({leg.is_open() ? leg.to : -1, static_cast<short>(leg.has_bytes() ? POLLOUT : 0), 0});
    }
    if (::poll(ends.data(), ends.size(), -1) <= 0)
        return;
    for (std::size_t i = 0; i < legs.size(); ++i) {
        const short came = ends[2 * i].revents;
        const short went = ends[2 * i + 1].revents;
        if (went & (POLLERR | POLLNVAL))
            legs[i].shut();
        else if (legs[i].has_bytes() && went)
            write_some(legs[i]);
        else if (came)
            read_some(legs[i], ring);
    }
}

[[noreturn]] void relay(std::vector<Leg> legs, OutputRing &ring) {
    // What ends the command lets it print its last words.
    sigset_t all;
    sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    ::prctl(PR_SET_NAME, "output-relay");
    std::vector<int> ends;
    for (const Leg &leg : legs)
        ends.insert(ends.end(), {leg.from, leg.to});
    close_all_but(std::move(ends));
    while (std::ranges::any_of(legs, &Leg::is_open))
        move(legs, ring);
    ::_exit(0);
}

} // namespace

Result<pid_t> start_relay(const std::vector<RelayedStream> &streams, OutputRing &ring) {
    std::vector<Leg> legs;
    legs.reserve(streams.size());
    for (const RelayedStream &stream : streams)
        legs.push_back({.from = stream.from, .to = stream.to});
    constexpr unsigned long no_signal_at_its_end = 0;
    const auto pid =
        static_cast<pid_t>(::syscall(SYS_clone, no_signal_at_its_end, nullptr, nullptr, nullptr, nullptr));
    if (pid < 0)
        return errno_error("clone", errno);
    if (pid == 0)
        relay(std::move(legs), ring);
    return pid;
}

} // namespace unwedge::session
