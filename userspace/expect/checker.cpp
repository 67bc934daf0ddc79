// SPDX-License-Identifier: GPL-2.0-only
#include "expect/checker.h"

#include "expect/doubles.h"
#include "expect/leftovers.h"
#include "expect/phrases.h"
#include "util/printable.h"
#include "util/units.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace unwedge::expect {
namespace {

constexpr std::size_t most_others = 4;
/// Of these the oldest are given up: who tries so often and so fast is refused.
constexpr std::size_t most_unanswered = 4096;

bool is_of_family(SocketFamily wanted, int family) {
    switch (wanted) {
    case SocketFamily::any: return true;
    case SocketFamily::inet: return family == AF_INET || family == AF_INET6;
    case SocketFamily::unix_socket: break;
    }
    return family == AF_UNIX;
}

std::string family_text(int family) {
    switch (family) {
    case AF_UNIX: return "UNIX";
    case AF_INET: return "IPv4";
    case AF_INET6: return "IPv6";
    case AF_NETLINK: return "netlink";
    default: return fmt::format("family {}", family);
    }
}

bool is_tcp(const facts::Connecting &call) {
    return call.to.kind == facts::SocketAddress::Kind::tcp;
}

std::string connecting_text(const facts::Connecting &call) {
    if (call.error)
        return fmt::format("tried to connect to {} ({})", text_of(call.to), ::strerror(call.error));
    return fmt::format("{} to {}", is_tcp(call) ? "began to connect" : "connected", text_of(call.to));
}

bool goes_by_syscalls(const Expectation &expectation) {
    return calls_for({expectation}).any_by_syscall();
}

/// What was lost of this kind may be what the word is about.
bool may_hide(std::string_view kind, Word word) {
    if (kind == "argv")
        return word == Word::actor || word == Word::no_actor;
    if (kind == "ends")
        return word == Word::connect || word == Word::no_listeners || word == Word::no_close_wait;
    return kind == "events" || kind == "actors";
}

} // namespace

Checker::Checker(std::vector<Expectation> expectations, std::set<std::string> local, Source source)
    : local_(std::move(local)), source_(source) {
    for (Expectation &one : expectations)
        cases_.push_back({.expectation = std::move(one)});
}

void Checker::begin(facts::Pid root, const std::vector<std::string> &argv, Nanos at) {
    began_ = at;
    saw_actor(roster_.begin(root, argv), at);
}

void Checker::note(Case &one, Sighting sighting) {
    if (one.first)
        ++one.more;
    else
        one.first = std::move(sighting);
}

void Checker::note_other(Case &one, std::string text) {
    if (one.others.size() < most_others && std::ranges::find(one.others, text) == one.others.end())
        one.others.push_back(std::move(text));
}

void Checker::saw_actor(const Roster::Entry &who, Nanos at) {
    for (Case &one : cases_) {
        if (one.expectation.word != Word::actor && one.expectation.word != Word::no_actor)
            continue;
        if (!who->is_called(one.expectation.value))
            note_other(one, who->text());
        else if (!one.first) // that it forks or runs another program makes it no other
            note(one, {at, who, "was there"});
    }
}

void Checker::saw_spawn(const Roster::Entry &parent, const Roster::Entry &child, Nanos at) {
    for (Case &one : cases_)
        if (one.expectation.word == Word::no_spawn)
            note(one, {at, child, fmt::format("was started by {}", parent->text())});
}

void Checker::saw(const facts::Event &event) {
    const Roster::Entry who = roster_.saw(event);
    if (!who)
        return;
    const Nanos at = std::visit([](const auto &one) { return one.at; }, event);
    saw_actor(who, at);
    if (const auto *forked = std::get_if<facts::Forked>(&event))
        saw_spawn(roster_.of(forked->parent), who, at);
}

void Checker::saw(const facts::Call &call) {
    std::visit([this](const auto &one) { take(one); }, call);
}

