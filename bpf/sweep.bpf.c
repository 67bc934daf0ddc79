// SPDX-License-Identifier: GPL-2.0-only
/*
 * The iterators. sweep__ drives the stall machine of every tracked socket; the dump__ programs print what
 * user space asks for when it makes a snapshot. __ends are those over the map of sockets; where the kernel
 * refuses iterators over maps, __files go by the descriptors of the actors.
 */
#include "vmlinux.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "core/mark.h"
#include "emit.h"
#include "ends.h"
#include "notes.h"
#include "pipes.h"
#include "queue.h"

/* Times are told to one sweep's precision, so that no clock is read where messages pass. */
static __always_inline void stamp(__u64 count, __u64 *at_sweep, __u64 *last_ns)
{
    if (count == *at_sweep)
        return;
    *at_sweep = count;
    *last_ns = sweep.now_ns;
}

/* Bytes given to TCP, which tells it at every level; messages counted by the send hook for UNIX. */
static __always_inline __u64 sent_so_far(struct sock *sk, const struct uw_end *end)
{
    struct tcp_sock *tcp = is_stream_position(sk) ? bpf_skc_to_tcp_sock(sk) : NULL;

    if (!tcp)
        return end->talk.sent;
    return tcp->bytes_sent - tcp->bytes_retrans + (__u32)(tcp->write_seq - tcp->snd_nxt);
}

static __always_inline void emit_stall(enum uw_event_kind kind, const struct uw_end *end,
                                       const struct uw_sight *sight, __u64 since_ns)
{
    struct uw_event_stall *event = event_begin(sizeof(*event), kind, 0);

    if (!event)
        return;
    event->end_id = end->id;
    event->unread = sight->unread;
    event->since_ns = since_ns;
    event_end(event);
}

static __always_inline bool is_aging(const struct uw_stall *stall)
{
    return stall->since_ns && stall->swept_ns - stall->since_ns >= config.stall_after_ns / 2;
}

/* The other side has closed, or shut down its sending. */
static __always_inline bool is_hung_up(struct sock *sk)
{
    return sk->sk_shutdown & RCV_SHUTDOWN;
}

/* What has lasted so long is looked at; what has lasted twice that was. */
static __always_inline bool is_due(__u64 length_ns)
{
    return length_ns >= config.stall_after_ns && length_ns < 2 * config.stall_after_ns;
}

/* Without the hooks: as far as the sweeps can tell. */
static __always_inline bool awaits_an_answer(const struct uw_end *end)
{
    return end->talk.spoke_last || end->last_send_ns > end->last_receive_ns || end->stall.unread > 0;
}

static __noinline int sweep_end(struct sock *sk, struct uw_end *end)
{
    struct uw_sight sight = {.now_ns = sweep.now_ns};
    __u64 since_ns = end->stall.since_ns;
    __u64 mark_before = end->stall.mark;
    bool listens = sk->__sk_common.skc_state == TCP_LISTEN;
    bool first = end->stall.swept_ns == 0;
    enum uw_stall_change change;

    note_take(sk, end);
    look_at_queue(sk, end, &sight);
    change = uw_stall_step(&end->stall, &sight, config.stall_after_ns, config.sweep_gap_ns);
    if (!first && mark_before != sight.mark && is_stream_position(sk) && !listens)
        end->last_receive_ns = sweep.now_ns;
    stamp(end->talk.received, &end->received_at_sweep, &end->last_receive_ns);
    if (first && !end->talk.sent)
        end->sent_at_sweep = listens ? 0 : sent_so_far(sk, end); /* before anybody looked */
    else if (!listens)
        stamp(sent_so_far(sk, end), &end->sent_at_sweep, &end->last_send_ns);
    if (!end->closed_ns && is_hung_up(sk))
        end->closed_ns = sweep.now_ns;

    stats.swept++;
    stats.unread += sight.unread > 0;
    stats.stalled += end->stall.reported;
    stats.aging += !is_stream_position(sk) && !listens && is_aging(&end->stall);
    stats.hung_up += end->closed_ns && is_due(sweep.now_ns - end->closed_ns) && awaits_an_answer(end);
    if (change == UW_STALL_BEGINS)
        emit_stall(UW_EVENT_STALL_BEGIN, end, &sight, end->stall.since_ns);
    else if (change == UW_STALL_ENDS)
        emit_stall(UW_EVENT_STALL_END, end, &sight, since_ns);
    return 0;
}

