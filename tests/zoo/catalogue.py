# SPDX-License-Identifier: GPL-2.0-only
"""All cases of the zoo: what `check` must find from outside, and how `score` is to run them.

The truth about a case is what the case announces. This page is an independent account of the same
states, so that a case which does not do what it says is found before it judges anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from observe import AGES_MS, Wait


@dataclass(frozen=True)
class Wedge:
    """The culprit, seen from outside; the victims wait without a timer in all cases."""

    kind: str
    at: Wait | None
    """Where the thread that should read sits; None: it is stopped."""
    interest: str
    """How its epoll sets ask for its end: armed, edge, disarmed, none."""
    end: str = "connected"
    """The state of its end: connected, abandoned (nobody holds the other), listening."""
    unread: bool = True
    wakes: bool = False
    """It wakes again and again, and sits at `at` in between."""
    starved: bool = False
    """It may run, and hardly ever does."""
    victims_at: Wait | None = None
    """Where the first thread of its victims sits that is not the one which waits for it."""
    clogged: tuple[str, ...] = ()
    """Roles of victims that leave something unread, too, because they can't get rid of it."""
    options: tuple[str, ...] = ()
    """What `unwedge run` must be told beside what is the same for all."""
    extra_s: float = 0.0
    """How much longer than a stall it takes to be sure of this one."""
    needs: tuple[str, ...] = ()
    """What must be installed, by the names of runtimes.py; else the case is skipped."""
    slow_start_s: float = 0.0
    """How much longer than others it may take until its state stands."""

    @property
    def timer_due(self) -> bool:
        return self.wakes or (self.at is not None and self.at.call == "sleep")


@dataclass(frozen=True)
class Closed(Wedge):
    """A wedge that shows in no queue: all its actors wait, and nobody is left who could wake one."""

    at: Wait | None = None
    interest: str = "none"
    unread: bool = False
    waits: Mapping[str, Wait] = field(default_factory=dict)
    """Where the first thread of each role is."""
    unread_of: tuple[str, ...] = ()
    """Roles that have something unread, where not all have."""
    ticking: tuple[str, ...] = ()
    """Roles that wake again and again, and go back to where they wait; for how long does not count."""
    blind: tuple[str, ...] = ("procfs",)
    """Levels that can't find it: only BPF tells of alarms, and of the time limits of sockets."""

    @property
    def timer_due(self) -> bool:
        return self.wakes or bool(self.ticking)


@dataclass(frozen=True)
class Decoy:
    """A healthy tree, seen from outside."""

    progress: tuple[str, ...] = ()
    """Roles whose first thread sleeps again and again, so it runs in between."""
    unread: tuple[str, ...] = ()
    """Roles that have something unread at nearly every instant: what makes it a decoy."""
    at: Mapping[str, Wait] = field(default_factory=dict)
    """Where the first thread of a role is at nearly every instant."""
    beside: Mapping[str, Wait] = field(default_factory=dict)
    """Where another thread of a role is at nearly every instant."""
    period_s: float = 6.0
    """It makes progress at least once in this time."""
    options: tuple[str, ...] = ()
    """What `unwedge run` must be told beside what is the same for all."""
    needs: tuple[str, ...] = ()
    """What must be installed, by the names of runtimes.py; else the case is skipped."""
    slow_start_s: float = 0.0
    """How much longer than others it may take until its state stands."""


_PARKED = Wait("epoll_wait")
_PARKED_BY_TRIO = Wait("epoll_wait", timeout_ms=86_400_000)
_PARKED_FOR_AGES = Wait("epoll_wait", AGES_MS)
_IN_RING = Wait("io_uring")
_PAUSING = Wait("pause")
_LOCKED = Wait("futex")
_ASLEEP = Wait("sleep")
_AT_WORK = Wait("running")
_DEAD = Wait("dead")
_IN_RECV = Wait("recv")
_IN_READ = Wait("read")
_IN_SEND = Wait("send")
_IN_WAIT4 = Wait("wait4")

