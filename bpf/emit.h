/* SPDX-License-Identifier: GPL-2.0-only */
/* The only way into the ring buffer: what does not fit is counted. */
#ifndef UNWEDGE_EMIT_H
#define UNWEDGE_EMIT_H

#include "maps.h"

/* Room for one event with its head filled in, or NULL with the loss counted. The caller sets all the rest. */
static __always_inline void *event_begin(__u64 size, enum uw_event_kind kind, __u32 pid)
{
    struct uw_event *event = bpf_ringbuf_reserve(&events, size, 0);
    if (!event) {
        count_loss(UW_LOSS_EVENT);
        return NULL;
    }
    event->kind = kind;
    event->pid = pid;
    event->at_ns = bpf_ktime_get_ns();
    return event;
}

/*
 * User space drains the buffer at each sweep. Waking it for every event would be an interrupt that the CPU
 * sends to itself: 15 of the 17 us that a fork cost in a virtual machine.
 */
static __always_inline __u64 wake_up_if_filling(void)
{
    return bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) > config.wake_after ? BPF_RB_FORCE_WAKEUP
                                                                             : BPF_RB_NO_WAKEUP;
}

static __always_inline void event_end(void *event)
{
    __sync_fetch_and_add(&stats.emitted, 1);
    bpf_ringbuf_submit(event, wake_up_if_filling());
}

#endif