SEC("iter/bpf_sk_storage_map")
int sweep__ends(struct bpf_iter__bpf_sk_storage_map *ctx)
{
    struct sock *sk = ctx->sk;
    struct uw_end *end = ctx->value;

    if (!sk || !end || !has_file(sk))
        return 0;
    end_claim(end, sk);
    sweep_end(sk, end);
    return 0;
}

/* The socket behind an actor's descriptor, if it can be a channel's end; NULL if not. */
static __always_inline struct sock *channel_of(struct bpf_iter__task_file *ctx)
{
    struct file *file = ctx->file;
    struct task_struct *task = ctx->task;
    struct socket *socket;
    struct sock *sk;

    if (!file || !task || !actor_of(task))
        return NULL;
    socket = bpf_sock_from_file(file);
    sk = socket ? socket->sk : NULL;
    return sk && is_channel(sk) ? sk : NULL;
}

/* It may belong to nobody of the tree, and is tracked all the same once it was sent something. */
static __always_inline struct sock *unix_peer_of(struct sock *sk)
{
    struct unix_sock *un = sk->__sk_common.skc_family == AF_UNIX ? bpf_skc_to_unix_sock(sk) : NULL;

    return un ? un->peer : NULL;
}

/* Once in a sweep, however many descriptors and peers lead there. */
static __always_inline void sweep_once(struct sock *sk)
{
    struct uw_end *end = end_find(sk);

    if (end && has_file(sk) && end->stall.swept_ns != sweep.now_ns)
        sweep_end(sk, end);
}

SEC("iter/task_file")
int sweep__files(struct bpf_iter__task_file *ctx)
{
    struct sock *sk = channel_of(ctx);
    struct sock *peer;

    if (!sk)
        return 0;
    sweep_once(sk);
    peer = unix_peer_of(sk);
    if (peer)
        sweep_once(peer);
    return 0;
}

static __always_inline void describe_tcp(struct sock *sk, struct uw_end_record *record)
{
    struct tcp_sock *tcp = bpf_skc_to_tcp_sock(sk);

    if (!tcp)
        return;
    record->unread = tcp_unread(sk, tcp);
    if (is_hung_up(sk) && tcp->rcv_nxt == tcp->copied_seq)
        record->flags |= UW_END_EOF_READ;
    record->unsent = tcp->write_seq - tcp->snd_una;
    record->copied = tcp->bytes_received - record->unread;
    record->accept_queue = sk->sk_ack_backlog;
    record->accept_limit = sk->sk_max_ack_backlog;
    record->local_port = sk->__sk_common.skc_num;
    record->remote_port = bpf_ntohs(sk->__sk_common.skc_dport);
    if (sk->__sk_common.skc_family == AF_INET) {
        __builtin_memcpy(record->local_address, &sk->__sk_common.skc_rcv_saddr, 4);
        __builtin_memcpy(record->remote_address, &sk->__sk_common.skc_daddr, 4);
    } else {
        BPF_CORE_READ_INTO(&record->local_address, sk, __sk_common.skc_v6_rcv_saddr);
        BPF_CORE_READ_INTO(&record->remote_address, sk, __sk_common.skc_v6_daddr);
    }
}

/* Has no file because nobody has accepted it yet, not because it was closed. */
static __always_inline bool is_pending(struct sock *sk)
{
    return !BPF_CORE_READ(sk, sk_socket) && !(BPF_CORE_READ(sk, __sk_common.skc_flags) & (1UL << SOCK_DEAD));
}

static __always_inline void describe_unix(struct sock *sk, struct uw_end_record *record)
{
    struct unix_sock *un = bpf_skc_to_unix_sock(sk);
    struct uw_end *peer_end;
    struct sock *peer;
    bool more = false;

    if (!un)
        return;
    record->unread = unix_unread(sk, &more);
    record->flags |= more ? UW_END_UNREAD_MORE : 0;
    /* sock_alloc() starts the charge at one. */
    record->unsent = sk->sk_wmem_alloc.refs.counter - 1;
    record->accept_queue = sk->__sk_common.skc_state == TCP_LISTEN ? sk->sk_receive_queue.qlen : 0;
    record->accept_limit = sk->sk_max_ack_backlog;
    record->path_len = read_unix_name(un->addr, record->path);
    peer = un->peer;
    if (!peer)
        return;
    peer_end = end_find(peer);
    record->peer_id = peer_end ? peer_end->id : 0;
    record->peer_path_len = read_unix_name(BPF_CORE_READ((struct unix_sock *)peer, addr), record->peer_path);
    if (is_pending(peer))
        record->flags |= UW_END_PEER_PENDING;
    else if (!BPF_CORE_READ(peer, sk_socket))
        record->flags |= UW_END_PEER_CLOSED;
}

