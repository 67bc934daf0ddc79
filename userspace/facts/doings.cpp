// SPDX-License-Identifier: GPL-2.0-only
#include "facts/doings.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>
#include <vector>

namespace unwedge::facts {
namespace {

using namespace std::chrono_literals;

constexpr Nanos one_message = 10ms; ///< between two of its calls: more than the records' clock can err
constexpr std::uint64_t longest_heartbeat = 256;
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

/// Calls that move one message: often its length first, and then the rest.
struct Message {
    Records calls;
    std::uint64_t amount = 0;

    Nanos at() const { return calls.front()->at; }
    FlightKind kind() const { return calls.front()->kind; }
};

/// Of one end.
std::vector<Message> messages_of(const Records &records) {
    std::vector<Message> messages;
    for (const FlightRecord *one : records) {
        if (!is_message(*one))
            continue;
        const bool goes_on = !messages.empty() && messages.back().kind() == one->kind &&
                             one->at - messages.back().calls.back()->at <= one_message;
        if (!goes_on)
            messages.emplace_back();
        messages.back().calls.push_back(one);
        messages.back().amount += one->amount;
    }
    return messages;
}

using Messages = std::vector<const Message *>;

/// Distances between messages that follow each other; needs two.
std::vector<Nanos> distances(const Messages &messages) {
    std::vector<Nanos> all;
    for (std::size_t i = 1; i < messages.size(); ++i)
        all.push_back(messages[i]->at() - messages[i - 1]->at());
    return all;
}

Nanos median(std::vector<Nanos> all) {
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
    std::ranges::nth_element(all, middle);
    return *middle;
}

/// They come at regular distances, and the next one is not overdue.
bool are_regular(const Messages &messages, Nanos now) {
    if (messages.size() < fewest_beats)
        return false;
    const std::vector<Nanos> all = distances(messages);
    const Nanos period = median(all);
    if (period < shortest_period || now - messages.back()->at() > 2 * period)
        return false;
    const auto is_off = [&](Nanos one) { return one < period / 2 || one > period * 3 / 2; };
    const auto latest = all.end() - static_cast<std::ptrdiff_t>(fewest_beats - 1);
    return std::none_of(latest, all.end(), is_off) &&
           static_cast<double>(std::ranges::count_if(all, is_off)) <=
               tolerated_share * static_cast<double>(all.size());
}

/// Most of them come with something the other way, as a question and its answer do. `all`: of their end.
bool are_exchanges(const Messages &messages, const std::vector<Message> &all) {
    std::size_t paired = 0;
    for (const Message *one : messages)
        paired += std::ranges::any_of(all, [&](const Message &other) {
            return other.kind() != one->kind() && std::chrono::abs(other.at() - one->at()) <= reaction;
        });
    return 2 * paired >= messages.size();
}

/// Of the records of one end.
std::set<const FlightRecord *> heartbeats(const Records &records, Nanos now) {
    const std::vector<Message> all = messages_of(records);
    std::map<std::pair<FlightKind, std::uint64_t>, Messages> alike;
    for (const Message &one : all)
        if (one.amount <= longest_heartbeat)
            alike[{one.kind(), one.amount}].push_back(&one);
    std::set<const FlightRecord *> beats;
    for (const auto &[what, messages] : alike)
        if (are_regular(messages, now) && !are_exchanges(messages, all))
            for (const Message *one : messages)
                beats.insert(one->calls.begin(), one->calls.end());
    return beats;
}

/// Messages of one end in a row that go the same way.
struct Run {
    FlightKind kind{};
    std::vector<Nanos> at; ///< of each
};

std::vector<Run> runs_of(const Records &messages) {
    std::vector<Run> runs;
    for (const FlightRecord *one : messages) {
        if (runs.empty() || runs.back().kind != one->kind)
            runs.push_back({one->kind, {}});
        runs.back().at.push_back(one->at);
    }
    return runs;
}

/// Of each request, a run of receives, the run of sends that follows is the answer so far.
void count_exchanges(const std::vector<Run> &runs, Conversation &told) {
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (runs[i].kind != FlightKind::receive)
            continue;
        told.asked = runs[i].at.back();
        told.sent = i + 1 < runs.size() ? static_cast<std::uint32_t>(runs[i + 1].at.size()) : 0;
        if (i + 2 >= runs.size())
            return;
        told.messages = told.answered == 0 ? told.sent : std::min(told.messages, told.sent);
        told.slowest = std::max(told.slowest, runs[i + 1].at.back() - runs[i].at.back());
        ++told.answered;
    }
}

/// By how many calls most of its requests are sent, or its replies received; 0: there are none.
std::size_t usual_length(const std::vector<Run> &runs, FlightKind kind) {
    std::map<std::size_t, std::size_t> times;
    for (const Run &run : runs)
        if (run.kind == kind)
            ++times[run.at.size()];
    const auto usual = std::ranges::max_element(times, {}, [](const auto &one) { return one.second; });
    return usual == times.end() ? 0 : usual->first;
}

/// Counts turns: one request, by as many sends as all, and its reply, by as many receives as all.
class Turns {
  public:
    Turns(const std::vector<Run> &runs, Conversation &told)
        : runs_(runs), told_(told), sends_(usual_length(runs, FlightKind::send)),
          receives_(usual_length(runs, FlightKind::receive)) {}

