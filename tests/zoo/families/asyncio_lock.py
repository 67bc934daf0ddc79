# SPDX-License-Identifier: GPL-2.0-only
"""An asyncio server with a callback that blocks in a lock of threading, and a request unread.

Story: a synchronous call in a coroutine, whose lock a thread holds that waits for the loop. Seen
from outside: the loop's thread in futex without a timeout, its end armed, unread > 0.
"""

import asyncio
import threading

import observe
import zoo

KIND = "tcp"


def parent() -> None:
    blocked = zoo.spawn("server", KIND)
    zoo.ask_in_vain(
        blocked,
        "the server blocks with a request unread",
        lambda: observe.wait_of(blocked.pid) == observe.Wait("futex") and blocked.has_unread(),
    )
    zoo.announce_wedge(
        "blocked_loop",
        culprit=blocked.pid,
        actors={"server": blocked.pid},
        channel=KIND,
        blocked_on="lock",
    )
    zoo.wait_for_reply(blocked.channel)


def server(channel: zoo.Channel) -> None:
    asyncio.run(serve(channel))


async def serve(channel: zoo.Channel) -> None:
    reader, writer = await asyncio.open_connection(sock=channel.sock)
    size = len(zoo.REQUEST)
    for _ in range(zoo.TURNS):
        writer.write(await reader.readexactly(4 + size))
        await writer.drain()
    lock = threading.Lock()
    with lock:
        lock.acquire()
