// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/delays.h"
#include "facts/doings.h"
#include "facts/ids.h"
#include "facts/wait.h"
#include "util/clock.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace unwedge::facts {

enum class ThreadState {
    running,         ///< on a CPU or runnable
    sleeping,        ///< interruptible
    uninterruptible, ///< "D": disk and its like
    stopped,         ///< SIGSTOP and its like
    traced,          ///< stopped by a tracer
    frozen,          ///< by a cgroup's freezer
    dead,            ///< zombie, or past exit
    unknown
};

struct Thread {
    Pid tid = 0;
    ThreadState state = ThreadState::unknown;
    Wait wait;
    std::uint64_t switches = 0; ///< context switches so far: unmoved means it has not run
    std::uint64_t turns = 0;    ///< returns from waits for readiness; 0 where Actor::loop_turns is not known
    Nanos cpu{};                ///< CPU time so far
    std::optional<Nanos> run_delay; ///< time spent runnable without a CPU so far
    std::optional<Nanos> asleep; ///< how long it has been off the CPU, at most (from its last arrival on one)
    std::optional<Nanos> idle;   ///< how long it has not run, at least
};

/// A descriptor of an actor that refers to a channel's end.
struct Hold {
    int fd = -1;
    EndId end = 0;
};

/// CPU time that a process had wanted when it was looked at: used, or waited for while others had the CPUs.
struct CpuReading {
    Nanos at{}; ///< CLOCK_MONOTONIC
    Nanos wanted{};
};

/// How much CPU time a cgroup may use (cpu.max of cgroups(7), version 1: cpu.cfs_quota_us).
struct CpuLimit {
    std::string cgroup;          ///< its path; untrusted bytes
    Nanos quota{};               ///< of each period, > 0
    Nanos period{};              ///< > 0
    std::uint64_t throttled = 0; ///< periods so far in which that did not suffice
};

/// A process of the traced tree.
struct Actor {
    Pid pid = 0;
    Pid ppid = 0;
    Pid session = 0;                    ///< 0: its leader is of another pid namespace, or not known
    Nanos started{};                    ///< CLOCK_MONOTONIC
    std::string name;                   ///< for people
    std::optional<std::string> profile; ///< the framework that the name was read from
    std::vector<std::string> argv;      ///< as exec'd; untrusted bytes
    std::string comm;                   ///< untrusted bytes
    std::string
        title; ///< its command line as it stands now, joined by spaces; "" if unknown; untrusted bytes
    bool forked = false; ///< it is known to have forked and not to have exec'd since: argv is its parent's
    std::vector<Thread> threads; ///< main thread first
    std::vector<Hold> holds;     ///< every channel end it has a descriptor of
    std::optional<Nanos> cpu; ///< CPU time of all its threads so far, dead ones and reaped children included
    std::vector<CpuReading> earlier_cpu; ///< oldest first, about a second apart
    std::optional<std::uint64_t>
        loop_turns;                  ///< of all its loops while something was suspected; nullopt: not counted
    std::vector<Watch> idle_watches; ///< what its epoll sets have that no thread of it waits in now
    bool idle_watches_known = true;  ///< false: one of those sets could not be read
    bool holds_io_uring = false;     ///< reads may be pending that no thread's wait shows
    bool holds_eventfd = false;
    std::optional<bool>
        alarms; ///< a timer runs that will end in a signal to it (alarm, setitimer, timer_create)
    /// It has a handler for a signal that others send to tell it something; nullopt: not known, or not asked
    /// for, because no thread of it waits for a lock of its own.
    std::optional<bool> listens_to_signals;
    /// The memory that it shares with others and that has no name any more, each as DEVICE:INODE; only where
    /// a thread of the snapshot waits for a lock in such.
    std::vector<std::string> shared_memory;
    std::optional<Doings>
        doings; ///< nullopt: not recorded at this level, or its records gave room to others'
    std::optional<CpuLimit> cpu_limit; ///< asked for only while a thread of it could run
    bool exited = false;
    std::optional<int> exit_status; ///< as wait(2) tells it, once exited; nullopt: not known
};

/// A thread of it sits in the kernel where nothing but the kernel can wake it, and may hold the lock of its
/// memory: to read that, its command line too, could take as long.
inline bool is_stuck(const Actor &actor) {
    return std::ranges::any_of(
        actor.threads, [](const Thread &thread) { return thread.state == ThreadState::uninterruptible; });
}

/// What a CpuReading of the actor as it is now says.
inline Nanos cpu_wanted(const Actor &actor) {
    Nanos wanted = actor.cpu.value_or(Nanos{});
    for (const Thread &thread : actor.threads)
        wanted += thread.run_delay.value_or(Nanos{});
    return wanted;
}

