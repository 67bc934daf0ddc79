# SPDX-License-Identifier: GPL-2.0-only
"""An edge-triggered loop that reads all there is, sent bursts with pauses between them.

Story: what edge_undrained_tcp should have been. Seen from outside: parked, its end registered with
EPOLLET, a burst of bytes now and then; but nothing is left unread.
"""

import socket

import zoo

PAUSE_S = 1.5
BURST = [zoo.REQUEST] * 20
MESSAGE_BYTES = 4 + len(zoo.REQUEST)


def parent() -> None:
    careful = zoo.spawn("consumer", "tcp")
    closing = zoo.announce_healthy(
        actors={"consumer": careful.pid}, channel=careful.kind, timer_due=True
    )
    zoo.ask_regularly(careful, closing, PAUSE_S, messages=BURST)


def consumer(channel: zoo.Channel) -> None:
    loop = zoo.Loop(edge=True)
    loop.arm(channel)
    taken = 0
    while True:
        loop.park()
        taken += drain(channel)
        while taken >= MESSAGE_BYTES * len(BURST):
            taken -= MESSAGE_BYTES * len(BURST)
            channel.send(zoo.REPLY)


def drain(channel: zoo.Channel) -> int:
    """Reads until nothing is left; says how many bytes it was."""
    size = 0
    try:
        while part := channel.sock.recv(4096, socket.MSG_DONTWAIT):
            size += len(part)
    except BlockingIOError:
        return size
    raise EOFError("the peer closed the channel")
