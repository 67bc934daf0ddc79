/* SPDX-License-Identifier: GPL-2.0-only */
/* What is kept of each message that passes, whoever saw it. */
#ifndef UNWEDGE_TALK_H
#define UNWEDGE_TALK_H

#include "maps.h"

static __always_inline void talk_received(struct uw_talk *talk, __u64 bytes)
{
    talk->received++;
    talk->received_bytes += bytes;
    talk->spoke_last = 0;
}

static __always_inline void talk_sent(struct uw_talk *talk, __u64 bytes)
{
    talk->sent++;
    talk->sent_bytes += bytes;
    talk->spoke_last = 1;
}

/* Something came, and it is not read yet. */
static __always_inline void queueing_grown(struct uw_queueing *queueing)
{
    __u64 now_ns = bpf_ktime_get_ns();

    if (!queueing->arrived_ns)
        queueing->arrived_ns = now_ns;
    queueing->newest_ns = now_ns;
}

/*
 * Something was taken: how long had the oldest unread byte waited? What is left in the queue is taken to have
 * come with the newest: it came no later, so no delay is told longer than it was. Returns the time.
 */
static __always_inline __u64 queueing_taken(struct uw_queueing *queueing, bool more_is_unread)
{
    __u64 now_ns = bpf_ktime_get_ns();
    __u32 bucket;

    if (queueing->arrived_ns && now_ns > queueing->arrived_ns) {
        bucket = uw_delay_bucket(now_ns - queueing->arrived_ns);
        if (bucket < UW_DELAY_BUCKETS)
            queueing->delays[bucket]++;
    }
    queueing->arrived_ns = more_is_unread ? queueing->newest_ns : 0;
    return now_ns;
}

#endif
