// SPDX-License-Identifier: GPL-2.0-only
#include "report/ends_text.h"

#include "facts/names.h"
#include "report/channels.h"
#include "util/units.h"

#include <fmt/format.h>

#include <algorithm>

namespace unwedge::report {

namespace {

using facts::Actor;
using facts::End;
using facts::Interest;
using facts::Snapshot;

constexpr std::size_t most_holders = 3;
constexpr std::size_t most_other_ends = 3;

std::string_view interest_text(Interest interest) {
    switch (interest) {
    case Interest::armed: return "a thread waits to read it (interest: armed)";
    case Interest::disarmed: return "watched, but not for reading (interest: disarmed)";
    case Interest::edge:
        return "watched edge-triggered, so only new bytes would wake its reader (interest: edge)";
    case Interest::none: return "no thread waits to read it (interest: none)";
    case Interest::unknown: break;
    }
    return "whether a thread waits to read it could not be seen (interest: unknown)";
}

std::string amount_text(const End &end) {
    std::string text = end.unread ? bytes_text(*end.unread) + " unread" : "unknown whether bytes are unread";
    if (end.peer_closed)
        text += ", then end of file";
    return text;
}

std::string age_text(const Snapshot &snapshot, const End &end) {
    return end.unread_since ? fmt::format(" for {}", duration_text(snapshot.at - *end.unread_since)) : "";
}

Line end_line(std::string_view direction, const std::string &holders, const std::string &address) {
    return Line(fmt::format("{:<5}", direction), Tone::dim).add(fmt::format("{}, {}", holders, address));
}

bool is_stalled(const End &end) {
    return end.unread.value_or(0) > 0 && end.unread_since;
}

/// What else the culprit leaves unread: "fd 11: 64 B unread for 10 s, …".
std::string other_ends_text(const Snapshot &snapshot, const Actor &actor, const End &told) {
    std::vector<const End *> others;
    for (const facts::Hold &hold : actor.holds) {
        const auto end = snapshot.ends.find(hold.end);
        if (end != snapshot.ends.end() && end->first != told.id && is_stalled(end->second) &&
            std::find(others.begin(), others.end(), &end->second) == others.end())
            others.push_back(&end->second);
    }
    std::string text;
    for (std::size_t i = 0; i < std::min(others.size(), most_other_ends); ++i)
        text += fmt::format("{}{}: {}{}", i ? ", " : "", descriptors_text(actor, *others[i]),
                            amount_text(*others[i]), age_text(snapshot, *others[i]));
    if (others.size() > most_other_ends)
        text += fmt::format(", … and {} more", others.size() - most_other_ends);
    return text;
}

std::string within_text(const facts::Delays &delays, double share) {
    const Nanos below = delays.below(share);
    if (below == Nanos::max())
        return "after more than 4 s";
    if (below < std::chrono::milliseconds(1))
        return fmt::format("within {} µs", below.count() / 1000);
    return "within " + duration_text(below);
}

/// "1402 receives so far: half within 16 µs of arrival, 99 % within 131 µs"
std::string delays_text(const facts::Delays &delays) {
    return fmt::format("{} so far: half {} of arrival, 99 % {}", counted(delays.count(), "receive"),
                       within_text(delays, 0.5), within_text(delays, 0.99));
}

/// Whoever can't run reads nothing, whatever it waits for.
bool tells_interest(const diagnosis::Verdict &verdict) {
    return verdict.kind != diagnosis::Kind::stopped;
}

} // namespace

std::string descriptors_text(const Actor &actor, const End &end) {
    std::string text;
    std::size_t count = 0;
    for (const facts::Hold &hold : actor.holds) {
        if (hold.end != end.id)
            continue;
        text += (count++ ? ", " : "") + std::to_string(hold.fd);
    }
    return (count == 1 ? "fd " : "fds ") + text;
}

std::string holders_text(const Snapshot &snapshot, const End *end) {
    std::vector<Pid> pids;
    if (end)
        for (const auto &[pid, actor] : snapshot.actors)
            if (!actor.exited && std::any_of(actor.holds.begin(), actor.holds.end(),
                                             [end](const facts::Hold &hold) { return hold.end == end->id; }))
                pids.push_back(pid);
    if (pids.empty())
        return "outside the traced processes";
    std::string text;
    for (std::size_t i = 0; i < std::min(pids.size(), most_holders); ++i)
        text += fmt::format("{}{} of {}", i ? ", " : "", descriptors_text(snapshot.actors.at(pids[i]), *end),
                            who(snapshot, pids[i]));
    if (pids.size() > most_holders)
        text += fmt::format(", … and {} more", counted(pids.size() - most_holders, "holder"));
    return text;
}

std::string address_text(const std::string &address) {
    return address.empty() ? "unnamed" : address;
}

std::vector<Line> unread_lines(const Context &context, const diagnosis::Verdict &verdict) {
    const Snapshot &snapshot = context.snapshot;
    const Actor *actor = find_actor(snapshot, verdict.pid);
    const End *end = actor && verdict.channel ? held_end(snapshot, *actor, *verdict.channel) : nullptr;
    if (!end)
        return {};
    const End *peer = peer_of(snapshot, *end);
    Line amount(fmt::format("{}{} over {}", amount_text(*end), age_text(snapshot, *end), name(end->kind)),
                Tone::strong);
    if (tells_interest(verdict))
        amount.add("; ").add(interest_text(interest_in(snapshot, *end)));
    std::vector<Line> lines{amount};
    lines.push_back(end_line("into", holders_text(snapshot, end), address_text(end->address)));
    lines.push_back(end_line("from", holders_text(snapshot, peer),
                             address_text(peer ? peer->address : end->remote_address)));
    if (end->delays && end->delays->count() > 0)
        lines.push_back(Line(fmt::format("{:<5}", "pace"), Tone::dim).add(delays_text(*end->delays)));
    if (const std::string others = other_ends_text(snapshot, *actor, *end); !others.empty())
        lines.push_back(Line(fmt::format("{:<5}", "also"), Tone::dim).add(others));
    return lines;
}

} // namespace unwedge::report
