/* SPDX-License-Identifier: GPL-2.0-only */
/* All state in the kernel. Each object includes it; the linker merges the weak definitions into one. */
#ifndef UNWEDGE_MAPS_H
#define UNWEDGE_MAPS_H

#include "abi.h"
#include "core/stall.h"

/* A thread of an actor, as an end remembers it. */
struct uw_user {
    __s32 tid;    /* the host's; 0: none yet */
    __u32 flight; /* number of its process's recording */
};

/* What passed through a socket. */
struct uw_talk {
    __u64 received;
    __u64 received_bytes;
    __u64 sent;
    __u64 sent_bytes;
    struct uw_user reader; /* who received and sent last */
    struct uw_user writer;
    __u32 spoke_last; /* 1: what passed last was sent, not received */
    __u32 pad;
};

/* Level full: how long it waited. */
struct uw_queueing {
    __u64 arrived_ns; /* since when something is unread; 0: nothing is */
    __u64 newest_ns;  /* when the last of it came */
    __u32 delays[UW_DELAY_BUCKETS];
};

/*
 * A socket that belongs to it. The kernel puts 8 bytes of its own before it, at the start of a cache line:
 * receives and sends use the first two lines only.
 */
struct uw_end {
    __u64 owner; /* address of its sock: differs in a value that accept(2) has cloned from the listener's */
    __u64 id;
    struct uw_talk talk;
    struct uw_stall stall;
    __u64 received_at_sweep;
    __u64 sent_at_sweep;
    __u64 last_receive_ns;
    __u64 last_send_ns;
    __u64 closed_ns; /* the first sweep that found the other side closed */
    struct uw_queueing queueing;
};

/*
 * The same, as programs on kprobes note it: they may use no socket storage. Sweeps take it from there.
 */
struct uw_note {
    __u64 inode;     /* of the socket that it is about: addresses are used again */
    __u64 end_id;    /* 0 before the first sweep */
    __u32 taken_seq; /* TCP: the reader's position up to which it has counted */
    __u32 pad;
    struct uw_talk talk;
    struct uw_queueing queueing;
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

/* By the address of a sock. What is about sockets that are gone makes room for others. Made by need only. */
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 32768);
    __type(key, __u64);
    __type(value, struct uw_note);
} notes __weak SEC(".maps");

/* User space sets its size. */
struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096);
} events __weak SEC(".maps");

/* Each a struct uw_flight with its records. User space maps these, and sets their number and size. */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(map_flags, BPF_F_MMAPABLE);
    __uint(max_entries, 1);
    __uint(key_size, sizeof(__u32));
    __uint(value_size, sizeof(struct uw_flight) + sizeof(struct uw_flight_record));
} flights __weak SEC(".maps");

const volatile struct uw_config config __weak = {.abi_version = UW_ABI_VERSION};
struct uw_sweep sweep __weak = {};
struct uw_stats stats __weak = {};
__u32 pidns_level __weak = 0; /* depth of unwedge's own pid namespace; 0: the host's */
__u64 last_end_id __weak = 0;
__u32 flights_taken __weak = 0;

static __always_inline void count_loss(enum uw_loss loss)
{
    __sync_fetch_and_add(&stats.lost[loss], 1);
}

#endif
