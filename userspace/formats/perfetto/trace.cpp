// SPDX-License-Identifier: GPL-2.0-only
#include "formats/perfetto/trace.h"

#include "formats/perfetto/fields.h"
#include "util/printable.h"

#include <protozero/pbf_writer.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace unwedge::formats::perfetto {

namespace {

using protozero::pbf_writer;

// Perfetto asks that they be unlikely to be another writer's: traces are merged by appending them.
constexpr std::uint32_t sequence = 0x776564; // "wed"
constexpr std::uint64_t before_the_first_id = std::uint64_t{sequence} << 16U;

std::uint64_t ticks(Nanos at) {
    return static_cast<std::uint64_t>(at.count());
}

bool is_empty(const Annotation &annotation) {
    const auto *elements = std::get_if<std::vector<std::string>>(&annotation.value);
    return elements && elements->empty();
}

void add_clock(pbf_writer &snapshot, std::uint32_t id, Nanos at) {
    pbf_writer clock(snapshot, field::clock_snapshot::clocks);
    clock.add_uint32(field::clock::clock_id, id);
    clock.add_uint64(field::clock::timestamp, ticks(at));
}

void add_entries(pbf_writer &data, field::Tag tag, const std::vector<std::string_view> &texts) {
    for (std::size_t i = 0; i < texts.size(); ++i) {
        pbf_writer entry(data, tag);
        entry.add_uint64(field::interned::iid, i + 1);
        entry.add_string(field::interned::name, texts[i].data(), texts[i].size());
    }
}

} // namespace

std::uint64_t Trace::Interned::id(std::string_view text) {
    const auto found = ids_.find(text);
    if (found != ids_.end())
        return found->second;
    const auto added = ids_.emplace(text, ids_.size() + 1).first;
    texts_.emplace_back(added->first);
    return added->second;
}

Trace::Trace(Nanos begin, Nanos end)
    : begin_(std::max(begin, Nanos{})), end_(std::max(begin_, end)), tracks_(before_the_first_id),
      arrows_(before_the_first_id) {}

Nanos Trace::clamp(Nanos at) const {
    return std::clamp(at, begin_, end_);
}

TrackId Trace::describe(std::string_view name, TrackId parent, std::uint32_t tag,
                        const std::string &details) {
    ++tracks_;
    pbf_writer trace(descriptors_);
    pbf_writer packet(trace, field::trace::packet);
    packet.add_uint32(field::trace_packet::trusted_packet_sequence_id, sequence);
    pbf_writer descriptor(packet, field::trace_packet::track_descriptor);
    descriptor.add_uint64(field::track_descriptor::uuid, tracks_);
    if (parent != 0)
        descriptor.add_uint64(field::track_descriptor::parent_uuid, parent);
    if (!name.empty())
        descriptor.add_string(field::track_descriptor::name, printable(name));
    if (tag != 0)
        descriptor.add_message(tag, details);
    return tracks_;
}

TrackId Trace::process(facts::Pid pid, std::string_view name, const std::vector<std::string> &argv,
                       std::optional<Nanos> started) {
    std::string details;
    pbf_writer process(details);
    process.add_int32(field::process_descriptor::pid, pid);
    for (const std::string &word : argv)
        process.add_string(field::process_descriptor::cmdline, printable(word));
    process.add_string(field::process_descriptor::process_name, printable(name));
    if (started)
        process.add_int64(field::process_descriptor::start_timestamp_ns, started->count());
    return describe("life", 0, field::track_descriptor::process, details);
}

TrackId Trace::thread(TrackId process, facts::Pid pid, facts::Pid tid) {
    std::string details;
    pbf_writer thread(details);
    thread.add_int32(field::thread_descriptor::pid, pid);
    thread.add_int32(field::thread_descriptor::tid, tid);
    return describe("", process, field::track_descriptor::thread, details);
}

TrackId Trace::track(TrackId parent, std::string_view name) {
    return describe(name, parent, 0, "");
}

TrackId Trace::counter(TrackId parent, std::string_view name, Unit unit) {
    std::string details;
    pbf_writer(details).add_enum(field::counter_descriptor::unit,
                                 unit == Unit::bytes ? field::counter_descriptor::unit_size_bytes
                                                     : field::counter_descriptor::unit_count);
    return describe(name, parent, field::track_descriptor::counter, details);
}

std::string Trace::encode(const Annotation &annotation) {
    std::string encoded;
    pbf_writer writer(encoded);
    writer.add_uint64(field::debug_annotation::name_iid, annotation_names_.id(annotation.name));
    if (const auto *number = std::get_if<std::uint64_t>(&annotation.value))
        writer.add_uint64(field::debug_annotation::uint_value, *number);
    else if (const auto *whole = std::get_if<std::int64_t>(&annotation.value))
        writer.add_int64(field::debug_annotation::int_value, *whole);
    else if (const auto *text = std::get_if<std::string>(&annotation.value))
        writer.add_string(field::debug_annotation::string_value, printable(*text));
    else
        for (const std::string &element : std::get<std::vector<std::string>>(annotation.value))
            pbf_writer(writer, field::debug_annotation::array_values)
                .add_string(field::debug_annotation::string_value, printable(element));
    return encoded;
}

