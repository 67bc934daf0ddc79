// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/late_boot.h"
#include "diagnosis/reader.h"
#include "diagnosis/rhythm.h"
#include "diagnosis/rules/rules.h"
#include "diagnosis/waits.h"
#include "diagnosis/wakers.h"

#include "util/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>

#include <sys/wait.h>

namespace unwedge::diagnosis::rules {
namespace {

/// What one actor cannot go on without. In order of how much it says.
enum class Need {
    child, ///< its end: an idle program below a shell is waited for, too, and is no wedge
    reads, ///< blocks until something comes
    owed,  ///< has asked, and waits for the answer
    lock,  ///< that thread of another holds
    sends  ///< blocks until it is read
};

/// From one actor to the one that it waits for.
struct Step {
    const facts::Actor *from = nullptr;
    const facts::Actor *to = nullptr;
    Need need{};
    facts::EndId end = 0; ///< the end of `to`; 0: none
    int fd = -1;          ///< of `to`
    facts::EndId own = 0; ///< the end of `from`; 0: none
    std::string why;
};

/// Finds why nobody of a closed set goes on: the way from the command along what each cannot go on without.
class Search {
  public:
    Search(const Scene &scene, const std::set<Pid> &closed) : scene_(scene), closed_(closed) {}

    /// Ends where somebody waits for nobody, or for one who was met before.
    void go_from(const facts::Actor &root) {
        const facts::Actor *at = &root;
        while (true) {
            met_.push_back(at);
            const std::optional<Step> step = strongest_step(*at);
            if (!step)
                return;
            way_.push_back(*step);
            if (std::ranges::find(met_, step->to) != met_.end())
                return close_circle(step->to);
            at = step->to;
        }
    }

    const facts::Actor &last() const { return *met_.back(); }
    const std::vector<Step> &way() const { return way_; }
    /// The steps of the circle that it ended in, in order; empty: it ended with last().
    const std::vector<Step> &circle() const { return circle_; }

  private:
    void close_circle(const facts::Actor *again) {
        const auto begin = std::ranges::find(way_, again, &Step::from);
        circle_.assign(begin, way_.end());
    }

    std::optional<Step> strongest_step(const facts::Actor &actor) const {
        std::vector<Step> steps;
        for (const facts::Thread &thread : actor.threads) {
            add_calls(actor, thread, steps);
            add_owed(actor, thread, steps);
        }
        if (steps.empty())
            return std::nullopt;
        return *std::ranges::max_element(steps, {}, &Step::need);
    }

    bool is_in(const facts::Actor *actor) const { return actor && closed_.contains(actor->pid); }

    void add_calls(const facts::Actor &actor, const facts::Thread &thread, std::vector<Step> &steps) const {
        const facts::Wait &wait = thread.wait;
        if (wait.kind == facts::WaitKind::child) {
            for (const facts::Actor *child : awaited_children(scene_, actor, wait))
                if (is_in(child))
                    steps.push_back({&actor, child, Need::child, 0, -1, 0,
                                     fmt::format("waits in {} until {} ends", wait.call, child->pid)});
        } else if (wait.kind == facts::WaitKind::lock && wait.on) {
            if (const facts::Actor *owner = owner_of(*wait.on); is_in(owner) && owner != &actor)
                steps.push_back(
                    {&actor, owner, Need::lock, 0, -1, 0,
                     fmt::format("waits for a lock that thread {} of {} holds", *wait.on, owner->pid)});
        } else if (wait.kind == facts::WaitKind::read || wait.kind == facts::WaitKind::write) {
            const bool writes = wait.kind == facts::WaitKind::write;
            if (wait.fd)
                add_channel(actor, *wait.fd, writes ? Need::sends : Need::reads,
                            fmt::format("waits in {} {}", wait.call, writes ? "to send to" : "for"), steps);
        }
    }

    void add_owed(const facts::Actor &actor, const facts::Thread &thread, std::vector<Step> &steps) const {
        if (!thread.wait.watches)
            return;
        for (const facts::Watch &watch : *thread.wait.watches) {
            const facts::End *end = scene_.end_of(actor, watch.fd);
            if (end && facts::waits_to_read(watch) && is_owed(scene_, actor, *end))
                add_channel(actor, watch.fd, Need::owed,
                            fmt::format("waits in {} for the answer of", thread.wait.call), steps);
        }
    }

