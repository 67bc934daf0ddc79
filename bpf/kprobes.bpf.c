// SPDX-License-Identifier: GPL-2.0-only
/*
 * What channels.bpf.c and loops.bpf.c see, where neither tracepoints nor trampolines can be had. Programs on
 * kprobes may use no socket storage and follow pointers by copying only, so they note by address what sweeps
 * take over (notes.h).
 *
 * A kretprobe follows so many calls at once and no more: ten, or two for each CPU, whoever makes them. Reads
 * and waits block, and those of this host's idle processes would take all of these places. So receives are
 * seen by functions that are called when something is taken, and waits when they begin. Sends seldom block;
 * one whose return goes unseen is counted as a loss when its thread sends again.
 */
#include "vmlinux.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "flight.h"
#include "notes.h"
#include "talk.h"

/* net/unix/af_unix.c */
struct unix_stream_read_state {
    struct socket *socket;
    int flags;
} __attribute__((preserve_access_index));

static __always_inline struct uw_actor *current_actor(void)
{
    return actor_of(bpf_get_current_task_btf());
}

/* has_unread() of queue.h, for a pointer that is only a number. */
static __always_inline bool has_unread_at(struct sock *sk)
{
    struct tcp_sock *tcp = (void *)sk;
    __u32 queued;

    if (BPF_CORE_READ(sk, __sk_common.skc_family) == AF_UNIX)
        return BPF_CORE_READ(sk, sk_receive_queue.qlen) > 0;
    queued = BPF_CORE_READ(tcp, rcv_nxt) - BPF_CORE_READ(tcp, copied_seq);
    return queued > !!(BPF_CORE_READ(sk, sk_shutdown) & RCV_SHUTDOWN);
}

static __always_inline void introduce(struct uw_user *user, struct task_struct *task, struct uw_actor *actor)
{
    if (user->tid == task->pid)
        return;
    user->tid = task->pid;
    user->flight = flight_of(task, actor);
}

static __always_inline int took(struct sock *sk, struct uw_actor *actor, struct uw_note *note, __u64 bytes)
{
    __u64 at;

    introduce(&note->talk.reader, bpf_get_current_task_btf(), actor);
    talk_received(&note->talk, bytes);
    at = config.exact_times ? queueing_taken(&note->queueing, has_unread_at(sk)) : bpf_jiffies64();
    flight_write(note->talk.reader.flight, UW_FLIGHT_RECEIVE, note->end_id, bytes, at);
    return 0;
}

/* At the end of each receive and splice. A peek gets here with the bytes that it has seen, and takes none. */
SEC("kprobe/__tcp_cleanup_rbuf")
int BPF_KPROBE(kprobe__tcp_take, struct sock *sk, int copied)
{
    struct uw_actor *actor = current_actor();
    struct tcp_sock *tcp = (void *)sk;
    struct uw_note *note;
    __u32 taken_seq;
    __u32 bytes;

    if (!actor || copied <= 0)
        return 0;
    note = note_of(sk);
    if (!note)
        return 0;
    taken_seq = BPF_CORE_READ(tcp, copied_seq);
    /* Where the reader stood before the first is not known: what it has just copied is taken for taken. */
    bytes = note->talk.received ? taken_seq - note->taken_seq : (__u32)copied;
    note->taken_seq = taken_seq;
    return bytes ? took(sk, actor, note, bytes) : 0;
}

static __always_inline int took_from_stream(struct unix_stream_read_state *state, int bytes)
{
    struct uw_actor *actor = current_actor();
    struct uw_note *note;
    struct sock *sk;

    if (!actor || bytes <= 0 || (BPF_CORE_READ(state, flags) & MSG_PEEK))
        return 0;
    sk = BPF_CORE_READ(state, socket, sk);
    note = note_of(sk);
    return note ? took(sk, actor, note, bytes) : 0;
}

/* For each buffer that a receive takes from. */
SEC("kprobe/unix_stream_read_actor")
int BPF_KPROBE(kprobe__unix_stream_take, void *buffer, int skip, int bytes,
               struct unix_stream_read_state *state)
{
    return took_from_stream(state, bytes);
}

