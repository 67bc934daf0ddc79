/* SPDX-License-Identifier: GPL-2.0-only */
/* What waits in a socket's receive queue, and where its reader stands. */
#ifndef UNWEDGE_QUEUE_H
#define UNWEDGE_QUEUE_H

#include "core/mark.h"
#include "ends.h"

/* Buffers of a UNIX queue that one look walks at most. */
#define UW_QUEUE_WALK 128

static __always_inline bool has_file(struct sock *sk)
{
    return sk->sk_socket != NULL;
}

/* Does the kernel itself keep the reader's position? Else consumption between two sweeps can go unseen. */
static __always_inline bool is_stream_position(struct sock *sk)
{
    return sk->__sk_common.skc_family != AF_UNIX;
}

/* tcp_inq() counts the FIN as one byte until it is read; here it is end-of-file, not a byte. */
static __always_inline __u32 tcp_unread(struct sock *sk, struct tcp_sock *tcp)
{
    __u32 queued = tcp->rcv_nxt - tcp->copied_seq;

    if (queued && (sk->sk_shutdown & RCV_SHUTDOWN))
        queued--;
    return queued;
}

static __always_inline __u32 taken_of(struct sk_buff *buffer)
{
    return BPF_CORE_READ((struct unix_skb_parms *)buffer->cb, consumed);
}

/* Bytes of the first UW_QUEUE_WALK buffers; *more is set if there are others. */
static __always_inline __u64 walk_unix_queue(struct sock *sk, bool *more)
{
    struct sk_buff *buffer = sk->sk_receive_queue.next;
    void *anchor = &sk->sk_receive_queue;
    __u64 bytes = 0;
    int i;

    for (i = 0; i < UW_QUEUE_WALK; i++) {
        if (!buffer || (void *)buffer == anchor)
            return bytes;
        bytes += BPF_CORE_READ(buffer, len) - taken_of(buffer);
        buffer = BPF_CORE_READ(buffer, next);
    }
    *more = true;
    return bytes;
}

static __always_inline __u64 unix_unread(struct sock *sk, bool *more)
{
    struct unix_sock___inq *counted = (void *)sk;

    if (sk->sk_receive_queue.qlen == 0)
        return 0;
    if (sk->sk_type == SOCK_STREAM && bpf_core_field_exists(counted->inq_len))
        return BPF_CORE_READ(counted, inq_len);
    return walk_unix_queue(sk, more);
}

static __always_inline bool has_unread(struct sock *sk)
{
    struct tcp_sock *tcp;

    if (!is_stream_position(sk))
        return sk->sk_receive_queue.qlen > 0;
    tcp = bpf_skc_to_tcp_sock(sk);
    return tcp && tcp_unread(sk, tcp) > 0;
}

static __always_inline __u64 unix_mark(struct sock *sk, const struct uw_end *end)
{
    /* Read by helper: the verifier lets nobody calculate with a pointer that it has typed. */
    struct sk_buff *first = BPF_CORE_READ(sk, sk_receive_queue.next);

    if (sk->sk_receive_queue.qlen == 0 || !first)
        return uw_queue_mark(0, 0, end->talk.received);
    return uw_queue_mark((__u64)first, taken_of(first), end->talk.received);
}

/*
 * Connections that wait to be accepted; the reader's position is which of them is the first. Its address
 * alone could be that of one before it; the initial sequence number that it sent is its own.
 */
static __always_inline void look_at_listener(struct sock *sk, struct uw_sight *sight)
{
    struct inet_connection_sock *listener = (void *)sk;
    struct tcp_request_sock *first;

    if (sk->__sk_common.skc_family == AF_UNIX) {
        sight->unread = sk->sk_receive_queue.qlen;
        sight->mark = (__u64)BPF_CORE_READ(sk, sk_receive_queue.next);
        return;
    }
    sight->unread = sk->sk_ack_backlog;
    first = (void *)BPF_CORE_READ(listener, icsk_accept_queue.rskq_accept_head);
    sight->mark = uw_queue_mark((__u64)first, first ? BPF_CORE_READ(first, snt_isn) : 0, 0);
}

static __always_inline void look_at_queue(struct sock *sk, const struct uw_end *end, struct uw_sight *sight)
{
    struct tcp_sock *tcp;
    bool more = false;

    if (sk->__sk_common.skc_state == TCP_LISTEN)
        return look_at_listener(sk, sight);
    if (!is_stream_position(sk)) {
        sight->unread = unix_unread(sk, &more);
        sight->mark = unix_mark(sk, end);
        return;
    }
    tcp = bpf_skc_to_tcp_sock(sk);
    if (!tcp)
        return;
    sight->unread = tcp_unread(sk, tcp);
    sight->mark = tcp->copied_seq;
}

#endif
