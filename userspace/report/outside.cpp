// SPDX-License-Identifier: GPL-2.0-only
#include "report/outside.h"

#include "diagnosis/scene.h"
#include "report/cast.h"
#include "report/end_use.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

namespace unwedge::report {
namespace {

using facts::End;
using facts::EndId;
using facts::Snapshot;

/// What of several is so: any; nullopt: none is known to be, but not all are known.
std::optional<bool> any_of(std::optional<bool> one, std::optional<bool> other) {
    if (one == true || other == true)
        return true;
    return one && other ? std::optional(false) : std::nullopt;
}

std::string_view port_of(std::string_view address) {
    return address.substr(std::min(address.rfind(':'), address.size()));
}

/// A socketpair: who got one side of it from outside did not connect to anything.
bool is_nameless_pair(const End &end) {
    return end.kind != facts::ChannelKind::tcp && end.address.empty() && end.remote_address.empty();
}

/// Closed, or never connected. An end-of-file from another host is a connection all the same.
bool is_gone(const End &end) {
    return end.state == "CLOSE" || ((end.peer_closed || end.closed_since) && !end.leaves_host);
}

/// Finds what leads out of a group of a snapshot's actors.
class Finder {
  public:
    Finder(const Snapshot &snapshot, const diagnosis::Diagnosis &diagnosis)
        : snapshot_(snapshot), culprits_(Cast(diagnosis).culprits), holders_(holders_by_end(snapshot)) {}

    /// `actors`: by pid.
    Outside outside_of(const std::vector<facts::Pid> &actors) const {
        Outside outside;
        outside.all_seen = snapshot_.hidden.empty() && losses_none() && any_lives(actors);
        outside.wedged_since = wedged_since(actors);
        const std::set<EndId> own = ends_of(actors);
        const std::vector<const facts::Listener *> listeners = listeners_among(own);
        for (const facts::Listener *one : listeners)
            if (!one->loopback)
                outside.listeners.push_back(one->address);
        std::map<std::tuple<bool, std::string, facts::ChannelKind>, OutsideConnections> groups;
        for (const EndId id : own)
            if (const auto end = snapshot_.ends.find(id);
                end != snapshot_.ends.end() && leads_out(end->second, own, listeners))
                add(end->second, outside.wedged_since,
                    groups[{!end->second.leaves_host, end->second.remote_address, end->second.kind}]);
        for (auto &[key, group] : groups)
            outside.connections.push_back(std::move(group));
        return outside;
    }

  private:
    bool any_lives(const std::vector<facts::Pid> &actors) const {
        return std::ranges::any_of(actors, [&](facts::Pid pid) {
            const facts::Actor *actor = find_actor(snapshot_, pid);
            return actor && !actor->exited;
        });
    }

    bool losses_none() const {
        return std::ranges::all_of(snapshot_.losses, [](const auto &loss) { return loss.second == 0; });
    }

    std::optional<Nanos> wedged_since(const std::vector<facts::Pid> &actors) const {
        std::optional<Nanos> first;
        for (const diagnosis::Verdict *culprit : culprits_)
            if (std::ranges::binary_search(actors, culprit->pid) && (!first || culprit->since < *first))
                first = culprit->since;
        return first;
    }

    std::set<EndId> ends_of(const std::vector<facts::Pid> &actors) const {
        std::set<EndId> ends;
        for (const facts::Pid pid : actors)
            if (const facts::Actor *actor = find_actor(snapshot_, pid); actor && !actor->exited)
                for (const facts::Hold &hold : actor->holds)
                    if (hold.end)
                        ends.insert(hold.end);
        return ends;
    }

    std::vector<const facts::Listener *> listeners_among(const std::set<EndId> &own) const {
        std::vector<const facts::Listener *> listeners;
        for (const facts::Listener &one : snapshot_.listeners)
            if (own.contains(one.id))
                listeners.push_back(&one);
        return listeners;
    }

    bool is_standard_stream(const End &end) const {
        return std::ranges::any_of(
            holders_.at(end.id), [](const Holder &one) { return one.fd <= diagnosis::last_standard_stream; });
    }

