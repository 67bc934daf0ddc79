// SPDX-License-Identifier: GPL-2.0-only
#include "provoke/stage.h"

#include <fmt/format.h>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <optional>
#include <utility>

namespace unwedge::provoke {
namespace {

using namespace std::chrono_literals;

/// Nobody must stay stopped because nobody reads what we print.
bool would_block() {
    pollfd out{STDERR_FILENO, POLLOUT, 0};
    return ::poll(&out, 1, 0) != 1;
}

/// It takes the right to raise what was lowered; else all would end at the lowest priority.
bool may_raise_priorities() {
    const pid_t pid = ::fork();
    if (pid == 0) {
        const int now = ::getpriority(PRIO_PROCESS, 0);
        const bool may = now < lowest_priority && ::setpriority(PRIO_PROCESS, 0, now + 1) == 0 &&
                         ::setpriority(PRIO_PROCESS, 0, now) == 0;
        ::_exit(may ? 0 : 1);
    }
    int status = 1;
    return pid > 0 && ::waitpid(pid, &status, 0) == pid && status == 0;
}

std::string_view name_of(Deed deed) {
    switch (deed) {
    case Deed::stop: return "stop";
    case Deed::renice: return "nice";
    case Deed::move: break;
    }
    return "affinity";
}

} // namespace

Stage::Stage(const Plan &plan, Board &board, const Fd &socket, procfs::Proc proc, int nice)
    : plan_(plan), board_(board), socket_(socket), proc_(std::move(proc)), nice_(nice),
      longest_stop_(plan.spec.stops ? plan.spec.stops->longest : Nanos{}) {
    if (plan_.spec.nice && !may_raise_priorities())
        give_up(Deed::renice, EPERM);
}

Stage::~Stage() {
    for (auto &[slot, part] : parts_)
        release(slot, part);
}

void Stage::play() {
    while (take_messages()) {
        // However late we are, the end is not missed for it.
        for (std::size_t left = agenda_.size(); left > 0 && agenda_.begin()->first <= monotonic_now(); --left)
            do_what_is_due(agenda_.begin()->second);
        wait();
    }
}

void Stage::wait() const {
    pollfd news{socket_.get(), POLLIN, 0};
    if (agenda_.empty()) {
        ::poll(&news, 1, -1);
        return;
    }
    const Nanos left = std::max(agenda_.begin()->first - monotonic_now(), Nanos{});
    const timespec timeout{.tv_sec = static_cast<time_t>(left / 1s),
                           .tv_nsec = static_cast<long>((left % 1s).count())};
    ::ppoll(&news, 1, &timeout, nullptr);
}

bool Stage::take_messages() {
    for (;;) {
        Received received = receive(socket_);
        switch (received.outcome) {
        case Received::Outcome::message: take(std::move(received)); break;
        case Received::Outcome::nothing_yet: return true;
        case Received::Outcome::end: return false;
        }
    }
}

void Stage::take(Received received) {
    const Message &message = received.message;
    if (message.slot >= Board::slots)
        return;
    switch (message.kind) {
    case Message::Kind::appeared: return enter(std::move(received));
    case Message::Kind::renamed:
        if (const auto found = parts_.find(message.slot); found != parts_.end())
            found->second.is_named = message.is_named;
        return;
    case Message::Kind::gone: return leave(message.slot);
    }
}

/// With the first actor the load begins, and not while unwedge gets ready.
void Stage::make_load() {
    if (!plan_.spec.load || load_.size() > 0)
        return;
    const Load &load = *plan_.spec.load;
    load_ = BusyProcesses(load.count, load.cpus.empty() ? plan_.spec.pin : load.cpus, nice_);
    if (load_.size() < load.count)
        spdlog::warn("--provoke cpu: only {} of {} processes could be started", load_.size(), load.count);
}

void Stage::enter(Received received) {
    make_load();
    const Message &message = received.message;
    if (!received.pidfd)
        return; // no descriptor was left for it
    leave(message.slot);
    const std::string lineage(message.lineage.data());
    const auto entry =
        parts_.emplace(message.slot, Part{.subject = Subject(message.pid, std::move(received.pidfd)),
                                          .lineage = lineage,
                                          .is_named = message.is_named,
                                          .appeared = monotonic_now(),
                                          .schedule = Schedule(plan_.spec, plan_.seed, lineage),
                                          .upcoming = {}});
    plan_next(message.slot, entry.first->second);
}

void Stage::leave(std::size_t slot) {
    const auto found = parts_.find(slot);
    if (found == parts_.end())
        return;
    agenda_.erase({found->second.due, slot});
    release(slot, found->second);
    parts_.erase(found);
}

void Stage::put_on_agenda(std::size_t slot, Part &part, Nanos due) {
    part.due = due;
    agenda_.emplace(due, slot);
}

void Stage::plan_next(std::size_t slot, Part &part) {
    if (const std::optional<Step> step = part.schedule.next()) {
        part.upcoming = *step;
        put_on_agenda(slot, part, part.appeared + step->at);
    }
}

/// While an actor is held its other steps wait.
void Stage::do_what_is_due(std::size_t slot) {
    Part &part = parts_.at(slot);
    agenda_.erase({part.due, slot});
    if (part.is_held) {
        release(slot, part);
        return plan_next(slot, part);
    }
    perform(slot, part, part.upcoming);
    if (part.is_held)
        put_on_agenda(slot, part, monotonic_now() + part.upcoming.length);
    else
        plan_next(slot, part);
}

/// For people; null: nothing is against it.
const char *Stage::why_not(Part &part, const Step &step) const {
    if (given_up_.contains(step.deed))
        return "not allowed";
    if (step.deed != Deed::stop)
        return nullptr;
    if (!part.is_named)
        return "it has another name";
    // We are late: it has to get on in between.
    if (monotonic_now() - part.let_go < longest_stop_ / 2)
        return "it was stopped only just now";
    return part.subject.why_not_to_stop(proc_, std::exchange(part.was_stopped, false));
}

void Stage::perform(std::size_t slot, Part &part, const Step &step) {
    const char *const why = why_not(part, step);
    if (spdlog::should_log(spdlog::level::info) && !would_block())
        spdlog::info("provoke {} (pid {}) at {:.3f} s: {}{}", part.lineage, part.subject.pid(),
                     seconds(step.at), text_of(step), why ? fmt::format(" ({})", why) : "");
    if (why)
        return;
    int error = 0;
    switch (step.deed) {
    case Deed::stop: error = hold(slot, part); break;
    case Deed::renice: error = part.subject.renice(proc_, step.nice); break;
    case Deed::move: error = part.subject.move(proc_, step.cpus); break;
    }
    if (error && error != ESRCH)
        give_up(step.deed, error);
}

/// What the board says comes first: unwedge may look at any time.
int Stage::hold(std::size_t slot, Part &part) {
    board_.hold(slot);
    const int error = part.subject.stop();
    if (error)
        board_.let_go(slot, monotonic_now());
    part.is_held = !error;
    return error;
}

void Stage::release(std::size_t slot, Part &part) {
    if (!part.is_held)
        return;
    part.subject.go_on();
    part.let_go = monotonic_now();
    board_.let_go(slot, part.let_go);
    part.is_held = false;
    part.was_stopped = true;
}

/// Said once, and the rest goes on.
void Stage::give_up(Deed deed, int error) {
    if (given_up_.insert(deed).second && !would_block())
        spdlog::warn("--provoke: {} is left out from here on: {}", name_of(deed), std::strerror(error));
}

} // namespace unwedge::provoke
