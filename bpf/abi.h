/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The contract between the programs in the kernel and user space: configuration, events, records that the
 * iterators print, loss counters. Fixed-width fields, explicit pads that are always zero, layouts asserted on
 * both sides. A change of any of it bumps UW_ABI_VERSION.
 *
 * Pids and tids are those of unwedge's own pid namespace unless a field says "host". Times are nanoseconds of
 * CLOCK_MONOTONIC. Everything is in host byte order except addresses and where a field says otherwise.
 */
#ifndef UNWEDGE_ABI_H
#define UNWEDGE_ABI_H

#ifndef __bpf__
#include <linux/types.h>
#endif

#include "core/delay.h"
#include "core/doubled.h"

#define UW_ABI_VERSION 9

#define UW_COMM_LEN 16
#define UW_ARGV_LEN 1024
#define UW_PATH_LEN 108

/* Counters of what could not be seen; each has a name in userspace/kernel/tracer.cpp. */
enum uw_loss {
    UW_LOSS_EVENT,  /* no room in the ring buffer */
    UW_LOSS_ACTOR,  /* no memory for a task's membership: it and its children go untracked */
    UW_LOSS_END,    /* no memory for a socket's state: the channel goes untracked */
    UW_LOSS_ARGV,   /* a command line could not be read */
    UW_LOSS_RETURN, /* the kernel had no room to see a send return: it is not counted as one */
    UW_LOSS_COUNT
};

/* Read-only after loading. */
struct uw_config {
    __u32 abi_version;
    __u32 exact_times;    /* 1: level full, which reads a clock for each message */
    __u64 stall_after_ns; /* unread without consumption for so long is a stall */
    __u64 sweep_gap_ns;   /* a longer time between two sweeps proves nothing: the stall clock starts again */
    __u32 flights;        /* entries of the map of that name, up to UW_FLIGHT_SLOTS; 0: nothing is recorded */
    __u32 notes;          /* 1: programs on kprobes note what passes, and sweeps look there */
    __u32 tcp_recvmsg_arguments; /* how many that function has */
    __u32 wake_after;            /* bytes in the ring buffer: more than these wake user space */
    __u32 flight_mask;           /* records of one process less one; their number is a power of two */
    __u32 calls;                 /* enum uw_calls: which system calls are told of; 0: none is looked at */
    __u32 log_fd;                /* the descriptor whose records are looked at by tp_btf__write */
    __u32 pad;
    __u64 log_window_ns; /* what is written again so soon is the same record */
};

#define UW_WRITINGS 16384 /* processes of which it is known how they write */

/* As long as the map of those lives. */
struct uw_process {
    __u32 pid;
    __u32 pad;
    __u64 started_ns;
};

/* What tp_btf__call tells of. */
enum uw_calls {
    UW_CALLS_CONNECT = 1, /* connect(2) of UNIX and UDP sockets */
    UW_CALLS_LISTEN = 2,  /* listen(2) of UNIX sockets */
    UW_CALLS_SOCKET = 4,  /* socket(2), socketpair(2) */
};

/* Written by user space before each sweep. */
struct uw_sweep {
    __u64 now_ns;
};

/* Statistics of the programs themselves, read by user space. */
struct uw_stats {
    __u64 lost[UW_LOSS_COUNT];
    __u64 emitted;         /* records put into the ring buffer */
    __u64 swept;           /* ends looked at by the last sweep */
    __u64 unread;          /* of these, with unread bytes */
    __u64 stalled;         /* of these, stalled */
    __u64 aging;           /* UNIX ends unread for half of stall_after and more */
    __u64 hung_up;         /* ends whose other side closed stall_after ago, and not yet twice that */
    __u64 flights_evicted; /* recordings given to others, their processes' latest records lost */
    __u64 clock_ns;        /* one instant by both clocks that flight records may have, */
    __u64 clock_jiffies;   /* stamped by each dump__threads */
    __u64 writes_missed;   /* records that found no memory, and writes by 32-bit code */
    __u64 calls_of_others; /* on sockets, made by actors that run 32-bit code: their numbers mean others */
};

/* A task that belongs to the traced tree, as the map of these has it: all zero when it is new. */
struct uw_actor {
    __u64 turns;  /* of its loops: waits for readiness, where these are hooked */
    __u32 flight; /* number of its process's recording; 0: it has not looked for one yet */
    __u32 pad;
    __u64 sending; /* with kprobes: the sock that it is in a send on; 0: in none */
};

#define UW_FLIGHT_MOST_RECORDS 65536 /* of one process */
#define UW_FLIGHT_KIND_BITS 3
#define UW_FLIGHT_SLOTS 65536 /* at most: the low half of a recording's number is its place in the map */

enum uw_flight_kind {
    UW_FLIGHT_RECEIVE = 1, /* amount: bytes */
    UW_FLIGHT_SEND,        /* amount: bytes */
    UW_FLIGHT_UNPARK,      /* came back from a wait for readiness */
    UW_FLIGHT_STATE,       /* amount: the TCP state that its socket goes to */
};

