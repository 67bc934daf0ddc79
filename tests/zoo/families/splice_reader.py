# SPDX-License-Identifier: GPL-2.0-only
"""A consumer that never calls a recv: it takes a message per 0.5 s by splice(2), to /dev/null.

Story: a proxy or a file server that copies in the kernel. Seen from outside: in nanosleep, its end in
no epoll set, unread > 0 always; and who counts what is received by way of recvmsg counts nothing.
"""

import os
import time

import zoo

WORK_S = 0.5
QUEUED = 4
MESSAGE_BYTES = 4 + len(zoo.REQUEST)


def parent() -> None:
    zoo.feed(zoo.spawn("consumer", zoo.VARIANT), queued=QUEUED)


def consumer(channel: zoo.Channel) -> None:
    outlet, inlet = os.pipe()
    nowhere = os.open("/dev/null", os.O_WRONLY)
    while True:
        splice(channel.fileno(), inlet)
        splice(outlet, nowhere)
        time.sleep(WORK_S)
        channel.send(zoo.REPLY)


def splice(source: int, sink: int) -> None:
    """Moves exactly one message."""
    left = MESSAGE_BYTES
    while left > 0:
        moved = os.splice(source, sink, left)
        if moved == 0:
            raise EOFError("the peer closed the channel")
        left -= moved
