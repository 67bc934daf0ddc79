// SPDX-License-Identifier: GPL-2.0-only
#include "facts/doings.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace unwedge::facts {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t longest_heartbeat = 256;
constexpr std::size_t fewest_beats = 4;
constexpr Nanos shortest_period = 200ms;
constexpr Nanos reaction = 20ms; ///< what comes sooner after another message belongs to it
/// Beats of the past that were overdue, of all; the latest ones must all be in time.
constexpr double tolerated_share = 0.2;
/// Exchanges that show that a channel is one of strict turns.
constexpr std::uint32_t fewest_turns = 4;

using Records = std::vector<const FlightRecord *>;

bool is_message(const FlightRecord &record) {
    return record.kind == FlightKind::send || record.kind == FlightKind::receive;
}

/// Distances between records that follow each other; needs two.
std::vector<Nanos> distances(const Records &records) {
    std::vector<Nanos> all;
    for (std::size_t i = 1; i < records.size(); ++i)
        all.push_back(records[i]->at - records[i - 1]->at);
    return all;
}

Nanos median(std::vector<Nanos> all) {
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
    std::ranges::nth_element(all, middle);
    return *middle;
}

/// They come at regular distances, and the next one is not overdue.
bool are_regular(const Records &records, Nanos now) {
    if (records.size() < fewest_beats)
        return false;
    const std::vector<Nanos> all = distances(records);
    const Nanos period = median(all);
    if (period < shortest_period || now - records.back()->at > 2 * period)
        return false;
    const auto is_off = [&](Nanos one) { return one < period / 2 || one > period * 3 / 2; };
    const auto latest = all.end() - static_cast<std::ptrdiff_t>(fewest_beats - 1);
    return std::none_of(latest, all.end(), is_off) &&
           static_cast<double>(std::ranges::count_if(all, is_off)) <=
               tolerated_share * static_cast<double>(all.size());
}

/// Most of them come with something the other way, as a question and its answer do. `all`: of their end.
bool are_exchanges(const Records &records, const Records &all) {
    std::size_t paired = 0;
    for (const FlightRecord *one : records)
        paired += std::ranges::any_of(all, [&](const FlightRecord *other) {
            return other->kind != one->kind && is_message(*other) &&
                   std::chrono::abs(other->at - one->at) <= reaction;
        });
    return 2 * paired >= records.size();
}

/// Of the records of one end.
std::set<const FlightRecord *> heartbeats(const Records &all, Nanos now) {
    std::map<std::pair<FlightKind, std::uint32_t>, Records> alike;
    for (const FlightRecord *one : all)
        if (is_message(*one) && one->amount <= longest_heartbeat)
            alike[{one->kind, one->amount}].push_back(one);
    std::set<const FlightRecord *> beats;
    for (const auto &[what, records] : alike)
        if (are_regular(records, now) && !are_exchanges(records, all))
            beats.insert(records.begin(), records.end());
    return beats;
}

/// Goes through the messages of one end in order.
class Talk {
  public:
    /// `from_the_first`: none was overwritten.
    explicit Talk(bool from_the_first) : in_exchange_(from_the_first) {}

    void hear(const FlightRecord &record) {
        const bool sends = record.kind == FlightKind::send;
        count_exchange(record, sends);
        count_turn(record, sends);
        told_.spoke_last = sends;
        spoken_ = true;
    }

    const Conversation &told() const { return told_; }

  private:
    void count_exchange(const FlightRecord &record, bool sends) {
        if (sends) {
            if (told_.asked) {
                ++told_.sent;
                last_send_ = record.at;
            }
            return;
        }
        if (told_.sent > 0 && in_exchange_) {
            told_.messages = told_.answered == 0 ? told_.sent : std::min(told_.messages, told_.sent);
            told_.slowest = std::max(told_.slowest, last_send_ - *told_.asked);
            ++told_.answered;
        }
        // Of the first exchange that is recorded a part may be missing.
        in_exchange_ = in_exchange_ || told_.sent > 0;
        told_.asked = record.at;
        told_.sent = 0;
    }

    /// Turns are strict while sends and receives alternate.
    void count_turn(const FlightRecord &record, bool sends) {
        if (spoken_ && sends == told_.spoke_last)
            return sends ? slip(record.at) : catch_up();
        if (!sends)
            ++(told_.behind > 0 ? told_.shifted : told_.in_turn);
    }

    /// Sends before it has its reply.
    void slip(Nanos at) {
        if (told_.in_turn < fewest_turns)
            return lose_count();
        if (told_.behind++ == 0)
            told_.slipped = at;
    }

    /// Receives without having asked: the reply that it lacked, or it was no channel of strict turns.
    void catch_up() {
        if (told_.behind == 0)
            return lose_count();
        if (--told_.behind == 0) {
            told_.shifted = 0;
            told_.slipped.reset();
        }
    }

    void lose_count() {
        told_.in_turn = told_.shifted = told_.behind = 0;
        told_.slipped.reset();
    }

    Conversation told_;
    Nanos last_send_{};
    bool spoken_ = false;
    bool in_exchange_;
};

} // namespace

Doings doings(const History &history, Nanos now) {
    Doings found;
    std::map<EndId, Records> by_end;
    for (const FlightRecord &record : history.records) {
        if (record.kind == FlightKind::unpark)
            continue;
        if (!found.any && history.overwritten == 0)
            found.first = FirstDeed{record.at, record.kind};
        found.any = true;
        by_end[record.end].push_back(&record);
    }
    found.any = found.any || history.overwritten > 0;
    for (const auto &[end, records] : by_end) {
        const std::set<const FlightRecord *> beats = heartbeats(records, now);
        Talk talk(history.overwritten == 0);
        for (const FlightRecord *one : records) {
            if (beats.contains(one))
                continue;
            found.last_deed = std::max(found.last_deed.value_or(one->at), one->at);
            const auto place = static_cast<std::uint64_t>(one - history.records.data());
            found.deed = std::max(found.deed, history.overwritten + place + 1);
            if (is_message(*one))
                talk.hear(*one);
        }
        if (end != 0)
            found.conversations.emplace(end, talk.told());
    }
    return found;
}

} // namespace unwedge::facts
