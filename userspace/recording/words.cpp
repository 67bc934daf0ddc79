// SPDX-License-Identifier: GPL-2.0-only
#include "recording/words.h"

#include "diagnosis/judge.h"
#include "diagnosis/verdict.h"
#include "facts/history.h"
#include "facts/model.h"
#include "recording/rows.h"

#include <algorithm>
#include <utility>

namespace unwedge::recording {
namespace {

template <typename Enum>
struct Word {
    Enum value;
    std::string_view word;
};

template <typename Enum>
constexpr bool words = false; // each enumeration has its own, below

using facts::ChannelKind;
template <>
constexpr Word<ChannelKind> words<ChannelKind>[] {
    {ChannelKind::tcp, "tcp"}, {ChannelKind::unix_stream, "unix_stream"},
        {ChannelKind::unix_seqpacket, "unix_seqpacket"}, {ChannelKind::unix_dgram, "unix_dgram"}, {
        ChannelKind::pipe, "pipe"
    }
};

using facts::ThreadState;
template <>
constexpr Word<ThreadState> words<ThreadState>[] {
    {ThreadState::running, "running"}, {ThreadState::sleeping, "sleeping"},
        {ThreadState::uninterruptible, "uninterruptible"}, {ThreadState::stopped, "stopped"},
        {ThreadState::traced, "traced"}, {ThreadState::frozen, "frozen"}, {ThreadState::dead, "dead"}, {
        ThreadState::unknown, "unknown"
    }
};

using facts::WaitKind;
template <>
constexpr Word<WaitKind> words<WaitKind>[] {
    {WaitKind::none, "none"}, {WaitKind::epoll, "epoll"}, {WaitKind::poll, "poll"},
        {WaitKind::select, "select"}, {WaitKind::io_uring, "io_uring"}, {WaitKind::read, "read"},
        {WaitKind::write, "write"}, {WaitKind::accept, "accept"}, {WaitKind::connect, "connect"},
        {WaitKind::sleep, "sleep"}, {WaitKind::lock, "lock"}, {WaitKind::file_lock, "file_lock"},
        {WaitKind::child, "child"}, {WaitKind::signal, "signal"}, {WaitKind::other, "other"}, {
        WaitKind::unknown, "unknown"
    }
};

using facts::Interest;
template <>
constexpr Word<Interest> words<Interest>[] {
    {Interest::armed, "armed"}, {Interest::disarmed, "disarmed"}, {Interest::edge, "edge"},
        {Interest::none, "none"}, {
        Interest::unknown, "unknown"
    }
};

using WakingSource = facts::Source;
template <>
constexpr Word<WakingSource> words<WakingSource>[] {
    {WakingSource::unknown, "unknown"}, {WakingSource::channel, "channel"}, {WakingSource::event, "event"},
        {WakingSource::timer, "timer"}, {
        WakingSource::process, "process"
    }
};

using TimeoutKind = facts::Timeout::Kind;
template <>
constexpr Word<TimeoutKind> words<TimeoutKind>[] {
    {TimeoutKind::unknown, "unknown"}, {TimeoutKind::never, "never"}, {
        TimeoutKind::after, "after"
    }
};

template <>
constexpr Word<Stream> words<Stream>[] {
    {Stream::standard_output, "stdout"}, {Stream::standard_error, "stderr"}, {
        Stream::both, "both"
    }
};

using facts::FlightKind;
template <>
constexpr Word<FlightKind> words<FlightKind>[] {
    {FlightKind::receive, "receive"}, {FlightKind::send, "send"}, {FlightKind::unpark, "unpark"}, {
        FlightKind::state, "state"
    }
};

using diagnosis::Outlook;
template <>
constexpr Word<Outlook> words<Outlook>[] {
    {Outlook::more_looks, "more_looks"}, {Outlook::last_look, "last_look"}, {
        Outlook::time_is_up, "time_is_up"
    }
};

using diagnosis::Kind;
template <>
constexpr Word<Kind> words<Kind>[] {
    {Kind::stopped_consuming, "stopped_consuming"}, {Kind::missed_edge, "missed_edge"},
        {Kind::blocked_loop, "blocked_loop"}, {Kind::spinning_loop, "spinning_loop"},
        {Kind::stopped, "stopped"}, {Kind::starved, "starved"}, {Kind::not_accepting, "not_accepting"},
        {Kind::peer_gone, "peer_gone"}, {Kind::boot_wedge, "boot_wedge"},
        {Kind::eof_withheld, "eof_withheld"}, {Kind::orphaned_lock, "orphaned_lock"},
        {Kind::lost_reply, "lost_reply"}, {Kind::unanswered, "unanswered"},
        {Kind::stale_reply, "stale_reply"}, {Kind::deadlock, "deadlock"}, {Kind::closed_wait, "closed_wait"},
    {
        Kind::waiting, "waiting"
    }
};

using diagnosis::Role;
template <>
constexpr Word<Role> words<Role>[] {
    {Role::culprit, "culprit"}, {
        Role::victim, "victim"
    }
};

using diagnosis::BlockedOn;
template <>
constexpr Word<BlockedOn> words<BlockedOn>[] {
    {BlockedOn::sleep, "sleep"}, {BlockedOn::lock, "lock"}, {BlockedOn::io, "io"},
        {BlockedOn::child, "child"}, {
        BlockedOn::disk, "disk"
    }
};

using diagnosis::Confidence;
template <>
constexpr Word<Confidence> words<Confidence>[] {
    {Confidence::certain, "certain"}, {Confidence::likely, "likely"}, {
        Confidence::inconclusive, "inconclusive"
    }
};

using diagnosis::State;
template <>
constexpr Word<State> words<State>[] {
    {State::confirmed, "confirmed"}, {State::recovered, "recovered"}, {
        State::ended, "ended"
    }
};

using diagnosis::Health;
template <>
constexpr Word<Health> words<Health>[] {
    {Health::parked, "parked"}, {Health::blocked, "blocked"}, {Health::busy, "busy"},
        {Health::spinning, "spinning"}, {Health::stopped, "stopped"}, {Health::running, "running"}, {
        Health::dead, "dead"
    }
};

using diagnosis::Strength;
template <>
constexpr Word<Strength> words<Strength>[] {
    {Strength::definite, "definite"}, {
        Strength::weak, "weak"
    }
};

using diagnosis::NoteKind;
template <>
constexpr Word<NoteKind> words<NoteKind>[] {
    {NoteKind::unread, "unread"}, {NoteKind::busy, "busy"}, {NoteKind::backpressure, "backpressure"}, {
        NoteKind::stale_reply, "stale_reply"
    }
};

template <>
constexpr Word<EventKind> words<EventKind>[] {
    {EventKind::fork, "fork"}, {EventKind::exec, "exec"}, {EventKind::exit, "exit"},
        {EventKind::stall_begin, "stall_begin"}, {
        EventKind::stall_end, "stall_end"
    }
};

} // namespace

template <typename Enum>
std::string_view word_of(Enum value) {
    const auto *const found = std::ranges::find(words<Enum>, value, &Word<Enum>::value);
    return found == std::ranges::end(words<Enum>) ? "?" : found->word;
}

template <typename Enum>
std::optional<Enum> value_of(std::string_view word) {
    const auto *const found = std::ranges::find(words<Enum>, word, &Word<Enum>::word);
    return found == std::ranges::end(words<Enum>) ? std::nullopt : std::optional(found->value);
}

#define UNWEDGE_WORDS(Enum)                                                                                  \
    template std::string_view word_of(Enum);                                                                 \
    template std::optional<Enum> value_of(std::string_view);
UNWEDGE_WORDS(ChannelKind)
UNWEDGE_WORDS(ThreadState)
UNWEDGE_WORDS(WaitKind)
UNWEDGE_WORDS(Interest)
UNWEDGE_WORDS(WakingSource)
UNWEDGE_WORDS(TimeoutKind)
UNWEDGE_WORDS(Stream)
UNWEDGE_WORDS(FlightKind)
UNWEDGE_WORDS(Outlook)
UNWEDGE_WORDS(Kind)
UNWEDGE_WORDS(Role)
UNWEDGE_WORDS(BlockedOn)
UNWEDGE_WORDS(Confidence)
UNWEDGE_WORDS(State)
UNWEDGE_WORDS(Health)
UNWEDGE_WORDS(Strength)
UNWEDGE_WORDS(NoteKind)
UNWEDGE_WORDS(EventKind)
#undef UNWEDGE_WORDS

} // namespace unwedge::recording
