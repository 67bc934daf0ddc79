// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/suspicion.h"

#include <optional>

/// One function for each kind of docs/design.md §5, each in the file of its name.
namespace unwedge::diagnosis::rules {

/// The loop is parked and nobody asks to read the end.
std::optional<Suspicion> stopped_consuming(const Scene &scene, const StalledEnd &stalled);

/// The loop is parked, and was told of the end once only (edge-triggered): what came then was not read to its
/// end.
std::optional<Suspicion> missed_edge(const Scene &scene, const StalledEnd &stalled);

/// A channel on which one request at a time is asked slipped: a request was sent before the reply to the one
/// before was read, so replies are one late ever since, and the last one lies unread.
std::optional<Suspicion> stale_reply(const Scene &scene, const StalledEnd &stalled);

/// The end is a listener, nobody waits to accept what lies in its queue.
std::optional<Suspicion> not_accepting(const Scene &scene, const StalledEnd &stalled);

/// On the CPU for --busy-after, and neither consumed nor sent anything in that time.
std::optional<Suspicion> spinning_loop(const Scene &scene, const StalledEnd &stalled);

/// The thread that should read could run, and did not get a CPU between the looks.
std::optional<Suspicion> starved(const Scene &scene, const StalledEnd &stalled);

/// The loop is parked and nobody asks to read that the other side, whose answer it awaits, has closed.
std::optional<Suspicion> peer_gone(const Scene &scene, const StalledEnd &stalled);

/// The thread that should read sits in something else than a loop's wait.
std::optional<Suspicion> blocked_loop(const Scene &scene, const StalledEnd &stalled);

/// An actor none of whose threads may run. `stalled`: those of its ends that are, if any.
std::optional<Suspicion> stopped(const Scene &scene, const facts::Actor &actor,
                                 const std::vector<StalledEnd> &stalled);

/// The command will not go on, and why: of the actors that wait for each other none can, or those that still
/// could only tick, and none of `others`, which queues show, is among them. Only of a command that is
/// expected to end.
std::optional<Suspicion> closed_wait(const Scene &scene, const std::vector<Suspicion> &others);

/// A suspicion of `stalled.holder` with all that does not depend on the rule, but evidence.
Suspicion begin(const Scene &scene, const StalledEnd &stalled, Kind kind);

/// What is unread, and for how long.
Evidence unread_evidence(const Scene &scene, const StalledEnd &stalled, const Suspicion &suspicion);

/// A proxy whose downstream is slow pauses its upstream: its loop waits to write, so it is not the one to
/// blame.
bool waits_to_write_elsewhere(const Scene &scene, const StalledEnd &stalled);

/// Blocked on a channel whose other end an actor of the tree holds: it waits for that actor, the graph tells.
bool waits_for_another_actor(const Scene &scene, const StalledEnd &stalled);

/// Where the loop is parked and when it will wake.
std::string parked_text(const Suspicion &suspicion, const facts::Thread &loop);

/// What a thread is blocked on by the call that it sits in; nullopt: it is in a wait for readiness, or in
/// none.
std::optional<BlockedOn> blocked_on(const facts::Thread &thread);

} // namespace unwedge::diagnosis::rules
