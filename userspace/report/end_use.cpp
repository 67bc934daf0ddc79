// SPDX-License-Identifier: GPL-2.0-only
#include "report/end_use.h"

namespace unwedge::report {

using facts::End;

namespace {

bool has_sent(const End &end) {
    return end.sent.value_or(0) > 0 || end.last_send || end.spoke_last_seen == true;
}

bool has_received(const End &end) {
    return end.received.value_or(0) > 0 || end.ever_received == true || end.unread.value_or(0) > 0 ||
           end.last_receive || end.last_arrival;
}

/// No more than one message went each way, so that what was last was also first.
bool is_first_known(const End &end) {
    return end.sent && *end.sent <= 1 && end.received && *end.received <= 1 && end.unread &&
           (*end.unread == 0 || end.unread_since);
}

} // namespace

bool is_connecting(const End &end) {
    return end.state == "SYN_SENT";
}

std::optional<bool> is_used(const End &end) {
    if (has_sent(end) || has_received(end))
        return true;
    // Where nothing was received, the last word was the other side's only if nothing was sent.
    const bool sent_nothing = end.sent || end.spoke_last_seen;
    const bool received_nothing = end.ever_received && end.unread;
    return is_connecting(end) || (sent_nothing && received_nothing) ? std::optional(false) : std::nullopt;
}

std::optional<Nanos> earliest_traffic(const End &end) {
    std::optional<Nanos> earliest;
    for (const std::optional<Nanos> &when :
         {end.last_send, end.last_receive, end.last_arrival, end.unread_since})
        if (when && (!earliest || *when < *earliest))
            earliest = when;
    return earliest;
}

std::optional<bool> was_used_before(const End &end, Nanos when, bool all_counted) {
    const std::optional<bool> used = is_used(end);
    if (used == false)
        return false;
    const std::optional<Nanos> earliest = earliest_traffic(end);
    if (!used || !earliest || *earliest == when) // what one sweep has stamped has no order
        return std::nullopt;
    if (*earliest < when)
        return true;
    return all_counted && is_first_known(end) ? std::optional(false) : std::nullopt;
}

} // namespace unwedge::report
