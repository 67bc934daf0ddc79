// SPDX-License-Identifier: GPL-2.0-only
#include "recording/align.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

namespace unwedge::recording {
namespace {

/// Bytes that went into an end, or came out of it, at once.
struct Transfer {
    Nanos at{};
    Nanos precision{}; ///< it was at `at` or so much later
    std::uint64_t bytes = 0;
};

/// What the flight recorder has of one end in one direction, by time.
struct Transfers {
    std::vector<Transfer> all;
    bool complete = true;  ///< nothing of them was overwritten
    bool countable = true; ///< all amounts are known

    std::uint64_t bytes() const {
        return std::accumulate(all.begin(), all.end(), std::uint64_t{},
                               [](std::uint64_t sum, const Transfer &one) { return sum + one.bytes; });
    }
    /// Nanos::min(): never.
    Nanos last() const { return all.empty() ? Nanos::min() : all.back().at; }
};

constexpr std::uint32_t or_more_bytes = (1U << 24U) - 1; ///< the largest amount that a record tells

/// By end and direction.
class Index {
  public:
    explicit Index(const Recording &recording) {
        for (const auto &[pid, history] : recording.flight)
            for (const facts::FlightRecord &record : history.records)
                if (record.kind == facts::FlightKind::send || record.kind == facts::FlightKind::receive)
                    add(history, record);
        for (auto &[key, found] : by_end_)
            std::ranges::stable_sort(found.all, {}, &Transfer::at);
    }

    const Transfers &of(facts::EndId end, facts::FlightKind kind) const {
        static const Transfers none;
        const auto found = by_end_.find({static_cast<std::uint32_t>(end), kind});
        return found == by_end_.end() ? none : found->second;
    }

  private:
    void add(const facts::History &history, const facts::FlightRecord &record) {
        Transfers &found = by_end_[{record.end, record.kind}];
        found.all.push_back({record.at, history.precision, record.amount});
        found.complete = found.complete && history.overwritten == 0;
        found.countable = found.countable && record.amount < or_more_bytes;
    }

    std::map<std::pair<std::uint32_t, facts::FlightKind>, Transfers> by_end_;
};

/// What was seen on one host, or on the other one.
struct Party {
    Nanos sweep{}; ///< between two of them, at least
    Index index;
};

/// One direction of a connection.
struct Direction {
    const Party &sender;
    const Party &receiver;
    const OuterEnd &from;
    const OuterEnd &to;
};

/// By both clocks as they are, all that was sent and received was so before both ends were seen last: then
/// what is unread there is what was sent and not received.
bool is_at_rest(const Direction &direction, Nanos last_send, Nanos last_receive) {
    return std::max(last_send, last_receive) <= std::min(direction.from.seen, direction.to.seen);
}

/// The least time from a send to the receive that took its last byte; negative: the clocks are wrong. Bytes
/// are counted back from the last ones that were sent, because old records are overwritten; `unread` of these
/// were not received.
std::optional<Nanos> shortest_way(const Transfers &sends, const Transfers &receives, std::uint64_t unread) {
    std::optional<Nanos> shortest;
    std::uint64_t bytes_after = 0;      ///< that were sent after the send which is looked at
    std::uint64_t taken_after = unread; ///< how many of the last bytes come after what `receive` took
    auto receive = receives.all.rbegin();
    for (auto send = sends.all.rbegin(); send != sends.all.rend(); bytes_after += send++->bytes) {
        if (bytes_after < unread)
            continue; // its last byte was not received
        while (receive != receives.all.rend() && taken_after + receive->bytes <= bytes_after)
            taken_after += receive++->bytes;
        if (receive == receives.all.rend())
            break;
        // A send is noted when it returns, and its bytes may have been taken by then.
        const Nanos way = receive->at + receive->precision - send->at + send->precision;
        shortest = std::min(shortest.value_or(way), way);
    }
    return shortest;
}

/// By the flight records: exact, as far as their times are.
std::optional<Nanos> way_by_records(const Direction &direction) {
    const std::optional<std::uint64_t> unread = direction.to.end.unread;
    if (!unread || direction.from.end.unsent.value_or(1) > 0)
        return std::nullopt; // how many bytes are on their way is not known
    const Transfers &sends = direction.sender.index.of(direction.from.end.id, facts::FlightKind::send);
    const Transfers &receives = direction.receiver.index.of(direction.to.end.id, facts::FlightKind::receive);
    if (!sends.countable || !receives.countable)
        return std::nullopt;
    // Where all is there it must add up: splice, for one, passes the hooks by.
    const bool sound = sends.complete && receives.complete
                           ? sends.bytes() == receives.bytes() + *unread
                           : is_at_rest(direction, sends.last(), receives.last());
    return sound ? shortest_way(sends, receives, *unread) : std::nullopt;
}

/// By when a sweep saw that the last bytes were sent, and when that all were received. A sweep stamps what
/// was up to two pauses ago: they are twice as long while nothing is unread.
std::optional<Nanos> way_by_stamps(const Direction &direction) {
    const std::optional<Nanos> sent = direction.from.end.last_send;
    const std::optional<Nanos> received = direction.to.end.last_receive;
    if (!sent || !received || !is_at_rest(direction, *sent, *received))
        return std::nullopt;
    if (direction.to.end.unread != 0U || direction.from.end.unsent != 0U)
        return std::nullopt;
    return *received - *sent + 2 * direction.sender.sweep;
}

std::optional<Nanos> way(const Direction &direction) {
    const std::optional<Nanos> by_records = way_by_records(direction);
    return by_records ? by_records : way_by_stamps(direction);
}

} // namespace

Nanos Bounds::correction() const {
    const Nanos at_most = std::min(Nanos{}, most.value_or(Nanos{}));
    return std::max(at_most, least.value_or(at_most));
}

void Bounds::tighten(const Bounds &other) {
    if (other.least)
        least = std::max(least.value_or(*other.least), *other.least);
    if (other.most)
        most = std::min(most.value_or(*other.most), *other.most);
}

Bounds order_bounds(const Numbered &fixed, const Numbered &moved, const std::vector<Joint> &joined) {
    const Party standing{fixed.recording.meta.policy.sweep, Index(fixed.recording)};
    const Party moving{moved.recording.meta.policy.sweep, Index(moved.recording)};
    Bounds bounds;
    for (const auto &[one, other] : joined) {
        const bool in_order = one.from.recording == fixed.number && other.from.recording == moved.number;
        if (!in_order && (one.from.recording != moved.number || other.from.recording != fixed.number))
            continue;
        const OuterEnd &ours = in_order ? one : other;
        const OuterEnd &theirs = in_order ? other : one;
        // To move the sender to later shortens the way, to move the receiver lengthens it.
        bounds.tighten({.least = {}, .most = way({moving, standing, theirs, ours})});
        const std::optional<Nanos> back = way({standing, moving, ours, theirs});
        bounds.tighten({.least = back ? std::optional(-*back) : std::nullopt, .most = {}});
    }
    return bounds;
}

} // namespace unwedge::recording