std::string Trace::encode(std::int32_t type, const Event &event) {
    std::string encoded;
    pbf_writer writer(encoded);
    writer.add_enum(field::track_event::type, type);
    writer.add_uint64(field::track_event::track_uuid, event.track);
    if (type == field::track_event::slice_end)
        return encoded;
    writer.add_uint64(field::track_event::category_iids, categories_.id(event.category));
    writer.add_uint64(field::track_event::name_iid, names_.id(printable(event.name)));
    for (const Annotation &annotation : event.annotations)
        if (!is_empty(annotation))
            writer.add_message(field::track_event::debug_annotations, encode(annotation));
    for (const ArrowId arrow : event.tail_of)
        writer.add_fixed64(field::track_event::flow_ids, arrow);
    for (const ArrowId arrow : event.head_of)
        writer.add_fixed64(field::track_event::terminating_flow_ids, arrow);
    return encoded;
}

void Trace::add(Nanos at, Turn turn, std::int32_t type, const Event &event) {
    pending_.push_back({at, turn, encode(type, event)});
}

void Trace::instant(Nanos at, const Event &event) {
    add(clamp(at), event.is_late ? Turn::late_point : Turn::point, field::track_event::instant, event);
}

void Trace::slice(Nanos begin, std::optional<Nanos> end, const Event &event) {
    const Nanos from = clamp(begin);
    add(from, Turn::begin, field::track_event::slice_begin, event);
    if (!end)
        return;
    const Nanos to = std::max(from, clamp(*end));
    add(to, to == from ? Turn::end_of_empty : Turn::end, field::track_event::slice_end, event);
}

void Trace::count(Nanos at, TrackId counter, std::uint64_t value) {
    std::string encoded;
    pbf_writer writer(encoded);
    writer.add_enum(field::track_event::type, field::track_event::counter);
    writer.add_uint64(field::track_event::track_uuid, counter);
    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
    writer.add_int64(field::track_event::counter_value, static_cast<std::int64_t>(std::min(value, most)));
    pending_.push_back({clamp(at), Turn::point, std::move(encoded)});
}

std::string Trace::encode_interned() const {
    std::string encoded;
    pbf_writer data(encoded);
    add_entries(data, field::interned_data::event_categories, categories_.in_order());
    add_entries(data, field::interned_data::event_names, names_.in_order());
    add_entries(data, field::interned_data::debug_annotation_names, annotation_names_.in_order());
    return encoded;
}

std::string Trace::finish(Nanos begin_unix) && {
    std::string encoded;
    pbf_writer trace(encoded);
    {
        // First of all: it makes CLOCK_MONOTONIC the clock of the trace, which no time may come before.
        pbf_writer packet(trace, field::trace::packet);
        packet.add_uint32(field::trace_packet::trusted_packet_sequence_id, sequence);
        pbf_writer snapshot(packet, field::trace_packet::clock_snapshot);
        add_clock(snapshot, field::builtin_clock::realtime, std::max(begin_unix, Nanos{}));
        add_clock(snapshot, field::builtin_clock::monotonic, begin_);
        snapshot.add_uint32(field::clock_snapshot::primary_trace_clock, field::builtin_clock::monotonic);
    }
    {
        pbf_writer packet(trace, field::trace::packet);
        packet.add_uint32(field::trace_packet::trusted_packet_sequence_id, sequence);
        packet.add_uint32(field::trace_packet::sequence_flags,
                          field::trace_packet::incremental_state_cleared);
        packet.add_bool(field::trace_packet::first_packet_on_sequence, true);
        packet.add_message(field::trace_packet::interned_data, encode_interned());
        pbf_writer(packet, field::trace_packet::trace_packet_defaults)
            .add_uint32(field::trace_packet_defaults::timestamp_clock_id, field::builtin_clock::monotonic);
    }
    encoded += descriptors_;
    std::ranges::stable_sort(pending_, {}, [](const Pending &one) { return std::pair(one.at, one.turn); });
    for (const Pending &one : pending_) {
        pbf_writer packet(trace, field::trace::packet);
        packet.add_uint64(field::trace_packet::timestamp, ticks(one.at));
        packet.add_uint32(field::trace_packet::trusted_packet_sequence_id, sequence);
        packet.add_uint32(field::trace_packet::sequence_flags, field::trace_packet::needs_incremental_state);
        packet.add_message(field::trace_packet::track_event, one.event);
    }
    return encoded;
}

} // namespace unwedge::formats::perfetto