struct uw_flight_record {
    __u64 at_kind; /* jiffies, or CLOCK_MONOTONIC at level full, above UW_FLIGHT_KIND_BITS of enum
                      uw_flight_kind */
    __u32 end;     /* low bits of its id; 0: none */
    __u32 amount;  /* what the kind says */
};

/* What one process did last: as many records as the configuration says come right behind it. */
struct uw_flight {
    __u64 next;   /* records ever written; the place of the next one, modulo their number */
    __u32 number; /* of the recording; 0: never used */
    __u32 pid;
    __u32 open; /* the same number as long as the process lives; 0: what is there stays as it is */
    __u32 pad;
};

enum uw_event_kind {
    UW_EVENT_FORK = 1,
    UW_EVENT_EXEC,
    UW_EVENT_EXIT,
    UW_EVENT_STALL_BEGIN,
    UW_EVENT_STALL_END,
    /* struct uw_event_call, each only if it was asked for */
    UW_EVENT_CONNECT,   /* an actor begins to connect a TCP socket, or has tried to connect another one */
    UW_EVENT_CONNECTED, /* TCP: the other side has answered; nothing but end_id is told */
    UW_EVENT_LISTEN,
    UW_EVENT_SOCKET, /* an actor made one, or a pair */
};

struct uw_event {
    __u32 kind; /* enum uw_event_kind */
    __u32 pid;  /* actor; 0 for stalls, which belong to an end */
    __u64 at_ns;
};

struct uw_event_fork {
    struct uw_event head; /* pid: the parent */
    __u32 child_pid;
    __u32 pad;
    char comm[UW_COMM_LEN];
};

struct uw_event_exec {
    struct uw_event head;
    __u32 argv_len;  /* bytes of argv used: NUL-separated strings */
    __u32 argv_full; /* 1: nothing was cut off */
    char comm[UW_COMM_LEN];
    char argv[UW_ARGV_LEN];
};

struct uw_event_exit {
    struct uw_event head;
    __u32 status; /* as wait(2) tells it */
    __u32 pad;
};

/* Begin: a stall was found. End: the same end consumed again. */
struct uw_event_stall {
    struct uw_event head;
    __u64 end_id;
    __u64 unread;
    __u64 since_ns; /* when the period without consumption began */
};

/* What an actor did with a socket. */
struct uw_event_call {
    struct uw_event head; /* pid: 0 for UW_EVENT_CONNECTED, which happens in whatever context */
    __u64 end_id;         /* TCP; else 0 */
    __u32 error;          /* errno that the call failed with; 0: none, or none yet */
    __u16 family;
    __u16 port; /* of the other side; LISTEN: the own one */
    __u8 type;  /* SOCKET, CONNECT: SOCK_* */
    __u8 pair;  /* SOCKET: 1: socketpair(2) */
    __u8 path_len;
    __u8 pad[5];
    __u8 address[16];       /* IPv4: the first four bytes */
    char path[UW_PATH_LEN]; /* UNIX: the first byte is NUL for an abstract name */
    __u8 pad_end[4];
};

enum uw_end_flags {
    UW_END_PEER_CLOSED = 1,   /* the other side has shut down its sending */
    UW_END_RELEASED = 2,      /* no descriptor is left, or it was never accepted */
    UW_END_UNREAD_MORE = 4,   /* `unread` is a lower bound: the queue is longer than the walk */
    UW_END_PENDING = 8,       /* TCP: connected, but nobody has accepted it yet */
    UW_END_EOF_READ = 32,     /* TCP: end-of-file was taken */
    UW_END_SPOKE_LAST = 64,   /* what the hooks saw last was sent, not received */
    UW_END_PEER_PENDING = 16, /* UNIX: the same of its peer */
    UW_END_TIMES_OUT = 128,   /* a call that blocks on it ends by itself: SO_RCVTIMEO, SO_SNDTIMEO */
};

/* One socket, as dump__ends prints it. */
struct uw_end_record {
    __u64 id;      /* unique, never reused */
    __u64 peer_id; /* UNIX: the connected peer's id, 0 if it has none; TCP: 0, pair by addresses */
    __u64 inode;   /* of the socket's file; 0 when released */
    __u64 netns;   /* inode of the network namespace */
    __u64 unread;
    __u64 unsent;   /* TCP: bytes not acknowledged; UNIX: memory charged for what the peer has not read */
    __u64 copied;   /* TCP: position of the reader in the stream since the connection began */
    __u64 received; /* messages the receive hook saw taken; peeks are not counted */
    __u64 received_bytes;
    __u64 sent;
    __u64 sent_bytes;
    __u64 last_receive_ns; /* 0: never seen */
    __u64 last_send_ns;
    __u64 unread_since_ns; /* 0: nothing unread */
    __u64 longest_wait_ns;
    __u64 closed_ns;       /* the first sweep that found the other side closed; 0: it is open */
    __u64 last_arrival_ns; /* the last sweep that found more unread than the one before; 0: none yet */
    __u32 last_reader;     /* host tid, 0: none seen */
    __u32 last_writer;
    __u32 accept_queue;
    __u32 accept_limit;
    __u16 family;
    __u16 type;
    __u16 local_port;
    __u16 remote_port;
    __u8 state;    /* TCP_*, for UNIX sockets too */
    __u8 flags;    /* enum uw_end_flags */
    __u8 path_len; /* bytes of path used; the first is NUL for an abstract name */
    __u8 peer_path_len;
    char path[UW_PATH_LEN];      /* UNIX: the bound name */
    char peer_path[UW_PATH_LEN]; /* UNIX: its peer's */
    __u8 local_address[16];      /* IPv4: the first four bytes */
    __u8 remote_address[16];
    __u8 pad[4];
};

