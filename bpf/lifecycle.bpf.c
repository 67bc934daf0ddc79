// SPDX-License-Identifier: GPL-2.0-only
/* Who belongs to the traced tree: fork, exec, exit. */
#include "vmlinux.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "compat.h"
#include "emit.h"
#include "flight.h"

char LICENSE[] SEC("license") = "GPL";

static __always_inline void emit_fork(struct task_struct *parent, struct task_struct *child)
{
    struct uw_event_fork *event = event_begin(sizeof(*event), UW_EVENT_FORK, tgid_of(parent));

    if (!event)
        return;
    event->child_pid = tgid_of(child);
    event->pad = 0;
    BPF_CORE_READ_STR_INTO(&event->comm, child, comm);
    event_end(event);
}

static __always_inline void read_argv(struct uw_event_exec *event, struct task_struct *task)
{
    unsigned long start = BPF_CORE_READ(task, mm, arg_start);
    unsigned long end = BPF_CORE_READ(task, mm, arg_end);
    __u64 length = end > start ? end - start : 0;

    event->argv_len = 0;
    event->argv_full = length <= UW_ARGV_LEN;
    if (length > UW_ARGV_LEN)
        length = UW_ARGV_LEN;
    if (bpf_probe_read_user(event->argv, length, (void *)start)) {
        count_loss(UW_LOSS_ARGV);
        return;
    }
    event->argv_len = length;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(tp_btf__process_fork, struct task_struct *parent, struct task_struct *child)
{
    struct uw_actor member = {};

    if (!actor_of(parent))
        return 0;
    if (!bpf_task_storage_get(&actors, child, &member, BPF_LOCAL_STORAGE_GET_F_CREATE))
        count_loss(UW_LOSS_ACTOR);
    if (child->pid == child->tgid)
        emit_fork(parent, child);
    return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(tp_btf__process_exec, struct task_struct *task)
{
    struct uw_event_exec *event;

    if (!actor_of(task))
        return 0;
    event = event_begin(sizeof(*event), UW_EVENT_EXEC, tgid_of(task));
    if (!event)
        return 0;
    BPF_CORE_READ_STR_INTO(&event->comm, task, comm);
    read_argv(event, task);
    event_end(event);
    return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(tp_btf__process_exit, struct task_struct *task)
{
    struct uw_event_exit *event;

    if (!actor_of(task) || !process_is_dead(task))
        return 0;
    flight_end(task);
    event = event_begin(sizeof(*event), UW_EVENT_EXIT, tgid_of(task));
    if (!event)
        return 0;
    event->status = exit_status(task);
    event->pad = 0;
    event_end(event);
    return 0;
}

/* Makes the threads of a process that runs already actors; prints a byte for each that was none. */
SEC("iter/task")
int adopt__threads(struct bpf_iter__task *ctx)
{
    struct task_struct *task = ctx->task;
    struct uw_actor member = {};
    __u8 one = 1;

    if (!task || actor_of(task))
        return 0;
    if (bpf_task_storage_get(&actors, task, &member, BPF_LOCAL_STORAGE_GET_F_CREATE))
        bpf_seq_write(ctx->meta->seq, &one, sizeof(one));
    else
        count_loss(UW_LOSS_ACTOR);
    return 0;
}
