// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/wakers.h"

#include "diagnosis/attention.h"
#include "diagnosis/health.h"
#include "diagnosis/timer.h"
#include "diagnosis/waits.h"

#include <algorithm>
#include <vector>

namespace unwedge::diagnosis {
namespace {

/// What actors may share without a channel, gathered once for all of them.
struct Shared {
    explicit Shared(const facts::Snapshot &now) {
        for (const auto &[pid, actor] : now.actors) {
            if (actor.exited)
                continue;
            for (const std::string &memory : actor.shared_memory)
                sharers.emplace(memory, pid);
            if (actor.holds_eventfd)
                eventfd_holders.insert(eventfd_holders.end(), pid);
        }
    }

    std::multimap<std::string_view, Pid> sharers; ///< by the memory that locks lie in
    std::set<Pid> eventfd_holders;
};

/// When something last passed through that end, either way; nullopt: that is not known without records.
std::optional<Nanos> last_passage(const Scene &scene, const facts::End &end) {
    const facts::End *peer = scene.end(end.peer);
    const bool is_counted = end.kind == facts::ChannelKind::tcp || end.kind == facts::ChannelKind::pipe;
    if (!is_counted || !peer || is_listener(end))
        return std::nullopt;
    Nanos latest{};
    for (const facts::End *one : {&end, peer})
        for (const std::optional<Nanos> &at : {one->last_receive, one->last_send, one->last_arrival})
            latest = std::max(latest, at.value_or(latest));
    return latest;
}

/// When it last did anything, heartbeats aside: by its records, which tell nothing of pipes; where nothing is
/// recorded, by what has passed through its ends, if that is known of all. And by the programs that it began.
std::optional<Nanos> last_deed(const Scene &scene, const facts::Actor &actor) {
    Nanos latest = actor.started;
    if (actor.doings)
        latest = std::max(latest, actor.doings->last_deed.value_or(latest));
    for (const facts::Hold &hold : actor.holds) {
        const facts::End *end = scene.end(hold.end);
        if (!end || (actor.doings && end->kind != facts::ChannelKind::pipe))
            continue;
        const std::optional<Nanos> passage = last_passage(scene, *end);
        if (!passage && !actor.doings)
            return std::nullopt;
        latest = std::max(latest, passage.value_or(latest));
    }
    for (const facts::Actor *child : scene.children(actor.pid))
        latest = std::max(latest, child->started);
    return latest;
}

/// What time wakes it for, if anything, comes again and again, and for long nothing has come of that but
/// heartbeats.
bool only_ticks(const Scene &scene, const facts::Actor &actor) {
    const Nanos lately = scene.policy().busy_after / 3;
    const auto ticks = [&](const facts::Thread &thread) {
        const Timer timer = timer_of(thread, scene.policy());
        // That of a job that is far away may hide behind the one of a tick, but not be one.
        return timer.known &&
               (!timer.left || (*timer.left <= lately && thread.asleep && *thread.asleep <= lately));
    };
    const Nanos patience = scene.policy().ticks_after();
    const std::optional<Nanos> deed = last_deed(scene, actor);
    return deed && scene.now().at - *deed >= patience && is_quiet(scene, actor, patience) == true &&
           std::ranges::all_of(actor.threads, ticks);
}

/// Gathers who can wake one actor.
class Gatherer {
  public:
    Gatherer(const Scene &scene, const Shared &shared, const facts::Actor &actor)
        : scene_(scene), shared_(shared), actor_(actor) {}

    Wakers gather() {
        const bool alarm_is_due = actor_.alarms.value_or(true);
        found_.open = actor_.threads.empty() || actor_.holds_io_uring || alarm_is_due;
        for (const facts::Thread &thread : actor_.threads)
            if (!found_.open && thread.state != facts::ThreadState::dead)
                add(thread);
        found_.actors.erase(actor_.pid);
        return std::move(found_);
    }

  private:
    void add(const facts::Thread &thread) {
        const Timer timer = timer_of(thread, scene_.policy());
        if (thread.state != facts::ThreadState::sleeping || !timer.known || (timer.left && !ticks()))
            found_.open = true;
        else if (!timer.left || thread.wait.kind != facts::WaitKind::sleep)
            add(thread.wait);
    }

