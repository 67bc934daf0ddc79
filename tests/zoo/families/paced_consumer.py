# SPDX-License-Identifier: GPL-2.0-only
"""A consumer that paces itself: it leaves its channel disarmed for 5 s before each message.

Story: a rate limit, a poller with a period. Seen from outside: parked in epoll_wait with a timeout
of 5 s, its end disarmed, unread > 0 nearly always: a wedge to the eye, until the timer is over.
The unix parent is in lock-step with identical bytes each time, so that even the queue looks stuck.
"""

import zoo

PACE_S = 5.0
QUEUED = 1 if zoo.VARIANT == "unix" else 4


def parent() -> None:
    zoo.feed(zoo.spawn("consumer", zoo.VARIANT), queued=QUEUED)


def consumer(channel: zoo.Channel) -> None:
    loop = zoo.Loop(one_shot=True)
    while True:
        loop.arm(channel)
        loop.park()
        loop.park(PACE_S)
        channel.answer()
