// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "report/channels.h"
#include "report/trees.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace unwedge::report {

/// Connections of a tree to one address that is not of the tree.
struct OutsideConnections {
    std::string address; ///< of the other side; untrusted bytes
    facts::ChannelKind kind = facts::ChannelKind::tcp;
    bool leaves_host = false;
    std::size_t count = 0;              ///< of connections, at least 1
    std::size_t connecting = 0;         ///< of these, not established yet: the other side has not answered
    Holders holders;                    ///< on this side, by pid
    std::optional<bool> used;           ///< bytes went over one, either way; nullopt: can't be told
    std::optional<Nanos> first_traffic; ///< the earliest known; there may have been some before
    std::optional<bool> used_at_wedge; ///< they had when the wedge began; nullopt: can't be told, or no wedge
};

/// Whether anything from outside of a tree can be to blame: what of it is connected to where.
struct Outside {
    std::vector<OutsideConnections> connections; ///< those that leave the host first; by address
    std::vector<std::string> listeners;          ///< TCP addresses that are not loopback; untrusted bytes
    std::optional<Nanos> wedged_since;           ///< when the first that is wedged stalled; nullopt: none is
    bool all_seen = false; ///< somebody lives, nothing was hidden or lost: what is not told of is not there

    std::size_t count() const; ///< of connections
    std::size_t connecting() const;
    /// Bytes went over any of them; nullopt: can't be told.
    std::optional<bool> used() const;
    /// None had when the wedge began; nullopt: can't be told, or there is no wedge.
    std::optional<bool> wedged_before_first_byte() const;
};

/// Of all actors. Connections are those of TCP and UNIX sockets. None are standard streams and pairs of
/// sockets without a name, which a command inherits, and those whose other side is gone.
Outside outside_of(const facts::Snapshot &snapshot, const diagnosis::Diagnosis &diagnosis);

/// Of each of the trees, in their order. What one has with another leaves both.
std::vector<Outside> outside_of_each(const facts::Snapshot &snapshot, const diagnosis::Diagnosis &diagnosis,
                                     const std::vector<Tree> &trees);

/// "1 connection leaves the tree: worker (pid 4711) → 10.0.0.5:443, in use; the wedge began after its first
/// byte". To be escaped.
std::string outside_text(const facts::Snapshot &snapshot, const Outside &outside);

} // namespace unwedge::report