enum class ChannelKind { tcp, unix_stream, unix_seqpacket, unix_dgram, pipe };

/// One end of a channel. Times are CLOCK_MONOTONIC; nullopt is "not seen since the trace began" or unknown.
struct End {
    EndId id = 0;
    EndId peer = 0; ///< 0: outside the traced tree, or none
    ChannelKind kind = ChannelKind::tcp;
    std::string address;        ///< local, "127.0.0.1:4000", "/run/x.sock", "@abstract" or "" for unnamed
    std::string remote_address; ///< of the other end
    std::string state;          ///< "ESTABLISHED", "CLOSE_WAIT", …
    std::uint64_t inode = 0;
    std::optional<std::uint64_t> unread; ///< bytes in its receive queue
    std::optional<std::uint64_t> unsent; ///< bytes that its peer has not taken
    bool times_out = false;    ///< a call that blocks on it ends by itself (SO_RCVTIMEO, SO_SNDTIMEO)
    bool held_outside = false; ///< who is no actor may have a descriptor of it, too: the command inherited it
    bool peer_closed = false;  ///< end-of-file waits behind the unread bytes
    std::optional<Nanos> closed_since; ///< when end-of-file was first seen, to one sweep's precision
    std::optional<bool> eof_read;      ///< of a closed peer: end-of-file was taken; nullopt: can not be told
    EndId pending_on =
        0; ///< connected to a listener that has not accepted it yet: that one's id; 0: accepted
    bool leaves_host = false; ///< its remote address is neither local nor loopback
    std::optional<std::uint64_t>
        received; ///< messages (calls that took bytes); nullopt: not counted at this level
    std::optional<std::uint64_t> sent;
    std::optional<bool>
        spoke_last_seen; ///< as the source saw it; nullopt: it can not tell, or nothing was ever sent
    std::optional<bool> ever_received; ///< took any byte since it exists
    std::optional<Nanos> last_receive; ///< to one sweep's precision
    std::optional<Nanos> last_send;
    std::optional<Nanos> last_arrival; ///< unread bytes became more
    std::optional<Nanos> unread_since; ///< unread > 0 and nothing consumed since then
    Nanos longest_wait{};              ///< longest such period so far that ended by consumption
    std::optional<Delays> delays;      ///< of what it received; nullopt: not measured at this level
    std::optional<Pid> last_reader;    ///< tid of the last thread that received on it
};

/// A listening socket.
struct Listener {
    EndId id = 0;
    std::string address;
    std::uint32_t queued = 0; ///< connections that wait for accept
    std::uint32_t limit = 0;
    bool loopback = false;
    ChannelKind kind = ChannelKind::tcp;
    std::optional<Nanos> queued_since; ///< some wait, and none was accepted since then
};

/// What the tracer itself failed to see since it began, by name of the counter; empty when nothing was lost.
using Losses = std::map<std::string, std::uint64_t>;

/// Where facts were read, for evidence.
struct Provenance {
    std::string queues = "sweep"; ///< what is unread, and for how long
    std::string pipes = "sweep";  ///< the same of pipes
    std::string threads = "iter/task";
};

/// All that is known at one instant. Ends and actors are keyed by their ids.
struct Snapshot {
    Nanos at{};
    std::map<Pid, Actor> actors; ///< the exited ones stay
    std::map<EndId, End> ends;
    std::vector<Listener> listeners;
    Provenance provenance;
    Losses losses;
    std::optional<Nanos> last_loss;  ///< when a counter of `losses` was last seen to move
    std::vector<std::string> hidden; ///< what the source could not see, and why, for people; verdicts that
                                     ///< need it are inconclusive
    /// The command, which is expected to end, and from which all actors come; nullopt: who was found running.
    std::optional<Pid> root;
    std::optional<Nanos> receives_counted_since; ///< since when it has been; nullopt: it is not attached
};

/// Whether the last word on the channel was this end's own, so that an answer may be owed to it; nullopt: it
/// can't be told, because sends are not counted or the two came too close.
inline std::optional<bool> spoke_last(const End &end) {
    if (end.spoke_last_seen)
        return end.spoke_last_seen;
    if (!end.last_send)
        return end.sent ? std::optional(false) : std::nullopt;
    if (!end.last_receive)
        return end.last_arrival == end.last_send ? std::nullopt : std::optional(true);
    return end.last_send == end.last_receive ? std::nullopt
                                             : std::optional(*end.last_send > *end.last_receive);
}

/// The channel an end belongs to.
inline ChannelId channel_of(const End &end) {
    return end.peer && end.peer < end.id ? end.peer : end.id;
}

} // namespace unwedge::facts
