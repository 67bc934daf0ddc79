// SPDX-License-Identifier: GPL-2.0-only
/*
 * What actors do with sockets, told as it happens: for expectations on a run. Nothing here is loaded unless
 * it was asked for. TCP is seen where its state changes, whoever asked for that. All else is seen in system
 * calls, which costs every call of every process on the host, and what io_uring does passes by.
 */
#include "vmlinux.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "emit.h"
#include "ends.h"
#include "syscalls.h"

/* include/uapi/asm-generic/errno-base.h */
#define EFAULT 14
/* include/uapi/linux/in.h */
#define IPPROTO_UDP 17
/* include/linux/net.h: the rest are flags */
#define SOCK_TYPE_MASK 0xf

/* All zero but for its head. */
static __always_inline struct uw_event_call *call_begin(enum uw_event_kind kind, __u32 pid)
{
    struct uw_event_call *event = event_begin(sizeof(*event), kind, pid);

    if (event)
        __builtin_memset((char *)event + sizeof(event->head), 0, sizeof(*event) - sizeof(event->head));
    return event;
}

static __always_inline void tell_tcp_address(struct uw_event_call *event, struct sock *sk, bool own)
{
    event->port = own ? sk->__sk_common.skc_num : bpf_ntohs(sk->__sk_common.skc_dport);
    if (event->family == AF_INET && own)
        __builtin_memcpy(event->address, &sk->__sk_common.skc_rcv_saddr, 4);
    else if (event->family == AF_INET)
        __builtin_memcpy(event->address, &sk->__sk_common.skc_daddr, 4);
    else if (own)
        BPF_CORE_READ_INTO(&event->address, sk, __sk_common.skc_v6_rcv_saddr);
    else
        BPF_CORE_READ_INTO(&event->address, sk, __sk_common.skc_v6_daddr);
}

static __always_inline void tell_tcp(struct sock *sk, struct task_struct *task, bool listens)
{
    struct uw_end *end = end_make(sk);
    struct uw_event_call *event = call_begin(listens ? UW_EVENT_LISTEN : UW_EVENT_CONNECT, tgid_of(task));

    if (!event)
        return;
    event->end_id = end ? end->id : 0;
    event->family = sk->__sk_common.skc_family;
    event->type = sk->sk_type;
    tell_tcp_address(event, sk, listens);
    event_end(event);
}

