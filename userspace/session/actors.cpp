// SPDX-License-Identifier: GPL-2.0-only
#include "session/actors.h"

#include "facts/actor_name.h"

namespace unwedge::session {

facts::Actor known_actor(facts::Pid pid, const Member &member) {
    facts::Actor actor;
    actor.pid = pid;
    actor.ppid = member.ppid;
    actor.name = facts::actor_name(member.argv, member.comm);
    actor.argv = member.argv;
    actor.comm = member.comm;
    actor.forked = member.forked;
    return actor;
}

facts::Actor dead_actor(facts::Pid pid, const Member &member) {
    facts::Actor actor = known_actor(pid, member);
    actor.started = member.started;
    actor.exited = true;
    actor.exit_status = member.status;
    return actor;
}

} // namespace unwedge::session
