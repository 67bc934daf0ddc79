// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/ids.h"
#include "util/clock.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unwedge::diagnosis {

using facts::ChannelId;
using facts::Pid;

/// The kinds of verdict; docs/design.md §5 has the rule of each.
enum class Kind {
    stopped_consuming,
    missed_edge,
    blocked_loop,
    spinning_loop,
    stopped,
    starved,
    not_accepting,
    peer_gone,
    boot_wedge,
    eof_withheld,
    orphaned_lock,
    lost_reply,
    unanswered,
    stale_reply,
    deadlock,
    closed_wait,
    waiting
};

/// Concluded from that nobody who could wake the actor can run (wakers.h), not from a queue.
constexpr bool is_proof(Kind kind) {
    switch (kind) {
    case Kind::boot_wedge:
    case Kind::eof_withheld:
    case Kind::orphaned_lock:
    case Kind::lost_reply:
    case Kind::unanswered:
    case Kind::deadlock:
    case Kind::closed_wait: return true;
    default: return false;
    }
}

enum class Role { culprit, victim };

/// What the thread of a blocked_loop sits in.
enum class BlockedOn { sleep, lock, io, child, disk };

enum class Confidence { certain, likely, inconclusive };

/// confirmed: stands. recovered: it consumed again. ended: an actor or the channel of it went away first.
enum class State { confirmed, recovered, ended };

/// What an actor did over the window between the last two snapshots.
enum class Health { parked, blocked, busy, spinning, stopped, running, dead };

/// definite: a blocked send, wait4 of one child, a lock. weak: attends a channel that others may serve, too.
enum class Strength { definite, weak };

/// A fact and where it was read: "sweep", "iter/task", "sock_diag", "fdinfo", "/proc/PID/mem", "sched", …
struct Evidence {
    std::string fact;
    std::string source;
};

struct Verdict {
    Kind kind{};
    Role role{};
    Pid pid = 0;
    std::optional<ChannelId> channel; ///< culprit: the unread one; victim: the one it waits through
    std::optional<BlockedOn> blocked_on;
    std::optional<Pid> blocked_by;    ///< lock owner's tid or the child's pid, where a source says so
    std::optional<Pid> thread;        ///< culprit: tid of the thread that should read
    std::optional<Pid> waits_on;      ///< victims: next hop
    std::optional<Pid> final_blocker; ///< victims: the culprit at the end of the path
    Nanos since{};                    ///< CLOCK_MONOTONIC
    Nanos until{};                    ///< when it recovered or ended; unused while it stands
    Confidence confidence{};
    State state{};
    std::vector<Evidence> evidence;
    std::string fingerprint; ///< 16 hex digits; the same for the same bug on any machine
};

/// An edge of the wait-for graph.
struct WaitEdge {
    Pid from = 0;
    Pid to = 0;
    std::optional<ChannelId> channel;
    facts::EndId end =
        0; ///< through a channel: the end of `to`, from which bytes are awaited or which must take some
    Strength strength{};
    std::string why;
};

enum class NoteKind {
    unread,       ///< an end that nobody reads and nobody waits for
    busy,         ///< an actor that has not read yet, but works
    backpressure, ///< a sender that is blocked by a receiver that is slow, but reads
    stale_reply   ///< replies on a channel of strict turns that each come to the request before
};

/// Worth telling, but no wedge.
struct Note {
    NoteKind kind{};
    std::optional<Pid> pid;
    std::optional<ChannelId> channel;
    std::string text;
};

struct Diagnosis {
    std::vector<Verdict> verdicts; ///< culprits first; then victims; each by pid
    std::vector<WaitEdge> waits;
    std::vector<Note> notes;
    std::map<Pid, Health> health;

    /// A certain or likely culprit stands.
    bool wedged() const;
};

std::string_view name(Kind kind);
std::string_view name(NoteKind kind);
std::string_view name(Role role);
std::string_view name(BlockedOn blocked_on);
std::string_view name(Confidence confidence);
std::string_view name(State state);
std::string_view name(Health health);
std::string_view name(Strength strength);

} // namespace unwedge::diagnosis
