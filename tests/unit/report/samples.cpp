// SPDX-License-Identifier: GPL-2.0-only
#include "samples.h"

#include "support/snapshot_builder.h"

#include <csignal>

namespace unwedge::report::samples {

namespace {

using namespace unwedge::support;
using diagnosis::Confidence;
using diagnosis::Health;
using diagnosis::Kind;
using diagnosis::Role;
using diagnosis::State;
using diagnosis::Verdict;
using facts::Pid;

const std::string child_address = "127.0.0.1:40001";
const std::string parent_address = "127.0.0.1:51234";
const std::string python = "/opt/venv/bin/python3";

Context context_of(const SnapshotBuilder &build) {
    Context context;
    context.at = "2026-01-31T12:00:00.123Z";
    context.host = "ci-7";
    context.kernel = "6.1.0-18-amd64";
    context.tier = "bpf";
    context.level = "trace";
    context.hooks = {{"receive", "fexit"}, {"send", "fexit"},       {"arrival", "off"},
                     {"park", "fentry"},   {"lifecycle", "tp_btf"}, {"sweep", "iter"}};
    context.command = Command{{"pytest", "-x", "tests"}, std::nullopt, std::nullopt, false};
    context.snapshot = build.snapshot();
    for (const auto &[pid, actor] : context.snapshot.actors)
        context.diagnosis.health[pid] = Health::parked;
    return context;
}

Verdict culprit(Kind kind, Pid pid, std::optional<facts::ChannelId> channel, Nanos since) {
    Verdict verdict;
    verdict.kind = kind;
    verdict.role = Role::culprit;
    verdict.pid = pid;
    verdict.channel = channel;
    verdict.since = since;
    verdict.confidence = Confidence::certain;
    verdict.fingerprint = "0123456789abcdef";
    return verdict;
}

void add_victim(Context &context, Pid pid, Pid waits_on, Pid blocker, std::optional<facts::ChannelId> channel,
                const std::string &why) {
    Verdict verdict = culprit(Kind::waiting, pid, channel, context.diagnosis.verdicts.front().since);
    verdict.role = Role::victim;
    verdict.waits_on = waits_on;
    verdict.final_blocker = blocker;
    verdict.evidence = {{why, "iter/task"}};
    context.diagnosis.verdicts.push_back(verdict);
    const auto strength = channel ? diagnosis::Strength::weak : diagnosis::Strength::definite;
    context.diagnosis.waits.push_back({pid, waits_on, channel, 0, strength, why});
}

/// pytest 4238 → parent 4240 → child 4242, which ought to read from its parent.
SnapshotBuilder small_tree(bool child_watches) {
    SnapshotBuilder build(7200s);
    build.actor(4238, "pytest")
        .child_of(1)
        .argv({python, "/opt/venv/bin/pytest", "-x", "tests"})
        .started(7180s)
        .cpu(1200ms)
        .thread(in_wait4(4240));
    build.actor(4240, "parent")
        .child_of(4238)
        .argv({python, "-m", "tractor._root"})
        .started(7185s)
        .cpu(840ms)
        .hold(7, 2)
        .thread(in_epoll({reads(7)}));
    build.actor(4242, "child")
        .child_of(4240)
        .argv({python, "-m", "tractor._child", "--uid", "('child', '3f2a')", "--parent_addr", parent_address})
        .profile("tractor")
        .started(7186s)
        .cpu(310ms)
        .hold(9, 1)
        .thread(child_watches ? in_epoll({reads(9)}) : in_epoll({reads(5)}))
        .thread(in_futex());
    build.tcp(1, child_address, 2, parent_address);
    return build;
}

SnapshotBuilder stalled_tree() {
    SnapshotBuilder build = small_tree(false);
    build.end(1).unread(165, 7196'400ms).received(3, 7190s);
    return build;
}

Context stalled(const SnapshotBuilder &build) {
    Context context = context_of(build);
    Verdict verdict = culprit(Kind::stopped_consuming, 4242, 1, 7196'400ms);
    verdict.evidence = {{"165 B unread on fd 9 for 3.6 s, nothing consumed", "sweep"},
                        {"no thread waits to read fd 9: it is in no set of descriptors", "fdinfo"},
                        {"its loop, thread 4242, is parked in epoll_wait without a timer", "iter/task"}};
    context.diagnosis.verdicts = {verdict};
    add_victim(context, 4240, 4242, 4242, 1, "waits in epoll_wait to read from 4242 on fd 7");
    add_victim(context, 4238, 4240, 4242, std::nullopt, "waits in wait4 until 4240 ends");
    return context;
}

} // namespace

Context wedge() {
    Context context = stalled(stalled_tree());
    context.command->timed_out = true;
    return context;
}

Context chain() {
    SnapshotBuilder build(7200s);
    build.actor(100, "pytest").child_of(1).argv({python, "-m", "pytest"}).cpu(2s).thread(in_wait4(101));
    build.actor(101, "parent").child_of(100).argv({python, "app.py"}).cpu(900ms).hold(7, 2);
    build.actor(101).thread(in_epoll({reads(7)}));
    build.actor(102, "broker").child_of(101).argv({"/usr/bin/broker"}).cpu(300ms).hold(5, 1).hold(6, 4);
    build.actor(102).thread(in_read(6));
    for (Pid pid = 103; pid < 109; ++pid)
        build.actor(pid, "worker-" + std::to_string(pid - 102))
            .child_of(102)
            .argv({python, "worker.py", "--slot", std::to_string(pid - 102)})
            .cpu(150ms)
            .thread(in_epoll({}, facts::Timeout::after(30s)));
    build.actor(105).hold(8, 3).thread(in_sleep(1h));
    build.actor(105).get().threads.erase(build.actor(105).get().threads.begin());
    build.actor(105).thread_at(0).asleep(4200ms);
    build.tcp(1, "127.0.0.1:4000", 2, "127.0.0.1:51000");
    build.unix_pair(3, 4, "/run/broker.sock");
    build.end(3).unread(12'600, 7195'800ms).last_reader(105);
    Context context = context_of(build);
    context.diagnosis.health[105] = context.diagnosis.health[102] = Health::blocked;
    Verdict verdict = culprit(Kind::blocked_loop, 105, 3, 7195'800ms);
    verdict.confidence = Confidence::likely;
    verdict.blocked_on = diagnosis::BlockedOn::sleep;
    verdict.evidence = {
        {"12.3 KiB unread on fd 8 for 4.2 s, nothing consumed", "sweep"},
        {"thread 105, which should read it, sits in clock_nanosleep, 59 min 56 s left", "iter/task"}};
    context.diagnosis.verdicts = {verdict};
    add_victim(context, 102, 105, 105, 3, "waits in recvfrom to read from 105 on fd 6");
    add_victim(context, 101, 102, 105, 1, "waits in epoll_wait to read from 102 on fd 7");
    add_victim(context, 100, 101, 105, std::nullopt, "waits in wait4 until 101 ends");
    return context;
}

Context healthy() {
    Context context = context_of(small_tree(true));
    context.command->exit_code = 0;
    return context;
}

Context timed() {
    Context context = wedge();
    context.level = "full";
    for (auto &[id, end] : context.snapshot.ends)
        end.delays.emplace();
    facts::Delays &delays = *context.snapshot.ends.at(1).delays;
    delays.buckets[4] = 1300;
    delays.buckets[7] = 100;
    delays.buckets[23] = 2;
    return context;
}

Context recovered() {
    Context context = healthy();
    Verdict verdict = culprit(Kind::stopped_consuming, 4242, 1, 7190s);
    verdict.state = State::recovered;
    verdict.until = 7194'100ms;
    context.diagnosis.verdicts = {verdict};
    return context;
}

Context inconclusive() {
    SnapshotBuilder build = stalled_tree();
    build.lost("ringbuf_full", 12, 7198s).lost("task_storage", 3, 7198s);
    Context context = stalled(build);
    for (Verdict &verdict : context.diagnosis.verdicts)
        verdict.confidence = Confidence::inconclusive;
    return context;
}

Context crowd() {
    SnapshotBuilder build(7200s);
    build.actor(1000, "supervisor").child_of(1).argv({"/usr/sbin/supervisor"}).cpu(5s).thread(in_epoll({}));
    for (Pid pid = 1001; pid < 1200; ++pid)
        build.actor(pid, "worker-" + std::to_string(pid - 1000))
            .child_of(1000)
            .argv({"/usr/bin/worker"})
            .cpu(125s)
            .thread(in_epoll({reads(4)}));
    build.actor(1042).thread_at(0).state(facts::ThreadState::stopped);
    for (Pid pid = 1100; pid < 1106; ++pid) {
        const auto near = static_cast<facts::EndId>(pid);
        build.actor(pid).hold(4, near);
        build.actor(1042).hold(pid - 1090, near + 1000);
        build.unix_pair(near, near + 1000);
        build.end(near + 1000).unread(64, 7190s);
    }
    Context context = context_of(build);
    context.diagnosis.health[1042] = Health::stopped;
    context.diagnosis.health[1150] = Health::busy;
    Verdict verdict = culprit(Kind::stopped, 1042, 1100, 7190s);
    verdict.evidence = {{"all its threads are stopped by a signal", "iter/task"}};
    context.diagnosis.verdicts = {verdict};
    for (Pid pid = 1100; pid < 1106; ++pid)
        add_victim(context, pid, 1042, 1042, static_cast<facts::ChannelId>(pid),
                   "waits in epoll_wait to read from 1042 on fd 4");
    return context;
}

Context hostile() {
    Context context = wedge();
    const std::string attack = "\x1b[2J\x1b]0;owned\x07\n\r\x7f\xc2\x9b"
                               "31m\xff\xfe\xe2\x80\xae\tok";
    facts::Actor &child = context.snapshot.actors.at(4242);
    child.name = attack;
    child.argv = {attack, std::string(3000, 'x'), "日本語 の 引数", ""};
    context.snapshot.ends.at(1).address = "/tmp/" + attack;
    context.snapshot.ends.at(1).state = attack;
    facts::End &outer = context.snapshot.ends[33];
    outer.id = 33;
    outer.remote_address = attack;
    child.holds.push_back({33, 33});
    context.host = context.kernel = attack;
    context.provoked = Provoked{.spec = "stop=" + attack, .seed = 7};
    context.diagnosis.verdicts.front().evidence.push_back({attack + std::string(5000, 'y'), attack});
    context.diagnosis.waits.front().why = attack;
    context.diagnosis.notes.push_back({diagnosis::NoteKind::unread, 4242, 1, attack});
    context.snapshot.losses[attack] = 1;
    context.stacks.emplace();
    facts::ThreadStack stack{4242, 4242, std::vector{attack}, {}, {}, attack};
    stack.user = {{attack + std::string(900, 'z'), attack, 1, 1, facts::SourceLine{attack, 1}}};
    context.stacks->emplace(4242, stack);
    return context;
}

Context triage() {
    SnapshotBuilder build(7200s);
    build.actor(500, "node").child_of(1).argv({"node", "server.js"}).cpu(3s).hold(20, 1).hold(21, 3);
    build.actor(500).thread(in_unread_epoll());
    build.actor(501, "node").child_of(500).argv({"node", "worker.js"}).cpu(61s).thread(in_nothing());
    build.actor(501).hold(3, 2);
    build.unix_pair(1, 2);
    build.outside(3, "10.0.0.5:40000", "93.184.216.34:443").leaves_host().get().unread.reset();
    build.end(2).unread(70'000, 7195s);
    build.listener(9, "0.0.0.0:8080", 3, 511);
    build.actor(499, "npm").child_of(1).exited(SIGKILL);
    Context context = context_of(build);
    context.tier = "procfs";
    context.level.reset();
    context.hooks.clear();
    context.command.reset();
    context.snapshot.hidden = {"the descriptors of 1 of 2 processes: run unwedge as root, or as their user"};
    context.diagnosis.health[501] = Health::busy;
    context.diagnosis.notes = {{diagnosis::NoteKind::busy, 501, 1,
                                "68.4 KiB unread on fd 3 for 5.0 s, but it is busy (96 % of a CPU)"}};
    return context;
}

Context stacked() {
    Context context = wedge();
    facts::ThreadStack stack{4242, 4242, {}, {}, 92us, {}};
    stack.kernel = {"do_epoll_wait", "__x64_sys_epoll_wait", "do_syscall_64",
                    "entry_SYSCALL_64_after_hwframe", "more"};
    stack.user = {{"epoll_wait", "/usr/lib/x86_64-linux-gnu/libc.so.6", 0x7f0000108ef3, 0x108ef3,
                   facts::SourceLine{"../sysdeps/unix/sysv/linux/epoll_wait.c", 30}},
                  {"", "/opt/venv/bin/python3", 0x55d000002591, 0x2591, std::nullopt},
                  {"", "", 0x7f1234, 0, std::nullopt}};
    for (int i = 0; i < 12; ++i)
        stack.user->push_back({"_PyEval_EvalFrameDefault", python, 0x55d000005000, 0x5000, std::nullopt});
    context.stacks.emplace();
    context.stacks->emplace(4242, stack);
    facts::ThreadStack lost{4242, 4243, {}, {}, {}, "process 77 traces it already"};
    context.stacks->emplace(4243, lost);
    return context;
}

Context host() {
    SnapshotBuilder build = stalled_tree();
    build.actor(1, "systemd").session(1).argv({"/sbin/init"}).thread(in_epoll({}));
    build.actor(4200, "bash").child_of(700).session(4200).argv({"-bash"}).thread(in_wait4());
    build.actor(4238).child_of(4200).session(4200);
    for (const Pid pid : {4240, 4242}) // each with start_new_session
        build.actor(pid).session(pid);
    build.actor(700, "sshd").child_of(1).session(700).argv({"sshd"}).thread(in_epoll({}));
    for (Pid pid = 800; pid < 840; ++pid)
        build.actor(pid, "daemon-" + std::to_string(pid)).child_of(1).session(pid).thread(in_epoll({}));
    for (Pid pid = 900; pid < 903; ++pid)
        build.actor(pid, "postgres")
            .child_of(pid == 900 ? 1 : 900)
            .session(pid)
            .forked()
            .thread(in_epoll({}));
    build.actor(900).get().forked = false;
    build.actor(901).hold(4, 11);
    build.actor(902).hold(4, 12);
    build.unix_pair(11, 12);
    build.end(12).unread(8, 7190s);
    build.actor(805).hold(3, 21);
    build.actor(806).hold(3, 22);
    build.unix_pair(21, 22);
    Context context = stalled(build);
    context.tier = "procfs";
    context.level.reset();
    context.hooks.clear();
    context.command.reset();
    Verdict suspect = culprit(Kind::stopped_consuming, 902, 11, 7190s);
    suspect.confidence = Confidence::inconclusive;
    context.diagnosis.verdicts.insert(context.diagnosis.verdicts.begin() + 1, suspect);
    context.diagnosis.waits.push_back({805, 806, 21, 22, diagnosis::Strength::weak, "waits to read"});
    context.diagnosis.notes.push_back({diagnosis::NoteKind::unread, 807, {}, "fd 3 is unread"});
    context.trees = trees_of(context.snapshot, context.diagnosis);
    return context;
}

Context empty() {
    Context context;
    context.at = "2026-01-31T12:00:00.123Z";
    context.host = "ci-7";
    context.kernel = "6.1.0";
    context.tier = "procfs";
    return context;
}

std::map<std::string, Context> all() {
    return {{"wedge", wedge()},     {"chain", chain()},         {"healthy", healthy()},
            {"timed", timed()},     {"recovered", recovered()}, {"inconclusive", inconclusive()},
            {"crowd", crowd()},     {"hostile", hostile()},     {"triage", triage()},
            {"stacked", stacked()}, {"host", host()},           {"empty", empty()}};
}

} // namespace unwedge::report::samples