    /// Asked only of who has a timer, and once.
    bool ticks() {
        if (!ticks_)
            ticks_ = only_ticks(scene_, actor_);
        found_.ticks = found_.ticks || *ticks_;
        return *ticks_;
    }

    void add(const facts::Wait &wait) {
        switch (wait.kind) {
        case facts::WaitKind::epoll:
        case facts::WaitKind::poll:
        case facts::WaitKind::select: return add_watches(wait);
        case facts::WaitKind::read:
        case facts::WaitKind::write:
        case facts::WaitKind::accept: return add_call(wait);
        case facts::WaitKind::lock: return add_lock(wait);
        case facts::WaitKind::child: return add_children(wait);
        default: found_.open = true;
        }
    }

    void add_watches(const facts::Wait &wait) {
        if (!wait.watches) {
            found_.open = true;
            return;
        }
        for (const facts::Watch &watch : *wait.watches) {
            if (found_.open) // nobody asks who else
                return;
            add_source(watch.fd, watch.source, watch.process, facts::waits_to_read(watch));
        }
    }

    /// A call that blocks is ended by the time that was set for the socket, too; loops use other timers.
    void add_call(const facts::Wait &wait) {
        const facts::End *end = wait.fd ? scene_.end_of(actor_, *wait.fd) : nullptr;
        if (!wait.fd || (end && end->times_out))
            found_.open = true;
        else
            add_source(*wait.fd, wait.source, std::nullopt, wait.kind != facts::WaitKind::write);
    }

    void add_lock(const facts::Wait &wait) {
        const bool handlers_may_release = wait.lock_memory == "" && actor_.listens_to_signals.value_or(true);
        if (!wait.lock_memory || handlers_may_release) {
            found_.open = true;
            return;
        }
        const auto [first, last] = shared_.sharers.equal_range(*wait.lock_memory);
        for (auto sharer = first; sharer != last; ++sharer)
            found_.actors.insert(sharer->second);
    }

    void add_children(const facts::Wait &wait) {
        const std::vector<const facts::Actor *> children = awaited_children(scene_, actor_, wait);
        // None: one has just ended, or is of another tree.
        found_.open = found_.open || children.empty();
        for (const facts::Actor *child : children)
            found_.actors.insert(child->pid);
    }

    void add_source(int fd, facts::Source source, std::optional<Pid> process, bool reads) {
        switch (source) {
        case facts::Source::channel: return add_channel(fd, reads);
        case facts::Source::event:
            found_.actors.insert(shared_.eventfd_holders.begin(), shared_.eventfd_holders.end());
            return;
        case facts::Source::timer:
            return; // Wait::timerfd has told when; who may set it anew is the actor itself
        case facts::Source::process: {
            const facts::Actor *awaited = process ? scene_.actor(*process) : nullptr;
            if (!awaited || awaited->exited)
                found_.open = true;
            else
                found_.actors.insert(awaited->pid);
            return;
        }
        case facts::Source::unknown: found_.open = true;
        }
    }

    void add_channel(int fd, bool reads) {
        const auto hold = std::ranges::find(actor_.holds, fd, &facts::Hold::fd);
        if (hold == actor_.holds.end() || (!scene_.end(hold->end) && !is_own_pipe(hold->end))) {
            found_.open = true;
            return;
        }
        if (const facts::End *end = scene_.end(hold->end))
            add_end(*end, reads);
    }

    /// Both sides are its own: no snapshot has such pipes among its ends.
    bool is_own_pipe(facts::EndId id) const {
        const facts::EndId other = facts::other_side_of_pipe(id);
        return other && std::ranges::find(actor_.holds, other, &facts::Hold::end) != actor_.holds.end();
    }

