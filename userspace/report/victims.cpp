// SPDX-License-Identifier: GPL-2.0-only
#include "report/victims.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace unwedge::report {

namespace {

using diagnosis::Verdict;
using facts::Snapshot;

constexpr std::size_t most_groups = 8;
constexpr std::size_t most_names = 4;

/// Victims with the same next hop.
struct Group {
    Pid waits_on = 0;
    std::vector<Pid> path; ///< from the next hop on to the final blocker, both included
    Cast::Verdicts members;
};

/// Empty if it can't be followed to the final blocker.
std::vector<Pid> path_of(const Cast &cast, const Verdict &victim) {
    std::vector<Pid> path;
    std::optional<Pid> hop = victim.waits_on;
    while (hop && std::find(path.begin(), path.end(), *hop) == path.end()) {
        path.push_back(*hop);
        if (hop == victim.final_blocker)
            return path;
        const Verdict *next = cast.victim(*hop);
        hop = next ? next->waits_on : std::nullopt;
    }
    return {};
}

std::vector<Group> group(const Cast &cast, const Cast::Verdicts &victims) {
    std::map<Pid, Group> by_hop;
    for (const Verdict *victim : victims) {
        const Pid hop = victim->waits_on.value_or(0);
        Group &found = by_hop[hop];
        found.waits_on = hop;
        found.path = path_of(cast, *victim);
        found.members.push_back(victim);
    }
    std::vector<Group> groups;
    groups.reserve(by_hop.size());
    for (auto &[hop, found] : by_hop)
        groups.push_back(std::move(found));
    std::stable_sort(groups.begin(), groups.end(), [](const Group &left, const Group &right) {
        return left.path.size() < right.path.size();
    });
    return groups;
}

std::string why(const diagnosis::Diagnosis &diagnosis, const Verdict &victim) {
    for (const diagnosis::WaitEdge &edge : diagnosis.waits)
        if (edge.from == victim.pid && edge.to == victim.waits_on &&
            (!victim.channel || edge.channel == victim.channel))
            return edge.why;
    return "";
}

/// Why all members wait, if it is the same for all.
std::string common_why(const diagnosis::Diagnosis &diagnosis, const Cast::Verdicts &members) {
    std::string common = why(diagnosis, *members.front());
    const bool same = std::all_of(members.begin(), members.end(),
                                  [&](const Verdict *member) { return why(diagnosis, *member) == common; });
    return same ? common : "";
}

std::string target(const Snapshot &snapshot, const Group &group) {
    if (group.waits_on == 0)
        return "an unknown actor";
    std::string text = who(snapshot, group.waits_on);
    for (std::size_t i = 1; i < group.path.size(); ++i)
        text += fmt::format(" → {}", group.path[i]);
    return text;
}

std::string members_text(const Snapshot &snapshot, const Cast::Verdicts &members) {
    std::string text;
    for (std::size_t i = 0; i < std::min(members.size(), most_names); ++i)
        text += fmt::format("{}{}", i ? ", " : "", who(snapshot, members[i]->pid));
    if (members.size() > most_names)
        text += fmt::format(", … and {} more", members.size() - most_names);
    return text;
}

Line group_line(const Context &context, const Group &group) {
    const Snapshot &snapshot = context.snapshot;
    const std::string reason = common_why(context.diagnosis, group.members);
    Line line;
    if (group.members.size() == 1) {
        line.add(who(snapshot, group.members.front()->pid), Tone::victim);
        line.add(fmt::format(" → {}", target(snapshot, group)));
    } else {
        line.add(fmt::format("{} actors", group.members.size()), Tone::victim);
        line.add(
            fmt::format(" wait on {}: {}", target(snapshot, group), members_text(snapshot, group.members)));
    }
    if (!reason.empty())
        line.add(group.members.size() == 1 ? ": " : "; each ").add(reason);
    return line;
}

} // namespace

std::vector<Line> victim_lines(const Context &context, const Cast &cast, const Cast::Verdicts &victims) {
    const std::vector<Group> groups = group(cast, victims);
    std::vector<Line> lines;
    for (std::size_t i = 0; i < std::min(groups.size(), most_groups); ++i)
        lines.push_back(group_line(context, groups[i]));
    if (groups.size() > most_groups) {
        std::size_t rest = 0;
        for (std::size_t i = most_groups; i < groups.size(); ++i)
            rest += groups[i].members.size();
        lines.emplace_back(fmt::format("… and {} more that wait on those", rest));
    }
    return lines;
}

} // namespace unwedge::report
