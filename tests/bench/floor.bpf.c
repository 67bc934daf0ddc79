// SPDX-License-Identifier: GPL-2.0-only
/*
 * The least that any tracer at these hooks can cost: empty programs where level trace has its own. No state
 * is looked up, nothing is counted.
 */
#include "vmlinux.h"

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

SEC("tp_btf/sock_recv_length")
int BPF_PROG(floor__receive) {
    return 0;
}

SEC("tp_btf/sock_send_length")
int BPF_PROG(floor__send) {
    return 0;
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(floor__sock_state) {
    return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(floor__fork) {
    return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(floor__exec) {
    return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(floor__exit) {
    return 0;
}