    void add_channel(const facts::Actor &actor, int fd, Need need, const std::string &deed,
                     std::vector<Step> &steps) const {
        const facts::End *own = scene_.end_of(actor, fd);
        const facts::End *other = own ? scene_.end(own->peer) : nullptr;
        if (!other || scene_.holders(other->id).empty())
            return;
        if (need == Need::reads && is_owed(scene_, actor, *own))
            need = Need::owed;
        const Holder holder = counterpart(actor, *other);
        if (is_in(holder.actor) && holder.actor != &actor)
            steps.push_back({&actor, holder.actor, need, other->id, holder.fd, own->id,
                             fmt::format("{} {} on fd {}", deed, holder.actor->pid, fd)});
    }

    /// Of several who hold the other side: whose it is to read it, if that is another.
    Holder counterpart(const facts::Actor &actor, const facts::End &other) const {
        const Reader reader = reader_of(scene_, other, attendance(scene_, other));
        if (reader.holder.actor != &actor)
            return reader.holder;
        const auto &all = scene_.holders(other.id);
        const auto found = std::ranges::find_if(all, [&](const Holder &one) { return one.actor != &actor; });
        return found == all.end() ? reader.holder : *found;
    }

    const facts::Actor *owner_of(Pid tid) const {
        for (const Pid pid : closed_)
            if (const facts::Actor *actor = scene_.actor(pid); thread_of(*actor, tid))
                return actor;
        return nullptr;
    }

