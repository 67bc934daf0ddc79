/* SPDX-License-Identifier: GPL-2.0-only */
/* All state in the kernel. Each object includes it; the linker merges the weak definitions into one. */
#ifndef UNWEDGE_MAPS_H
#define UNWEDGE_MAPS_H

#include "abi.h"
#include "core/stall.h"

/* A task that belongs to the traced tree. */
struct uw_actor {
    __u64 turns; /* of its loops: returns from waits for readiness, where these are hooked */
};

/* A socket that belongs to it. */
struct uw_end {
    __u64 owner; /* address of its sock: differs in a value that accept(2) has cloned from the listener's */
    __u64 id;
    __u64 received;
    __u64 received_bytes;
    __u64 sent;
    __u64 sent_bytes;
    __u64 received_at_sweep;
    __u64 sent_at_sweep;
    __u64 last_receive_ns;
    __u64 last_send_ns;
    __u64 closed_ns;   /* the first sweep that found the other side closed */
    __u32 last_reader; /* host tid */
    __u32 last_writer;
    struct uw_stall stall;
};

/* Per thread, so that it outlives an exec by a thread that is not the leader. */
struct {
    __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, int);
    __type(value, struct uw_actor);
} actors __weak SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_SK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
    __type(key, int);
    __type(value, struct uw_end);
} ends __weak SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 256 * 1024);
} events __weak SEC(".maps");

const volatile struct uw_config config __weak = {.abi_version = UW_ABI_VERSION};
struct uw_sweep sweep __weak = {};
struct uw_stats stats __weak = {};
__u32 pidns_level __weak = 0; /* depth of unwedge's own pid namespace; 0: the host's */
__u64 last_end_id __weak = 0;

static __always_inline void count_loss(enum uw_loss loss)
{
    __sync_fetch_and_add(&stats.lost[loss], 1);
}

#endif
