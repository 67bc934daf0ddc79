// SPDX-License-Identifier: GPL-2.0-only
#include "formats/plain/outcome.h"

#include "report/cast.h"
#include "report/page.h"
#include "report/shell.h"
#include "report/text.h"
#include "util/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>
#include <variant>

namespace unwedge::formats {
namespace {

using recording::Recording;
using report::Context;

constexpr std::size_t most_subject = 1000; ///< columns

Outcome hung(std::string_view type, std::string what, std::string message) {
    return {Outcome::Kind::failure, type, std::move(what), std::move(message)};
}

/// `what` happened, and what is known of a wedge all the same.
Outcome failed(std::string_view type, const std::string &what, const Context &last) {
    return {Outcome::Kind::error, type, what, fmt::format("{}; {}", what, report::summary(last))};
}

Outcome cut_off(const Recording &recording, const Context &last) {
    std::string message = cut_off_text();
    if (!recording.looks.empty())
        message += fmt::format("; last seen: {}", report::summary(last));
    return {Outcome::Kind::error, "cut-off", "cut off", std::move(message)};
}

Outcome ended(const report::Command &command, const Context &last) {
    if (command.exit_signal)
        return failed("signal", fmt::format("killed by {}", signal_text(*command.exit_signal)), last);
    if (!command.exit_code)
        return failed("unfinished", "still ran when the recording ended", last);
    const std::string what = fmt::format("exited with {}", *command.exit_code);
    if (*command.exit_code != 0)
        return failed("exit", what, last);
    return {Outcome::Kind::passed, "", what, report::summary(last)};
}

/// The oldest whose parent is no actor; nullptr if there are none.
const facts::Actor *root_of(const facts::Snapshot &snapshot) {
    const facts::Actor *root = nullptr;
    const auto rank = [&](const facts::Actor &actor) {
        return std::tuple(snapshot.actors.contains(actor.ppid), actor.started, actor.pid);
    };
    for (const auto &[pid, actor] : snapshot.actors)
        if (!root || rank(actor) < rank(*root))
            root = &actor;
    return root;
}

std::string attached_tree(const facts::Snapshot &snapshot) {
    const facts::Actor *root = root_of(snapshot);
    if (!root)
        return "attached tree";
    return root->argv.empty() ? report::name_of(*root) : report::shell_text(root->argv);
}

Nanos last_moment(const Recording &recording) {
    Nanos last = recording.meta.begin;
    if (!recording.events.empty())
        last =
            std::max(last, std::visit([](const auto &event) { return event.at; }, recording.events.back()));
    if (!recording.looks.empty())
        last = std::max(last, recording.looks.back().snapshot.at);
    if (!recording.samples.empty())
        last = std::max(last, recording.samples.back().at);
    return last;
}

} // namespace

Outcome outcome_of(const Recording &recording, const Context &last) {
    if (last.diagnosis.wedged())
        return hung("wedge", "wedged", report::summary(last));
    const std::optional<report::Command> &command = recording.meta.command;
    if (command && command->timed_out)
        return hung("timeout", "timed out", fmt::format("timed out; {}", report::summary(last)));
    if (!recording.meta.end)
        return cut_off(recording, last);
    if (command)
        return ended(*command, last);
    return {Outcome::Kind::passed, "", "not wedged", report::summary(last)};
}

std::string cut_off_text() {
    return "the recording was cut off: unwedge was killed, or still records";
}

std::string subject_of(const Recording &recording, const Context &last) {
    const std::string text = recording.meta.command ? report::shell_text(recording.meta.command->argv)
                                                    : attached_tree(last.snapshot);
    return report::Line(text).cut(most_subject).render(false);
}

/// What a recording claims may be any number, so nothing is subtracted that could overflow.
Nanos recorded_length(const Recording &recording) {
    const Nanos begin = recording.meta.begin;
    const Nanos end = recording.meta.end.value_or(last_moment(recording));
    if (end <= begin)
        return Nanos{};
    const std::uint64_t length =
        static_cast<std::uint64_t>(end.count()) - static_cast<std::uint64_t>(begin.count());
    return Nanos(std::min(length, static_cast<std::uint64_t>(Nanos::max().count())));
}

} // namespace unwedge::formats
