# SPDX-License-Identifier: GPL-2.0-only
"""A server that takes a request and never answers; its loop is woken by a timer all the time.

Story: as unanswered, with a loop that looks at its clock or its metrics three times a second, as
most do. Seen from outside: the server parked with a timeout of 0.3 s, armed, nothing unread; the
parent in recv. A timer is due at every instant, and never does anything.
"""

import zoo

HAS_NO_ALARM = True

TURNS = 40


def parent() -> None:
    silent = zoo.spawn("server", "unix")
    for _ in range(TURNS):
        silent.channel.send(zoo.REQUEST)
        silent.channel.receive()
    silent.channel.send(zoo.REQUEST)
    zoo.await_state(
        "the server took the request, and parks",
        zoo.Settled(lambda: silent.is_parked() and not silent.has_unread()),
    )
    zoo.announce_wedge(
        "unanswered",
        culprit=silent.pid,
        actors={"server": silent.pid},
        channel="unix",
        timer_due=True,
    )
    silent.channel.receive()


def server(channel: zoo.Channel) -> None:
    loop = zoo.Loop()
    loop.arm(channel)
    taken = 0
    while True:
        if loop.park(zoo.TICK_S):
            channel.receive()
            taken += 1
            if taken <= TURNS:
                channel.send(zoo.REPLY)