    /// What nobody holds is on its way to somebody of the tree, or was left by him.
    bool is_inside(EndId id, const std::set<EndId> &own) const {
        return own.contains(id) || (snapshot_.ends.contains(id) && !holders_.contains(id));
    }

    bool leads_out(const End &end, const std::set<EndId> &own,
                   const std::vector<const facts::Listener *> &listeners) const {
        if (end.kind == facts::ChannelKind::pipe || is_gone(end) || is_nameless_pair(end) ||
            is_standard_stream(end))
            return false;
        if (is_inside(end.peer, own) || own.contains(end.pending_on))
            return false;
        // To one of its own, whose queue is full.
        return !is_connecting(end) || end.leaves_host ||
               std::ranges::none_of(listeners, [&](const facts::Listener *one) {
                   return port_of(one->address) == port_of(end.remote_address);
               });
    }

    /// Whoever could exchange anything over it began when messages were counted already.
    bool is_counted(const End &end) const {
        return snapshot_.receives_counted_since &&
               std::ranges::all_of(holders_.at(end.id), [&](const Holder &one) {
                   return snapshot_.actors.at(one.pid).started >= *snapshot_.receives_counted_since;
               });
    }

    void add(const End &end, std::optional<Nanos> wedged, OutsideConnections &group) const {
        const std::optional<bool> used_at_wedge =
            wedged ? was_used_before(end, *wedged, is_counted(end)) : std::nullopt;
        const std::optional<Nanos> traffic = earliest_traffic(end);
        const bool is_first = group.count++ == 0;
        group.connecting += is_connecting(end);
        group.address = end.remote_address;
        group.kind = end.kind;
        group.leaves_host = end.leaves_host;
        std::ranges::copy(holders_.at(end.id), std::back_inserter(group.holders));
        group.used = is_first ? is_used(end) : any_of(group.used, is_used(end));
        group.used_at_wedge = is_first ? used_at_wedge : any_of(group.used_at_wedge, used_at_wedge);
        if (traffic && (!group.first_traffic || *traffic < *group.first_traffic))
            group.first_traffic = traffic;
    }

    const Snapshot &snapshot_;
    Cast::Verdicts culprits_;
    std::map<EndId, Holders> holders_;
};

std::vector<facts::Pid> all_pids(const Snapshot &snapshot) {
    std::vector<facts::Pid> pids;
    pids.reserve(snapshot.actors.size());
    for (const auto &[pid, actor] : snapshot.actors)
        pids.push_back(pid);
    return pids;
}

} // namespace

std::size_t Outside::count() const {
    std::size_t count = 0;
    for (const OutsideConnections &one : connections)
        count += one.count;
    return count;
}

std::size_t Outside::connecting() const {
    std::size_t count = 0;
    for (const OutsideConnections &one : connections)
        count += one.connecting;
    return count;
}

std::optional<bool> Outside::used() const {
    std::optional<bool> used = false;
    for (const OutsideConnections &one : connections)
        used = any_of(used, one.used);
    return used;
}

std::optional<bool> Outside::wedged_before_first_byte() const {
    if (!wedged_since)
        return std::nullopt;
    std::optional<bool> used = connections.empty() && !all_seen ? std::nullopt : std::optional(false);
    for (const OutsideConnections &one : connections)
        used = any_of(used, one.used_at_wedge);
    return used ? std::optional(!*used) : std::nullopt;
}

Outside outside_of(const Snapshot &snapshot, const diagnosis::Diagnosis &diagnosis) {
    return Finder(snapshot, diagnosis).outside_of(all_pids(snapshot));
}

std::vector<Outside> outside_of_each(const Snapshot &snapshot, const diagnosis::Diagnosis &diagnosis,
                                     const std::vector<Tree> &trees) {
    const Finder finder(snapshot, diagnosis);
    std::vector<Outside> all;
    all.reserve(trees.size());
    for (const Tree &tree : trees)
        all.push_back(finder.outside_of(tree.actors));
    return all;
}

} // namespace unwedge::report
