// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/verdict.h"

#include <algorithm>

namespace unwedge::diagnosis {

std::string_view name(Kind kind) {
    switch (kind) {
    case Kind::stopped_consuming: return "stopped_consuming";
    case Kind::missed_edge: return "missed_edge";
    case Kind::blocked_loop: return "blocked_loop";
    case Kind::spinning_loop: return "spinning_loop";
    case Kind::stopped: return "stopped";
    case Kind::starved: return "starved";
    case Kind::not_accepting: return "not_accepting";
    case Kind::peer_gone: return "peer_gone";
    case Kind::boot_wedge: return "boot_wedge";
    case Kind::eof_withheld: return "eof_withheld";
    case Kind::orphaned_lock: return "orphaned_lock";
    case Kind::lost_reply: return "lost_reply";
    case Kind::unanswered: return "unanswered";
    case Kind::stale_reply: return "stale_reply";
    case Kind::deadlock: return "deadlock";
    case Kind::closed_wait: return "closed_wait";
    case Kind::waiting: return "waiting";
    }
    return "unknown";
}

std::string_view name(NoteKind kind) {
    switch (kind) {
    case NoteKind::unread: return "unread";
    case NoteKind::busy: return "busy";
    case NoteKind::backpressure: return "backpressure";
    case NoteKind::stale_reply: return "stale_reply";
    }
    return "unknown";
}

std::string_view name(Role role) {
    switch (role) {
    case Role::culprit: return "culprit";
    case Role::victim: return "victim";
    }
    return "unknown";
}

std::string_view name(BlockedOn blocked_on) {
    switch (blocked_on) {
    case BlockedOn::sleep: return "sleep";
    case BlockedOn::lock: return "lock";
    case BlockedOn::io: return "io";
    case BlockedOn::child: return "child";
    case BlockedOn::disk: return "disk";
    }
    return "unknown";
}

std::string_view name(Confidence confidence) {
    switch (confidence) {
    case Confidence::certain: return "certain";
    case Confidence::likely: return "likely";
    case Confidence::inconclusive: return "inconclusive";
    }
    return "unknown";
}

std::string_view name(State state) {
    switch (state) {
    case State::confirmed: return "confirmed";
    case State::recovered: return "recovered";
    case State::ended: return "ended";
    }
    return "unknown";
}

std::string_view name(Health health) {
    switch (health) {
    case Health::parked: return "parked";
    case Health::blocked: return "blocked";
    case Health::busy: return "busy";
    case Health::spinning: return "spinning";
    case Health::stopped: return "stopped";
    case Health::running: return "running";
    case Health::dead: return "dead";
    }
    return "unknown";
}

std::string_view name(Strength strength) {
    switch (strength) {
    case Strength::definite: return "definite";
    case Strength::weak: return "weak";
    }
    return "unknown";
}

bool Diagnosis::wedged() const {
    return std::any_of(verdicts.begin(), verdicts.end(), [](const Verdict &verdict) {
        return verdict.role == Role::culprit && verdict.state == State::confirmed &&
               verdict.confidence != Confidence::inconclusive;
    });
}

} // namespace unwedge::diagnosis
