// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "netlink/sock_diag.h"
#include "procfs/proc.h"
#include "session/diag_sockets.h"
#include "util/result.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace unwedge::session {

/// The inode of the network namespace that a process is in; nullopt where that may not be seen, or it has
/// ended.
std::optional<std::uint64_t> netns_of(const procfs::Proc &proc, facts::Pid pid);

/// A network namespace, and a process in it.
struct NetworkNamespace {
    std::uint64_t inode = 0;
    facts::Pid pid = 0;
};

/// All sockets of network namespaces as sock_diag tells them, in other ones than the caller's by entering
/// them. What it may not enter at first it does not try again.
class SocketTables {
  public:
    /// `proc`, of this process's own pid namespace, must outlive it.
    explicit SocketTables(const procfs::Proc &proc);

    /// Leaves all other namespaces: while one can be asked from within, it does not end with its processes.
    void keep_only(const std::map<std::uint64_t, facts::Pid> &namespaces);

    /// As of `now` (CLOCK_MONOTONIC).
    Result<std::vector<DiagSocket>> tcp(const NetworkNamespace &netns, Nanos now, const GiveId &give_id);
    Result<std::vector<DiagSocket>> of_unix(const NetworkNamespace &netns, const GiveId &give_id);

  private:
    Result<netlink::SockDiag *> diag_of(const NetworkNamespace &netns);

    const procfs::Proc &proc_;
    std::optional<std::uint64_t> own_;
    std::map<std::uint64_t, Result<netlink::SockDiag>> diags_;
};

} // namespace unwedge::session
