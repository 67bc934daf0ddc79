# SPDX-License-Identifier: GPL-2.0-only
"""An asyncio stream that is full and is read no more, since the task that should waits elsewhere.

Story: a handler that awaits another task, which was cancelled, while its peer goes on; flow
control does what it is for. Seen from outside: the server parked without a timeout, its end in no
epoll set (asyncio took it out by itself), unread > 0.
"""

import asyncio

import observe
import zoo

KIND = "tcp"
LIMIT = 4096
BLOCK = bytes(4 * LIMIT)


def parent() -> None:
    full = zoo.spawn("server", KIND)
    zoo.converse(full.channel)
    full.channel.send(BLOCK)
    zoo.await_state(
        "the server has taken what it can, and reads no more", lambda: reads_no_more(full)
    )
    full.channel.send(zoo.REQUEST)
    zoo.await_state("a request lies unread", full.has_unread)
    zoo.announce_wedge(
        "stopped_consuming", culprit=full.pid, actors={"server": full.pid}, channel=KIND
    )
    zoo.wait_for_reply(full.channel)


def reads_no_more(actor: zoo.Actor) -> bool:
    inode = observe.peer_end(actor.channel.sock).inode
    return actor.is_parked() and observe.interest(actor.pid, inode) == "none"


def server(channel: zoo.Channel) -> None:
    asyncio.run(serve(channel))


async def serve(channel: zoo.Channel) -> None:
    reader, writer = await asyncio.open_connection(sock=channel.sock, limit=LIMIT)
    size = len(zoo.REQUEST)
    for _ in range(zoo.TURNS):
        writer.write(await reader.readexactly(4 + size))
        await writer.drain()
    await asyncio.Event().wait()