    void count() {
        for (std::size_t i = 0; i < runs_.size(); ++i) {
            const bool is_cut = i == 0 || i + 1 == runs_.size(); // it may have begun before, or go on
            const std::size_t usual = runs_[i].kind == FlightKind::send ? sends_ : receives_;
            const std::size_t length = runs_[i].at.size();
            if (length % usual == 0)
                take(runs_[i], length / usual, usual);
            else if (!is_cut)
                lose_count();
        }
    }

  private:
    void take(const Run &run, std::size_t messages, std::size_t usual) {
        if (run.kind == FlightKind::receive)
            return receive(messages);
        if (messages == 1)
            return;
        if (told_.in_turn < fewest_turns)
            return lose_count();
        if (told_.behind == 0)
            told_.slipped = run.at[usual];
        told_.behind += static_cast<std::uint32_t>(messages - 1);
    }

    /// More than one at once are what it lacked, or it is no channel of strict turns.
    void receive(std::size_t messages) {
        if (messages - 1 > told_.behind)
            return lose_count();
        told_.behind -= static_cast<std::uint32_t>(messages - 1);
        if (messages > 1 && told_.behind == 0) {
            told_.shifted = 0;
            told_.slipped.reset();
        }
        ++(told_.behind > 0 ? told_.shifted : told_.in_turn);
    }

    void lose_count() {
        told_.in_turn = told_.shifted = told_.behind = 0;
        told_.slipped.reset();
    }

    const std::vector<Run> &runs_;
    Conversation &told_;
    std::size_t sends_;
    std::size_t receives_;
};

Conversation conversation(const Records &messages) {
    Conversation told;
    const std::vector<Run> runs = runs_of(messages);
    told.spoke_last = !runs.empty() && runs.back().kind == FlightKind::send;
    count_exchanges(runs, told);
    Turns(runs, told).count();
    return told;
}

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
        Records messages;
        for (const FlightRecord *one : records) {
            if (beats.contains(one))
                continue;
            const auto place = static_cast<std::uint64_t>(one - history.records.data());
            found.last_deed = std::max(found.last_deed.value_or(one->at), one->at);
            found.deed = std::max(found.deed, history.overwritten + place + 1);
            if (is_message(*one))
                messages.push_back(one);
        }
        if (end != 0)
            found.conversations.emplace(end, conversation(messages));
    }
    return found;
}

} // namespace unwedge::facts
