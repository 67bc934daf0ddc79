// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/judge.h"
#include "diagnosis/verdict.h"
#include "facts/event.h"
#include "facts/history.h"
#include "facts/model.h"
#include "recording/recording.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The rows of a recording's tables. Each has a function columns() that hands its columns, by name and in
/// order, to whoever asks: the schema, the writer and the reader are all made of that, so they can't differ.
/// Of a row whose table has a primary key the latest one stays.
namespace unwedge::recording {

using LookId = std::int64_t; ///< counts from 1

enum class EventKind { fork, exec, exit, stall_begin, stall_end };

/// One fact of the whole recording.
struct MetaRow {
    static constexpr std::string_view table = "meta";
    static constexpr std::string_view primary_key = "key";
    std::string key;
    std::string value;
};

/// facts::Event, with the fields of all its kinds.
struct EventRow {
    static constexpr std::string_view table = "events";
    Nanos at{};
    EventKind kind{};
    std::optional<facts::Pid> pid;   ///< of a fork: the parent
    std::optional<facts::Pid> child; ///< of a fork
    std::optional<std::string> comm;
    std::optional<std::vector<std::string>> argv;
    std::optional<bool> argv_whole;
    std::optional<int> status;
    std::optional<facts::EndId> end;
    std::optional<std::uint64_t> unread;
    std::optional<Nanos> since;
};

struct SampleRow {
    static constexpr std::string_view table = "samples";
    Sample sample;
};

struct OutputRow {
    static constexpr std::string_view table = "output";
    static constexpr std::string_view primary_key = "stream";
    Output output;
};

/// A facts::History without its records.
struct FlightRow {
    static constexpr std::string_view table = "flights";
    static constexpr std::string_view primary_key = "pid";
    facts::Pid pid = 0;
    Nanos precision{};
};

struct RecordRow {
    static constexpr std::string_view table = "records";
    static constexpr std::string_view primary_key = "pid, number";
    facts::Pid pid = 0;
    std::uint64_t number = 0; ///< counts all that the actor ever did
    facts::FlightRecord record;
};

/// A Look without what lies in tables of its own.
struct LookRow {
    static constexpr std::string_view table = "looks";
    LookId id = 0;
    Look look;
};

struct ActorRow {
    static constexpr std::string_view table = "actors";
    LookId look = 0;
    facts::Actor actor;
};

/// A facts::Doings without its conversations.
struct DoingsRow {
    static constexpr std::string_view table = "doings";
    LookId look = 0;
    facts::Pid pid = 0;
    bool any = false;
    std::optional<Nanos> first_at;
    std::optional<facts::FlightKind> first_kind;
    std::optional<Nanos> last_deed;
    std::uint64_t deed = 0;
};

struct ConversationRow {
    static constexpr std::string_view table = "conversations";
    LookId look = 0;
    facts::Pid pid = 0;
    facts::EndId end = 0;
    facts::Conversation conversation;
};

struct ReadingRow {
    static constexpr std::string_view table = "cpu_readings";
    LookId look = 0;
    facts::Pid pid = 0;
    facts::CpuReading reading;
};

struct LimitRow {
    static constexpr std::string_view table = "cpu_limits";
    LookId look = 0;
    facts::Pid pid = 0;
    facts::CpuLimit limit;
};

struct ThreadRow {
    static constexpr std::string_view table = "threads";
    LookId look = 0;
    facts::Pid pid = 0;
    facts::Thread thread;
    bool watches_known = false; ///< those of its wait have rows of their own
};

struct WatchRow {
    static constexpr std::string_view table = "watches";
    LookId look = 0;
    facts::Pid pid = 0;
    facts::Pid tid = 0; ///< 0: of sets that no thread waits in
    facts::Watch watch;
};

struct HoldRow {
    static constexpr std::string_view table = "holds";
    LookId look = 0;
    facts::Pid pid = 0;
    facts::Hold hold;
};

struct EndRow {
    static constexpr std::string_view table = "ends";
    LookId look = 0;
    facts::End end;
    bool delays_known = false; ///< they have rows of their own
};

struct DelayRow {
    static constexpr std::string_view table = "delays";
    LookId look = 0;
    facts::EndId end = 0;
    std::int64_t bucket = 0;
    std::uint64_t count = 0;
};

struct ListenerRow {
    static constexpr std::string_view table = "listeners";
    LookId look = 0;
    facts::Listener listener;
};

struct LossRow {
    static constexpr std::string_view table = "losses";
    LookId look = 0;
    std::string counter;
    std::uint64_t count = 0;
};

struct HiddenRow {
    static constexpr std::string_view table = "hidden";
    LookId look = 0;
    std::string text;
};

struct WaitRow {
    static constexpr std::string_view table = "waits";
    LookId look = 0;
    diagnosis::WaitEdge edge;
};

struct VerdictRow {
    static constexpr std::string_view table = "verdicts";
    LookId look = 0;
    std::int64_t number = 0; ///< counts from 1 in each look
    diagnosis::Verdict verdict;
};

struct EvidenceRow {
    static constexpr std::string_view table = "evidence";
    LookId look = 0;
    std::int64_t verdict = 0; ///< its number
    diagnosis::Evidence evidence;
};

struct NoteRow {
    static constexpr std::string_view table = "notes";
    LookId look = 0;
    diagnosis::Note note;
};

struct HealthRow {
    static constexpr std::string_view table = "health";
    LookId look = 0;
    facts::Pid pid = 0;
    diagnosis::Health health{};
};

template <typename Columns>
void columns(Columns &column, MetaRow &row) {
    column("key", row.key);
    column("value", row.value);
}

template <typename Columns>
void columns(Columns &column, EventRow &row) {
    column("at_ns", row.at);
    column("kind", row.kind);
    column("pid", row.pid);
    column("child", row.child);
    column("comm", row.comm);
    column("argv", row.argv);
    column("argv_whole", row.argv_whole);
    column("status", row.status);
    column("end_id", row.end);
    column("unread", row.unread);
    column("since_ns", row.since);
}

template <typename Columns>
void columns(Columns &column, SampleRow &row) {
    column("at_ns", row.sample.at);
    column("actors", row.sample.actors);
    column("ends", row.sample.ends);
    column("unread", row.sample.unread);
    column("stalled", row.sample.stalled);
}

template <typename Columns>
void columns(Columns &column, OutputRow &row) {
    column("stream", row.output.stream);
    column("before", row.output.before);
    column("text", row.output.text);
}

template <typename Columns>
void columns(Columns &column, FlightRow &row) {
    column("pid", row.pid);
    column("precision_ns", row.precision);
}

template <typename Columns>
void columns(Columns &column, RecordRow &row) {
    column("pid", row.pid);
    column("number", row.number);
    column("at_ns", row.record.at);
    column("kind", row.record.kind);
    column("end_id", row.record.end);
    column("amount", row.record.amount);
}

template <typename Columns>
void columns(Columns &column, LookRow &row) {
    column("look", row.id);
    column("at_ns", row.look.snapshot.at);
    column("at", row.look.at);
    column("outlook", row.look.outlook);
    column("after_rest", row.look.after_rest);
    column("ended", row.look.ended);
    column("last_loss_ns", row.look.snapshot.last_loss);
    column("receives_counted_since_ns", row.look.snapshot.receives_counted_since);
    column("root", row.look.snapshot.root);
    column("source_of_queues", row.look.snapshot.provenance.queues);
    column("source_of_pipes", row.look.snapshot.provenance.pipes);
    column("source_of_threads", row.look.snapshot.provenance.threads);
}

template <typename Columns>
void columns(Columns &column, ActorRow &row) {
    column("look", row.look);
    column("pid", row.actor.pid);
    column("ppid", row.actor.ppid);
    column("session", row.actor.session);
    column("started_ns", row.actor.started);
    column("name", row.actor.name);
    column("profile", row.actor.profile);
    column("argv", row.actor.argv);
    column("comm", row.actor.comm);
    column("title", row.actor.title);
    column("forked", row.actor.forked);
    column("cpu_ns", row.actor.cpu);
    column("loop_turns", row.actor.loop_turns);
    column("idle_watches_known", row.actor.idle_watches_known);
    column("holds_io_uring", row.actor.holds_io_uring);
    column("holds_eventfd", row.actor.holds_eventfd);
    column("alarms", row.actor.alarms);
    column("listens_to_signals", row.actor.listens_to_signals);
    column("shared_memory", row.actor.shared_memory);
    column("exited", row.actor.exited);
    column("exit_status", row.actor.exit_status);
}

template <typename Columns>
void columns(Columns &column, DoingsRow &row) {
    column("look", row.look);
    column("pid", row.pid);
    column("any", row.any);
    column("first_at_ns", row.first_at);
    column("first_kind", row.first_kind);
    column("last_deed_ns", row.last_deed);
    column("deed", row.deed);
}

template <typename Columns>
void columns(Columns &column, ConversationRow &row) {
    facts::Conversation &conversation = row.conversation;
    column("look", row.look);
    column("pid", row.pid);
    column("end_id", row.end);
    column("spoke_last", conversation.spoke_last);
    column("answered", conversation.answered);
    column("messages", conversation.messages);
    column("slowest_ns", conversation.slowest);
    column("asked_ns", conversation.asked);
    column("sent", conversation.sent);
    column("in_turn", conversation.in_turn);
    column("shifted", conversation.shifted);
    column("behind", conversation.behind);
    column("slipped_ns", conversation.slipped);
}

template <typename Columns>
void columns(Columns &column, ReadingRow &row) {
    column("look", row.look);
    column("pid", row.pid);
    column("at_ns", row.reading.at);
    column("wanted_ns", row.reading.wanted);
}

template <typename Columns>
void columns(Columns &column, LimitRow &row) {
    column("look", row.look);
    column("pid", row.pid);
    column("cgroup", row.limit.cgroup);
    column("quota_ns", row.limit.quota);
    column("period_ns", row.limit.period);
    column("throttled", row.limit.throttled);
}

template <typename Columns>
void columns(Columns &column, ThreadRow &row) {
    facts::Wait &wait = row.thread.wait;
    column("look", row.look);
    column("pid", row.pid);
    column("tid", row.thread.tid);
    column("state", row.thread.state);
    column("wait", wait.kind);
    column("call", wait.call);
    column("fd", wait.fd);
    column("from_terminal", wait.from_terminal);
    column("timeout", wait.timeout.kind);
    column("timeout_ns", wait.timeout.length);
    column("timeout_from_now", wait.timeout.from_now);
    column("timerfd_ns", wait.timerfd);
    column("source", wait.source);
    column("waits_on", wait.on);
    column("lock_memory", wait.lock_memory);
    column("watches_known", row.watches_known);
    column("switches", row.thread.switches);
    column("turns", row.thread.turns);
    column("cpu_ns", row.thread.cpu);
    column("run_delay_ns", row.thread.run_delay);
    column("asleep_ns", row.thread.asleep);
    column("idle_ns", row.thread.idle);
}

template <typename Columns>
void columns(Columns &column, WatchRow &row) {
    column("look", row.look);
    column("pid", row.pid);
    column("tid", row.tid);
    column("fd", row.watch.fd);
    column("read", row.watch.read);
    column("write", row.watch.write);
    column("source", row.watch.source);
    column("process", row.watch.process);
}

template <typename Columns>
void columns(Columns &column, HoldRow &row) {
    column("look", row.look);
    column("pid", row.pid);
    column("fd", row.hold.fd);
    column("end_id", row.hold.end);
}

template <typename Columns>
void columns(Columns &column, EndRow &row) {
    column("look", row.look);
    column("end_id", row.end.id);
    column("peer", row.end.peer);
    column("kind", row.end.kind);
    column("address", row.end.address);
    column("remote_address", row.end.remote_address);
    column("state", row.end.state);
    column("inode", row.end.inode);
    column("unread", row.end.unread);
    column("unsent", row.end.unsent);
    column("times_out", row.end.times_out);
    column("held_outside", row.end.held_outside);
    column("peer_closed", row.end.peer_closed);
    column("closed_since_ns", row.end.closed_since);
    column("eof_read", row.end.eof_read);
    column("pending_on", row.end.pending_on);
    column("leaves_host", row.end.leaves_host);
    column("received", row.end.received);
    column("sent", row.end.sent);
    column("spoke_last", row.end.spoke_last_seen);
    column("ever_received", row.end.ever_received);
    column("last_receive_ns", row.end.last_receive);
    column("last_send_ns", row.end.last_send);
    column("last_arrival_ns", row.end.last_arrival);
    column("unread_since_ns", row.end.unread_since);
    column("longest_wait_ns", row.end.longest_wait);
    column("last_reader", row.end.last_reader);
    column("delays_known", row.delays_known);
}

template <typename Columns>
void columns(Columns &column, DelayRow &row) {
    column("look", row.look);
    column("end_id", row.end);
    column("bucket", row.bucket);
    column("count", row.count);
}

template <typename Columns>
void columns(Columns &column, ListenerRow &row) {
    column("look", row.look);
    column("end_id", row.listener.id);
    column("address", row.listener.address);
    column("queued", row.listener.queued);
    column("queue_limit", row.listener.limit);
    column("loopback", row.listener.loopback);
    column("kind", row.listener.kind);
    column("queued_since_ns", row.listener.queued_since);
}

template <typename Columns>
void columns(Columns &column, LossRow &row) {
    column("look", row.look);
    column("counter", row.counter);
    column("count", row.count);
}

template <typename Columns>
void columns(Columns &column, HiddenRow &row) {
    column("look", row.look);
    column("text", row.text);
}

template <typename Columns>
void columns(Columns &column, WaitRow &row) {
    column("look", row.look);
    column("waiter", row.edge.from);
    column("waits_on", row.edge.to);
    column("channel", row.edge.channel);
    column("end_id", row.edge.end);
    column("strength", row.edge.strength);
    column("why", row.edge.why);
}

template <typename Columns>
void columns(Columns &column, VerdictRow &row) {
    column("look", row.look);
    column("number", row.number);
    column("kind", row.verdict.kind);
    column("role", row.verdict.role);
    column("pid", row.verdict.pid);
    column("channel", row.verdict.channel);
    column("blocked_on", row.verdict.blocked_on);
    column("blocked_by", row.verdict.blocked_by);
    column("thread", row.verdict.thread);
    column("waits_on", row.verdict.waits_on);
    column("final_blocker", row.verdict.final_blocker);
    column("since_ns", row.verdict.since);
    column("until_ns", row.verdict.until);
    column("confidence", row.verdict.confidence);
    column("state", row.verdict.state);
    column("fingerprint", row.verdict.fingerprint);
}

template <typename Columns>
void columns(Columns &column, EvidenceRow &row) {
    column("look", row.look);
    column("verdict", row.verdict);
    column("fact", row.evidence.fact);
    column("source", row.evidence.source);
}

template <typename Columns>
void columns(Columns &column, NoteRow &row) {
    column("look", row.look);
    column("kind", row.note.kind);
    column("pid", row.note.pid);
    column("channel", row.note.channel);
    column("text", row.note.text);
}

template <typename Columns>
void columns(Columns &column, HealthRow &row) {
    column("look", row.look);
    column("pid", row.pid);
    column("health", row.health);
}

/// Calls `visit` with a row of each table, in the order in which they are written.
template <typename Visit>
void for_each_table(Visit visit) {
    visit(MetaRow{});
    visit(EventRow{});
    visit(SampleRow{});
    visit(OutputRow{});
    visit(FlightRow{});
    visit(RecordRow{});
    visit(LookRow{});
    visit(ActorRow{});
    visit(DoingsRow{});
    visit(ConversationRow{});
    visit(ReadingRow{});
    visit(LimitRow{});
    visit(ThreadRow{});
    visit(WatchRow{});
    visit(HoldRow{});
    visit(EndRow{});
    visit(DelayRow{});
    visit(ListenerRow{});
    visit(LossRow{});
    visit(HiddenRow{});
    visit(WaitRow{});
    visit(VerdictRow{});
    visit(EvidenceRow{});
    visit(NoteRow{});
    visit(HealthRow{});
}

} // namespace unwedge::recording
