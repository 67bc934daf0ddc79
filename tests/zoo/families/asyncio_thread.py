# SPDX-License-Identifier: GPL-2.0-only
"""An asyncio server whose thread waits 4 s for a subprocess; the stream is full meanwhile.

Story: asyncio.to_thread(subprocess.run, …) in a handler, with flow control doing what it is for.
Seen from outside: the loop parked without a timeout, its end in no epoll set, unread > 0, as in
asyncio_paused; but a thread beside it is in read of a pipe that the subprocess will close. Then
the handler reads on.
"""

import asyncio
import os
import subprocess
from functools import partial

import observe
import zoo

KIND = "tcp"
LIMIT = 4096
BLOCK = bytes(256 * 1024)
"""More than asyncio takes in one go; two of them are always with the server."""
WORK_S = 4.0


def parent() -> None:
    service = zoo.spawn("server", KIND)
    zoo.converse(service.channel)
    for _ in range(2):
        service.channel.send(BLOCK)
    zoo.await_state(
        "the server works, with a message unread",
        lambda: bool(observe.children_of(service.pid)) and service.has_unread(),
    )
    closing = zoo.announce_healthy(
        actors={"server": service.pid}, channel=KIND, timer_due=True
    )
    loop = zoo.Loop()
    loop.arm(service.channel)
    turns = 0
    for _ in loop.ready_until(closing):
        service.channel.receive()
        service.channel.send(BLOCK)
        turns += 1
    zoo.close(service, turns=turns)


def server(channel: zoo.Channel) -> None:
    asyncio.run(serve(channel))


async def serve(channel: zoo.Channel) -> None:
    reader, writer = await asyncio.open_connection(sock=channel.sock, limit=LIMIT)
    for turn in range(10**6):
        size = int.from_bytes(await reader.readexactly(4), "big")
        await reader.readexactly(size)
        if turn >= zoo.TURNS:
            await asyncio.to_thread(work)
        writer.write(len(zoo.REPLY).to_bytes(4, "big") + zoo.REPLY)
        await writer.drain()


def work() -> None:
    subprocess.run(
        ["sleep", str(WORK_S)],
        capture_output=True,
        preexec_fn=partial(zoo.die_with_parent, os.getpid()),
    )
