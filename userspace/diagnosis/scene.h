// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/policy.h"
#include "facts/model.h"

#include <optional>
#include <unordered_map>
#include <vector>

namespace unwedge::diagnosis {

/// stderr. What lies above was opened or made for something; these a command has from whoever began it.
inline constexpr int last_standard_stream = 2;

/// An actor with one descriptor of an end.
struct Holder {
    const facts::Actor *actor = nullptr;
    int fd = -1;
};

/// What every rule looks at: the facts now and, from the second look on, the facts before.
class Scene {
  public:
    Scene(const facts::Snapshot &now, const facts::Snapshot *before, const Policy &policy);
    Scene(const Scene &) = delete; // what it has looked up points into itself
    Scene &operator=(const Scene &) = delete;

    const facts::Snapshot &now() const { return now_; }
    const Policy &policy() const { return policy_; }
    /// Time between the two looks; nullopt at the first.
    std::optional<Nanos> window() const;

    /// Living actors that hold `end`, by pid; one entry for each descriptor.
    const std::vector<Holder> &holders(facts::EndId end) const;
    /// Of a listener, too: its unread are the connections that wait to be accepted.
    const facts::End *end(facts::EndId id) const;
    const std::vector<facts::End> &listeners() const { return listeners_; }
    /// The end that `fd` of `actor` refers to, or null.
    const facts::End *end_of(const facts::Actor &actor, int fd) const;
    const facts::Actor *actor(facts::Pid pid) const;
    /// By pid; exited ones, too.
    const std::vector<const facts::Actor *> &children(facts::Pid parent) const;
    /// The same actor, thread or end as it was at the last look; null if it was not there.
    const facts::Actor *before(const facts::Actor &actor) const;
    const facts::End *before(const facts::End &end) const;
    const facts::Thread *before(const facts::Actor &actor, const facts::Thread &thread) const;

    /// Share of one CPU that the actor and those of its children that it waited for used, or wanted while
    /// others had it, over the window; nullopt at the first look.
    std::optional<double> cpu_share(const facts::Actor &actor) const;
    bool is_busy(const facts::Actor &actor) const;
    /// A child of it is busy, or a child of that one: a program that it runs and may wait for.
    bool has_busy_descendant(const facts::Actor &actor) const;

  private:
    /// What is asked for so often that the snapshot's own order is too slow.
    struct Place {
        const facts::End *end = nullptr; ///< null: held, but nothing is known of it
        std::vector<Holder> holders;
    };

    void add_listener(const facts::Listener &listener);

    const facts::Snapshot &now_;
    const facts::Snapshot *before_;
    const Policy &policy_;
    std::vector<facts::End> listeners_;
    std::unordered_map<facts::EndId, Place> places_;
    std::unordered_map<facts::Pid, std::vector<const facts::Actor *>> children_;
};

/// An end that no bytes come through, but connections.
inline bool is_listener(const facts::End &end) {
    return end.state == "LISTEN";
}

} // namespace unwedge::diagnosis
