// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace unwedge::formats {

/// A Perfetto trace as a reader of it sees it, by the numbers of perfetto's .proto files: not by those that
/// the writer uses.
struct DecodedTrack {
    std::uint64_t parent = 0;
    std::string name;
    std::int32_t pid = 0; ///< of a process, or of a thread's
    std::int32_t tid = 0;
    std::string process_name;
    std::vector<std::string> cmdline;
    bool is_process = false;
    bool is_counter = false;
    int unit = 0;
};

struct DecodedEvent {
    std::uint64_t at = 0; ///< ns
    int type = 0;         ///< 1 begin, 2 end, 3 instant, 4 counter
    std::uint64_t track = 0;
    std::string category;
    std::string name;
    std::map<std::string, std::string> annotations; ///< numbers in decimal, arrays joined by newlines
    std::int64_t value = 0;
    std::vector<std::uint64_t> flows;
    std::vector<std::uint64_t> ended_flows;
};

struct DecodedTrace {
    std::map<std::uint32_t, std::uint64_t> clocks; ///< id → ns
    std::uint32_t primary_clock = 0;
    std::uint32_t default_clock = 0;
    std::map<std::uint64_t, DecodedTrack> tracks;
    std::vector<DecodedEvent> events;
    std::vector<std::string> faults; ///< what a reader would reject or pass over

    /// Of a track's name, below the process of that pid, or below no process (0).
    std::vector<DecodedEvent> on(const std::string &track, std::int32_t pid = 0) const;
    std::vector<DecodedEvent> named(const std::string &name) const;
    std::int32_t pid_of(std::uint64_t track) const;
};

DecodedTrace decode(const std::string &trace);

} // namespace unwedge::formats
