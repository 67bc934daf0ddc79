// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/judge.h"
#include "diagnosis/policy.h"
#include "diagnosis/verdict.h"
#include "facts/event.h"
#include "facts/history.h"
#include "facts/model.h"
#include "report/context.h"
#include "util/clock.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unwedge::recording {

/// Of the whole run.
struct Meta {
    std::string version; ///< of the unwedge that recorded
    std::string host;
    std::string kernel;                       ///< uname -r
    std::string tier;                         ///< "bpf", "procfs"
    std::optional<std::string> level;         ///< null at tier procfs
    std::map<std::string, std::string> hooks; ///< hook → mechanism
    diagnosis::Policy policy;                 ///< by which the looks were judged
    Nanos begin{};                            ///< since when the tree was watched, CLOCK_MONOTONIC
    Nanos begin_unix{};                       ///< the same instant since 1970, UTC
    std::optional<report::Command> command;   ///< nullopt: a running tree was attached to
    std::optional<report::Provoked> provoked;
    std::optional<Nanos> end;            ///< when the recording was closed; nullopt: it was cut off
    std::uint64_t histories_evicted = 0; ///< processes whose last doings gave room to others'
};

/// A look at the tree and what was concluded from it and all looks before.
struct Look {
    std::string at; ///< of snapshot.at, as ISO 8601, UTC
    diagnosis::Outlook outlook{};
    bool after_rest = false; ///< what the look before it had seen was forgotten meanwhile
    bool ended = false;      ///< taken once the command had ended; the verdicts are those of the end
    facts::Snapshot snapshot;
    diagnosis::Diagnosis diagnosis;
};

/// One sweep over all ends; about one in a second is kept.
struct Sample {
    Nanos at{};                ///< CLOCK_MONOTONIC
    std::uint64_t actors = 0;  ///< alive
    std::uint64_t ends = 0;    ///< tracked
    std::uint64_t unread = 0;  ///< of these, with unread bytes
    std::uint64_t stalled = 0; ///< of these, stalled
};

enum class Stream { standard_output, standard_error, both };

/// For people: "output", "stdout", "stderr".
std::string_view name_of(Stream stream);

/// What the command, or whoever has these of it, printed last: as it came, up to 64 KiB.
struct Output {
    Stream stream{};          ///< both: they went to the same place, or their order is known
    std::uint64_t before = 0; ///< bytes printed earlier, which are not kept
    std::string text;
    bool operator==(const Output &) const = default;
};

/// All that one recording holds.
struct Recording {
    Meta meta;
    std::vector<facts::Event> events;            ///< by time: births, deaths, stalls
    std::vector<Look> looks;                     ///< by time; none while nothing was suspected
    std::map<facts::Pid, facts::History> flight; ///< what each actor did last, as it was last read out
    std::vector<Sample> samples;                 ///< by time
    std::vector<Output> output;                  ///< none where it went to a terminal

    /// What a report of the look is made from.
    report::Context context(const Look &look) const;
    /// The same of the last look; of an empty snapshot if there is none.
    report::Context last() const;
};

} // namespace unwedge::recording
