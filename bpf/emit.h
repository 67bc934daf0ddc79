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

static __always_inline void event_end(void *event)
{
    __sync_fetch_and_add(&stats.emitted, 1);
    bpf_ringbuf_submit(event, 0);
}

#endif
