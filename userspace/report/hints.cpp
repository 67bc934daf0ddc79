// SPDX-License-Identifier: GPL-2.0-only
#include "report/hints.h"

#include "facts/names.h"
#include "report/cast.h"
#include "report/channels.h"
#include "report/ends_text.h"
#include "report/sitting.h"

#include <fmt/format.h>

#include <string_view>

namespace unwedge::report {

namespace {

using diagnosis::BlockedOn;
using diagnosis::Kind;
using diagnosis::Verdict;
using facts::Actor;
using facts::Interest;

std::string_view program_of(const Actor &actor) {
    if (actor.argv.empty())
        return "";
    const std::string_view path = actor.argv.front();
    return path.substr(path.rfind('/') + 1); // npos + 1 is 0: the whole
}

/// The command that shows where the code of the actor stands, by the runtime its program tells.
std::string stack_command(const Actor &actor) {
    const std::string_view program = program_of(actor);
    if (program.starts_with("python") || program.starts_with("pypy"))
        return fmt::format("py-spy dump --pid {}", actor.pid);
    if (program.starts_with("ruby"))
        return fmt::format("rbspy snapshot --pid {}", actor.pid);
    if (program == "java")
        return fmt::format("jstack {}", actor.pid);
    if (program == "node" || program == "nodejs")
        return fmt::format("node inspect -p {}", actor.pid);
    return fmt::format("gdb -p {} -batch -ex 'thread apply all bt'", actor.pid);
}

Hint stack_hint(const facts::Snapshot &snapshot, const Actor &actor) {
    return {fmt::format("see where {} stands:", who(snapshot, actor.pid)), stack_command(actor)};
}

/// What a reader of the code should look for, by what the loop asks of the descriptor.
std::string_view suspicion(Interest interest) {
    switch (interest) {
    case Interest::none:
        return "its loop lives but does not watch it: look for a reader that ended, was cancelled or was "
               "never "
               "started";
    case Interest::disarmed:
        return "its loop watches it but not for reading: look for a reader that was paused, or a one-shot "
               "event "
               "that was never armed again";
    case Interest::edge: return "it is watched edge-triggered: look for a read loop that ends before EAGAIN";
    case Interest::armed:
    case Interest::unknown: break;
    }
    return "look for a reader that ended, was cancelled or was never started";
}

std::vector<Hint> consuming_hints(const Context &context, const Verdict &verdict, const Actor &actor) {
    std::vector<Hint> hints;
    const facts::End *end = verdict.channel ? held_end(context.snapshot, actor, *verdict.channel) : nullptr;
    if (end)
        hints.push_back(
            {fmt::format("find the code of {} that should read {}; {}", who(context.snapshot, actor.pid),
                         descriptors_text(actor, *end), suspicion(interest_in(context.snapshot, *end))),
             ""});
    hints.push_back(stack_hint(context.snapshot, actor));
    return hints;
}

/// The thread or child that the verdict names, where its stack tells more.
void add_blocker(std::vector<Hint> &hints, const Context &context, const Verdict &verdict) {
    if (!verdict.blocked_by)
        return;
    const Actor *blocker = actor_of_thread(context.snapshot, *verdict.blocked_by);
    if (blocker && blocker->pid != verdict.pid && !blocker->exited)
        hints.push_back(stack_hint(context.snapshot, *blocker));
}

std::string_view blocked_advice(std::optional<BlockedOn> blocked_on) {
    if (!blocked_on)
        return "its stack names the call that blocks:";
    switch (*blocked_on) {
    case BlockedOn::sleep:
        return "the thread that should read sleeps instead; its stack names who put it to sleep:";
    case BlockedOn::lock: return "the thread that should read waits for a lock; its stack names which:";
    case BlockedOn::io:
        return "the thread that should read blocks in something else; its stack names the call:";
    case BlockedOn::child:
        return "the thread that should read waits for a child process; its stack names who waits:";
    case BlockedOn::disk:
        return "the kernel holds the thread that should read (disk, network file system); as root:";
    }
    return "";
}

std::vector<Hint> blocked_hints(const Context &context, const Verdict &verdict, const Actor &actor) {
    // A debugger would hang with a thread in state "D".
    const bool in_kernel = verdict.blocked_on == BlockedOn::disk;
    std::vector<Hint> hints{
        {std::string(blocked_advice(verdict.blocked_on)),
         in_kernel ? fmt::format("cat /proc/{}/stack", actor.pid) : stack_command(actor)}};
    add_blocker(hints, context, verdict);
    return hints;
}

std::vector<Hint> stopped_hints(const Context &context, const Actor &actor) {
    const facts::Thread *thread = telling_thread(context, actor);
    const auto state = thread ? thread->state : facts::ThreadState::unknown;
    if (state == facts::ThreadState::traced)
        return {{"a debugger or tracer holds it; see which:",
                 fmt::format("grep TracerPid /proc/{}/status", actor.pid)}};
    if (state == facts::ThreadState::frozen)
        return {{"a frozen cgroup holds it; see which, then write 0 to its cgroup.freeze (version 1: "
                 "THAWED to its freezer.state):",
                 fmt::format("cat /proc/{}/cgroup", actor.pid)}};
    return {{"something sent it a stop signal; to let it go on:", fmt::format("kill -CONT {}", actor.pid)}};
}

} // namespace

std::vector<Hint> hints_for(const Context &context, const Verdict &culprit) {
    const Actor *actor = find_actor(context.snapshot, culprit.pid);
    if (actor && culprit.kind == Kind::lost_reply)
        return {{"see what killed it; the kernel's log tells whether memory ran out:", "dmesg | tail -50"},
                {"let whoever hands out work notice that a worker died (concurrent.futures does, "
                 "multiprocessing.Pool does not)",
                 ""}};
    if (!actor || actor->exited)
        return {};
    switch (culprit.kind) {
    case Kind::stopped_consuming:
    case Kind::missed_edge: return consuming_hints(context, culprit, *actor);
    case Kind::blocked_loop: return blocked_hints(context, culprit, *actor);
    case Kind::starved:
        return {{"see what has the CPUs, and whether its cgroup or priority keeps it from them:",
                 fmt::format("cat /proc/{}/cgroup /proc/{}/sched", actor->pid, actor->pid)}};
    case Kind::peer_gone:
        return {{fmt::format(
                     "find the code of {} that should see the end of file there, and give up the answer it "
                     "awaits",
                     who(context.snapshot, actor->pid)),
                 ""},
                stack_hint(context.snapshot, *actor)};
    case Kind::stopped: return stopped_hints(context, *actor);
    case Kind::eof_withheld:
        return {{fmt::format("let {} close that descriptor, or open it with O_CLOEXEC (Python: close_fds, "
                             "os.set_inheritable)",
                             who(context.snapshot, actor->pid)),
                 ""},
                stack_hint(context.snapshot, *actor)};
    case Kind::stale_reply:
        return {
            {"look for a caller that gave up between its request and the reply (move_on_after, fail_after, "
             "wait_for, a cancelled task) on a channel that others ask by, too",
             ""},
            {"give each request a number that its reply repeats, and drop replies to what was given up; a "
             "lock "
             "around send and receive does not help once a caller leaves it early",
             ""},
            stack_hint(context.snapshot, *actor)};
    case Kind::boot_wedge: return {{"its stack names where it stands in its start:", stack_command(*actor)}};
    case Kind::orphaned_lock:
    case Kind::lost_reply:
    case Kind::unanswered:
    case Kind::deadlock:
    case Kind::closed_wait:
    case Kind::spinning_loop:
    case Kind::not_accepting:
    case Kind::waiting: break;
    }
    return {stack_hint(context.snapshot, *actor)};
}

} // namespace unwedge::report
