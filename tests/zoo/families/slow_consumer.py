# SPDX-License-Identifier: GPL-2.0-only
"""A consumer that works 0.4 s per message: unread at nearly every instant, and healthy.

Story: any worker with a backlog. Seen from outside: the child sits in nanosleep with its end armed
and unread > 0 at nearly every look. The tcp parent keeps several requests queued; the unix one is
in lock-step, and each request lies unread all through the work, since the child works before it
reads.
"""

import time

import zoo

WORK_S = 0.4
QUEUED = 1 if zoo.VARIANT == "unix" else 4


def parent() -> None:
    zoo.feed(zoo.spawn("consumer", zoo.VARIANT), queued=QUEUED)


def consumer(channel: zoo.Channel) -> None:
    loop = zoo.Loop()
    loop.arm(channel)
    while True:
        loop.park()
        time.sleep(WORK_S)
        channel.answer()
