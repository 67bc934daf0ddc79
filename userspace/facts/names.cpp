// SPDX-License-Identifier: GPL-2.0-only
#include "facts/names.h"

#include <algorithm>
#include <array>

namespace unwedge::facts {

std::string_view name(ChannelKind kind) {
    switch (kind) {
    case ChannelKind::tcp: return "tcp";
    case ChannelKind::unix_stream:
    case ChannelKind::unix_seqpacket:
    case ChannelKind::unix_dgram: return "unix";
    case ChannelKind::pipe: return "pipe";
    }
    return "unknown";
}

std::string_view name(Interest interest) {
    switch (interest) {
    case Interest::armed: return "armed";
    case Interest::disarmed: return "disarmed";
    case Interest::edge: return "edge";
    case Interest::none: return "none";
    case Interest::unknown: return "unknown";
    }
    return "unknown";
}

std::string_view name(WaitKind kind) {
    switch (kind) {
    case WaitKind::none: return "none";
    case WaitKind::epoll: return "epoll";
    case WaitKind::poll: return "poll";
    case WaitKind::select: return "select";
    case WaitKind::io_uring: return "io_uring";
    case WaitKind::read: return "read";
    case WaitKind::write: return "write";
    case WaitKind::accept: return "accept";
    case WaitKind::connect: return "connect";
    case WaitKind::sleep: return "sleep";
    case WaitKind::lock: return "lock";
    case WaitKind::file_lock: return "file_lock";
    case WaitKind::child: return "child";
    case WaitKind::signal: return "signal";
    case WaitKind::other: return "other";
    case WaitKind::unknown: return "unknown";
    }
    return "unknown";
}

std::string_view tcp_state(std::uint8_t number) {
    constexpr std::array<std::string_view, 13> names{
        "",      "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2",   "TIME_WAIT",
        "CLOSE", "CLOSE_WAIT",  "LAST_ACK", "LISTEN",   "CLOSING",   "NEW_SYN_RECV"};
    return number < names.size() ? names.at(number) : "";
}

char letter(ThreadState state) {
    switch (state) {
    case ThreadState::running: return 'R';
    case ThreadState::sleeping: return 'S';
    case ThreadState::uninterruptible: return 'D';
    case ThreadState::stopped: return 'T';
    case ThreadState::traced: return 't';
    case ThreadState::frozen: return 'F';
    case ThreadState::dead: return 'Z';
    case ThreadState::unknown: return '?';
    }
    return '?';
}

namespace {

/// What is not known may be armed, so only what is known to be armed outweighs it.
int strength(Interest interest) {
    switch (interest) {
    case Interest::none: return 0;
    case Interest::disarmed: return 1;
    case Interest::edge: return 2;
    case Interest::unknown: return 3;
    case Interest::armed: return 4;
    }
    return 3;
}

Interest stronger(Interest left, Interest right) {
    return strength(left) < strength(right) ? right : left;
}

using Descriptors = std::vector<int>;

bool contains(const Descriptors &descriptors, int fd) {
    return std::find(descriptors.begin(), descriptors.end(), fd) != descriptors.end();
}

Descriptors descriptors_of(const Actor &actor, EndId end) {
    Descriptors found;
    for (const Hold &hold : actor.holds)
        if (hold.end == end)
            found.push_back(hold.fd);
    return found;
}

Interest interest_of_set(const Wait &wait, const Descriptors &descriptors) {
    if (!wait.watches)
        return Interest::unknown;
    // What was submitted to an io_uring outlives the call that submitted it.
    Interest result = wait.kind == WaitKind::io_uring ? Interest::unknown : Interest::none;
    for (const Watch &watch : *wait.watches)
        if (contains(descriptors, watch.fd))
            result = stronger(result, watch.read);
    return result;
}

Interest interest_of_thread(const Thread &thread, const Descriptors &descriptors) {
    if (thread.state == ThreadState::dead)
        return Interest::none;
    if (is_readiness_wait(thread.wait.kind))
        return interest_of_set(thread.wait, descriptors);
    if (thread.wait.kind == WaitKind::unknown)
        return thread.state == ThreadState::running ? Interest::none : Interest::unknown;
    if (thread.wait.kind != WaitKind::read)
        return Interest::none;
    if (!thread.wait.fd)
        return Interest::unknown;
    return contains(descriptors, *thread.wait.fd) ? Interest::armed : Interest::none;
}

} // namespace

Interest interest_in(std::span<const Actor *const> holders, const End &end) {
    Interest result = Interest::none;
    for (const Actor *actor : holders) {
        const Descriptors descriptors = descriptors_of(*actor, end.id);
        if (actor->exited || descriptors.empty())
            continue;
        if (actor->holds_io_uring)
            result = stronger(result, Interest::unknown);
        for (const Thread &thread : actor->threads)
            result = stronger(result, interest_of_thread(thread, descriptors));
    }
    return result;
}

Interest interest_in(const Snapshot &snapshot, const End &end) {
    std::vector<const Actor *> actors;
    actors.reserve(snapshot.actors.size());
    for (const auto &[pid, actor] : snapshot.actors)
        actors.push_back(&actor);
    return interest_in(actors, end);
}

} // namespace unwedge::facts
