/* SPDX-License-Identifier: GPL-2.0-only */
/* Which system call a thread returns from, and with what arguments: by architecture. */
#ifndef UNWEDGE_SYSCALLS_H
#define UNWEDGE_SYSCALLS_H

#include "compat.h"

/* arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h */
#if defined(__TARGET_ARCH_x86)
#define NR_WRITE 1
#define NR_WRITEV 20
#define NR_SOCKET 41
#define NR_CONNECT 42
#define NR_LISTEN 50
#define NR_SOCKETPAIR 53
#elif defined(__TARGET_ARCH_arm64)
#define NR_WRITE 64
#define NR_WRITEV 66
#define NR_SOCKET 198
#define NR_SOCKETPAIR 199
#define NR_LISTEN 201
#define NR_CONNECT 203
#endif

/* The same of 32-bit code: arch/x86/entry/syscalls/syscall_32.tbl, arch/arm/tools/syscall.tbl. */
#define NR32_WRITE 4
#define NR32_WRITEV 146
#if defined(__TARGET_ARCH_x86)
#define NR32_SOCKETCALL 102
#define NR32_SOCKET 359
#define NR32_SOCKETPAIR 360
#define NR32_CONNECT 362
#define NR32_LISTEN 363
#elif defined(__TARGET_ARCH_arm64)
#define NR32_SOCKETCALL 102
#define NR32_SOCKET 281
#define NR32_CONNECT 283
#define NR32_LISTEN 284
#define NR32_SOCKETPAIR 288
#endif

/* arch/x86/include/asm/thread_info.h, arch/arm64/include/asm/thread_info.h */
#define TS_COMPAT 2
#define TIF_32BIT (1UL << 22)

struct task_struct___status {
    struct {
        __u32 status;
    } thread_info;
} __attribute__((preserve_access_index));

/* Not the kernel's own numbers, and arguments in other registers. */
static __always_inline bool runs_32_bit_code(struct task_struct *task)
{
#if defined(__TARGET_ARCH_x86)
    struct task_struct___status *with_status = (struct task_struct___status *)task;

    return BPF_CORE_READ(with_status, thread_info.status) & TS_COMPAT;
#else
    return BPF_CORE_READ(task, thread_info.flags) & TIF_32BIT;
#endif
}

/* Of the call that it returns from: the registers still have it, and what it was called with. */
static __always_inline __s64 syscall_number(struct pt_regs *regs)
{
#if defined(__TARGET_ARCH_x86)
    return regs->orig_ax;
#else
    return regs->syscallno;
#endif
}

static __always_inline bool is_32_bit_write(__s64 number)
{
    return number == NR32_WRITE || number == NR32_WRITEV;
}

static __always_inline bool is_32_bit_socket_call(__s64 number)
{
    return number == NR32_SOCKETCALL || number == NR32_SOCKET || number == NR32_SOCKETPAIR ||
           number == NR32_CONNECT || number == NR32_LISTEN;
}

#endif
