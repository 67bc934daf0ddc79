// SPDX-License-Identifier: GPL-2.0-only
#include "session/provocations.h"

#include "facts/actor_name.h"
#include "provoke/cpus.h"
#include "provoke/message.h"
#include "util/fd.h"
#include "util/pidfd.h"

#include <fnmatch.h>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <new>
#include <numeric>
#include <utility>

namespace unwedge::session {
namespace {

using namespace std::chrono_literals;

/// It only has to let some go on, and has the highest priority where it may; but somebody may have stopped
/// it.
constexpr Nanos patience_with_the_helper = 2s;
/// What is matched of a name: it is a stranger's, and globs go back and forth.
constexpr std::size_t longest_name = 128;

bool matches(const std::string &glob, const std::string &name) {
    return ::fnmatch(glob.c_str(), name.substr(0, longest_name).c_str(), 0) == 0;
}

provoke::Message message_of(provoke::Message::Kind kind, std::size_t slot) {
    provoke::Message message;
    message.kind = kind;
    message.slot = static_cast<std::uint16_t>(slot);
    return message;
}

/// Parents before their children.
std::vector<facts::Pid> by_age(const Tree &tree) {
    std::vector<facts::Pid> pids;
    pids.reserve(tree.members().size());
    for (const auto &[pid, member] : tree.members())
        pids.push_back(pid);
    std::ranges::stable_sort(pids, {}, [&](facts::Pid pid) { return tree.members().at(pid).started; });
    return pids;
}

} // namespace

std::uint64_t drawn_seed() {
    std::uint32_t seed = 0; // short enough to be typed
    if (::getrandom(&seed, sizeof(seed), 0) != static_cast<ssize_t>(sizeof(seed)))
        seed = static_cast<std::uint32_t>(monotonic_now().count());
    return seed;
}

report::Provoked provoked_by(const provoke::Plan &plan) {
    return {.spec = plan.spec.text, .seed = plan.seed};
}

void Provocations::Unmap::operator()(provoke::Board *board) const {
    ::munmap(board, sizeof(provoke::Board));
}

Result<Provocations> Provocations::start(const provoke::Plan &plan) {
    void *shared =
        ::mmap(nullptr, sizeof(provoke::Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return errno_error("shared memory for --provoke", errno);
    Provocations made;
    made.plan_ = &plan;
    made.board_.reset(new (shared) provoke::Board);
    Result<provoke::Helper> helper = provoke::start_helper(plan, *made.board_);
    if (!helper)
        return helper.error();
    made.helper_ = std::make_unique<provoke::Helper>(std::move(*helper));
    made.free_slots_.resize(provoke::Board::slots);
    std::iota(made.free_slots_.rbegin(), made.free_slots_.rend(), 0U);
    return made;
}

std::optional<pid_t> Provocations::helper() const {
    return helper_ ? std::optional(helper_->pid) : std::nullopt;
}

void Provocations::pin(facts::Pid command) const {
    if (!plan_ || plan_->spec.pin.empty())
        return;
    if (const int failed = provoke::run_on(command, plan_->spec.pin))
        spdlog::warn("--provoke: pin is left out: {}", std::strerror(failed));
}

bool Provocations::is_named(const Member &member) const {
    const std::optional<provoke::Stops> &stops = plan_->spec.stops;
    return stops && (stops->names.empty() || matches(stops->names, member.comm) ||
                     matches(stops->names, facts::actor_name(member.argv, member.comm)));
}

std::optional<std::size_t> Provocations::take_slot() {
    if (free_slots_.empty()) {
        if (!std::exchange(told_of_limit_, true))
            spdlog::warn("--provoke: only {} actors at once are stopped and moved; the others are left alone",
                         provoke::Board::slots);
        return std::nullopt;
    }
    const std::size_t slot = free_slots_.back();
    free_slots_.pop_back();
    return slot;
}

/// Once; and again if it got another name. What finds no room in the socket is told the next time.
void Provocations::tell(const Watcher &watcher, facts::Pid pid, const Member &member, Known &known) {
    const bool named = is_named(member);
    if (known.slot) {
        if (named == known.is_named)
            return;
        provoke::Message message = message_of(provoke::Message::Kind::renamed, *known.slot);
        message.is_named = named;
        if (provoke::send(helper_->socket, message) == 0)
            known.is_named = named;
        return;
    }
    const Fd pidfd = open_pidfd(pid);
    if (!pidfd || !watcher.is_actor(pidfd, pid))
        return;
    const std::optional<std::size_t> slot = take_slot();
    if (!slot)
        return;
    provoke::Message message = message_of(provoke::Message::Kind::appeared, *slot);
    message.pid = pid;
    message.is_named = known.is_named = named;
    known.lineage.copy(message.lineage.data(), message.lineage.size() - 1);
    if (provoke::send(helper_->socket, message, pidfd.get()) == 0)
        known.slot = slot;
    else
        free_slots_.push_back(*slot);
}

/// A slot is given anew at once: until the helper has read that, what stands there is about a dead one, and
/// calls no more than it should ours.
void Provocations::forget_who_is_gone(const Watcher &watcher) {
    const std::map<facts::Pid, Member> &members = watcher.tree().members();
    for (auto known = known_.begin(); known != known_.end();) {
        const auto member = members.find(known->first);
        const bool is_there = member != members.end() && member->second.started == known->second.started;
        std::optional<std::size_t> &slot = known->second.slot;
        if (slot && (!is_there || member->second.exited)) {
            if (provoke::send(helper_->socket, message_of(provoke::Message::Kind::gone, *slot)) == EAGAIN) {
                ++known;
                continue;
            }
            free_slots_.push_back(*slot);
            slot.reset();
        }
        if (is_there) {
            ++known;
            continue;
        }
        lineage_.forget(known->first);
        known = known_.erase(known);
    }
}

/// Those that have ended, too: they may be parents.
void Provocations::meet(const Watcher &watcher) {
    for (const facts::Pid pid : by_age(watcher.tree())) {
        const Member &member = watcher.tree().members().at(pid);
        const auto [entry, is_new] = known_.try_emplace(pid);
        Known &known = entry->second;
        if (is_new) {
            known.started = member.started;
            known.lineage = lineage_.add(pid, member.ppid);
        }
        if (!member.exited && known.started == member.started)
            tell(watcher, pid, member, known);
    }
}

bool Provocations::helper_ends(Nanos within) const {
    pollfd ended{helper_->pidfd.get(), POLLIN, 0};
    return ::poll(&ended, 1, static_cast<int>(within / 1ms)) > 0;
}

/// Whoever the helper has not let go, because it was killed.
void Provocations::let_all_go() const {
    for (const auto &[pid, known] : known_) {
        if (!known.slot || !board_->is_held(*known.slot))
            continue;
        const Fd pidfd = open_pidfd(pid);
        if (pidfd && watcher_->is_actor(pidfd, pid))
            send_signal(pidfd, SIGCONT);
    }
}

void Provocations::follow(const Watcher &watcher) {
    if (!helper_)
        return;
    watcher_ = &watcher;
    if (helper_ends(0s)) {
        spdlog::warn("--provoke: the process that does it has been ended; the command goes on without");
        return end();
    }
    forget_who_is_gone(watcher);
    meet(watcher);
}

bool Provocations::held(facts::Pid pid, Nanos since) const {
    const auto known = known_.find(pid);
    if (known == known_.end())
        return false;
    const std::optional<std::size_t> slot = known->second.slot;
    return slot && board_->was_held(*slot, since);
}

void Provocations::end() {
    if (!helper_)
        return;
    helper_->socket.reset();
    if (!helper_ends(patience_with_the_helper)) {
        ::kill(helper_->pid, SIGKILL); // a child of ours, and not reaped: it is that one
        helper_ends(patience_with_the_helper);
    }
    let_all_go();
    ::waitpid(helper_->pid, nullptr, WNOHANG | __WCLONE);
    helper_.reset();
}

} // namespace unwedge::session
