// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "session/output_ring.h"
#include "util/fd.h"
#include "util/result.h"

#include <sys/types.h>
#include <vector>

namespace unwedge::session {

/// One stream on its way: what is read from `from` is written to `to`.
struct RelayedStream {
    int from = -1;
    int to = -1;
};

/// Starts a process that passes the streams on, each at the pace of who reads it, and keeps the last of them
/// in `ring`, which is in shared memory. It ends when all who write have gone, whatever becomes of unwedge;
/// if nobody reads any more, the writers are told as if it were not there. Returns its pid.
///
/// waitid(2) without __WALL does not know it, nor does its end raise SIGCHLD: it is nobody's business but
/// ours.
Result<pid_t> start_relay(const std::vector<RelayedStream> &streams, OutputRing &ring);

} // namespace unwedge::session
