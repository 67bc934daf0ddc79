# SPDX-License-Identifier: GPL-2.0-only
"""A server that answered forty requests at once, and needs five seconds for each that follows.

Story: the index is cold, the disk is full, the remote service is far away today. Seen from outside:
the server in nanosleep, the request taken; the parent in recv, without a timer.
"""

import time

import zoo

HAS_NO_ALARM = True

TURNS = 40
WORK_S = 5.0


def parent() -> None:
    slow = zoo.spawn("server", "unix")
    for _ in range(TURNS):
        slow.channel.send(zoo.REQUEST)
        slow.channel.receive()
    closing = zoo.announce_healthy(actors={"server": slow.pid}, channel="unix", timer_due=True)
    turns = 0
    while time.monotonic() + WORK_S < closing:  # who waits for an answer can't look at the clock
        slow.channel.send(zoo.REQUEST)
        slow.channel.receive()
        turns += 1
    zoo.close(slow, turns=turns)


def server(channel: zoo.Channel) -> None:
    loop = zoo.Loop()
    loop.arm(channel)
    taken = 0
    while True:
        loop.park()
        channel.receive()
        taken += 1
        if taken > TURNS:
            time.sleep(WORK_S)
        channel.send(zoo.REPLY)