_CELERY = ("redis-server", "python3-celery", "python3-redis")
_DASK = ("python3-distributed",)
_ERLANG = ("erlang-base",)
_NODE = ("nodejs",)
_NGINX = ("nginx-light",)
_POSTGRES = ("postgresql-15",)
_REDIS = ("redis-server",)
_URING = ("liburing-dev",)
_XDIST = ("python3-pytest-xdist",)
_SLOWLY = 20.0

_WITHOUT_SENDS = ("sample", "procfs")
"""Levels that do not know whose the last word was."""
_WITHOUT_RECORDS = ("sample", "procfs")
"""Levels that do not know what an actor did before."""

_BUSY_AFTER_S = 4
_TICKS_AFTER_S = 2 * _BUSY_AFTER_S
"""Patience where somebody of the tree ticks."""
_IMPATIENT = ("--busy-after", f"{_BUSY_AFTER_S}")

_TICKING = Wait("epoll_wait", timeout_ms=300)
_WORKERS = {f"worker {n}": _PARKED for n in (1, 2, 3)}

CATALOGUE: dict[str, Wedge | Decoy] = {
    "asyncio_lock": Wedge("blocked_loop", _LOCKED, "armed"),
    "asyncio_paused": Wedge("stopped_consuming", _PARKED, "none"),
    "boot_wedge": Closed(
        "boot_wedge",
        waits={"parent": _PARKED, "stuck": _LOCKED, **_WORKERS},
        blind=_WITHOUT_RECORDS,
    ),
    "boot_wedge_ticking": Closed(
        "boot_wedge",
        waits={"parent": _PARKED, "stuck": _LOCKED, **_WORKERS},
        ticking=("parent",),
        blind=_WITHOUT_RECORDS,
        options=_IMPATIENT,
        extra_s=_TICKS_AFTER_S,
    ),
    "chain3_tcp": Wedge("stopped_consuming", _PARKED, "disarmed"),
    "deadlock_join": Closed("deadlock", waits={"parent": _IN_WAIT4, "worker": _IN_READ}),
    "deadlock_ring": Closed(
        "deadlock", waits={"parent": _IN_RECV, "second": _IN_RECV, "third": _IN_RECV}
    ),
    "deadlock_sends": Closed(
        "deadlock", waits={"parent": _IN_SEND, "child": _IN_SEND}, unread=True
    ),
    "deadlock_tcp": Closed("deadlock", waits={"parent": _IN_RECV, "child": _IN_RECV}),
    "deadlock_unix": Closed("deadlock", waits={"parent": _IN_RECV, "child": _IN_RECV}),
    "disarmed_tcp": Wedge("stopped_consuming", _PARKED, "disarmed"),
    "disarmed_unix": Wedge("stopped_consuming", _PARKED_BY_TRIO, "disarmed"),
    "edge_undrained_tcp": Wedge("missed_edge", _PARKED, "edge"),
    "edge_undrained_unix": Wedge("missed_edge", _PARKED, "edge"),
    "eof_withheld": Closed(
        "eof_withheld", waits={"parent": _IN_WAIT4, "reader": _IN_READ, "sibling": _IN_READ}
    ),
    "eof_withheld_self": Closed("eof_withheld", waits={"parent": _IN_READ}),
    "eof_withheld_ticking": Closed(
        "eof_withheld",
        waits={"parent": _IN_WAIT4, "reader": _IN_READ, "sibling": _IN_READ, "ticker": _PARKED},
        ticking=("ticker",),
        options=_IMPATIENT,
        extra_s=_TICKS_AFTER_S,
    ),
    "erlang_stopped": Wedge(
        "stopped", None, "armed", needs=_ERLANG, slow_start_s=_SLOWLY, victims_at=Wait("select")
    ),
    "executor_lock": Wedge("blocked_loop", _LOCKED, "none", victims_at=_LOCKED),
    "heartbeat_wedge": Wedge(
        "stopped_consuming", Wait("epoll_wait", timeout_ms=200), "disarmed", wakes=True
    ),
    "lock_order": Closed("closed_wait", waits={"parent": _LOCKED}),
    "lock_unix": Wedge("blocked_loop", _LOCKED, "armed"),
    "lost_reply": Closed(
        "lost_reply",
        waits={"parent": _IN_READ, "dead worker": _DEAD, "idle worker": _IN_READ},
    ),
    "lost_reply_ticking": Closed(
        "lost_reply",
        waits={"parent": Wait("sleep"), "dead worker": _DEAD, "idle worker": _IN_READ},
        ticking=("parent",),
        options=_IMPATIENT,
        extra_s=_TICKS_AFTER_S,
    ),
    "mp_queue": Wedge("blocked_loop", _LOCKED, "none"),
    "mutex_owner": Wedge("blocked_loop", _LOCKED, "armed"),
    "never_read_tcp": Wedge("stopped_consuming", _PARKED, "none"),
    "never_read_unix": Wedge("stopped_consuming", _PARKED, "none"),
    "nginx_stopped": Wedge("stopped", None, "edge", needs=_NGINX),
    "node_lock": Wedge("blocked_loop", _LOCKED, "armed", needs=_NODE),
    "node_paused": Wedge(
        "stopped_consuming",
        _PARKED_FOR_AGES,
        "none",
        needs=_NODE,
        options=_IMPATIENT,
        extra_s=_BUSY_AFTER_S,
    ),
    "node_spin": Wedge(
        "spinning_loop",
        _AT_WORK,
        "armed",
        options=_IMPATIENT,
        extra_s=_BUSY_AFTER_S,
        needs=_NODE,
    ),
    "not_accepting_tcp": Wedge("not_accepting", _PARKED, "none", end="listening"),
    "not_accepting_unix": Wedge("not_accepting", _PAUSING, "armed", end="listening"),
    "orphaned_lock": Closed("orphaned_lock", waits={"parent": _IN_WAIT4, "worker": _LOCKED}),
    "paused_removed_tcp": Wedge("stopped_consuming", _PARKED, "none"),
    "paused_removed_unix": Wedge("stopped_consuming", _PARKED, "none"),
    "peer_killed_tcp": Wedge("peer_gone", _PARKED, "disarmed", end="abandoned", unread=False),
    "peer_killed_unix": Wedge("peer_gone", _PARKED, "disarmed", end="abandoned"),
    "pipe_reader_stuck": Wedge("blocked_loop", _LOCKED, "none"),
    "pipe_unread": Wedge("blocked_loop", Wait("wait4"), "none"),
    "postgres_stopped": Wedge("stopped", None, "armed", needs=_POSTGRES, slow_start_s=_SLOWLY),
    "proxy_stuck_tcp": Wedge("stopped_consuming", _PARKED, "disarmed", clogged=("proxy",)),
    "redis_stopped": Wedge("stopped", None, "armed", needs=_REDIS),
    "shared_end_unix": Wedge("blocked_loop", _LOCKED, "none"),
    "shell_stopped": Wedge("stopped", None, "none"),
    "siblings": Wedge("stopped_consuming", _PARKED, "disarmed"),
    "sigstop_silent": Wedge("stopped", None, "armed", unread=False),
    "sigstop_tcp": Wedge("stopped", None, "armed"),
    "sleep_tcp": Wedge("blocked_loop", _ASLEEP, "armed"),
    "spin_tcp": Wedge(
        "spinning_loop", _AT_WORK, "armed", options=_IMPATIENT, extra_s=_BUSY_AFTER_S
    ),
    "stale_reply_tcp": Closed(
        "stale_reply",
        waits={"parent": _IN_RECV, "server": _PARKED},
        unread_of=("parent",),
        blind=_WITHOUT_RECORDS,
    ),
    "stale_reply_unix": Closed(
        "stale_reply",
        waits={"parent": _IN_RECV, "server": _PARKED},
        unread_of=("parent",),
        blind=_WITHOUT_RECORDS,
    ),
    "starved": Wedge(
        "starved", _AT_WORK, "armed", starved=True, options=_IMPATIENT, extra_s=_BUSY_AFTER_S
    ),
    "stuck_sends_unix": Wedge("blocked_loop", _LOCKED, "armed"),
    "trio_event": Wedge("stopped_consuming", _PARKED_BY_TRIO, "disarmed"),
    "trio_sync_lock": Wedge("blocked_loop", _LOCKED, "armed"),
    "asyncio_idle": Decoy(
        at={"server": _PARKED, "tool": Wait("read")}, beside={"server": Wait("wait4")}, period_s=2.0
    ),
    "unanswered_acked": Closed(
        "unanswered", waits={"parent": _IN_RECV, "server": _PARKED}, blind=_WITHOUT_RECORDS
    ),
    "unanswered_beating": Closed(
        "unanswered",
        waits={"parent": _PARKED, "server": _PARKED},
        wakes=True,
        ticking=("parent", "server"),
        blind=_WITHOUT_RECORDS,
        options=_IMPATIENT,
        extra_s=_TICKS_AFTER_S,
    ),
    "unanswered_tcp": Closed(
        "unanswered", waits={"parent": _PARKED, "server": _PARKED}, blind=_WITHOUT_SENDS
    ),
    "unanswered_ticking": Closed(
        "unanswered",
        waits={"parent": _IN_RECV, "server": _PARKED},
        wakes=True,
        ticking=("server",),
        blind=_WITHOUT_RECORDS,
        options=_IMPATIENT,
        extra_s=_TICKS_AFTER_S,
    ),
    "unanswered_unix": Closed(
        "unanswered", waits={"parent": _PARKED, "server": _PARKED}, blind=_WITHOUT_SENDS
    ),
    "uring_forgotten": Wedge(
        "stopped_consuming",
        _IN_RING,
        "none",
        needs=_URING,
        options=_IMPATIENT,
        extra_s=_BUSY_AFTER_S,
    ),
    "asyncio_thread": Decoy(
        progress=("parent", "server"), unread=("server",), at={"server": _PARKED}, period_s=5.0
    ),
    "backpressure_unix": Decoy(
        progress=("sender", "receiver"), unread=("receiver",), at={"sender": Wait("send")}
    ),
    "beating_idle": Decoy(
        progress=("parent", "child 1", "child 2"), period_s=2.0, options=_IMPATIENT
    ),
    "burst_then_silence": Decoy(at={"consumer": _PARKED}),
    "busy_subprocess": Decoy(
        progress=("consumer",), unread=("consumer",), at={"consumer": Wait("wait4")}, period_s=10.0
    ),
    "busy_tree": Decoy(progress=("parent", "worker 1", "worker 2")),
    "celery_long_job": Decoy(period_s=5.0, needs=_CELERY, slow_start_s=_SLOWLY),
    "compute_prefetched": Decoy(
        progress=("parent",), unread=("consumer",), at={"consumer": _AT_WORK}, period_s=10.0
    ),
    "daemon_outside": Decoy(at={"daemon": _PARKED, "worker 1": _PARKED, "worker 2": _PARKED}),
    "dask_long_job": Decoy(period_s=5.0, needs=_DASK, slow_start_s=_SLOWLY),
    "edge_drained": Decoy(progress=("parent", "consumer"), at={"consumer": _PARKED}),
    "erlang_rpc": Decoy(
        progress=("parent",), period_s=5.0, needs=_ERLANG, slow_start_s=_SLOWLY
    ),
    "erlang_rpc_queued": Decoy(
        progress=("parent",),
        unread=("near",),
        period_s=5.0,
        needs=_ERLANG,
        slow_start_s=_SLOWLY,
    ),
    "executor_idle": Decoy(
        at={"busy": _ASLEEP, "reader": Wait("read"), "locked": _LOCKED, "parent": _LOCKED},
        beside={"parent": Wait("poll")},
        period_s=2.0,
    ),
    "executor_long_job": Decoy(
        progress=("worker",),
        unread=("worker",),
        at={"worker": _ASLEEP, "parent": _LOCKED},
        period_s=5.0,
    ),
    "fire_and_forget_armed": Decoy(progress=("parent", "worker"), unread=("holder",)),
    "fire_and_forget_tcp": Decoy(progress=("parent",), unread=("holder",)),
    "fire_and_forget_unix": Decoy(unread=("holder",)),
    "heartbeat_behind_job": Decoy(
        progress=("parent", "consumer"), unread=("consumer",), at={"consumer": _ASLEEP}
    ),
    "idle_pool_lock": Decoy(
        at={"holder": Wait("recv"), "worker 1": _LOCKED, "worker 2": _LOCKED, "worker 3": _LOCKED}
    ),
    "idle_tree": Decoy(),
    "late_boot": Decoy(
        progress=("parent",), at={"parent": _IN_RECV, **_WORKERS}, options=_IMPATIENT
    ),
    "long_job_sleep": Decoy(progress=("consumer",), unread=("consumer",)),
    "manager_wait": Decoy(
        at={"worker": Wait("read")}, beside={"manager": _LOCKED}, period_s=2.0
    ),
    "nginx_idle": Decoy(
        progress=("parent", "worker"), at={"idle": _PARKED}, period_s=2.0, needs=_NGINX
    ),
    "nginx_queued": Decoy(
        progress=("worker", "application"),
        unread=("worker",),
        at={"application": _ASLEEP},
        period_s=5.0,
        needs=_NGINX,
    ),
    "node_cluster": Decoy(
        progress=("parent", "worker"),
        at={"primary": _PARKED, "worker": _PARKED_FOR_AGES},
        period_s=2.0,
        needs=_NODE,
    ),
    "node_exec_sync": Decoy(
        progress=("parent", "worker"),
        unread=("worker",),
        at={"worker": _PARKED},
        period_s=5.0,
        needs=_NODE,
    ),
    "node_threads": Decoy(
        progress=("parent", "server"),
        at={"server": _PARKED},
        beside={"server": _LOCKED},
        period_s=2.0,
        needs=_NODE,
    ),
    "one_way_notices": Decoy(
        progress=("parent", "server"),
        at={"parent": _IN_RECV, "server": _TICKING},
        options=_IMPATIENT,
    ),
    "paced_consumer_tcp": Decoy(progress=("consumer",), unread=("consumer",)),
    "paced_consumer_unix": Decoy(progress=("consumer",), unread=("consumer",)),
    "paced_driver": Decoy(
        progress=("driver", "device"),
        at={"parent": _IN_RECV, "device": _PARKED},
        period_s=10.5,
        options=_IMPATIENT,
    ),
    "pipe_slow_reader": Decoy(
        progress=("producer", "consumer"),
        unread=("consumer",),
        at={"producer": Wait("write"), "consumer": _ASLEEP},
    ),
    "pool_idle": Decoy(
        at={"reader": Wait("read"), "worker 1": _LOCKED, "worker 2": _LOCKED}, period_s=2.0
    ),
    "pool_prefetched": Decoy(
        progress=("worker 1", "worker 2"),
        unread=("worker 1", "worker 2"),
        at={"parent": _LOCKED, "worker 1": _ASLEEP, "worker 2": _ASLEEP},
        period_s=5.0,
    ),
    "postgres_lock": Decoy(
        progress=("parent",),
        at={"waiter": Wait("recv"), "backend": _PARKED},
        period_s=2.0,
        needs=_POSTGRES,
        slow_start_s=_SLOWLY,
    ),
    "postgres_lock_queued": Decoy(
        progress=("parent",),
        unread=("backend",),
        at={"waiter": Wait("recv"), "backend": _PARKED},
        period_s=2.0,
        needs=_POSTGRES,
        slow_start_s=_SLOWLY,
    ),
    "prefork_idle": Decoy(
        progress=("client", "worker 1"),
        at={"parent": _IN_WAIT4, "worker 2": _IN_RECV, "worker 3": _IN_RECV},
        period_s=3.0,
        options=_IMPATIENT,
    ),
    "prefork_idle_ticking": Decoy(
        progress=("client", "worker 1"),
        at={"parent": _IN_WAIT4, "worker 2": _IN_RECV, "worker 3": _IN_RECV},
        options=_IMPATIENT,
    ),
    "pull_idle": Decoy(
        progress=("broker",),
        at={"parent": _IN_WAIT4, "broker": _TICKING, **dict.fromkeys(_WORKERS, _IN_RECV)},
        options=_IMPATIENT,
    ),
    "queue_idle": Decoy(
        at={"parent": Wait("read"), "reader": Wait("read"), "locked": _LOCKED}, period_s=2.0
    ),
    "rate_limited_reader": Decoy(progress=("parent", "consumer"), unread=("consumer",)),
    "redis_blpop": Decoy(
        progress=("parent", "redis"), at={"worker": Wait("recv")}, period_s=2.0, needs=_REDIS
    ),
    "redis_pubsub": Decoy(
        at={"subscriber 1": Wait("recv"), "subscriber 2": Wait("recv")}, period_s=2.0, needs=_REDIS
    ),
    "shell_pipeline": Decoy(
        at={
            "shell": Wait("wait4"),
            "stage 1": Wait("read"),
            "stage 2": Wait("read"),
            "stage 3": Wait("read"),
        },
        period_s=2.0,
    ),
    "shell_slow_loop": Decoy(
        progress=("shell",), unread=("shell",), at={"shell": Wait("wait4")}, period_s=5.0
    ),
    "slow_answer": Decoy(
        progress=("parent", "server"),
        at={"parent": _IN_RECV, "server": _ASLEEP},
        options=_IMPATIENT,
    ),
    "slow_consumer_tcp": Decoy(progress=("consumer",), unread=("consumer",)),
    "slow_consumer_unix": Decoy(progress=("consumer",), unread=("consumer",)),
    "slow_proxy_tcp": Decoy(
        progress=("proxy", "sink"),
        unread=("proxy", "sink"),
        at={"source": Wait("send"), "proxy": _PARKED, "sink": _ASLEEP},
    ),
    "spin_progress_tcp": Decoy(
        progress=("parent",), unread=("consumer",), at={"consumer": _AT_WORK}
    ),
    "splice_reader_tcp": Decoy(progress=("parent", "consumer"), unread=("consumer",)),
    "splice_reader_unix": Decoy(progress=("parent", "consumer"), unread=("consumer",)),
    "subprocess_output": Decoy(
        progress=("parent", "consumer"),
        unread=("consumer",),
        at={"consumer": Wait("poll")},
        period_s=5.0,
    ),
    "subscriber_idle": Decoy(at={"broker": _PARKED, "subscriber": _PARKED}),
    "trio_paced": Decoy(progress=("parent", "consumer"), unread=("consumer",)),
    "uring_idle": Decoy(
        progress=("parent", "child"), at={"child": _IN_RING}, period_s=2.0, needs=_URING
    ),
    "worker_thread_blocked": Decoy(
        progress=("parent", "worker"), at={"worker": _PARKED}, beside={"worker": _LOCKED}
    ),
    "xdist_long_test": Decoy(
        progress=("controller",),
        at={"busy": _ASLEEP, "parent": Wait("wait4")},
        beside={"busy": Wait("read"), "idle": Wait("read")},
        period_s=3.0,
        needs=_XDIST,
        slow_start_s=_SLOWLY,
    ),
}
