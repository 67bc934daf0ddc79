# SPDX-License-Identifier: GPL-2.0-only
"""A trio task that sleeps for 2 s between two messages, its queue never empty.

Story: a rate limit by trio.sleep(). Seen from outside: parked in epoll_wait with a timeout, its end
registered with EPOLLONESHOT alone (mask 40000000), unread > 0: as the seed of all wedges, but with a
timer, and it reads on.
"""

import zoo
import zoo_trio
from zoo_trio import trio

PACE_S = 2.0
QUEUED = 4


def parent() -> None:
    zoo.feed(zoo.spawn("consumer", "tcp"), queued=QUEUED)


def consumer(channel: zoo.Channel) -> None:
    trio.run(serve, zoo_trio.Channel(channel))


async def serve(channel: zoo_trio.Channel) -> None:
    while True:
        await channel.answer()
        await trio.sleep(PACE_S)
