// SPDX-License-Identifier: GPL-2.0-only
/* Turns of event loops: how often a thread came back from a wait for readiness, even one that did not sleep.
 */
#include "vmlinux.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "flight.h"

static __always_inline int turned(void)
{
    struct task_struct *task = bpf_get_current_task_btf();
    struct uw_actor *actor = actor_of(task);

    if (!actor)
        return 0;
    actor->turns++;
    flight_write(flight_of(task, actor), UW_FLIGHT_UNPARK, 0, 0, flight_clock());
    return 0;
}

SEC("fexit/do_epoll_wait")
int BPF_PROG(fexit__epoll)
{
    return turned();
}

SEC("fexit/do_sys_poll")
int BPF_PROG(fexit__poll)
{
    return turned();
}

SEC("fexit/core_sys_select")
int BPF_PROG(fexit__select)
{
    return turned();
}

SEC("fexit/io_cqring_wait")
int BPF_PROG(fexit__io_uring)
{
    return turned();
}
