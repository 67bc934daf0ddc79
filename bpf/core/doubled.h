/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which of the records that a thread writes are written twice: the same one again at once, or once more
 * without the prefix of the other. Known by their lengths and hashes alone. No helpers, no maps, no clock;
 * C11 that also compiles as C++20 and is unit-tested there.
 */
#ifndef UNWEDGE_CORE_DOUBLED_H
#define UNWEDGE_CORE_DOUBLED_H

#define UW_PRINT_PIECES 16 /* a power of two */

/* What a record ends with, from the begin of one of its words on. */
struct uw_piece {
    __u64 length;
    __u64 hash;
};

/* A record's fingerprint. */
struct uw_print {
    struct uw_piece whole;
    struct uw_piece pieces[UW_PRINT_PIECES]; /* the longest ones, in no order */
    __u32 words;                             /* how many pieces it has, be they kept or not */
    __u32 in_word;                           /* 1: the byte that was added last separates nothing */
};

/* What a thread wrote last. */
struct uw_writer {
    struct uw_print last;
    __u64 at_ns;
    __u64 times; /* in succession; 0: nothing, or it has found its pair */
};

/* How what a process wrote was written. */
struct uw_writing {
    __u64 records;
    __u64 single;   /* different records: written once, */
    __u64 doubled;  /* an even number of times in succession, */
    __u64 repeated; /* an odd one from three on, */
    __u64 bare;     /* twice, and one of them without the other's prefix */
};

/* What a prefix can end with: "INFO app: ", "[app]", "INFO:app:". */
static inline int uw_ends_a_word(__u8 byte)
{
    return byte == ' ' || byte == '\t' || byte == ':' || byte == ']' || byte == '|' || byte == '>';
}

/*
 * Adds a byte to a print that began as all zero, from a record's last byte to its first: so the hash on the
 * way is one of what the record ends with. The later ones are kept, which are the longer ones.
 */
static inline void uw_print_add(struct uw_print *print, __u8 byte)
{
    const __u64 factor = 0x9e3779b97f4a7c15ULL; /* odd, so that nothing is lost in the product */
    int separates = uw_ends_a_word(byte);

    if (separates && print->in_word)
        print->pieces[print->words++ & (UW_PRINT_PIECES - 1)] = print->whole;
    print->in_word = !separates;
    print->whole.hash = (print->whole.hash ^ byte) * factor;
    print->whole.hash ^= print->whole.hash >> 32;
    print->whole.length++;
}

static inline int uw_same_piece(const struct uw_piece *one, const struct uw_piece *other)
{
    return one->length == other->length && one->hash == other->hash;
}

/* Does it end with all of `bare`? */
static inline int uw_ends_with(const struct uw_print *print, const struct uw_piece *bare)
{
    __u32 i;

    for (i = 0; i < UW_PRINT_PIECES; i++)
        if (i < print->words && uw_same_piece(&print->pieces[i], bare))
            return 1;
    return 0;
}

/* Bumps may come from several threads of a process at once. */
static inline void uw_count(__u64 *counter, __u64 by)
{
    __sync_fetch_and_add(counter, by);
}

/* Moves a record that was written `times` times before from one kind to the next. */
static inline void uw_count_again(struct uw_writing *writing, __u64 times)
{
    const __u64 less = ~0ULL;

    if (times == 1)
        uw_count(&writing->single, less);
    else
        uw_count(times % 2 ? &writing->repeated : &writing->doubled, less);
    uw_count(times % 2 ? &writing->doubled : &writing->repeated, 1);
}

/* A thread wrote a record; `window_ns`: what comes later than that is a new one, whatever it says. */
static inline void uw_writer_step(struct uw_writer *writer, struct uw_writing *writing,
                                  const struct uw_print *print, __u64 now_ns, __u64 window_ns)
{
    int soon = writer->times > 0 && now_ns - writer->at_ns <= window_ns;

    uw_count(&writing->records, 1);
    writer->at_ns = now_ns;
    if (soon && uw_same_piece(&writer->last.whole, &print->whole)) {
        uw_count_again(writing, writer->times);
        writer->times++;
        return;
    }
    if (soon && writer->times == 1 &&
        (uw_ends_with(&writer->last, &print->whole) || uw_ends_with(print, &writer->last.whole))) {
        uw_count(&writing->single, ~0ULL);
        uw_count(&writing->bare, 1);
        writer->times = 0;
        return;
    }
    uw_count(&writing->single, 1);
    writer->last = *print;
    writer->times = 1;
}

#endif
