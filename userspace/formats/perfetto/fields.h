// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <protozero/types.hpp>

/// The numbers of a trace's fields, each message by its name; all from protos/perfetto/ of
/// github.com/google/perfetto, in the file that stands beside it.
namespace unwedge::formats::perfetto::field {

using Tag = protozero::pbf_tag_type;

namespace trace { // trace/trace.proto
constexpr Tag packet = 1;
}

namespace trace_packet { // trace/trace_packet.proto
constexpr Tag clock_snapshot = 6;
constexpr Tag timestamp = 8;
constexpr Tag trusted_packet_sequence_id = 10;
constexpr Tag track_event = 11;
constexpr Tag interned_data = 12;
constexpr Tag sequence_flags = 13;
constexpr Tag trace_packet_defaults = 59;
constexpr Tag track_descriptor = 60;
constexpr Tag first_packet_on_sequence = 87;
constexpr std::uint32_t incremental_state_cleared = 1; // of sequence_flags
constexpr std::uint32_t needs_incremental_state = 2;
} // namespace trace_packet

namespace trace_packet_defaults { // trace/trace_packet_defaults.proto
constexpr Tag timestamp_clock_id = 58;
}

namespace clock_snapshot { // trace/clock_snapshot.proto
constexpr Tag clocks = 1;
constexpr Tag primary_trace_clock = 2;
} // namespace clock_snapshot

namespace clock { // ClockSnapshot.Clock, in the same file
constexpr Tag clock_id = 1;
constexpr Tag timestamp = 2;
} // namespace clock

namespace builtin_clock { // common/builtin_clock.proto
constexpr std::uint32_t realtime = 1;
constexpr std::uint32_t monotonic = 3;
} // namespace builtin_clock

namespace interned_data { // trace/interned_data/interned_data.proto
constexpr Tag event_categories = 1;
constexpr Tag event_names = 2;
constexpr Tag debug_annotation_names = 3;
} // namespace interned_data

namespace interned { // EventCategory, EventName: track_event.proto; DebugAnnotationName:
                     // debug_annotation.proto
constexpr Tag iid = 1;
constexpr Tag name = 2;
} // namespace interned

namespace track_descriptor { // trace/track_event/track_descriptor.proto
constexpr Tag uuid = 1;
constexpr Tag name = 2;
constexpr Tag process = 3;
constexpr Tag thread = 4;
constexpr Tag parent_uuid = 5;
constexpr Tag counter = 8;
} // namespace track_descriptor

namespace process_descriptor { // trace/track_event/process_descriptor.proto
constexpr Tag pid = 1;
constexpr Tag cmdline = 2;
constexpr Tag process_name = 6;
constexpr Tag start_timestamp_ns = 7;
} // namespace process_descriptor

namespace thread_descriptor { // trace/track_event/thread_descriptor.proto
constexpr Tag pid = 1;
constexpr Tag tid = 2;
} // namespace thread_descriptor

namespace counter_descriptor { // trace/track_event/counter_descriptor.proto
constexpr Tag unit = 3;
constexpr std::int32_t unit_count = 2; // of unit
constexpr std::int32_t unit_size_bytes = 3;
} // namespace counter_descriptor

namespace track_event { // trace/track_event/track_event.proto
constexpr Tag category_iids = 3;
constexpr Tag debug_annotations = 4;
constexpr Tag type = 9;
constexpr Tag name_iid = 10;
constexpr Tag track_uuid = 11;
constexpr Tag counter_value = 30;
constexpr Tag flow_ids = 47;
constexpr Tag terminating_flow_ids = 48;
constexpr std::int32_t slice_begin = 1; // of type
constexpr std::int32_t slice_end = 2;
constexpr std::int32_t instant = 3;
constexpr std::int32_t counter = 4;
} // namespace track_event

namespace debug_annotation { // trace/track_event/debug_annotation.proto
constexpr Tag name_iid = 1;
constexpr Tag uint_value = 3;
constexpr Tag int_value = 4;
constexpr Tag string_value = 6;
constexpr Tag array_values = 12;
} // namespace debug_annotation

} // namespace unwedge::formats::perfetto::field
