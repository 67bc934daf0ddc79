# SPDX-License-Identifier: GPL-2.0-only
"""A trio task that takes a lock of threading which is never released: it blocks the whole loop.

Story: synchronous code called from a task without trio.to_thread. Seen from outside: the child's
only thread in futex without a timeout; its end is armed, for another task reads it, and unread > 0.
The parent, on trio as well, is parked and armed.
"""

import threading

import observe
import zoo
import zoo_trio
from zoo_trio import trio

KIND = "tcp"


def parent() -> None:
    blocked = zoo.spawn("child", KIND)
    trio.run(supervise, blocked)


async def supervise(blocked: zoo.Actor) -> None:
    channel = zoo_trio.Channel(blocked.channel)
    await channel.converse()
    await channel.send(zoo.REQUEST)
    await zoo_trio.await_state(
        "the child blocks", lambda: observe.wait_of(blocked.pid) == observe.Wait("futex")
    )
    await channel.send(zoo.REQUEST)
    await zoo_trio.await_state("the next request lies unread", blocked.has_unread)
    zoo.announce_wedge(
        "blocked_loop",
        culprit=blocked.pid,
        actors={"child": blocked.pid},
        channel=KIND,
        blocked_on="lock",
    )
    await zoo_trio.wait_for_reply(channel)


def child(channel: zoo.Channel) -> None:
    trio.run(serve, zoo_trio.Channel(channel))


async def serve(channel: zoo_trio.Channel) -> None:
    await channel.answer_turns()
    async with trio.open_nursery() as nursery:
        while True:
            await channel.receive()
            nursery.start_soon(handle)


async def handle() -> None:
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
