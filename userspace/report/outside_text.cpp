// SPDX-License-Identifier: GPL-2.0-only
#include "report/cast.h"
#include "report/ends_text.h"
#include "report/outside.h"
#include "util/units.h"

#include <fmt/format.h>

#include <algorithm>

namespace unwedge::report {
namespace {

constexpr std::size_t most_addresses = 3;

std::string none_text(const Outside &outside) {
    if (!outside.all_seen)
        return "no connection is seen to leave the tree";
    return outside.wedged_since ? "no connection leaves the tree: the network is not to blame"
                                : "no connection leaves the tree";
}

/// "worker (pid 4711) and 2 more → 10.0.0.5:443"
std::string one_text(const facts::Snapshot &snapshot, const OutsideConnections &one) {
    std::string text = who(snapshot, one.holders.front().pid);
    const auto others = std::ranges::count_if(
        one.holders, [&](const Holder &holder) { return holder.pid != one.holders.front().pid; });
    if (others)
        text += fmt::format(" and {} more", others);
    return fmt::format("{} → {}", text, address_text(one.address));
}

/// "to 10.0.0.5:443, 10.0.0.6:443 and 1 more address"
std::string addresses_text(const std::vector<OutsideConnections> &connections) {
    const std::size_t shown = std::min(connections.size(), most_addresses);
    std::string text = "to ";
    for (std::size_t i = 0; i < shown; ++i)
        text += (i ? ", " : "") + address_text(connections[i].address);
    const std::size_t more = connections.size() - shown;
    return more ? fmt::format("{} and {} more address{}", text, more, more == 1 ? "" : "es") : text;
}

std::string use_text(const Outside &outside) {
    const bool single = outside.count() == 1;
    const std::string_view them = single ? "it" : "them";
    const std::string_view first_byte = single ? "its first byte" : "their first byte";
    const std::optional<bool> used = outside.used();
    if (!used)
        return fmt::format("whether anything was sent or received on {} can't be told", them);
    if (!*used)
        return fmt::format("nothing was sent or received on {}{}", them,
                           outside.wedged_since ? " before the wedge" : "");
    if (!outside.wedged_since)
        return "in use";
    const std::optional<bool> before = outside.wedged_before_first_byte();
    if (!before)
        return fmt::format("in use; whether the wedge began before {} can't be told", first_byte);
    return fmt::format("in use; the wedge began {} {}", *before ? "before" : "after", first_byte);
}

std::string connecting_text(const Outside &outside) {
    const std::size_t connecting = outside.connecting();
    if (connecting == 0)
        return "";
    return outside.count() == 1
               ? "; it is not established yet"
               : fmt::format("; {} {} not established yet", connecting, connecting == 1 ? "is" : "are");
}

} // namespace

std::string outside_text(const facts::Snapshot &snapshot, const Outside &outside) {
    const std::size_t count = outside.count();
    if (count == 0)
        return none_text(outside);
    if (count == 1)
        return fmt::format("1 connection leaves the tree: {}, {}{}",
                           one_text(snapshot, outside.connections.front()), use_text(outside),
                           connecting_text(outside));
    return fmt::format("{} connections leave the tree, {}: {}{}", count, addresses_text(outside.connections),
                       use_text(outside), connecting_text(outside));
}

} // namespace unwedge::report
