# SPDX-License-Identifier: GPL-2.0-only
"""A server that acknowledges each request at once and answers it a moment later, but for the last.

Story: a protocol with receipts ("accepted", then the result), and a handler that awaits what nobody
sets. Seen from outside: the server parked and armed, the parent in recv, nothing unread; the last
word on the channel is the server's. Only that one message was never all there came tells.
"""

import time

import zoo

HAS_NO_ALARM = True

TURNS = 40
ACK = b"accepted"
WORK_S = 0.005


def parent() -> None:
    silent = zoo.spawn("server", "unix")
    for _ in range(TURNS):
        silent.channel.send(zoo.REQUEST)
        silent.channel.receive()
        silent.channel.receive()
    silent.channel.send(zoo.REQUEST)
    silent.channel.receive()
    zoo.await_state("the server parks", zoo.Settled(silent.is_parked))
    zoo.announce_wedge(
        "unanswered", culprit=silent.pid, actors={"server": silent.pid}, channel="unix"
    )
    silent.channel.receive()


def server(channel: zoo.Channel) -> None:
    loop = zoo.Loop()
    loop.arm(channel)
    taken = 0
    while True:
        loop.park()
        channel.receive()
        channel.send(ACK)
        taken += 1
        if taken <= TURNS:
            time.sleep(WORK_S)
            channel.send(zoo.REPLY)