/// Whether a TCP connection got through is told later.
void Checker::take_wanted_connection(Case &one, const facts::Connecting &call) {
    Sighting sighting{call.at, roster_.of(call.pid), connecting_text(call)};
    const bool fits = is_connected_to(one.expectation.address, call.to, local_);
    if (fits && is_tcp(call) && !one.first)
        one.unanswered.insert_or_assign(call.end, sighting);
    if (one.unanswered.size() > most_unanswered)
        one.unanswered.erase(one.unanswered.begin());
    if (fits && !is_tcp(call) && !call.error)
        note(one, std::move(sighting));
    else
        note_other(one, tell(sighting));
}

void Checker::take(const facts::Connecting &call) {
    for (Case &one : cases_) {
        if (one.expectation.word == Word::connect)
            take_wanted_connection(one, call);
        else if (one.expectation.word == Word::no_connect &&
                 is_connected_to(one.expectation.address, call.to, local_))
            note(one, {call.at, roster_.of(call.pid), connecting_text(call)});
    }
}

void Checker::take(const facts::Connected &call) {
    for (Case &one : cases_) {
        auto begun = one.unanswered.extract(call.end);
        if (!begun)
            continue;
        Sighting sighting = std::move(begun.mapped());
        sighting.at = call.at;
        note(one, std::move(sighting));
        one.unanswered.clear(); // one suffices
    }
}

void Checker::take(const facts::Listening &call) {
    for (Case &one : cases_) {
        const Word word = one.expectation.word;
        if (word != Word::listen && word != Word::no_listen)
            continue;
        Sighting sighting{call.at, call.pid ? roster_.of(call.pid) : nullptr,
                          "listened at " + text_of(call.on)};
        if (is_reached_at(one.expectation.address, call.on))
            note(one, std::move(sighting));
        else
            note_other(one, tell(sighting));
    }
}

void Checker::take(const facts::SocketMade &call) {
    for (Case &one : cases_)
        if (one.expectation.word == Word::no_socket && is_of_family(one.expectation.family, call.family))
            note(one, {call.at, roster_.of(call.pid),
                       fmt::format("made a {} ({})", call.pair ? "pair of sockets" : "socket",
                                   family_text(call.family))});
}

/// Only where nothing else tells: a look shows who listens, not since when.
void Checker::saw(const facts::Snapshot &look) {
    if (source_ == Source::events)
        return;
    for (const facts::Listener &listener : look.listeners)
        take(facts::Listening{look.at, 0, address_of_listener(listener.address)});
}

std::string Checker::tell(const Sighting &sighting) const {
    return fmt::format("{} {} after {}", sighting.who ? sighting.who->text() : "somebody", sighting.deed,
                       duration_text(sighting.at - began_));
}

/// Why what was not seen may have been there; "": it was not.
std::string Checker::doubt(const Expectation &expectation, const Ending &ending) const {
    if (!ending.watched)
        return "tracing stopped before the end";
    for (const auto &[kind, count] : ending.losses)
        if (count > 0 && may_hide(kind, expectation.word))
            return fmt::format("not all was seen: {} {} lost", count, kind);
    if (goes_by_syscalls(expectation) && ending.calls_of_others > 0)
        return "32-bit code made system calls on sockets, which are not understood";
    if (source_ == Source::looks && !is_about_the_end(expectation))
        return "without BPF what is short is not seen";
    return "";
}

Outcome Checker::judge_presence(const Case &one, const Ending &ending) const {
    const Expectation &expectation = one.expectation;
    Outcome outcome{expectation.spec, Finding::held, phrase_of(expectation), ""};
    const bool late = one.first && expectation.within && one.first->at - began_ > *expectation.within;
    if (one.first)
        outcome.text = tell(*one.first);
    if (one.first && !late)
        return outcome;
    const std::string unseen = doubt(expectation, ending);
    outcome.finding = unseen.empty() ? Finding::failed : Finding::unknown;
    if (!unseen.empty())
        outcome.text = unseen;
    else if (!late)
        outcome.text = one.others.empty() ? "there was none at all"
                                          : fmt::format("there was {}", fmt::join(one.others, ", "));
    return outcome;
}

