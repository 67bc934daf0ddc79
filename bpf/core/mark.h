/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The position of a reader, as one number that changes whenever something was consumed.
 *
 * TCP has it: copied_seq, which splice and zero-copy move too. A UNIX queue has none, so it is made of what a
 * reader changes: which buffer is first, how much of it is taken, and how many receives the hook has counted.
 * Without the hook a buffer that was freed and used again at the same address can hide a consumption; that is
 * why user space attaches the hook while a UNIX end is suspected.
 */
#ifndef UNWEDGE_CORE_MARK_H
#define UNWEDGE_CORE_MARK_H

/* Finaliser of MurmurHash3 (public domain, Austin Appleby): every input bit reaches every output bit. */
static inline __u64 uw_mix(__u64 value)
{
    value ^= value >> 33;
    value *= 0xff51afd7ed558ccdULL;
    value ^= value >> 33;
    value *= 0xc4ceb9fe1a85ec53ULL;
    value ^= value >> 33;
    return value;
}

static inline __u64 uw_queue_mark(__u64 first_buffer, __u64 taken_of_it, __u64 receives)
{
    return uw_mix(first_buffer) ^ uw_mix(taken_of_it + 0x9e3779b97f4a7c15ULL) ^ uw_mix(~receives);
}

#endif
