/* SPDX-License-Identifier: GPL-2.0-only */
/* How a socket's state is found, made, and reset. */
#ifndef UNWEDGE_ENDS_H
#define UNWEDGE_ENDS_H

#include "compat.h"

/* The families whose sockets are channels. */
static __always_inline bool is_channel(const struct sock *sk)
{
    __u16 family = sk->__sk_common.skc_family;

    return family == AF_UNIX || ((family == AF_INET || family == AF_INET6) && sk->sk_protocol == IPPROTO_TCP);
}

/* Of its file; 0 if it has none, or none any more. */
static __always_inline __u64 inode_of(struct sock *sk)
{
    return BPF_CORE_READ(sk, sk_socket, file, f_inode, i_ino);
}

/* Returns how many bytes of `path` are used. */
static __always_inline __u32 read_unix_name(struct unix_address *address, char *path)
{
    __u32 length;

    if (!address)
        return 0;
    length = BPF_CORE_READ(address, len) - sizeof(((struct sock_common *)0)->skc_family);
    if (length > UW_PATH_LEN)
        length = UW_PATH_LEN;
    return bpf_probe_read_kernel(path, length, &address->name[0].sun_path) ? 0 : length;
}

/* A new value, and one that accept(2) has cloned from the listener's, start with nothing but an id. */
static __always_inline void end_reset(struct uw_end *end, const struct sock *sk)
{
    __builtin_memset(end, 0, sizeof(*end));
    end->id = __sync_fetch_and_add(&last_end_id, 1) + 1;
    end->owner = (__u64)sk;
}

static __always_inline struct uw_end *end_claim(struct uw_end *end, const struct sock *sk)
{
    if (end && end->owner != (__u64)sk)
        end_reset(end, sk);
    return end;
}

/* The state of `sk`, or NULL if it is not tracked. */
static __always_inline struct uw_end *end_find(struct sock *sk)
{
    return end_claim(bpf_sk_storage_get(&ends, sk, NULL, 0), sk);
}

/*
 * The state of `sk`, made if need be; NULL, and the loss counted, if there is no memory. Of two CPUs that
 * make it at once, as a UNIX socket's owner and its sender may, one is refused: then it is there.
 */
static __always_inline struct uw_end *end_make(struct sock *sk)
{
    struct uw_end *end = bpf_sk_storage_get(&ends, sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);

    if (!end)
        end = bpf_sk_storage_get(&ends, sk, NULL, 0);
    if (!end)
        count_loss(UW_LOSS_END);
    end = end_claim(end, sk);
    barrier_var(end); /* or clang remembers whether it is NULL beside it, where the verifier does not look */
    return end;
}

#endif
