// SPDX-License-Identifier: GPL-2.0-only
#include "recording/merge_meta.h"

#include "recording/rounds.h"
#include "util/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>
#include <variant>

namespace unwedge::recording {
namespace {

using diagnosis::Policy;

Policy without_sweep(Policy policy) {
    policy.sweep = {};
    return policy;
}

std::string thresholds_text(const Policy &policy) {
    return fmt::format("--stall-after {}, --busy-after {}", duration_text(policy.stall_after),
                       duration_text(policy.busy_after));
}

/// What is different is told one behind the other.
void add_word(const std::string &word, std::string_view between, std::vector<std::string> &met,
              std::string &all) {
    if (std::ranges::find(met, word) != met.end())
        return;
    if (!met.empty())
        all += between;
    all += word;
    met.push_back(word);
}

template <typename Word>
std::string words_of_all(const std::vector<Recording> &recordings, Word word_of_one) {
    std::vector<std::string> met;
    std::string all;
    for (const Recording &recording : recordings)
        add_word(word_of_one(recording.meta), ", ", met, all);
    return all;
}

/// A reader must not take what one of them saw for what all did.
void take_least_tier(const std::vector<Recording> &recordings, Meta &meta) {
    constexpr std::array<std::string_view, 3> by_how_much{"sample", "trace", "full"};
    const auto rank = [&](const std::optional<std::string> &level) {
        return level ? std::ranges::find(by_how_much, *level) - by_how_much.begin() : -1;
    };
    for (const Recording &recording : recordings)
        if (rank(recording.meta.level) < rank(meta.level)) {
            meta.level = recording.meta.level;
            meta.tier = recording.meta.tier;
        }
}

void take_hooks(const std::vector<Recording> &recordings, Meta &meta) {
    meta.hooks.clear();
    std::map<std::string, std::vector<std::string>> met;
    for (const Recording &recording : recordings)
        for (const auto &[hook, mechanism] : recording.meta.hooks)
            add_word(mechanism, ", ", met[hook], meta.hooks[hook]);
}

bool failed(const report::Command &command) {
    return command.timed_out || command.exit_signal || command.exit_code.value_or(0) != 0;
}

/// All commands in one line, as a shell would start them side by side; how it ended is how the first ended
/// that failed. One command that was run again and again is told once.
std::optional<report::Command> merged_command(const std::vector<Recording> &recordings) {
    std::optional<report::Command> merged;
    std::vector<std::vector<std::string>> met;
    for (const Recording &recording : recordings) {
        const std::optional<report::Command> &command = recording.meta.command;
        if (!command)
            continue;
        const bool is_told = std::ranges::find(met, command->argv) != met.end();
        if (!merged) {
            merged = command;
        } else if (!is_told) {
            merged->argv.emplace_back("&");
            std::ranges::copy(command->argv, std::back_inserter(merged->argv));
        }
        if (!is_told)
            met.push_back(command->argv);
        if (failed(*command) && !failed(*merged)) {
            merged->exit_code = command->exit_code;
            merged->exit_signal = command->exit_signal;
        }
        merged->timed_out = merged->timed_out || command->timed_out;
    }
    return merged;
}

constexpr Nanos longest_since_1970{1LL << 62}; ///< as a reader has it

/// The first one's wall clock goes with the clock of all.
void take_times(const std::vector<Recording> &recordings, Meta &meta) {
    for (const Recording &recording : recordings) {
        meta.begin = std::min(meta.begin, recording.meta.begin);
        meta.end = meta.end && recording.meta.end ? std::max(meta.end, recording.meta.end) : std::nullopt;
    }
    meta.begin_unix = std::clamp(meta.begin_unix + (meta.begin - recordings.front().meta.begin),
                                 -longest_since_1970, longest_since_1970);
}

/// Where it was printed.
std::string output_label(const Hosts &hosts, std::size_t recording) {
    return hosts.labels.size() > 1 ? hosts.labels[hosts.of[recording]]
                                   : fmt::format("recording {}", recording + 1);
}

} // namespace

Result<void> require_same_thresholds(const std::vector<Recording> &recordings) {
    for (std::size_t i = 1; i < recordings.size(); ++i) {
        const Policy &first = recordings.front().meta.policy;
        const Policy &other = recordings[i].meta.policy;
        if (without_sweep(other) != without_sweep(first))
            return Error{fmt::format("recording {} was judged by other thresholds than the first: {}; not {}",
                                     i + 1, thresholds_text(other), thresholds_text(first)),
                         EINVAL};
    }
    return {};
}

Meta merged_meta(const std::vector<Recording> &recordings) {
    Meta meta = recordings.front().meta;
    meta.version = words_of_all(recordings, [](const Meta &one) { return one.version; });
    meta.host = words_of_all(recordings, [](const Meta &one) { return one.host; });
    meta.kernel = words_of_all(recordings, [](const Meta &one) { return one.kernel; });
    meta.histories_evicted = 0;
    for (const Recording &recording : recordings) {
        meta.policy.sweep = std::max(meta.policy.sweep, recording.meta.policy.sweep); // the coarsest
        meta.histories_evicted += recording.meta.histories_evicted;
        if (!meta.provoked) // one is told of
            meta.provoked = recording.meta.provoked;
    }
    take_least_tier(recordings, meta);
    take_hooks(recordings, meta);
    take_times(recordings, meta);
    meta.command = merged_command(recordings);
    return meta;
}

std::vector<Output> merged_output(const std::vector<Recording> &recordings, const Hosts &hosts) {
    std::map<Stream, Output> by_stream;
    for (std::size_t i = 0; i < recordings.size(); ++i)
        for (const Output &output : recordings[i].output) {
            if (output.text.empty())
                continue;
            Output &all = by_stream[output.stream];
            all.stream = output.stream;
            all.before += output.before;
            // As tail(1) has it.
            all.text += fmt::format("{}==> {} <==\n{}", all.text.empty() ? "" : "\n", output_label(hosts, i),
                                    output.text);
        }
    std::vector<Output> merged;
    merged.reserve(by_stream.size());
    for (auto &[stream, output] : by_stream)
        merged.push_back(std::move(output));
    return merged;
}

std::vector<facts::Event> merged_events(const std::vector<Recording> &recordings) {
    std::vector<facts::Event> all;
    for (const Recording &recording : recordings)
        std::ranges::copy(recording.events, std::back_inserter(all));
    std::ranges::stable_sort(all, {}, [](const facts::Event &event) {
        return std::visit([](const auto &one) { return one.at; }, event);
    });
    return all;
}

std::vector<Sample> merged_samples(const std::vector<Recording> &recordings) {
    std::vector<std::pair<Sample, std::size_t>> all;
    for (std::size_t i = 0; i < recordings.size(); ++i)
        for (const Sample &sample : recordings[i].samples)
            all.emplace_back(sample, i);
    std::ranges::stable_sort(all, {}, [](const auto &one) { return one.first.at; });
    std::map<std::size_t, Sample> latest; ///< by recording
    std::vector<Sample> merged;
    for (const auto &[sample, recording] : all) {
        latest[recording] = sample;
        Sample sum{.at = sample.at};
        for (const auto &[of, one] : latest) {
            if (sample.at - one.at > look_tells_for)
                continue; // that run is over, or its sweeps come more rarely
            sum.actors += one.actors;
            sum.ends += one.ends;
            sum.unread += one.unread;
            sum.stalled += one.stalled;
        }
        merged.push_back(sum);
    }
    return merged;
}

} // namespace unwedge::recording
