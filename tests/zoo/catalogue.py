# SPDX-License-Identifier: GPL-2.0-only
"""All cases of the zoo: what `check` must find from outside, and how `score` is to run them.

The truth about a case is what the case announces. This page is an independent account of the same
states, so that a case which does not do what it says is found before it judges anybody.
"""

from __future__ import annotations

from dataclasses import dataclass

from observe import Wait


@dataclass(frozen=True)
class Wedge:
    """The culprit, seen from outside; the victims wait without a timer in all cases."""

    at: Wait | None
    """Where the thread that should read sits; None: it is stopped."""
    interest: str
    """How its epoll sets ask for its end: armed, disarmed, none."""
    unread: bool = True
    wakes: bool = False
    """It wakes again and again, and sits at `at` in between."""

    @property
    def timer_due(self) -> bool:
        return self.wakes or (self.at is not None and self.at.call == "sleep")


@dataclass(frozen=True)
class Decoy:
    """A healthy tree, seen from outside."""

    progress: tuple[str, ...] = ()
    """Roles whose first thread runs again and again."""
    unread: tuple[str, ...] = ()
    """Roles that have something unread at nearly every instant: what makes it a decoy."""


_PARKED = Wait("epoll_wait")
_PARKED_BY_TRIO = Wait("epoll_wait", timeout_ms=86_400_000)

CATALOGUE: dict[str, Wedge | Decoy] = {
    "chain3_tcp": Wedge(_PARKED, "disarmed"),
    "disarmed_tcp": Wedge(_PARKED, "disarmed"),
    "disarmed_unix": Wedge(_PARKED_BY_TRIO, "disarmed"),
    "heartbeat_wedge": Wedge(Wait("epoll_wait", timeout_ms=200), "disarmed", wakes=True),
    "lock_unix": Wedge(Wait("futex"), "armed"),
    "mutex_owner": Wedge(Wait("futex"), "armed"),
    "never_read_tcp": Wedge(_PARKED, "none"),
    "never_read_unix": Wedge(_PARKED, "none"),
    "siblings": Wedge(_PARKED, "disarmed"),
    "sigstop_silent": Wedge(None, "armed", unread=False),
    "sigstop_tcp": Wedge(None, "armed"),
    "sleep_tcp": Wedge(Wait("sleep"), "armed"),
    "busy_tree": Decoy(progress=("parent", "worker 1", "worker 2")),
    "fire_and_forget_armed": Decoy(progress=("parent", "worker"), unread=("holder",)),
    "fire_and_forget_tcp": Decoy(progress=("parent",), unread=("holder",)),
    "fire_and_forget_unix": Decoy(unread=("holder",)),
    "idle_tree": Decoy(),
    "long_job_sleep": Decoy(progress=("consumer",), unread=("consumer",)),
    "paced_consumer_tcp": Decoy(progress=("consumer",), unread=("consumer",)),
    "paced_consumer_unix": Decoy(progress=("consumer",), unread=("consumer",)),
    "slow_consumer_tcp": Decoy(progress=("consumer",), unread=("consumer",)),
    "slow_consumer_unix": Decoy(progress=("consumer",), unread=("consumer",)),
}
