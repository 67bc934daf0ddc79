/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The flight recorder: what an actor did last, in 16-byte records that overwrite each other in place. Nothing
 * of it reaches user space until somebody asks. A recording is taken at a process's first record, so those
 * that never touch a channel need none, and it outlives the process, because it is the dead one's that is
 * wanted.
 */
#ifndef UNWEDGE_FLIGHT_H
#define UNWEDGE_FLIGHT_H

#include "compat.h"

/* Recordings that one take may pass over because their processes live. */
#define UW_FLIGHT_TRIES 8

/* Level trace tells 1/HZ and costs a load; only level full pays for a clock. */
static __always_inline __u64 flight_clock(void)
{
    return config.exact_times ? bpf_ktime_get_ns() : bpf_jiffies64();
}

static __always_inline struct uw_flight *flight_at(__u32 number)
{
    __u32 slot = number & (UW_FLIGHT_SLOTS - 1);

    return bpf_map_lookup_elem(&flights, &slot);
}

/* The next recording that is free or whose process ended; after some tries the one of a living process. */
static __always_inline struct uw_flight *flight_claim(__u32 *number)
{
    struct uw_flight *flight = NULL;
    __u32 taken;
    int i;

    for (i = 0; i < UW_FLIGHT_TRIES; i++) {
        taken = __sync_fetch_and_add(&flights_taken, 1);
        /* Above the slot, how often all have been taken: from one, as no number is 0. */
        *number = (taken / config.flights + 1) * UW_FLIGHT_SLOTS + taken % config.flights;
        flight = flight_at(*number);
        if (!flight || !flight->open)
            break;
    }
    if (flight && flight->number)
        __sync_fetch_and_add(&stats.flights_evicted, 1);
    return flight;
}

/* The number of the recording of `task`'s process, one for all its threads; 0 if there is none to be had. */
static __noinline __u32 flight_take(struct task_struct *task)
{
    struct uw_actor *leader = bpf_task_storage_get(&actors, task->group_leader, NULL, 0);
    struct uw_flight *flight;
    __u32 number = 0;
    __u32 other;

    if (leader && leader->flight)
        return leader->flight;
    flight = flight_claim(&number);
    if (!flight)
        return 0;
    flight->next = 0;
    flight->pid = tgid_of(task);
    flight->number = flight->open = number;
    other = leader ? __sync_val_compare_and_swap(&leader->flight, 0, number) : 0;
    if (!other)
        return number;
    flight->number = flight->open = 0; /* another thread was faster */
    return other;
}

static __always_inline __u32 flight_of(struct task_struct *task, struct uw_actor *actor)
{
    if (config.flights && !actor->flight)
        actor->flight = flight_take(task);
    return actor->flight;
}

/*
 * Into recording `number`, if that is still whose it was: else it was evicted, and that was counted. Where
 * none is taken, at level sample, each number is 0 and all goes to one place that nobody reads.
 * `end_id`: 0 if it is of none, or none is known. `amount`: bytes, or what the kind says.
 */
static __always_inline void flight_write(__u32 number, enum uw_flight_kind kind, __u64 end_id, __u32 amount,
                                         __u64 at)
{
    struct uw_flight_record *records;
    struct uw_flight_record *record;
    struct uw_flight *flight;

    flight = flight_at(number);
    if (!flight || flight->open != number)
        return;
    records = (struct uw_flight_record *)(flight + 1);
    record = &records[__sync_fetch_and_add(&flight->next, 1) & config.flight_mask];
    record->at_kind = at << UW_FLIGHT_KIND_BITS | kind;
    record->end = (__u32)end_id;
    record->amount = amount;
}

/* The process of `task` ends: others may have its recording. */
static __always_inline void flight_end(struct task_struct *task)
{
    struct uw_actor *leader = bpf_task_storage_get(&actors, task->group_leader, NULL, 0);
    struct uw_flight *flight;

    if (!config.flights || !leader || !leader->flight)
        return;
    flight = flight_at(leader->flight);
    if (flight && flight->open == leader->flight)
        flight->open = 0;
}

#endif
