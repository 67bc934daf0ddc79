/* SPDX-License-Identifier: GPL-2.0-only */
/* What differs between kernels, and the few constants that BTF does not carry. */
#ifndef UNWEDGE_COMPAT_H
#define UNWEDGE_COMPAT_H

#include "maps.h"

/* include/linux/socket.h */
#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
/* include/uapi/linux/in.h */
#define IPPROTO_TCP 6
/* include/uapi/linux/socket.h */
#define MSG_PEEK 2
/* include/net/sock.h */
#define RCV_SHUTDOWN 1
/* include/linux/sched/signal.h */
#define SIGNAL_GROUP_EXIT 0x4
/* include/linux/sched.h: the states that are not modifier bits (TASK_NOLOAD, TASK_FREEZABLE, …). */
#define TASK_STATE_BITS 0xff
#define TASK_FROZEN_STATE 0x8000
#define TASK_STOPPED_STATE 0x4
#define TASK_TRACED_STATE 0x8
/* include/linux/sched/jobctl.h */
#define JOBCTL_TRAP_FREEZE (1UL << 23)
/* include/linux/pid.h */
#define PIDTYPE_TGID_INDEX 1

/* Linux 6.17 counts the bytes of a UNIX stream's queue: unix_sock::inq_len. */
struct unix_sock___inq {
    int inq_len;
} __attribute__((preserve_access_index));

/* include/uapi/linux/uio.h: the kernel's names differ by its version, what programs pass does not. */
struct iovec___user {
    void *base;
    __u64 length;
};

/* Both are MAX_SCHEDULE_TIMEOUT unless SO_RCVTIMEO and SO_SNDTIMEO were set. */
struct sock___timeouts {
    long sk_rcvtimeo;
    long sk_sndtimeo;
} __attribute__((preserve_access_index));
#define MAX_SCHEDULE_TIMEOUT ((long)(~0UL >> 1))

static __always_inline bool times_out(struct sock *sk)
{
    struct sock___timeouts *timeouts = (struct sock___timeouts *)sk;

    return BPF_CORE_READ(timeouts, sk_rcvtimeo) != MAX_SCHEDULE_TIMEOUT ||
           BPF_CORE_READ(timeouts, sk_sndtimeo) != MAX_SCHEDULE_TIMEOUT;
}

/*
 * A timer that runs (HRTIMER_STATE_ENQUEUED), and the head of a list: until Linux 6.11 a ring, which points
 * to itself while it is empty, since then NULL.
 */
struct hrtimer___armed {
    __u8 state;
} __attribute__((preserve_access_index));
struct list_first {
    void *first;
};
struct signal_struct___timers {
    struct list_first posix_timers;
    struct hrtimer___armed real_timer;
} __attribute__((preserve_access_index));

/*
 * The actor that `task` is, or NULL. Most threads of a host are none and have no storage at all:
 * for them this is a load and no call.
 */
static __always_inline struct uw_actor *actor_of(struct task_struct *task)
{
    return task->bpf_storage ? bpf_task_storage_get(&actors, task, NULL, 0) : NULL;
}

/* The number of `pid` in unwedge's own pid namespace; 0 if it has none there. */
static __always_inline __u32 pid_number(struct pid *pid)
{
    struct upid number = {};
    unsigned int level = pidns_level;

    if (BPF_CORE_READ(pid, level) < level)
        return 0;
    bpf_core_read(&number, sizeof(number), &pid->numbers[level]);
    return number.nr;
}

static __always_inline __u32 tgid_of(struct task_struct *task)
{
    return pid_number(BPF_CORE_READ(task, signal, pids[PIDTYPE_TGID_INDEX]));
}

static __always_inline __u32 tid_of(struct task_struct *task)
{
    return pid_number(BPF_CORE_READ(task, thread_pid));
}

/* What alarm(2), setitimer(2) and timer_create(2) have left behind: it will end whatever a thread waits in.
 */
static __always_inline __u32 alarms_of(struct task_struct *task)
{
    struct signal_struct___timers *timers = (struct signal_struct___timers *)task->signal;
    void *first = NULL;

    if (!bpf_core_field_exists(timers->real_timer.state) || !bpf_core_field_exists(timers->posix_timers))
        return UW_ALARMS_UNKNOWN;
    bpf_core_read(&first, sizeof(first), &timers->posix_timers);
    if (first && first != (void *)__builtin_preserve_access_index(&timers->posix_timers))
        return UW_ALARMS_SOME;
    return BPF_CORE_READ(timers, real_timer.state) & 1 ? UW_ALARMS_SOME : UW_ALARMS_NONE;
}

/* The last thread of its process is exiting. The tracepoint's own group_dead exists since Linux 6.16 only. */
static __always_inline bool process_is_dead(struct task_struct *task)
{
    return BPF_CORE_READ(task, signal, live.counter) == 0;
}

/* As wait(2) tells it. A lone thread that ends by exit(2) instead of exit_group(2) leaves it in the task. */
static __always_inline __u32 exit_status(struct task_struct *task)
{
    if (BPF_CORE_READ(task, signal, flags) & SIGNAL_GROUP_EXIT)
        return BPF_CORE_READ(task, signal, group_exit_code);
    return BPF_CORE_READ(task, exit_code);
}

/* The system call a task is in, from the registers it entered the kernel with; -1 and zeros in user mode. */
static __always_inline void read_syscall(struct pt_regs *regs, struct uw_thread_record *record)
{
    record->syscall = -1;
    if (!regs)
        return;
#if defined(__TARGET_ARCH_x86)
    record->syscall = (__s64)BPF_CORE_READ(regs, orig_ax);
#elif defined(__TARGET_ARCH_arm64)
    record->syscall = BPF_CORE_READ(regs, syscallno);
#endif
    if (record->syscall < 0)
        return;
    record->arguments[0] = PT_REGS_PARM1_CORE_SYSCALL(regs);
    record->arguments[1] = PT_REGS_PARM2_CORE_SYSCALL(regs);
    record->arguments[2] = PT_REGS_PARM3_CORE_SYSCALL(regs);
    record->arguments[3] = PT_REGS_PARM4_CORE_SYSCALL(regs);
    record->arguments[4] = PT_REGS_PARM5_CORE_SYSCALL(regs);
#if defined(__TARGET_ARCH_x86)
    record->arguments[5] = BPF_CORE_READ(regs, r9);
#elif defined(__TARGET_ARCH_arm64)
    record->arguments[5] = BPF_CORE_READ((struct user_pt_regs *)regs, regs[5]);
#endif
}

#endif
