/* SPDX-License-Identifier: GPL-2.0-only */
/* What a pipe holds, and where its reader stands. */
#ifndef UNWEDGE_PIPES_H
#define UNWEDGE_PIPES_H

#include "compat.h"
#include "core/mark.h"

/* include/uapi/linux/stat.h */
#define S_IFMT 00170000
#define S_IFIFO 0010000
/* include/linux/fs.h */
#define FMODE_READ 1
#define FMODE_WRITE 2
/* Buffers that one look walks at most; a pipe has 16 unless it was told otherwise. */
#define UW_PIPE_WALK 256

static __always_inline struct pipe_buffer *pipe_buffer_at(struct pipe_inode_info *pipe, __u32 index)
{
    __u32 ring_size = BPF_CORE_READ(pipe, ring_size);
    void *buffers = BPF_CORE_READ(pipe, bufs);

    return buffers + (index & (ring_size - 1)) * bpf_core_type_size(struct pipe_buffer);
}

static __always_inline __u64 pipe_unread(struct pipe_inode_info *pipe, __u32 tail, __u32 head)
{
    __u64 bytes = 0;
    int i;

    for (i = 0; i < UW_PIPE_WALK; i++) {
        if (tail + i == head)
            break;
        bytes += BPF_CORE_READ(pipe_buffer_at(pipe, tail + i), len);
    }
    return bytes;
}

/* Leaves the record as it is if `file` is no pipe. */
static __always_inline void describe_pipe(struct file *file, struct uw_hold_record *record)
{
    struct pipe_inode_info *pipe;
    __u32 offset = 0;
    __u32 head, tail;

    if ((BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFIFO)
        return;
    pipe = BPF_CORE_READ(file, f_inode, i_pipe);
    if (!pipe)
        return;
    head = BPF_CORE_READ(pipe, head);
    tail = BPF_CORE_READ(pipe, tail);
    if (head != tail)
        offset = BPF_CORE_READ(pipe_buffer_at(pipe, tail), offset);
    record->pipe = (__u64)pipe;
    record->inode = BPF_CORE_READ(file, f_inode, i_ino);
    record->unread = pipe_unread(pipe, tail, head);
    record->mark = uw_queue_mark(tail, offset, 0);
    record->taken = tail > 0 || offset > 0;
    record->sides = (BPF_CORE_READ(file, f_mode) & FMODE_READ ? UW_PIPE_READ : 0) |
                    (BPF_CORE_READ(file, f_mode) & FMODE_WRITE ? UW_PIPE_WRITE : 0);
}

#endif
