/* SPDX-License-Identifier: GPL-2.0-only */
/* What programs on kprobes note of a socket, by its address, and how sweeps take it over. */
#ifndef UNWEDGE_NOTES_H
#define UNWEDGE_NOTES_H

#include "ends.h"

/* Too large for the stack. */
static const struct uw_note no_note;

/* What is known of `sk`; of nothing before now if that is new; NULL, and the loss counted, if there is no
 * room. */
static __noinline struct uw_note *note_of(struct sock *sk)
{
    __u64 inode = inode_of(sk);
    struct uw_note *note;
    __u64 key = (__u64)sk;

    note = bpf_map_lookup_elem(&notes, &key);
    if (note && note->inode == inode)
        return note;
    bpf_map_update_elem(&notes, &key, &no_note, BPF_ANY);
    note = bpf_map_lookup_elem(&notes, &key);
    if (note)
        note->inode = inode;
    else
        count_loss(UW_LOSS_END);
    return note;
}

/*
 * Whoever looks at an end sees what was noted of it, and keeps a place for more. If what there was had to
 * make room for others, this is counted.
 */
static __always_inline void note_take(struct sock *sk, struct uw_end *end)
{
    struct uw_note *note;

    if (!config.notes || !sk->sk_socket)
        return;
    note = note_of(sk);
    if (!note)
        return;
    if (note->talk.received < end->talk.received || note->talk.sent < end->talk.sent)
        count_loss(UW_LOSS_END);
    note->end_id = end->id;
    end->talk = note->talk;
    end->queueing = note->queueing;
}

#endif
