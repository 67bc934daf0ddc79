/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When is an end stalled: unread bytes, and nothing consumed for stall_after. Fed once per sweep; no helpers,
 * no maps, no clock. C11 that also compiles as C++20 and is unit-tested there.
 */
#ifndef UNWEDGE_CORE_STALL_H
#define UNWEDGE_CORE_STALL_H

struct uw_stall {
    __u64 mark;       /* position of the reader at the last sweep; any change is consumption */
    __u64 since_ns;   /* unread and not consumed since; 0: nothing unread */
    __u64 swept_ns;   /* the last sweep; 0: none yet */
    __u64 longest_ns; /* longest such period that ended by consumption */
    __u64 unread;     /* at the last sweep */
    __u64 grown_ns;   /* the last sweep that found more unread than the one before; 0: none yet */
    __u64 reported;   /* 1: UW_STALL_BEGINS was told and not yet UW_STALL_ENDS */
};

/* What one sweep sees of an end. */
struct uw_sight {
    __u64 now_ns;
    __u64 unread;
    __u64 mark;
};

enum uw_stall_change {
    UW_STALL_SAME,
    UW_STALL_BEGINS,
    UW_STALL_ENDS,
};

static inline enum uw_stall_change uw_stall_step(struct uw_stall *stall, const struct uw_sight *sight,
                                                 __u64 stall_after_ns, __u64 sweep_gap_ns)
{
    __u64 period_ns = stall->since_ns ? sight->now_ns - stall->since_ns : 0;
    int first = stall->swept_ns == 0;
    int consumed = !first && stall->mark != sight->mark;
    int blind = !first && sight->now_ns - stall->swept_ns > sweep_gap_ns;

    if (sight->unread > stall->unread)
        stall->grown_ns = sight->now_ns;
    stall->unread = sight->unread;
    stall->mark = sight->mark;
    stall->swept_ns = sight->now_ns;

    if (sight->unread == 0 || consumed) {
        if (period_ns > stall->longest_ns)
            stall->longest_ns = period_ns;
        stall->since_ns = sight->unread ? sight->now_ns : 0;
        if (!stall->reported)
            return UW_STALL_SAME;
        stall->reported = 0;
        return UW_STALL_ENDS;
    }
    /* Nobody looked for a while (unwedge itself was stopped, the host slept): time that proves nothing. */
    if (stall->since_ns == 0 || blind)
        stall->since_ns = sight->now_ns;
    if (stall->reported || sight->now_ns - stall->since_ns < stall_after_ns)
        return UW_STALL_SAME;
    stall->reported = 1;
    return UW_STALL_BEGINS;
}

#endif
