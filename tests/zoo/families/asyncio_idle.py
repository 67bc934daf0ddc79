# SPDX-License-Identifier: GPL-2.0-only
"""An asyncio server that has a subprocess do the work, and is asked nothing for long.

Story: a service in front of a tool, at night. Seen from outside: the server parked without a
timeout, armed on its listener, its connection and the pipe from its subprocess; a thread of it in
wait4 for the subprocess, which is blocked in read. Nothing is unread. At the end it is asked once
more.
"""

import asyncio
import os
from functools import partial

import observe
import zoo
import zoo_runtime as runtime


def parent() -> None:
    service = zoo.spawn("server", "unix")
    client = zoo.Channel(runtime.connect(int(service.channel.receive())))
    zoo.converse(client)
    (tool,) = observe.children_of(service.pid)
    zoo.await_state(
        "both wait", lambda: service.is_parked() and observe.wait_of(tool).call == "read"
    )
    closing = zoo.announce_healthy(actors={"server": service.pid, "tool": tool}, channel="tcp")
    loop = zoo.Loop()
    loop.arm(client)
    for _ in loop.ready_until(closing):
        zoo.fail("an idle server spoke, or died")
    client.send(zoo.REQUEST)
    client.receive()
    zoo.close(service)


def server(channel: zoo.Channel) -> None:
    asyncio.run(serve(channel))


async def serve(channel: zoo.Channel) -> None:
    tool = await asyncio.create_subprocess_exec(
        "cat",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        preexec_fn=partial(zoo.die_with_parent, os.getpid()),
    )
    listener = await asyncio.start_server(partial(answer, tool), runtime.LOCALHOST, 0)
    channel.send(str(listener.sockets[0].getsockname()[1]).encode())
    await listener.serve_forever()


async def answer(
    tool: asyncio.subprocess.Process, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Each message goes through the tool as it is."""
    assert tool.stdin is not None and tool.stdout is not None
    while message := await reader.read(1024):
        tool.stdin.write(message)
        await tool.stdin.drain()
        writer.write(await tool.stdout.readexactly(len(message)))
        await writer.drain()
