// SPDX-License-Identifier: GPL-2.0-only
/* How sockets enter the map, and what is received and sent on them. These are the hot paths. */
#include "vmlinux.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "flight.h"
#include "queue.h"
#include "talk.h"

/* A UNIX receiver that never calls must be seen through its sender. */
static __always_inline void track_unix_peer(struct sock *sk)
{
    struct unix_sock *from = sk->__sk_common.skc_family == AF_UNIX ? bpf_skc_to_unix_sock(sk) : NULL;
    struct sock *peer = from ? from->peer : NULL;

    if (peer && !bpf_sk_storage_get(&ends, peer, NULL, 0))
        end_make(peer);
}

/* Returns the time. */
static __noinline __u64 note_delay(struct sock *sk, struct uw_end *end)
{
    return queueing_taken(&end->queueing, has_unread(sk));
}

/*
 * Fills in who the thread is, if it is an actor and the socket a channel, and returns the socket's state,
 * which is made if it has none and claimed if accept(2) has cloned it: from a listener, which nobody has
 * read or written. NULL if not. A function of its own: inlined, it would cost those who do not need it
 * registers.
 */
static __noinline struct uw_end *introduce(struct sock *sk, struct task_struct *task, struct uw_user *user)
{
    struct uw_actor *actor = bpf_task_storage_get(&actors, task, NULL, 0);

    if (!actor || !is_channel(sk))
        return NULL;
    user->tid = task->pid;
    user->flight = flight_of(task, actor);
    return end_make(sk);
}

/* `bytes`: what the call returns, zero-extended; as an int it may be -errno. */
static __always_inline int received(struct sock *sk, __u64 bytes, int flags)
{
    struct task_struct *task;
    struct uw_user user;
    struct uw_end *end;
    __u64 at;

    if ((int)bytes <= 0 || (flags & MSG_PEEK))
        return 0;
    task = bpf_get_current_task_btf();
    if (!task->bpf_storage)
        return 0;
    end = bpf_sk_storage_get(&ends, sk, NULL, 0);
    /* The one who read last is known, which spares the dearer of the two lookups. */
    if (!end || end->talk.reader.tid != task->pid) {
        end = introduce(sk, task, &user);
        if (!end)
            return 0;
        end->talk.reader = user;
    }
    talk_received(&end->talk, bytes);
    at = config.exact_times ? note_delay(sk, end) : bpf_jiffies64();
    flight_write(end->talk.reader.flight, UW_FLIGHT_RECEIVE, end->id, bytes, at);
    return 0;
}

static __always_inline int sent(struct sock *sk, __u64 bytes)
{
    struct task_struct *task;
    struct uw_user user;
    struct uw_end *end;

    if ((int)bytes <= 0)
        return 0;
    task = bpf_get_current_task_btf();
    if (!task->bpf_storage)
        return 0;
    end = bpf_sk_storage_get(&ends, sk, NULL, 0);
    if (!end || end->talk.writer.tid != task->pid) {
        end = introduce(sk, task, &user);
        if (!end)
            return 0;
        end->talk.writer = user;
        track_unix_peer(sk);
    }
    talk_sent(&end->talk, bytes);
    flight_write(end->talk.writer.flight, UW_FLIGHT_SEND, end->id, bytes, flight_clock());
    return 0;
}

/* Level full. Whoever brings it, often an interrupt, is not the one that it is for: only the socket tells. */
static __always_inline int arrived(struct sock *sk)
{
    struct uw_end *end;

    if (!sk->sk_bpf_storage)
        return 0;
    end = end_find(sk);
    if (end && has_unread(sk))
        queueing_grown(&end->queueing);
    return 0;
}

/* A tracepoint zero-extends its arguments (include/trace/bpf_probe.h); what a function returns is not
 * extended. */
SEC("tp_btf/sock_recv_length")
int BPF_PROG(tp_btf__receive, struct sock *sk, __u64 ret, int flags)
{
    return received(sk, ret, flags);
}

SEC("tp_btf/sock_send_length")
int BPF_PROG(tp_btf__send, struct sock *sk, __u64 ret, int flags)
{
    return sent(sk, ret);
}

/*
 * The functions below those tracepoints, for kernels without them (before Linux 6.3).
 * unix_seqpacket_recvmsg() calls unix_dgram_recvmsg(), and the same for sending, so each takes its own type
 * of socket only.
 */
SEC("fexit/tcp_recvmsg")
int fexit__tcp_receive(__u64 *ctx)
{
    __u64 ret;

    /* What it returns stands behind its arguments: Linux 7 does without a fifth one, `addr_len`. */
    if (config.tcp_recvmsg_arguments == 4) {
        ret = ctx[4];
        barrier_var(ret); /* keeps the index a constant */
    } else {
        ret = ctx[5];
    }
    return received((struct sock *)ctx[0], (__u32)ret, ctx[3]);
}

SEC("fexit/unix_stream_recvmsg")
int BPF_PROG(fexit__unix_stream_receive, struct socket *socket, void *msg, size_t size, int flags, __u32 ret)
{
    return received(socket->sk, ret, flags);
}

SEC("fexit/unix_dgram_recvmsg")
int BPF_PROG(fexit__unix_dgram_receive, struct socket *socket, void *msg, size_t size, int flags, __u32 ret)
{
    return socket->type == SOCK_DGRAM ? received(socket->sk, ret, flags) : 0;
}

SEC("fexit/unix_seqpacket_recvmsg")
int BPF_PROG(fexit__unix_seqpacket_receive, struct socket *socket, void *msg, size_t size, int flags,
             __u32 ret)
{
    return received(socket->sk, ret, flags);
}

SEC("fexit/tcp_sendmsg")
int BPF_PROG(fexit__tcp_send, struct sock *sk, void *msg, size_t size, __u32 ret)
{
    return sent(sk, ret);
}

SEC("fexit/unix_stream_sendmsg")
int BPF_PROG(fexit__unix_stream_send, struct socket *socket, void *msg, size_t len, __u32 ret)
{
    return sent(socket->sk, ret);
}

SEC("fexit/unix_dgram_sendmsg")
int BPF_PROG(fexit__unix_dgram_send, struct socket *socket, void *msg, size_t len, __u32 ret)
{
    return socket->type == SOCK_DGRAM ? sent(socket->sk, ret) : 0;
}

SEC("fexit/unix_seqpacket_sendmsg")
int BPF_PROG(fexit__unix_seqpacket_send, struct socket *socket, void *msg, size_t len, __u32 ret)
{
    return sent(socket->sk, ret);
}

SEC("tp_btf/sk_data_ready")
int BPF_PROG(tp_btf__arrival, struct sock *sk)
{
    return arrived(sk);
}

SEC("fentry/sock_def_readable")
int BPF_PROG(fentry__arrival, struct sock *sk)
{
    return arrived(sk);
}

/*
 * In the context of the actor: connect(2) and listen(2). What accept(2) returns is cloned from the listener.
 * So an end that is never read is known as well.
 */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(tp_btf__sock_state, struct sock *sk, int oldstate, int newstate)
{
    struct task_struct *task = bpf_get_current_task_btf();
    struct uw_actor *actor;
    struct uw_end *end;

    if ((newstate != TCP_SYN_SENT && newstate != TCP_LISTEN) || sk->sk_protocol != IPPROTO_TCP)
        return 0;
    actor = actor_of(task);
    if (!actor)
        return 0;
    end = end_make(sk);
    flight_write(flight_of(task, actor), UW_FLIGHT_STATE, end ? end->id : 0, newstate, flight_clock());
    return 0;
}