    const Scene &scene_;
    const std::set<Pid> &closed_;
    std::vector<const facts::Actor *> met_;
    std::vector<Step> way_;
    std::vector<Step> circle_;
};

/// The thread by which an actor stands: one that waits for a lock, else the first.
const facts::Thread &standing_thread(const facts::Actor &actor) {
    const auto locked_out = [](const facts::Thread &one) { return one.wait.kind == facts::WaitKind::lock; };
    const auto found = std::ranges::find_if(actor.threads, locked_out);
    return found == actor.threads.end() ? actor.threads.front() : *found;
}

bool any_parked(const facts::Actor &actor) {
    return std::ranges::any_of(actor.threads, is_parked);
}

bool in_shared_lock(const facts::Thread &thread) {
    return thread.wait.kind == facts::WaitKind::lock && !thread.wait.lock_memory.value_or("").empty();
}

/// Something came, or a peer went, so lately that the rules about what nobody reads have yet to see it last:
/// they say more than the proof.
bool is_too_early(const Scene &scene, const std::set<Pid> &closed) {
    const auto lately = [&](const std::optional<Nanos> &since) {
        return since && scene.now().at - *since < scene.policy().stall_after;
    };
    const auto unsettled = [&](const facts::Hold &hold) {
        const facts::End *end = scene.end(hold.end);
        return end &&
               ((end->unread.value_or(0) > 0 && lately(end->unread_since)) || lately(end->closed_since));
    };
    return std::ranges::any_of(
        closed, [&](Pid pid) { return std::ranges::any_of(scene.actor(pid)->holds, unsettled); });
}

bool has_taken_all(const Scene &scene, facts::EndId id) {
    const facts::End *end = scene.end(id);
    return end && end->unread == 0U;
}

/// Reads a channel that somebody beside it got by a fork and did not close: neither an ancestor, which might
/// mean it, nor as a standard stream.
bool is_withheld(const Scene &scene, const Step &step) {
    if (step.need != Need::reads || step.fd <= last_standard_stream)
        return false;
    const facts::End *end = scene.end(step.end);
    if (holds(*step.from, step.end)) // a pool's parent holds both sides, and means it
        return false;
    std::set<Pid> met;
    for (const facts::Actor *at = step.from; at && met.insert(at->pid).second; at = scene.actor(at->ppid))
        if (at == step.to)
            return false;
    return end && end->kind == facts::ChannelKind::pipe;
}

/// Waits for the end of a pipe whose only writer it is itself.
const facts::Thread *reads_from_itself(const Scene &scene, const facts::Actor &actor) {
    const auto reads = [&](const facts::Thread &thread) {
        if (thread.wait.kind != facts::WaitKind::read || !thread.wait.fd)
            return false;
        const auto hold = std::ranges::find(actor.holds, *thread.wait.fd, &facts::Hold::fd);
        return hold != actor.holds.end() && !scene.end(hold->end) &&
               facts::other_side_of_pipe(hold->end) != 0;
    };
    const auto found = std::ranges::find_if(actor.threads, reads);
    return found == actor.threads.end() ? nullptr : &*found;
}

struct Finding {
    Kind kind{};
    const facts::Actor *actor = nullptr;
    const Step *through = nullptr; ///< by which it is waited for; null: by nobody
    std::string why;               ///< about the actor itself; "": nothing
    bool inferred = false;
    std::string awaits;   ///< what may yet make it go on; "": nothing known
    std::string recorded; ///< what its flight records tell; "": nothing
};

std::optional<Finding> judge_circle(const Search &search) {
    const std::vector<Step> &circle = search.circle();
    // A parent that waits for its child's end, and a child that waits for more from it, say the same from two
    // sides.
    const Step &youngest =
        *std::ranges::max_element(circle, {}, [](const Step &one) { return one.to->started; });
    return Finding{Kind::deadlock, youngest.to, &youngest, "", false};
}

/// Somebody may be idle who asks for jobs, and has not got one for long: he is to be told from one who has
/// asked a question by that somebody else waits for him. With a listener the job may come from outside, too.
bool may_ask_for_jobs(const Search &search, const Standstill &standstill) {
    const std::vector<Step> &way = search.way();
    const auto waits_for_its_end = [](const Step &step) { return step.need == Need::child; };
    const bool is_missed = way.size() == 1 || !std::all_of(way.begin(), way.end() - 1, waits_for_its_end);
    return !standstill.is_proven() && (standstill.listens || !is_missed);
}

/// It is idle, and an answer of it is owed.
Finding judge_answer(const Scene &scene, const Step &through, const facts::Thread &thread) {
    const facts::Actor &last = *through.to;
    const facts::End *own = scene.end(through.own);
    const bool answered_before = own && own->ever_received.value_or(false);
    const bool blocks = std::ranges::any_of(through.from->threads, [&](const facts::Thread &one) {
        return one.wait.kind == facts::WaitKind::read && one.wait.fd &&
               scene.end_of(*through.from, *one.wait.fd) == own;
    });
    return {.kind = Kind::unanswered,
            .actor = &last,
            .through = &through,
            .why = fmt::format("it took what it was sent, and thread {} is idle in {}", thread.tid,
                               thread.wait.call),
            .inferred = !answered_before && !blocks, // may have been told something, not asked
            .recorded = rhythm_text(scene, last, through.end).value_or("")};
}

std::optional<Finding> judge_last(const Scene &scene, const Search &search, const Standstill &standstill) {
    const facts::Actor &last = search.last();
    const Step *through = search.way().empty() ? nullptr : &search.way().back();
    const facts::Thread &thread = standing_thread(last);
    if (const facts::Thread *reader = reads_from_itself(scene, last))
        return Finding{Kind::eof_withheld, &last, through,
                       fmt::format("thread {} reads a pipe on fd {} whose only writer is {} itself",
                                   reader->tid, reader->wait.fd.value_or(-1), last.pid),
                       false};
    if (in_shared_lock(thread))
        return Finding{
            Kind::orphaned_lock, &last, through,
            fmt::format("thread {} waits for a lock in memory that it shares, and nobody who shares it "
                        "can run",
                        thread.tid),
            true};
    if (thread.wait.kind == facts::WaitKind::lock && !any_parked(last))
        return Finding{
            Kind::closed_wait, &last, through,
            fmt::format("thread {} waits in {} for a lock of its own process, none of whose threads can run",
                        thread.tid, thread.wait.call),
            false};
    // It idles. Who waits for its end, or reads what it prints, may run a service, and nobody misses
    // anything.
    if (through && through->need == Need::owed && has_taken_all(scene, through->end) &&
        !may_ask_for_jobs(search, standstill))
        return judge_answer(scene, *through, thread);
    return std::nullopt;
}

bool awaits_something(const Search &search) {
    return std::ranges::any_of(search.way(), [](const Step &step) { return step.need != Need::child; });
}

/// Killed by a signal that nobody sends to end a worker in good order.
std::optional<int> violent_death(const facts::Actor &actor) {
    const int status = actor.exit_status.value_or(0);
    if (!actor.exited || !WIFSIGNALED(status))
        return std::nullopt;
    switch (WTERMSIG(status)) {
    case SIGTERM:
    case SIGINT:
    case SIGHUP:
    case SIGQUIT:
    case SIGPIPE:
    case SIGALRM: return std::nullopt;
    default: return WTERMSIG(status);
    }
}

/// Who is parked in its loop may only have nothing to say; who is blocked will never say it.
std::optional<Finding> find_late_boot(const Scene &scene, const Standstill &standstill) {
    const std::optional<LateBoot> late = late_boot(scene, standstill.rest.actors);
    if (!late)
        return std::nullopt;
    return Finding{.kind = Kind::boot_wedge,
                   .actor = late->actor,
                   .inferred = true,
                   .awaits = any_parked(*late->actor) ? "a first message to it" : "",
                   .recorded = late->why};
}

/// A worker that was killed took with it what it had taken.
std::optional<Finding> find_lost(const Scene &scene, const Search &search, const std::set<Pid> &closed) {
    if (!awaits_something(search))
        return std::nullopt;
    for (const auto &[pid, actor] : scene.now().actors)
        if (const std::optional<int> signal = violent_death(actor); signal && closed.contains(actor.ppid))
            return Finding{
                Kind::lost_reply, &actor, nullptr,
                fmt::format("{}, a child of {}, was killed by signal {}", pid, actor.ppid, *signal), true};
    return std::nullopt;
}

std::optional<Finding> find(const Scene &scene, const Search &search, const Standstill &standstill) {
    for (const Step &step : search.way())
        if (is_withheld(scene, step))
            return Finding{
                Kind::eof_withheld, step.to, &step,
                fmt::format("{} reads a pipe to its end, and {} still holds the writing side on fd {}: it "
                            "got it by a fork and did not close it",
                            step.from->pid, step.to->pid, step.fd),
                true};
    if (const std::optional<Finding> lost = find_lost(scene, search, standstill.rest.actors))
        return lost;
    if (const std::optional<Finding> late = find_late_boot(scene, standstill))
        return late;
    return search.circle().empty() ? judge_last(scene, search, standstill) : judge_circle(search);
}

Evidence evidence_of(const Standstill &standstill, Nanos length) {
    const std::size_t count = standstill.rest.actors.size();
    if (standstill.is_proven())
        return {
            fmt::format(
                "of the {} actors that wait for each other none can run again: no thread runs, and no timer, "
                "alarm or connection from outside is left to wake one",
                count),
            "closed-wait proof"};
    return {fmt::format(
                "of the {} actors that wait for each other none has done anything for {}: timers wake {} of "
                "them, and nothing but heartbeats comes of that",
                count, duration_text(length), standstill.rest.ticking.size()),
            "flight recorder"};
}

Suspicion begin_proof(const Scene &scene, const Finding &found, Standstill standstill) {
    Suspicion suspicion{.kind = found.kind, .pid = found.actor->pid, .started = found.actor->started};
    if (found.through) {
        suspicion.end = found.through->end;
        suspicion.fd = found.through->fd;
    }
    if (!found.actor->exited) {
        const facts::Thread &thread = standing_thread(*found.actor);
        suspicion.tid = thread.tid;
        suspicion.wait = thread.wait.kind;
    }
    suspicion.since = at_rest_since(scene, standstill.rest);
    suspicion.switches = switches_of(scene, standstill.rest).value_or(0);
    suspicion.inferred = found.inferred || standstill.listens || !standstill.is_proven();
    // Somebody on this host may still connect; for a command that is expected to end, nobody will.
    suspicion.awaits = standstill.listens ? "a connection from outside of the tree" : found.awaits;
    suspicion.rest = std::move(standstill.rest);
    return suspicion;
}

} // namespace

std::optional<Suspicion> closed_wait(const Scene &scene, const std::vector<Suspicion> &others) {
    const std::optional<Pid> command = scene.now().root;
    const facts::Actor *root = command ? scene.actor(*command) : nullptr;
    if (!root || root->exited || !scene.now().hidden.empty())
        return std::nullopt;
    const std::optional<Standstill> standstill = standstill_of(scene, root->pid);
    if (!standstill)
        return std::nullopt;
    const std::set<Pid> &closed = standstill->rest.actors;
    const bool told_already =
        std::ranges::any_of(others, [&](const Suspicion &one) { return closed.contains(one.pid); });
    if (told_already || is_too_early(scene, closed))
        return std::nullopt;
    Search search(scene, closed);
    search.go_from(*root);
    const std::optional<Finding> found = find(scene, search, *standstill);
    if (!found)
        return std::nullopt;
    Suspicion suspicion = begin_proof(scene, *found, *standstill);
    for (const Step &step : search.circle().empty() ? search.way() : search.circle())
        suspicion.evidence.push_back({fmt::format("{} {}", step.from->pid, step.why), "wait-for graph"});
    if (!found->why.empty())
        suspicion.evidence.push_back({found->why, scene.now().provenance.threads});
    if (!found->recorded.empty())
        suspicion.evidence.push_back({found->recorded, "flight recorder"});
    suspicion.evidence.push_back(evidence_of(*standstill, scene.now().at - suspicion.since));
    return suspicion;
}

} // namespace unwedge::diagnosis::rules