/* How long one socket's bytes had waited when they were read, as dump__delays prints it. */
struct uw_delay_record {
    __u64 end_id;
    __u32 delays[UW_DELAY_BUCKETS]; /* receives by how long the oldest unread byte had waited */
};

/* One thread, as dump__threads prints it. */
struct uw_thread_record {
    __u32 pid;
    __u32 tid;
    __u32 host_tid;
    __u32 ppid;
    __u32 state;       /* task_struct::__state without the modifier bits */
    __u32 stops;       /* enum uw_stop: why it can't run, if it can't */
    __u32 pidns_level; /* depth of its pid namespace */
    __u32 alarms;      /* enum uw_alarms: timers of its process that end in a signal */
    __s64 syscall;     /* -1: in user mode */
    __u64 arguments[6];
    __u64 switches; /* voluntary and not */
    __u64 cpu_ns;
    __u64 run_delay_ns;
    __u64 arrived_ns;        /* scheduler's clock when it last got a CPU */
    __u64 reader_arrived_ns; /* the same of the thread that reads this record: "now" of that clock */
    __u64 started_ns;
    __u64 group_cpu_ns; /* of its process: threads that ended, children that were waited for */
    __u64 turns;        /* of its loop; 0 where waits for readiness are not hooked */
    char comm[UW_COMM_LEN];
};

enum uw_stop {
    UW_STOP_SIGNAL = 1,
    UW_STOP_TRACE = 2,
    UW_STOP_FREEZE = 4,
};

enum uw_alarms {
    UW_ALARMS_NONE = 0,
    UW_ALARMS_SOME = 1,
    UW_ALARMS_UNKNOWN = 2, /* this kernel keeps them elsewhere */
};

/* One descriptor of a tracked socket or of a pipe, as dump__holds prints it. */
struct uw_hold_record {
    __u32 pid;
    __u32 fd;
    __u64 end_id; /* of the socket; 0: it is a pipe */
    __u64 pipe;   /* tells pipes apart while they exist; 0: it is a socket */
    __u64 inode;  /* of the pipe */
    __u64 unread; /* bytes in the pipe */
    __u64 mark;   /* changes with whatever is read from it */
    __u32 sides;  /* enum uw_pipe_side; a FIFO can be opened for both */
    __u32 taken;  /* 1: something was read from it since it exists */
};

enum uw_pipe_side {
    UW_PIPE_READ = 1,
    UW_PIPE_WRITE = 2,
};

#ifdef __cplusplus
#define UW_ASSERT static_assert
#else
#define UW_ASSERT _Static_assert
#endif
UW_ASSERT(sizeof(struct uw_config) == 64, "layout");
UW_ASSERT(sizeof(struct uw_event) == 16, "layout");
UW_ASSERT(sizeof(struct uw_event_fork) == 40, "layout");
UW_ASSERT(sizeof(struct uw_event_exec) == 40 + UW_ARGV_LEN, "layout");
UW_ASSERT(sizeof(struct uw_event_exit) == 24, "layout");
UW_ASSERT(sizeof(struct uw_event_stall) == 40, "layout");
UW_ASSERT(sizeof(struct uw_process) == 16, "layout");
UW_ASSERT(sizeof(struct uw_writing) == 40, "layout");
UW_ASSERT(sizeof(struct uw_event_call) == 168, "layout");
UW_ASSERT(__builtin_offsetof(struct uw_event_call, path) == 56, "layout");
UW_ASSERT(sizeof(struct uw_end_record) == 416, "layout");
UW_ASSERT(__builtin_offsetof(struct uw_end_record, family) == 152, "layout");
UW_ASSERT(__builtin_offsetof(struct uw_end_record, path) == 164, "layout");
UW_ASSERT(sizeof(struct uw_actor) == 24, "layout");
UW_ASSERT(sizeof(struct uw_flight_record) == 16, "layout");
UW_ASSERT(sizeof(struct uw_flight) == 24, "layout");
UW_ASSERT(sizeof(struct uw_delay_record) == 8 + 4 * UW_DELAY_BUCKETS, "layout");
UW_ASSERT(sizeof(struct uw_thread_record) == 168, "layout");
UW_ASSERT(sizeof(struct uw_hold_record) == 56, "layout");
#undef UW_ASSERT

#endif
