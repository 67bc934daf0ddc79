// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/ids.h"
#include "util/clock.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace unwedge::formats::perfetto {

using TrackId = std::uint64_t;
using ArrowId = std::uint64_t;

/// What is shown beside an event when somebody selects it; not at all if it is an empty list.
struct Annotation {
    std::string_view name; ///< a literal
    std::variant<std::uint64_t, std::int64_t, std::string, std::vector<std::string>> value;
};

/// A slice or an instant. Texts may be any bytes.
struct Event {
    TrackId track = 0;
    std::string_view category;
    std::string name;
    std::vector<Annotation> annotations;
    std::vector<ArrowId> tail_of; ///< of each arrow one event is the tail,
    std::vector<ArrowId> head_of; ///< and one that comes after it the head
    bool is_late = false;         ///< an instant that comes after others of the same time
};

enum class Unit { count, bytes };

/// A trace in the making: tracks and events come in any order, what is written is by time.
class Trace {
  public:
    /// All times are clamped to those between `begin` and `end`, CLOCK_MONOTONIC: a viewer would show all
    /// that lies between the run and one wrong time.
    Trace(Nanos begin, Nanos end);
    Trace(const Trace &) = delete; // texts_ of the copy would be those of the original
    Trace &operator=(const Trace &) = delete;

    /// The track of a process. `started`, CLOCK_MONOTONIC: nullopt if it is not known.
    TrackId process(facts::Pid pid, std::string_view name, const std::vector<std::string> &argv,
                    std::optional<Nanos> started);
    TrackId thread(TrackId process, facts::Pid pid, facts::Pid tid);
    /// Below another, or below none (0).
    TrackId track(TrackId parent, std::string_view name);
    TrackId counter(TrackId parent, std::string_view name, Unit unit);

    void instant(Nanos at, const Event &event);
    /// An end of nullopt: it still goes on at the end of the trace. Slices of one track must not overlap.
    void slice(Nanos begin, std::optional<Nanos> end, const Event &event);
    void count(Nanos at, TrackId counter, std::uint64_t value);
    ArrowId arrow() { return ++arrows_; }

    /// The encoded trace; `begin_unix` is `begin` on the wall clock.
    std::string finish(Nanos begin_unix) &&;

  private:
    /// Texts that are written once and then named by a number.
    class Interned {
      public:
        std::uint64_t id(std::string_view text);
        const std::vector<std::string_view> &in_order() const { return texts_; }

      private:
        std::map<std::string, std::uint64_t, std::less<>> ids_;
        std::vector<std::string_view> texts_; ///< of id 1, 2, …: keys of ids_
    };

    /// In which order events of one time are written: a slice ends before the next one of its track begins.
    enum class Turn { end, begin, point, late_point, end_of_empty };

    struct Pending {
        Nanos at{};
        Turn turn{};
        std::string event; ///< an encoded TrackEvent
    };

    Nanos clamp(Nanos at) const;
    TrackId describe(std::string_view name, TrackId parent, std::uint32_t tag, const std::string &details);
    void add(Nanos at, Turn turn, std::int32_t type, const Event &event);
    std::string encode(std::int32_t type, const Event &event);
    std::string encode(const Annotation &annotation);
    std::string encode_interned() const;

    Nanos begin_;
    Nanos end_;
    TrackId tracks_;
    ArrowId arrows_;
    Interned categories_;
    Interned names_;
    Interned annotation_names_;
    std::string descriptors_; ///< encoded packets
    std::vector<Pending> pending_;
};

} // namespace unwedge::formats::perfetto
