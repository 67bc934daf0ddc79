# SPDX-License-Identifier: GPL-2.0-only
"""A consumer that reads one message each 1.5 s, by its timer alone.

Story: a token bucket in front of a paid service. Seen from outside: parked in epoll_wait with a
timeout of 1.5 s, its end in no epoll set, unread > 0 always: nobody ever asks whether it can be
read, but it is.
"""

import zoo

PACE_S = 1.5
QUEUED = 4


def parent() -> None:
    zoo.feed(zoo.spawn("consumer", "tcp"), queued=QUEUED)


def consumer(channel: zoo.Channel) -> None:
    loop = zoo.Loop()
    while True:
        loop.park(PACE_S)
        channel.answer()
