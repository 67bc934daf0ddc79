// SPDX-License-Identifier: GPL-2.0-only
#include "report/json.h"

#include "facts/names.h"
#include "report/cast.h"
#include "report/channels.h"
#include "report/outside.h"
#include "report/sitting.h"
#include "report/stack_text.h"
#include "report/text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace unwedge::report {

namespace {

// Ordered, so that a person who reads it finds the fields in the order of the documentation.
using Json = nlohmann::ordered_json;
using facts::Snapshot;

/// An object of these fields. As a braced list nlohmann::ordered_json would copy all that an object holds,
/// however deep, each time its room for fields grows (its pairs have const keys); so the room comes first.
Json object(Json::initializer_list_t fields) {
    Json made = Json::object();
    auto &members = made.get_ref<Json::object_t &>();
    members.reserve(fields.size());
    for (const auto &field : fields) {
        Json pair = field.moved_or_copied();
        members.emplace(pair[0].get_ref<const std::string &>(), std::move(pair[1]));
    }
    return made;
}

/// Milliseconds are all that any source can promise.
double rounded_seconds(Nanos length) {
    return std::round(seconds(length) * 1e3) / 1e3;
}

template <typename T>
Json nullable(const std::optional<T> &value) {
    return value ? Json(*value) : Json(nullptr);
}

Json nullable_seconds(const std::optional<Nanos> &length) {
    return length ? Json(rounded_seconds(*length)) : Json(nullptr);
}

Json age(const Snapshot &snapshot, const std::optional<Nanos> &when) {
    return when ? Json(rounded_seconds(snapshot.at - *when)) : Json(nullptr);
}

Json hooks_json(const Context &context) {
    if (!context.level)
        return nullptr;
    Json hooks = Json::object();
    for (const char *hook : {"receive", "send", "arrival", "park", "lifecycle"})
        hooks[hook] = "off";
    for (const auto &[hook, mechanism] : context.hooks)
        hooks[hook] = mechanism;
    return hooks;
}

Json lost_json(const facts::Losses &losses) {
    Json lost{{"events", 0}};
    for (const auto &[counter, count] : losses)
        lost[counter] = count;
    return lost;
}

bool is_complete(const facts::Losses &losses) {
    return std::all_of(losses.begin(), losses.end(), [](const auto &loss) { return loss.second == 0; });
}

Json command_json(const std::optional<Command> &command) {
    if (!command)
        return nullptr;
    return {{"argv", command->argv},
            {"exit", nullable(command->exit_code)},
            {"signal", nullable(command->exit_signal)},
            {"timed_out", command->timed_out}};
}

Json provoked_json(const std::optional<Provoked> &provoked) {
    if (!provoked)
        return nullptr;
    return {{"spec", provoked->spec}, {"seed", provoked->seed}};
}

char main_state(const facts::Actor &actor) {
    if (actor.exited)
        return letter(facts::ThreadState::dead);
    return letter(actor.threads.empty() ? facts::ThreadState::unknown : actor.threads.front().state);
}

Json health_json(const diagnosis::Diagnosis &diagnosis, const facts::Actor &actor) {
    if (actor.exited)
        return name(diagnosis::Health::dead);
    const auto health = diagnosis.health.find(actor.pid);
    return health == diagnosis.health.end() ? Json(nullptr) : Json(name(health->second));
}

Json actor_json(const Context &context, const facts::Actor &actor) {
    return object({{"pid", actor.pid},
                   {"start_s", rounded_seconds(actor.started)},
                   {"ppid", actor.ppid},
                   {"name", name_of(actor)},
                   {"profile", nullable(actor.profile)},
                   {"argv", actor.argv},
                   {"age_s", rounded_seconds(context.snapshot.at - actor.started)},
                   {"threads", actor.threads.size()},
                   {"state", std::string(1, main_state(actor))},
                   {"at", wait_call(context, actor)},
                   {"timer_s", nullable_seconds(next_timer(actor))},
                   {"cpu", nullable_seconds(actor.cpu)},
                   {"loop_turns", nullable(actor.loop_turns)},
                   {"health", health_json(context.diagnosis, actor)}});
}

/// Bounds are exclusive; null in the last bucket, which has none.
Json bound_us(Nanos bound) {
    return bound == Nanos::max() ? Json(nullptr) : Json(static_cast<double>(bound.count()) / 1000);
}

Json delays_json(const std::optional<facts::Delays> &delays) {
    if (!delays)
        return nullptr;
    Json buckets = Json::array();
    for (std::size_t i = 0; i < delays->buckets.size(); ++i)
        if (const std::uint64_t count = delays->buckets.at(i))
            buckets.push_back({{"below_us", i + 1 < delays->buckets.size() ? bound_us(facts::Delays::bound(i))
                                                                           : Json(nullptr)},
                               {"count", count}});
    const bool any = delays->count() > 0;
    return {{"count", delays->count()},
            {"half_below_us", any ? bound_us(delays->below(0.5)) : Json(nullptr)},
            {"p99_below_us", any ? bound_us(delays->below(0.99)) : Json(nullptr)},
            {"buckets", std::move(buckets)}};
}

Json end_json(const Snapshot &snapshot, const facts::End &end, const Holders &holders) {
    Json held = Json::array();
    std::vector<const facts::Actor *> actors;
    for (const Holder &holder : holders) {
        held.push_back({{"pid", holder.pid}, {"fd", holder.fd}});
        actors.push_back(&snapshot.actors.at(holder.pid));
    }
    // Whoever holds an end without holders is outside: what it waits for was not seen.
    const auto interest = holders.empty() ? facts::Interest::unknown : facts::interest_in(actors, end);
    return object({{"holders", std::move(held)},
                   {"address", end.address},
                   {"unread", nullable(end.unread)},
                   {"unsent", nullable(end.unsent)},
                   {"interest", name(interest)},
                   {"state", end.state.empty() ? Json(nullptr) : Json(end.state)},
                   {"peer_closed", end.peer_closed},
                   {"last_receive_s", age(snapshot, end.last_receive)},
                   {"last_send_s", age(snapshot, end.last_send)},
                   {"queueing_delay", delays_json(end.delays)}});
}

Json outside_end_json(const std::string &address) {
    return {{"holders", Json::array()},
            {"address", address},
            {"unread", nullptr},
            {"unsent", nullptr},
            {"interest", name(facts::Interest::unknown)},
            {"state", nullptr},
            {"peer_closed", nullptr},
            {"last_receive_s", nullptr},
            {"last_send_s", nullptr},
            {"queueing_delay", nullptr}};
}

Json channels_json(const Snapshot &snapshot) {
    const std::map<facts::EndId, Holders> holders = holders_by_end(snapshot);
    Json channels = Json::array();
    for (const Channel &channel : channels_of(snapshot)) {
        Json ends = Json::array();
        for (const facts::End *end : channel.ends) {
            const auto held = holders.find(end->id);
            ends.push_back(end_json(snapshot, *end, held == holders.end() ? Holders{} : held->second));
        }
        if (channel.has_outside_end())
            ends.push_back(outside_end_json(channel.outside_address()));
        channels.push_back(object({{"id", channel.id},
                                   {"kind", name(channel.ends.front()->kind)},
                                   {"leaves_host", channel.leaves_host()},
                                   {"ends", std::move(ends)}}));
    }
    return channels;
}

Json listeners_json(const Snapshot &snapshot) {
    Json listeners = Json::array();
    for (const facts::Listener &listener : snapshot.listeners)
        listeners.push_back(
            {{"address", listener.address}, {"queued", listener.queued}, {"limit", listener.limit}});
    return listeners;
}

Json waits_json(const diagnosis::Diagnosis &diagnosis) {
    Json waits = Json::array();
    for (const diagnosis::WaitEdge &edge : diagnosis.waits)
        waits.push_back(object({{"from", edge.from},
                                {"to", edge.to},
                                {"channel", nullable(edge.channel)},
                                {"strength", name(edge.strength)},
                                {"why", edge.why}}));
    return waits;
}

/// null where the snapshot no longer has the channel of what recovered or ended.
Json channel_reference(const Snapshot &snapshot, const std::optional<facts::ChannelId> &id) {
    if (!id)
        return nullptr;
    const auto is_of_it = [id](const auto &entry) { return channel_of(entry.second) == *id; };
    // Named after the lower one of its ends, which mostly is there: that spares looking at all.
    const auto named_after = snapshot.ends.find(*id);
    const bool there = (named_after != snapshot.ends.end() && is_of_it(*named_after)) ||
                       std::any_of(snapshot.ends.begin(), snapshot.ends.end(), is_of_it);
    return there ? Json(*id) : Json(nullptr);
}

Json evidence_json(const diagnosis::Verdict &verdict) {
    Json evidence = Json::array();
    for (const diagnosis::Evidence &item : verdict.evidence)
        evidence.push_back({{"fact", item.fact}, {"source", item.source}});
    return evidence;
}

Json verdict_json(const Snapshot &snapshot, const diagnosis::Verdict &verdict) {
    return {{"kind", name(verdict.kind)},
            {"role", name(verdict.role)},
            {"pid", verdict.pid},
            {"channel", channel_reference(snapshot, verdict.channel)},
            {"blocked_on", verdict.blocked_on ? Json(name(*verdict.blocked_on)) : Json(nullptr)},
            {"blocked_by", nullable(verdict.blocked_by)},
            {"thread", nullable(verdict.thread)},
            {"waits_on", nullable(verdict.waits_on)},
            {"final_blocker", nullable(verdict.final_blocker)},
            {"since_s", rounded_seconds(age_of(verdict, snapshot))},
            {"confidence", name(verdict.confidence)},
            {"state", name(verdict.state)},
            {"evidence", evidence_json(verdict)},
            {"fingerprint", verdict.fingerprint}};
}

Json notes_json(const diagnosis::Diagnosis &diagnosis) {
    Json notes = Json::array();
    for (const diagnosis::Note &note : diagnosis.notes)
        notes.push_back({{"kind", name(note.kind)},
                         {"pid", nullable(note.pid)},
                         {"channel", nullable(note.channel)},
                         {"text", note.text}});
    return notes;
}

Json frame_json(const facts::Frame &frame) {
    const auto known = [](const std::string &name) { return name.empty() ? Json(nullptr) : Json(name); };
    return {{"function", known(frame.function)},
            {"module", known(frame.module)},
            // Text: a JSON number of 64 bits is read as another one by many.
            {"address", place_text(frame)},
            {"source", frame.source ? Json{{"file", frame.source->file}, {"line", frame.source->line}}
                                    : Json(nullptr)}};
}

Json stack_json(const facts::ThreadStack &stack) {
    Json user = nullptr;
    if (stack.user) {
        user = Json::array();
        for (const facts::Frame &frame : *stack.user)
            user.push_back(frame_json(frame));
    }
    return {{"pid", stack.pid},
            {"tid", stack.tid},
            {"kernel", nullable(stack.kernel)},
            {"user", std::move(user)},
            {"stopped_ms", std::round(seconds(stack.stopped_for) * 1e6) / 1e3},
            {"error", stack.error.empty() ? Json(nullptr) : Json(stack.error)}};
}

Json stacks_json(const Context &context) {
    if (!context.stacks)
        return nullptr;
    Json stacks = Json::array();
    for (const auto &[tid, stack] : *context.stacks)
        stacks.push_back(stack_json(stack));
    return stacks;
}

Json outside_connections_json(const Snapshot &snapshot, const OutsideConnections &one) {
    Json holders = Json::array();
    for (const Holder &holder : one.holders)
        holders.push_back({{"pid", holder.pid}, {"fd", holder.fd}});
    return object({{"address", one.address},
                   {"kind", name(one.kind)},
                   {"leaves_host", one.leaves_host},
                   {"count", one.count},
                   {"connecting", one.connecting},
                   {"holders", std::move(holders)},
                   {"used", nullable(one.used)},
                   {"used_at_wedge", nullable(one.used_at_wedge)},
                   {"first_traffic_s", age(snapshot, one.first_traffic)}});
}

Json outside_json(const Snapshot &snapshot, const Outside &outside) {
    Json connections = Json::array();
    for (const OutsideConnections &one : outside.connections)
        connections.push_back(outside_connections_json(snapshot, one));
    return object({{"text", printable(outside_text(snapshot, outside))},
                   {"connections", std::move(connections)},
                   {"used", nullable(outside.used())},
                   {"wedged_before_first_byte", nullable(outside.wedged_before_first_byte())},
                   {"listeners", outside.listeners}});
}

Json expectations_json(const Context &context) {
    if (!context.expectations)
        return nullptr;
    Json outcomes = Json::array();
    for (const expect::Outcome &one : *context.expectations)
        outcomes.push_back({{"expect", one.spec}, {"result", name(one.finding)}, {"text", one.text}});
    return outcomes;
}

Json trees_json(const Context &context) {
    if (!context.trees)
        return nullptr;
    const std::vector<Outside> outside = outside_of_each(context.snapshot, context.diagnosis, *context.trees);
    Json trees = Json::array();
    for (std::size_t i = 0; i < outside.size(); ++i) {
        const Tree &tree = context.trees->at(i);
        trees.push_back(object({{"root", tree.root},
                                {"name", name_of(context.snapshot.actors.at(tree.root))},
                                {"actors", tree.actors.size()},
                                {"wedged", tree.state == Tree::State::wedged},
                                {"outside", outside_json(context.snapshot, outside[i])}}));
    }
    return trees;
}

Json diagnosis_json(const Context &context) {
    Json actors = Json::array();
    for (const auto &[pid, actor] : context.snapshot.actors)
        actors.push_back(actor_json(context, actor));
    Json verdicts = Json::array();
    for (const diagnosis::Verdict &verdict : context.diagnosis.verdicts)
        verdicts.push_back(verdict_json(context.snapshot, verdict));
    return object(
        {{"schema", "unwedge.diagnosis/1"},
         {"at", context.at},
         {"host", context.host},
         {"kernel", context.kernel},
         {"tier", context.tier},
         {"level", nullable(context.level)},
         {"hooks", hooks_json(context)},
         {"lost", lost_json(context.snapshot.losses)},
         {"complete", is_complete(context.snapshot.losses)},
         {"hidden", context.snapshot.hidden},
         {"wedged", context.diagnosis.wedged()},
         {"summary", summary(context)},
         {"command", command_json(context.command)},
         {"provoked", provoked_json(context.provoked)},
         {"watched_s", nullable_seconds(context.watched)},
         {"actors", std::move(actors)},
         {"channels", channels_json(context.snapshot)},
         {"listeners", listeners_json(context.snapshot)},
         {"outside", outside_json(context.snapshot, outside_of(context.snapshot, context.diagnosis))},
         {"waits", waits_json(context.diagnosis)},
         {"verdicts", std::move(verdicts)},
         {"notes", notes_json(context.diagnosis)},
         {"expectations", expectations_json(context)},
         {"stacks", stacks_json(context)},
         {"trees", trees_json(context)}});
}

} // namespace

std::string to_json(const Context &context) {
    return diagnosis_json(context).dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace unwedge::report