static __always_inline void describe_end(const struct uw_end *end, struct uw_end_record *record)
{
    record->id = end->id;
    record->received = end->talk.received;
    record->received_bytes = end->talk.received_bytes;
    record->sent = end->talk.sent;
    record->sent_bytes = end->talk.sent_bytes;
    record->last_receive_ns = end->last_receive_ns;
    record->last_send_ns = end->last_send_ns;
    record->unread_since_ns = end->stall.since_ns;
    record->closed_ns = end->closed_ns;
    record->flags |= end->talk.spoke_last ? UW_END_SPOKE_LAST : 0;
    record->longest_wait_ns = end->stall.longest_ns;
    record->last_arrival_ns = end->stall.grown_ns;
    record->last_reader = end->talk.reader.tid;
    record->last_writer = end->talk.writer.tid;
}

/* Too large for the stack. One iterator runs at a time: user space asks from one thread. */
static struct uw_end_record told;

static __always_inline void tell_end(struct seq_file *seq, struct sock *sk, struct uw_end *end, __u16 family)
{
    __builtin_memset(&told, 0, sizeof(told));
    note_take(sk, end);
    describe_end(end, &told);
    told.family = sk->__sk_common.skc_family;
    told.type = sk->sk_type;
    told.state = sk->__sk_common.skc_state;
    told.netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
    told.inode = inode_of(sk);
    told.flags |= has_file(sk) ? 0 : UW_END_RELEASED;
    told.flags |= times_out(sk) ? UW_END_TIMES_OUT : 0;
    if (is_hung_up(sk))
        told.flags |= UW_END_PEER_CLOSED;
    if (is_pending(sk))
        told.flags |= UW_END_PENDING;
    if (family == AF_UNIX)
        describe_unix(sk, &told);
    else
        describe_tcp(sk, &told);
    bpf_seq_write(seq, &told, sizeof(told));
}

SEC("iter/bpf_sk_storage_map")
int dump__ends(struct bpf_iter__bpf_sk_storage_map *ctx)
{
    struct uw_end *end = ctx->value;
    struct sock *sk = ctx->sk;

    if (!sk || !end)
        return 0;
    end_claim(end, sk);
    tell_end(ctx->meta->seq, sk, end, sk->__sk_common.skc_family);
    return 0;
}

static __noinline int tell_if_tracked(struct seq_file *seq, struct sock *sk)
{
    struct uw_end *end = end_find(sk);

    if (end)
        tell_end(seq, sk, end, sk->__sk_common.skc_family);
    return 0;
}

/* Connections that nobody has accepted have no descriptor; no more of them than this are looked at. */
#define UW_PENDING_WALK 8

static __always_inline void tell_pending(struct seq_file *seq, struct sock *sk)
{
    struct tcp_sock *tcp = sk->__sk_common.skc_state == TCP_LISTEN ? bpf_skc_to_tcp_sock(sk) : NULL;
    struct request_sock *request = tcp ? tcp->inet_conn.icsk_accept_queue.rskq_accept_head : NULL;
    struct uw_end *end;
    int i;

    for (i = 0; i < UW_PENDING_WALK && request; i++) {
        end = request->sk ? end_find(request->sk) : NULL;
        if (end)
            tell_end(seq, request->sk, end, AF_INET);
        request = request->dl_next;
    }
}

/* Tells of some sockets more than once. */
SEC("iter/task_file")
int dump__files(struct bpf_iter__task_file *ctx)
{
    struct sock *sk = channel_of(ctx);
    struct seq_file *seq = ctx->meta->seq;
    struct sock *peer;

    if (!sk)
        return 0;
    tell_if_tracked(seq, sk);
    peer = unix_peer_of(sk);
    if (peer)
        tell_if_tracked(seq, peer);
    tell_pending(seq, sk);
    return 0;
}