    void add_end(const facts::End &end, bool reads) {
        if (is_listener(end)) {
            found_.listens = true;
            found_.open = found_.open || !is_of_this_host(end) || end.unread.value_or(1) > 0;
            return;
        }
        const facts::EndId other = end.pending_on ? end.pending_on : end.peer;
        const bool takes_from_anybody = end.kind == facts::ChannelKind::unix_dgram;
        // What lies there unread, and is asked for, will be read in a moment.
        if (end.held_outside || takes_from_anybody || end.leaves_host || scene_.holders(other).empty() ||
            (reads && end.unread.value_or(1) > 0)) {
            found_.open = true;
            return;
        }
        for (const Holder &holder : scene_.holders(other))
            found_.actors.insert(holder.actor->pid);
        // Who shares the end can shut it down.
        for (const Holder &holder : scene_.holders(end.id))
            found_.actors.insert(holder.actor->pid);
    }

    bool is_of_this_host(const facts::End &listener) const {
        if (listener.kind != facts::ChannelKind::tcp)
            return true;
        const auto &all = scene_.now().listeners;
        const auto found = std::ranges::find(all, listener.id, &facts::Listener::id);
        return found != all.end() && found->loopback;
    }

    const Scene &scene_;
    const Shared &shared_;
    const facts::Actor &actor_;
    std::optional<bool> ticks_;
    Wakers found_;
};

} // namespace

std::map<Pid, Wakers> wakers(const Scene &scene) {
    const Shared shared(scene.now());
    std::map<Pid, Wakers> all;
    for (const auto &[pid, actor] : scene.now().actors)
        if (!actor.exited)
            all.emplace(pid, Gatherer(scene, shared, actor).gather());
    return all;
}

std::optional<std::uint64_t> switches_of(const Scene &scene, const Rest &rest) {
    std::uint64_t sum = 0;
    for (const Pid pid : rest.actors) {
        const facts::Actor *actor = scene.actor(pid);
        if (!actor || actor->exited)
            return std::nullopt;
        if (!rest.ticking.contains(pid))
            sum += switches_of(*actor);
    }
    return sum;
}

Nanos at_rest_since(const Scene &scene, const Rest &rest) {
    Nanos latest{};
    for (const Pid pid : rest.actors) {
        const facts::Actor &actor = *scene.actor(pid);
        if (rest.ticking.contains(pid))
            latest = std::max(latest, last_deed(scene, actor).value_or(scene.now().at));
        else
            for (const facts::Thread &thread : actor.threads)
                latest = std::max(latest, scene.now().at - thread.asleep.value_or(Nanos{}));
    }
    return latest;
}

/// Flight records are stamped with jiffies, and told by a clock that is read at any time in one.
bool rests_still(const Scene &scene, const Rest &rest, std::uint64_t switches, Nanos since) {
    if (switches_of(scene, rest) != switches)
        return false;
    return std::ranges::all_of(rest.ticking, [&](Pid pid) {
        const std::optional<Nanos> deed = last_deed(scene, *scene.actor(pid));
        return deed && *deed <= since + scene.policy().sweep;
    });
}

std::set<Pid> closed_set(const std::map<Pid, Wakers> &all) {
    std::multimap<Pid, Pid> woken_by;
    std::set<Pid> closed;
    std::vector<Pid> live;
    for (const auto &[pid, by] : all) {
        closed.insert(pid);
        bool is_live = by.open;
        for (const Pid waker : by.actors) {
            woken_by.emplace(waker, pid);
            is_live = is_live || !all.contains(waker);
        }
        if (is_live)
            live.push_back(pid);
    }
    while (!live.empty()) {
        const Pid pid = live.back();
        live.pop_back();
        if (closed.erase(pid) == 0)
            continue;
        const auto [first, last] = woken_by.equal_range(pid);
        for (auto one = first; one != last; ++one)
            live.push_back(one->second);
    }
    return closed;
}

std::optional<Standstill> standstill_of(const Scene &scene, Pid pid) {
    const std::map<Pid, Wakers> by = wakers(scene);
    Standstill found{.rest = {.actors = closed_set(by)}};
    if (!found.rest.actors.contains(pid))
        return std::nullopt;
    for (const Pid one : found.rest.actors) {
        found.listens = found.listens || by.at(one).listens;
        if (by.at(one).ticks)
            found.rest.ticking.insert(one);
    }
    return found;
}

} // namespace unwedge::diagnosis