Outcome Checker::judge_absence(const Case &one, const Ending &ending) const {
    Outcome outcome{one.expectation.spec, Finding::failed, phrase_of(one.expectation), ""};
    if (one.first) {
        outcome.text = tell(*one.first);
        if (one.more > 0)
            outcome.text += fmt::format(", and {} more", one.more);
        return outcome;
    }
    outcome.text = doubt(one.expectation, ending);
    outcome.finding = outcome.text.empty() ? Finding::held : Finding::unknown;
    if (outcome.text.empty())
        outcome.text = "there was none";
    return outcome;
}

/// The command's end is told by wait(2): there is no doubt about it.
Outcome Checker::judge_end(const Expectation &expectation, const Ending &ending) const {
    Outcome outcome{expectation.spec, Finding::failed, phrase_of(expectation), ""};
    const std::string after = duration_text(ending.at - began_);
    if (ending.by_unwedge) {
        outcome.text = fmt::format("unwedge ended it after {}", after);
        return outcome;
    }
    const std::string status = ending.signal
                                   ? fmt::format("{} ({})", ending.status, signal_text(*ending.signal))
                                   : fmt::format("{}", ending.status);
    outcome.text = fmt::format("it ended after {} with status {}", after, status);
    const bool held = expectation.word == Word::exit
                          ? ending.status == expectation.status
                          : !expectation.within || ending.at - began_ <= *expectation.within;
    outcome.finding = held ? Finding::held : Finding::failed;
    return outcome;
}

Outcome Checker::judge_lines(const Expectation &expectation, const Ending &ending) const {
    Outcome outcome{expectation.spec, Finding::failed, phrase_of(expectation), ""};
    std::size_t others = 0;
    for (const facts::Writing &writing : ending.writings)
        if (const std::optional<std::string> deed = doubling(writing)) {
            if (outcome.text.empty())
                outcome.text = fmt::format("{} {}", roster_.text_of(writing.pid), *deed);
            else
                ++others;
        }
    if (others > 0)
        outcome.text += fmt::format(", and {} more {}", others, others == 1 ? "process" : "processes");
    if (!outcome.text.empty())
        return outcome;
    outcome.text = doubt(expectation, ending);
    if (outcome.text.empty() && ending.writes_missed > 0)
        outcome.text = fmt::format("{} writes could not be looked at", ending.writes_missed);
    outcome.finding = outcome.text.empty() ? Finding::held : Finding::unknown;
    if (outcome.text.empty())
        outcome.text = "no process doubles its lines";
    return outcome;
}

Outcome Checker::judge_one(const Case &one, const Ending &ending) const {
    switch (one.expectation.word) {
    case Word::actor:
    case Word::listen:
    case Word::connect: return judge_presence(one, ending);
    case Word::no_actor:
    case Word::no_listen:
    case Word::no_connect:
    case Word::no_spawn:
    case Word::no_socket: return judge_absence(one, ending);
    case Word::ends:
    case Word::exit: return judge_end(one.expectation, ending);
    case Word::log_once: return judge_lines(one.expectation, ending);
    case Word::no_orphans:
    case Word::no_listeners:
    case Word::no_close_wait: break;
    }
    return judge_leftovers(one.expectation, ending, doubt(one.expectation, ending));
}

std::vector<Outcome> Checker::judge(const Ending &ending) const {
    std::vector<Outcome> outcomes;
    outcomes.reserve(cases_.size());
    for (const Case &one : cases_)
        outcomes.push_back(judge_one(one, ending));
    return outcomes;
}

} // namespace unwedge::expect
