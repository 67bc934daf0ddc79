/* SPDX-License-Identifier: GPL-2.0-only */
/* Which bucket of a histogram a delay falls into. C11 that also compiles as C++20 and is unit-tested there.
 */
#ifndef UNWEDGE_CORE_DELAY_H
#define UNWEDGE_CORE_DELAY_H

#define UW_DELAY_BUCKETS 24

/*
 * Bucket 0 is below 1 µs (1,024 ns, so that nothing is divided), bucket N below 2^N µs, the last one all the
 * rest, from about 4.3 s on. The position of the highest bit by bisection: BPF has no instruction for it.
 */
static inline __u32 uw_delay_bucket(__u64 delay_ns)
{
    __u64 left = delay_ns >> 10;
    __u32 bucket = 0;

    if (left >> (UW_DELAY_BUCKETS - 2))
        return UW_DELAY_BUCKETS - 1;
    if (left >> 16) {
        bucket += 16;
        left >>= 16;
    }
    if (left >> 8) {
        bucket += 8;
        left >>= 8;
    }
    if (left >> 4) {
        bucket += 4;
        left >>= 4;
    }
    if (left >> 2) {
        bucket += 2;
        left >>= 2;
    }
    return bucket + (left > 1) + (left > 0);
}

#endif
