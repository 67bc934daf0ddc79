// SPDX-License-Identifier: GPL-2.0-only
/*
 * What actors write to one descriptor, for the expectation log-once. Nothing here is loaded unless it was
 * asked for: it costs every system call of the host. A record is what one call writes, if that is a line; of
 * it the length and hashes are kept, and nothing of it leaves the kernel.
 */
#include "vmlinux.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "compat.h"
#include "core/doubled.h"
#include "syscalls.h"

/* Longer ones are not looked at: of two that differ in their first bytes only, half would look alike. */
#define UW_RECORD_BYTES 512
/* Shorter ones are parts of lines that are written piece by piece, and marks of progress. */
#define UW_RECORD_LEAST 8
/* Pieces that one writev(2) may have; what has more is no line of a log. */
#define UW_RECORD_VECTORS 4

struct uw_record {
    __u8 bytes[2 * UW_RECORD_BYTES]; /* twice: what is put behind the first half's end has room for sure */
    __u32 length;
    __u32 pad;
    struct uw_print print;
};

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct uw_record);
} records SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, int);
    __type(value, struct uw_writer);
} writers SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __uint(max_entries, UW_WRITINGS);
    __type(key, struct uw_process);
    __type(value, struct uw_writing);
} writings SEC(".maps");

static __always_inline bool read_written(struct uw_record *record, const void *from, __u64 length)
{
    record->length = length;
    return bpf_probe_read_user(record->bytes, length & (2 * UW_RECORD_BYTES - 1), from) == 0;
}

static __always_inline bool read_vectors(struct uw_record *record, const struct iovec___user *vectors,
                                         __u64 count, __u64 written)
{
    struct iovec___user vector;
    __u32 filled = 0;
    __u32 i;

    for (i = 0; i < UW_RECORD_VECTORS; i++) {
        if (i >= count)
            break;
        if (bpf_probe_read_user(&vector, sizeof(vector), &vectors[i]) || vector.length > UW_RECORD_BYTES)
            return false;
        if (bpf_probe_read_user(&record->bytes[filled & (UW_RECORD_BYTES - 1)], vector.length, vector.base))
            return false;
        filled += vector.length;
    }
    record->length = filled;
    return filled == written; /* or it did not take all of them */
}

struct walk {
    struct uw_record *record;
};

static long add_byte(__u32 i, struct walk *walk)
{
    struct uw_record *record = walk->record;
    __u32 at = (record->length - 1 - i) & (2 * UW_RECORD_BYTES - 1);

    uw_print_add(&record->print, record->bytes[at]);
    return 0;
}

/* False: it is no line. */
static __always_inline bool print_line(struct uw_record *record)
{
    struct walk walk = {.record = record};
    __u32 last = (record->length - 1) & (2 * UW_RECORD_BYTES - 1);

    if (record->length < UW_RECORD_LEAST || record->bytes[last] != '\n')
        return false;
    __builtin_memset(&record->print, 0, sizeof(record->print));
    bpf_loop(record->length, add_byte, &walk, 0);
    return true;
}

static __always_inline struct uw_writing *writing_of(struct task_struct *task)
{
    struct uw_process process = {.pid = tgid_of(task),
                                 .started_ns = BPF_CORE_READ(task, group_leader, start_time)};
    struct uw_writing *writing = bpf_map_lookup_elem(&writings, &process);
    struct uw_writing none = {};

    if (writing)
        return writing;
    bpf_map_update_elem(&writings, &process, &none, BPF_NOEXIST);
    return bpf_map_lookup_elem(&writings, &process);
}

static __noinline int note_record(struct task_struct *task, struct pt_regs *regs, __u64 written,
                                  bool in_vectors)
{
    const void *from = (const void *)PT_REGS_PARM2_CORE_SYSCALL(regs);
    struct uw_writing *writing;
    struct uw_writer *writer;
    struct uw_record *record;
    __u32 first = 0;
    bool read;

    record = bpf_map_lookup_elem(&records, &first);
    if (!record)
        return 0;
    read = in_vectors ? read_vectors(record, from, PT_REGS_PARM3_CORE_SYSCALL(regs), written)
                      : read_written(record, from, written);
    if (!read || !print_line(record))
        return 0;
    writer = bpf_task_storage_get(&writers, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
    writing = writing_of(task);
    if (writer && writing)
        uw_writer_step(writer, writing, &record->print, bpf_ktime_get_ns(), config.log_window_ns);
    else
        __sync_fetch_and_add(&stats.writes_missed, 1);
    return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(tp_btf__write, struct pt_regs *regs, long ret)
{
    struct task_struct *task = bpf_get_current_task_btf();
    __s64 number = syscall_number(regs);
    bool writes = number == NR_WRITE || number == NR_WRITEV;

    if (ret < UW_RECORD_LEAST || ret > UW_RECORD_BYTES || (!writes && !is_32_bit_write(number)))
        return 0;
    if (!actor_of(task))
        return 0;
    if (runs_32_bit_code(task)) {
        if (is_32_bit_write(number))
            __sync_fetch_and_add(&stats.writes_missed, 1);
        return 0;
    }
    if (!writes || (__u32)PT_REGS_PARM1_CORE_SYSCALL(regs) != config.log_fd)
        return 0;
    return note_record(task, regs, ret, number == NR_WRITEV);
}
