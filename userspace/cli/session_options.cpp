// SPDX-License-Identifier: GPL-2.0-only
#include "cli/session_options.h"

#include "cli/options.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <string>

namespace unwedge::cli {
namespace {

using namespace std::chrono_literals;

void add_thresholds(CLI::App &command, session::WatchSettings &watch) {
    add_duration(command, "--stall-after", 100ms, "unread and nothing consumed for so long is a stall", "3s",
                 [&](Nanos length) { watch.policy.stall_after = length; });
    add_duration(
        command, "--busy-after", 100ms,
        "patience with an actor that uses CPU, or that a timer will wake, before it counts as wedged", "30s",
        [&](Nanos length) { watch.policy.busy_after = length; });
    add_duration(command, "--every", 10ms, "how often the sockets are looked at", "100ms", [&](Nanos length) {
        watch.every = length;
        watch.policy.sweep = length;
    });
}

/// What is kept of each actor's doings, for recordings.
void add_history(CLI::App &command, session::WatchSettings &watch) {
    command
        .add_option("--history", watch.history,
                    "keep so many of each actor's last receives and sends; rounded up to a power of two")
        ->type_name("N")
        ->check(CLI::Range(1U, 65536U))
        ->default_str("256");
    add_size(command, "--history-memory", 1U << 30,
             "room for these, 16 bytes each; then the actors that came first make room", "4M",
             [&watch](std::uint32_t bytes) { watch.history_memory = bytes; });
}

/// How it is watched, and from when on something is suspected.
void add_watching(CLI::App &command, session::WatchSettings &watch) {
    auto choose_level = [&watch](const std::string &word) {
        constexpr std::array levels{kernel::Level::sample, kernel::Level::trace, kernel::Level::full};
        const auto *const level =
            std::ranges::find(levels, word, [](kernel::Level one) { return name(one); });
        if (level == levels.end())
            throw CLI::ValidationError("--level", fmt::format("'{}' is not sample, trace or full", word));
        watch.level = *level;
    };
    command
        .add_option_function<std::string>(
            "--level", choose_level,
            "sample: no hook on any message; trace: messages are counted; full: and timed")
        ->type_name("sample|trace|full")
        ->default_str("trace");
    command
        .add_option_function<std::string>(
            "--hooks",
            [&watch](const std::string &text) {
                Result<kernel::HookWishes> wishes = kernel::parse_wishes(text);
                if (!wishes)
                    throw CLI::ValidationError("--hooks", wishes.error().message);
                watch.hooks = std::move(*wishes);
            },
            "choose how hooks are attached: receive, send, arrival, park; doctor lists what there is")
        ->type_name("HOOK=HOW,...");
    add_thresholds(command, watch);
    add_size(command, "--ring-size", 1U << 30,
             "room for events on their way from the kernel; what finds none is lost, and counted", "1M",
             [&watch](std::uint32_t bytes) { watch.ring_size = bytes; });
    add_history(command, watch);
    command.add_flag("--no-bpf", watch.no_bpf,
                     "watch from /proc alone, as it is done anyway where BPF is refused");
}

void check_watching(const session::WatchSettings &watch) {
    if (watch.every > watch.policy.stall_after / 2)
        throw CLI::ValidationError("--every", "must be at most half of --stall-after");
    if (watch.hooks.contains(kernel::Hook::arrival) && watch.level != kernel::Level::full)
        throw CLI::ValidationError("--hooks", "arrival is observed by --level full only");
    if (const std::size_t one = kernel::flight_size(std::bit_ceil(watch.history)); watch.history_memory < one)
        throw CLI::ValidationError("--history-memory",
                                   fmt::format("has no room for one actor's history: {} bytes", one));
    if (watch.no_bpf && !watch.hooks.empty())
        throw CLI::ExcludesError("--no-bpf", "--hooks");
}

/// What is done about a wedge.
void add_responses(CLI::App &command, session::OnWedge &on_wedge, Nanos &grace) {
    auto add = [&on_wedge](const std::vector<std::string> &words) {
        for (const std::string &word : words)
            if (Result<void> done = session::add_response(on_wedge, word); !done)
                throw CLI::ValidationError("--on-wedge", done.error().message);
    };
    one_at_a_time(
        command.add_option_function<std::vector<std::string>>(
            "--on-wedge", add,
            "report: no more than that; exec:PROG: run PROG once, with the pids and the diagnosis in its "
            "environment; kill: end the tree, exit 124. May be given twice: exec:PROG, then kill"))
        ->type_name("report|kill|exec:PROG")
        ->default_str("report");
    add_duration(command, "--grace", 0ms,
                 "how long a confirmed wedge must stand until --on-wedge kill ends it, and PROG may run",
                 "10s", [&grace](Nanos length) { grace = length; });
}

void check_responses(const session::OnWedge &on_wedge, Nanos grace) {
    if (on_wedge.program && grace == 0s)
        throw CLI::ValidationError("--grace", "the program of --on-wedge needs some time");
}

void add_recording(CLI::App &command, session::RecordOptions &record) {
    command
        .add_option(
            "--record", record.target,
            "write a recording to FILE, which ends in .unwedge, or to one in folder DIR, from the start; "
            "without it there is one in the current folder, once something is suspected")
        ->type_name("FILE|DIR");
    command
        .add_option_function<std::string>(
            "--record-when",
            [&record](const std::string &word) {
                using When = session::RecordOptions::When;
                if (word == "always")
                    record.when = When::always;
                else if (word == "wedge")
                    record.when = When::wedge;
                else if (word == "never")
                    record.when = When::never;
                else
                    throw CLI::ValidationError("--record-when",
                                               fmt::format("'{}' is not always, wedge or never", word));
            },
            "keep it always, only if there was a wedge or a timeout, or never")
        ->type_name("always|wedge|never")
        ->default_str("always with --record, else wedge");
    command.add_flag("!--no-redact", record.redact,
                     "record command lines as they are, with what looks like a secret");
}

void add_output(CLI::App &command, session::SessionOptions &options) {
    command
        .add_option_function<std::string>(
            "--json",
            [&options](const std::string &file) {
                if (file == "-")
                    throw CLI::ValidationError("--json",
                                               "'-' is refused: a file is renewed, stdout can't be");
                options.json = file;
            },
            "write the diagnosis (unwedge.diagnosis/1) to FILE")
        ->type_name("FILE");
    add_recording(command, options.record);
    add_profiles(command, options.profiles);
    command.add_flag("-q,--quiet", options.quiet, "no reports on stderr");
    command.add_flag("-v,--verbose", options.verbose, "say what is being done");
}

} // namespace

void add_session(CLI::App &command, session::SessionOptions &options) {
    add_watching(command, options.watch);
    add_responses(command, options.on_wedge, options.grace);
    add_kill_after(command, options.kill_after);
    add_output(command, options);
}

void check_session(const session::SessionOptions &options) {
    check_watching(options.watch);
    check_responses(options.on_wedge, options.grace);
}

} // namespace unwedge::cli
