// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/ids.h"
#include "util/clock.h"

#include <optional>
#include <string>
#include <vector>

namespace unwedge::facts {

/// What a thread that is not running sits in, by family: the kernels' many calls that mean the same are one.
enum class WaitKind {
    none, ///< not in a wait: running or runnable
    epoll,
    poll,
    select,
    io_uring,
    read,   ///< any call that blocks for bytes of one descriptor
    write,  ///< any call that blocks until one descriptor takes bytes
    accept, ///< a listener's next connection
    connect,
    sleep, ///< nanosleep and its like
    lock,  ///< futex
    file_lock,
    child,  ///< wait4, waitid
    signal, ///< pause, sigsuspend, sigtimedwait
    other,  ///< a call that was recognised as none of these
    unknown ///< the call could not be read
};

/// Is it a wait for readiness of descriptors: a loop's idle state ("parked")?
constexpr bool is_readiness_wait(WaitKind kind) {
    return kind == WaitKind::epoll || kind == WaitKind::poll || kind == WaitKind::select ||
           kind == WaitKind::io_uring;
}

/// What a readiness wait asks of one descriptor, as far as reading goes.
enum class Interest {
    armed,    ///< level-triggered, will report readable
    disarmed, ///< in the set, but reading is not asked for (a ONESHOT that fired, a paused reader)
    edge,     ///< edge-triggered: reports only what arrives from now on
    none,     ///< not in the set
    unknown   ///< the set could not be read
};

/// Whose doing makes a descriptor ready.
enum class Source {
    unknown, ///< could not be read, or is anybody's: a terminal, a device, a signal, a file that others may
             ///< open
    channel, ///< a socket or pipe: who holds the other side; a listener: who can reach it
    event,   ///< an eventfd: who holds one, of which it may be the same
    timer,   ///< a timerfd: Wait::timerfd tells when, and who holds it may set it anew
    process  ///< a pidfd: the end of that process
};

/// One descriptor of a readiness wait; nested epoll sets are flattened into their parent's.
struct Watch {
    int fd = -1;
    Interest read = Interest::unknown;
    bool write = false; ///< also waits until it can be written
    Source source = Source::unknown;
    std::optional<Pid> process; ///< whose end a pidfd waits for; nullopt: not known
};

constexpr bool waits_to_read(const Watch &watch) {
    return watch.read == Interest::armed || watch.read == Interest::edge;
}

/// Edge-triggered loops (tokio, Go, nginx) ask for writing at all times: that is no wait for it.
constexpr bool waits_to_write(const Watch &watch) {
    return watch.write && watch.read != Interest::edge;
}

/// How long a wait lasts at most if nothing happens.
struct Timeout {
    enum class Kind {
        unknown, ///< it could not be read
        never,   ///< waits for ever
        after    ///< ends by itself
    };
    Kind kind = Kind::unknown;
    Nanos length{};        ///< for Kind::after: from the start of the wait, >= 0
    bool from_now = false; ///< length counts from the snapshot: the call has a deadline, not a length

    static Timeout unknown() { return {}; }
    static Timeout never() { return {Kind::never, {}}; }
    static Timeout after(Nanos length) { return {Kind::after, length}; }
    static Timeout left(Nanos length) { return {Kind::after, length, true}; }
    bool operator==(const Timeout &) const = default;
};

/// What one thread waits in.
struct Wait {
    WaitKind kind = WaitKind::unknown;
    std::string call;      ///< the system call's name without variants, e.g. "epoll_wait"; "" if unknown
    std::optional<int> fd; ///< read, write, accept, connect, file_lock; the epoll descriptor of an epoll wait
    bool from_terminal = false;      ///< read: the descriptor is a terminal
    Source source = Source::unknown; ///< read, write, accept: of that descriptor
    Timeout timeout;                 ///< the call's own
    std::optional<Nanos> timerfd;    ///< soonest armed timerfd among the watched ones: time left, >= 0
    std::optional<std::vector<Watch>> watches; ///< readiness waits: the whole set; nullopt: could not be read
    std::optional<Pid> on; ///< child: the pid waited for (nullopt: any); lock: the owner's tid where known
    /// lock: the memory that the lock lies in, as Actor::shared_memory names it; "": the process's own;
    /// nullopt: unknown, or such that anybody may come to share it.
    std::optional<std::string> lock_memory;
};

} // namespace unwedge::facts