/* In whatever context the answer came: the socket only can tell that it is the tree's. */
static __always_inline void tell_answered(struct sock *sk)
{
    struct uw_end *end = sk->sk_bpf_storage ? end_find(sk) : NULL;
    struct uw_event_call *event = end ? call_begin(UW_EVENT_CONNECTED, 0) : NULL;

    if (!event)
        return;
    event->end_id = end->id;
    event_end(event);
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(tp_btf__tcp_call, struct sock *sk, int oldstate, int newstate)
{
    struct task_struct *task = bpf_get_current_task_btf();

    if (sk->sk_protocol != IPPROTO_TCP)
        return 0;
    if (oldstate == TCP_SYN_SENT && newstate == TCP_ESTABLISHED)
        tell_answered(sk);
    else if ((newstate == TCP_SYN_SENT || newstate == TCP_LISTEN) && actor_of(task))
        tell_tcp(sk, task, newstate == TCP_LISTEN);
    return 0;
}

/* Behind a descriptor of the current task, as its call has just found it; NULL if there is none any more. */
static __always_inline struct sock *sock_at(struct task_struct *task, int fd)
{
    struct file **files = BPF_CORE_READ(task, files, fdt, fd);
    struct file *file = NULL;
    struct socket *socket;

    if (fd < 0 || bpf_probe_read_kernel(&file, sizeof(file), files + fd) || !file)
        return NULL;
    socket = BPF_CORE_READ(file, private_data);
    return socket ? BPF_CORE_READ(socket, sk) : NULL;
}

/* False: it can't be read, though the kernel could. */
static __always_inline bool read_unix_target(struct uw_event_call *event, const struct sockaddr_un *from,
                                             __u32 length)
{
    length -= sizeof(from->sun_family);
    if (length > UW_PATH_LEN)
        length = UW_PATH_LEN;
    if (bpf_probe_read_user(event->path, length, from->sun_path))
        return false;
    event->path_len = length;
    return true;
}

static __always_inline bool read_inet_target(struct uw_event_call *event, const void *from)
{
    const struct sockaddr_in6 *v6 = from;
    const struct sockaddr_in *v4 = from;
    __be16 port = 0;

    if (bpf_probe_read_user(&port, sizeof(port), &v4->sin_port))
        return false;
    event->port = bpf_ntohs(port);
    if (event->family == AF_INET)
        return bpf_probe_read_user(event->address, 4, &v4->sin_addr) == 0;
    return bpf_probe_read_user(event->address, 16, &v6->sin6_addr) == 0;
}

/* The family that a socket is connected to; 0: of none that is told here, as TCP is told by its state. */
static __always_inline __u16 target_family(struct task_struct *task, int fd, const void *address)
{
    struct sock *sk;
    __u16 family = 0;

    bpf_probe_read_user(&family, sizeof(family), address);
    if (family == AF_UNIX)
        return family;
    sk = family == AF_INET || family == AF_INET6 ? sock_at(task, fd) : NULL;
    return sk && BPF_CORE_READ(sk, sk_protocol) == IPPROTO_UDP ? family : 0;
}

static __noinline int tell_connect(struct task_struct *task, struct pt_regs *regs, __u32 error)
{
    const void *address = (const void *)PT_REGS_PARM2_CORE_SYSCALL(regs);
    __u16 family = target_family(task, PT_REGS_PARM1_CORE_SYSCALL(regs), address);
    struct uw_event_call *event;
    bool told;

    if (!family || error == EFAULT)
        return 0;
    event = call_begin(UW_EVENT_CONNECT, tgid_of(task));
    if (!event)
        return 0;
    event->family = family;
    event->error = error;
    event->type = family == AF_UNIX ? 0 : SOCK_DGRAM;
    told = family == AF_UNIX ? read_unix_target(event, address, PT_REGS_PARM3_CORE_SYSCALL(regs))
                             : read_inet_target(event, address);
    if (!told)
        count_loss(UW_LOSS_EVENT);
    event_end(event);
    return 0;
}

static __noinline int tell_listen(struct task_struct *task, struct pt_regs *regs)
{
    struct sock *sk = sock_at(task, PT_REGS_PARM1_CORE_SYSCALL(regs));
    struct uw_event_call *event;

    if (!sk || BPF_CORE_READ(sk, __sk_common.skc_family) != AF_UNIX)
        return 0;
    event = call_begin(UW_EVENT_LISTEN, tgid_of(task));
    if (!event)
        return 0;
    event->family = AF_UNIX;
    event->path_len = read_unix_name(BPF_CORE_READ((struct unix_sock *)sk, addr), event->path);
    event_end(event);
    return 0;
}

static __noinline int tell_socket(struct task_struct *task, struct pt_regs *regs, bool pair)
{
    struct uw_event_call *event = call_begin(UW_EVENT_SOCKET, tgid_of(task));

    if (!event)
        return 0;
    event->family = PT_REGS_PARM1_CORE_SYSCALL(regs);
    event->type = PT_REGS_PARM2_CORE_SYSCALL(regs) & SOCK_TYPE_MASK;
    event->pair = pair;
    event_end(event);
    return 0;
}

/* At their return: then it is known what came of them, and the kernel has read what they point to. */
SEC("tp_btf/sys_exit")
int BPF_PROG(tp_btf__call, struct pt_regs *regs, long ret)
{
    struct task_struct *task = bpf_get_current_task_btf();
    __s64 number = syscall_number(regs);
    bool connects = number == NR_CONNECT && config.calls & UW_CALLS_CONNECT;
    bool listens = number == NR_LISTEN && config.calls & UW_CALLS_LISTEN;
    bool makes = (number == NR_SOCKET || number == NR_SOCKETPAIR) && config.calls & UW_CALLS_SOCKET;

    if (!connects && !listens && !makes && !is_32_bit_socket_call(number))
        return 0;
    if (!actor_of(task))
        return 0;
    if (runs_32_bit_code(task)) {
        if (is_32_bit_socket_call(number))
            __sync_fetch_and_add(&stats.calls_of_others, 1);
        return 0;
    }
    if (connects)
        return tell_connect(task, regs, ret < 0 ? -ret : 0);
    if (listens && ret == 0)
        return tell_listen(task, regs);
    if (makes && ret >= 0)
        return tell_socket(task, regs, number == NR_SOCKETPAIR);
    return 0;
}