SEC("kprobe/unix_stream_splice_actor")
int BPF_KPROBE(kprobe__unix_stream_splice, void *buffer, int skip, int bytes,
               struct unix_stream_read_state *state)
{
    return took_from_stream(state, bytes);
}

/* At the end of each receive of a datagram, which a peek has left in its queue. */
SEC("kprobe/skb_free_datagram")
int BPF_KPROBE(kprobe__unix_dgram_take, struct sock *sk, struct sk_buff *buffer)
{
    struct uw_actor *actor = current_actor();
    struct uw_note *note;

    if (!actor || BPF_CORE_READ(sk, __sk_common.skc_family) != AF_UNIX || BPF_CORE_READ(buffer, next))
        return 0;
    note = note_of(sk);
    return note ? took(sk, actor, note, BPF_CORE_READ(buffer, len)) : 0;
}

static __always_inline int begin_send(struct sock *sk)
{
    struct uw_actor *actor = current_actor();

    if (!actor)
        return 0;
    if (actor->sending)
        count_loss(UW_LOSS_RETURN);
    actor->sending = (__u64)sk;
    return 0;
}

static __always_inline int end_send(int bytes)
{
    struct uw_actor *actor = current_actor();
    struct uw_note *note;
    struct sock *sk;

    if (!actor || !actor->sending)
        return 0;
    sk = (void *)actor->sending;
    actor->sending = 0;
    if (bytes <= 0)
        return 0;
    note = note_of(sk);
    if (!note)
        return 0;
    introduce(&note->talk.writer, bpf_get_current_task_btf(), actor);
    talk_sent(&note->talk, bytes);
    flight_write(note->talk.writer.flight, UW_FLIGHT_SEND, note->end_id, bytes, flight_clock());
    return 0;
}

SEC("kprobe/tcp_sendmsg")
int BPF_KPROBE(kprobe__tcp_send, struct sock *sk)
{
    return begin_send(sk);
}

SEC("kretprobe/tcp_sendmsg")
int BPF_KRETPROBE(kretprobe__tcp_send, int ret)
{
    return end_send(ret);
}

SEC("kprobe/unix_stream_sendmsg")
int BPF_KPROBE(kprobe__unix_stream_send, struct socket *socket)
{
    return begin_send(BPF_CORE_READ(socket, sk));
}

SEC("kretprobe/unix_stream_sendmsg")
int BPF_KRETPROBE(kretprobe__unix_stream_send, int ret)
{
    return end_send(ret);
}

/* unix_seqpacket_sendmsg() calls it. */
SEC("kprobe/unix_dgram_sendmsg")
int BPF_KPROBE(kprobe__unix_dgram_send, struct socket *socket)
{
    return begin_send(BPF_CORE_READ(socket, sk));
}

SEC("kretprobe/unix_dgram_sendmsg")
int BPF_KRETPROBE(kretprobe__unix_dgram_send, int ret)
{
    return end_send(ret);
}

/* Level full. Only of sockets that an actor has used before. */
SEC("kprobe/sock_def_readable")
int BPF_KPROBE(kprobe__arrival, struct sock *sk)
{
    __u64 key = (__u64)sk;
    struct uw_note *note = bpf_map_lookup_elem(&notes, &key);

    if (note && note->inode == inode_of(sk) && has_unread_at(sk))
        queueing_grown(&note->queueing);
    return 0;
}

static __always_inline int begin_wait(void)
{
    struct uw_actor *actor = current_actor();

    if (actor)
        actor->turns++;
    return 0;
}

SEC("kprobe/do_epoll_wait")
int BPF_KPROBE(kprobe__epoll)
{
    return begin_wait();
}

SEC("kprobe/do_sys_poll")
int BPF_KPROBE(kprobe__poll)
{
    return begin_wait();
}

SEC("kprobe/core_sys_select")
int BPF_KPROBE(kprobe__select)
{
    return begin_wait();
}

SEC("kprobe/io_cqring_wait")
int BPF_KPROBE(kprobe__io_uring)
{
    return begin_wait();
}
