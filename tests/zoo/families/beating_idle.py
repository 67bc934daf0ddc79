# SPDX-License-Identifier: GPL-2.0-only
"""A tree whose channels carry heartbeats, both ways, and nothing else.

Story: a cluster at night: each side wants to know whether the other one lives. Seen from outside:
all parked with short timers; every half second each end of each channel gets a few bytes, of one
size, and reads them. Nothing was asked, so nothing is owed.
"""

import math
import time
from collections.abc import Iterator

import zoo

HAS_NO_ALARM = True

BEAT = b"beat"
BEAT_S = 0.5
CHILDREN = 2


class Heart:
    """A loop that sends a heartbeat to each of its channels every BEAT_S, and takes what comes.

    All hearts beat by one clock; `offset_s` is how much later this one does.
    """

    def __init__(self, *channels: zoo.Channel, offset_s: float = 0.0) -> None:
        self._loop = zoo.Loop()
        self._channels = {channel.fileno(): channel for channel in channels}
        self._offset_s = offset_s
        for channel in channels:
            self._loop.arm(channel)

    def heard(self, until: float = math.inf) -> Iterator[bytes]:
        """All that comes and is no heartbeat."""
        due = self._next_beat()
        while (now := time.monotonic()) < until:
            if now >= due:
                for channel in self._channels.values():
                    channel.send(BEAT)
                due = self._next_beat()
            for fd in self._loop.park(max(0.0, min(due, until) - time.monotonic())):
                if (message := self._channels[fd].receive()) != BEAT:
                    yield message

    def _next_beat(self) -> float:
        beats = math.floor((time.monotonic() - self._offset_s) / BEAT_S)
        return (beats + 1) * BEAT_S + self._offset_s


def parent() -> None:
    children = [zoo.spawn("child", "unix") for _ in range(CHILDREN)]
    zoo.await_state("they are parked", lambda: all(child.is_parked() for child in children))
    closing = zoo.announce_healthy(
        actors={f"child {n}": child.pid for n, child in enumerate(children, 1)}, channel="unix"
    )
    for _ in Heart(*(child.channel for child in children)).heard(closing):
        zoo.fail("something came that is no heartbeat")
    zoo.close(*children)


def child(channel: zoo.Channel) -> None:
    for _ in Heart(channel, offset_s=BEAT_S / 2).heard():
        zoo.fail("something came that is no heartbeat")