/* Of those that no sweep has claimed yet there is nothing to tell. */
static __always_inline void tell_delays(struct seq_file *seq, struct sock *sk, struct uw_end *end)
{
    struct uw_delay_record record = {};

    if (end->owner != (__u64)sk)
        return;
    note_take(sk, end);
    record.end_id = end->id;
    __builtin_memcpy(record.delays, end->queueing.delays, sizeof(record.delays));
    bpf_seq_write(seq, &record, sizeof(record));
}

SEC("iter/bpf_sk_storage_map")
int dump__delays(struct bpf_iter__bpf_sk_storage_map *ctx)
{
    struct uw_end *end = ctx->value;
    struct sock *sk = ctx->sk;

    if (sk && end)
        tell_delays(ctx->meta->seq, sk, end);
    return 0;
}

/* Tells of some sockets more than once. */
SEC("iter/task_file")
int dump__file_delays(struct bpf_iter__task_file *ctx)
{
    struct sock *sk = channel_of(ctx);
    struct uw_end *end = sk ? bpf_sk_storage_get(&ends, sk, NULL, 0) : NULL;

    if (end)
        tell_delays(ctx->meta->seq, sk, end);
    return 0;
}

static __always_inline void describe_socket(struct sock *sk, struct uw_hold_record *record)
{
    struct uw_end *end = is_channel(sk) ? end_make(sk) : NULL;

    record->end_id = end ? end->id : 0;
}

/*
 * The sockets and pipes of one process, and so the way in for those sockets that no hook has seen. A pipe has
 * no storage: user space compares what is told here with what was told before.
 */
SEC("iter/task_file")
int dump__holds(struct bpf_iter__task_file *ctx)
{
    struct uw_hold_record record = {};
    struct task_struct *task = ctx->task;
    struct file *file = ctx->file;
    struct socket *socket;

    if (!task || !file)
        return 0;
    socket = bpf_sock_from_file(file);
    if (socket && socket->sk)
        describe_socket(socket->sk, &record);
    else if (!socket)
        describe_pipe(file, &record);
    if (!record.end_id && !record.pipe)
        return 0;
    record.pid = tgid_of(task);
    record.fd = ctx->fd;
    bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
    return 0;
}

static __always_inline __u32 stops_of(struct task_struct *task)
{
    unsigned int state = task->__state;
    __u32 stops = 0;

    if (state & TASK_STOPPED_STATE)
        stops |= UW_STOP_SIGNAL;
    if (state & TASK_TRACED_STATE)
        stops |= UW_STOP_TRACE;
    if ((state & TASK_FROZEN_STATE) || (task->jobctl & JOBCTL_TRAP_FREEZE))
        stops |= UW_STOP_FREEZE;
    return stops;
}

SEC("iter/task")
int dump__threads(struct bpf_iter__task *ctx)
{
    struct task_struct *task = ctx->task;
    struct uw_thread_record record = {};
    struct uw_actor *actor;
    struct task_struct *reader;
    struct pt_regs *regs;

    if (!task)
        return 0;
    reader = bpf_get_current_task_btf();
    record.pid = tgid_of(task);
    record.tid = tid_of(task);
    record.host_tid = task->pid;
    record.ppid = tgid_of(task->real_parent);
    record.pidns_level = BPF_CORE_READ(task, thread_pid, level);
    record.state = task->__state & TASK_STATE_BITS;
    record.stops = stops_of(task);
    record.alarms = alarms_of(task);
    record.switches = task->nvcsw + task->nivcsw;
    record.cpu_ns = task->se.sum_exec_runtime;
    record.run_delay_ns = task->sched_info.run_delay;
    record.arrived_ns = task->sched_info.last_arrival;
    record.reader_arrived_ns = reader->sched_info.last_arrival;
    record.started_ns = task->start_time;
    record.group_cpu_ns = BPF_CORE_READ(task, signal, sum_sched_runtime) +
                          BPF_CORE_READ(task, signal, cutime) + BPF_CORE_READ(task, signal, cstime);
    BPF_CORE_READ_STR_INTO(&record.comm, task, comm);
    actor = actor_of(task);
    record.turns = actor ? actor->turns : 0;
    stats.clock_ns = bpf_ktime_get_ns();
    stats.clock_jiffies = bpf_jiffies64();
    regs = (struct pt_regs *)bpf_task_pt_regs(task);
    read_syscall(regs, &record);
    bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
    return 0;
}
