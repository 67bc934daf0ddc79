// SPDX-License-Identifier: GPL-2.0-only
#include "recording/numbers.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>
#include <variant>

namespace unwedge::recording {
namespace {

using facts::EndId;
using facts::Pid;

constexpr std::uint64_t most_ends = 1ULL << 32;
/// New numbers of ends begin at a multiple of it, so that people can tell what they were.
constexpr std::uint64_t ends_of_a_recording = 1ULL << 20;

std::uint32_t low(EndId end) {
    return static_cast<std::uint32_t>(end);
}

/// Of all processes and threads that the recording saw itself.
std::set<Pid> own_pids(const Recording &recording) {
    std::set<Pid> own;
    for (const facts::Event &event : recording.events)
        std::visit(
            [&own](const auto &one) {
                if constexpr (requires { one.child; })
                    own.insert(one.child);
                else if constexpr (requires { one.pid; })
                    own.insert(one.pid);
            },
            event);
    for (const Look &look : recording.looks)
        for (const auto &[pid, actor] : look.snapshot.actors) {
            own.insert(pid);
            for (const facts::Thread &thread : actor.threads)
                own.insert(thread.tid);
        }
    for (const auto &[pid, history] : recording.flight)
        own.insert(pid);
    return own;
}

/// What each number of a process or thread becomes.
class NewPids {
  public:
    NewPids(const std::set<Pid> &taken, const std::set<Pid> &own) : taken_(taken), own_(own) {}

    void operator()(Pid &pid) {
        if (pid <= 0 || !taken_.contains(pid))
            return;
        Pid raised = pid;
        do {
            if (raised > std::numeric_limits<Pid>::max() - pids_of_a_host) {
                ran_out_ = true;
                return;
            }
            raised += pids_of_a_host;
        } while (taken_.contains(raised) || own_.contains(raised));
        pid = raised;
    }
    void operator()(std::optional<Pid> &pid) {
        if (pid)
            (*this)(*pid);
    }
    bool ran_out() const { return ran_out_; }

  private:
    const std::set<Pid> &taken_;
    const std::set<Pid> &own_;
    bool ran_out_ = false;
};

/// Calls one of both with each number of a recording.
template <typename OfPid, typename OfEnd>
class Visit {
  public:
    Visit(OfPid of_pid, OfEnd of_end) : pid_(std::move(of_pid)), end_(std::move(of_end)) {}

    void recording(Recording &all) {
        for (facts::Event &one : all.events)
            std::visit([this](auto &of_kind) { event(of_kind); }, one);
        for (Look &look : all.looks)
            snapshot(look.snapshot);
        for (auto &[pid, history] : all.flight)
            for (facts::FlightRecord &record : history.records)
                record_of_flight(record);
        rekey(all.flight, pid_);
    }

  private:
    template <typename OfKind>
    void event(OfKind &one) {
        if constexpr (requires { one.child; }) {
            pid_(one.parent);
            pid_(one.child);
        } else if constexpr (requires { one.pid; }) {
            pid_(one.pid);
        } else {
            end_(one.end);
        }
    }
    void record_of_flight(facts::FlightRecord &record) {
        EndId id = record.end;
        end_(id);
        record.end = low(id);
    }
    void snapshot(facts::Snapshot &all) {
        for (auto &[pid, one] : all.actors)
            actor(one);
        for (auto &[id, one] : all.ends)
            end(one);
        for (facts::Listener &listener : all.listeners)
            end_(listener.id);
        rekey(all.actors, pid_);
        rekey(all.ends, end_);
    }
    void actor(facts::Actor &one) {
        for (Pid *pid : {&one.pid, &one.ppid, &one.session})
            pid_(*pid);
        for (facts::Thread &thread : one.threads) {
            pid_(thread.tid);
            pid_(thread.wait.on);
            if (thread.wait.watches)
                for (facts::Watch &watch : *thread.wait.watches)
                    pid_(watch.process);
        }
        for (facts::Watch &watch : one.idle_watches)
            pid_(watch.process);
        for (facts::Hold &hold : one.holds)
            end_(hold.end);
        if (one.doings)
            rekey(one.doings->conversations, end_);
    }
    void end(facts::End &one) {
        for (EndId *id : {&one.id, &one.peer, &one.pending_on})
            end_(*id);
        pid_(one.last_reader);
    }
    template <typename Map, typename Change>
    static void rekey(Map &map, Change &change) {
        Map changed;
        while (!map.empty()) {
            auto node = map.extract(map.begin());
            change(node.key());
            changed.insert(std::move(node));
        }
        map = std::move(changed);
    }

    OfPid pid_;
    OfEnd end_;
};

/// One more than the highest of all low halves; 0: there is no end.
std::uint64_t ends_below(Recording &recording) {
    std::uint64_t below = 0;
    const auto ignore = [](const auto &) {};
    Visit(ignore, [&below](EndId id) {
        if (id)
            below = std::max<std::uint64_t>(below, low(id) + 1ULL);
    }).recording(recording);
    return below;
}

} // namespace

Result<void> Numbers::tell_apart(Recording &recording) {
    const std::set<Pid> own = own_pids(recording);
    const std::uint64_t raised_by =
        (ends_below_ + ends_of_a_recording - 1) / ends_of_a_recording * ends_of_a_recording;
    const std::uint64_t below = raised_by + ends_below(recording);
    if (below > most_ends)
        return Error{"there are more ends of channels than can be numbered", 0};
    NewPids raise(pids_, own);
    Visit([&raise](auto &pid) { raise(pid); }, [raised_by](EndId &id) { id += id ? raised_by : 0; })
        .recording(recording);
    if (raise.ran_out())
        return Error{"there are more processes of one number than can be told apart", 0};
    pids_.merge(own_pids(recording));
    ends_below_ = below;
    return {};
}

} // namespace unwedge::recording
