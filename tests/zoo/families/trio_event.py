# SPDX-License-Identifier: GPL-2.0-only
"""A trio task that was told of a message, and awaits an Event that nobody sets before it reads.

Story: a handler that waits for another task, which was cancelled. Seen from outside: the child parked
by trio (86,400,000 ms), its end registered with EPOLLONESHOT alone (mask 40000000), unread > 0. The
parent, on trio as well, is parked likewise, but armed.
"""

import zoo
import zoo_trio
from zoo_trio import trio
from families.disarmed import has_forgotten

KIND = "unix"


def parent() -> None:
    forgetful = zoo.spawn("child", KIND)
    trio.run(supervise, forgetful)


async def supervise(forgetful: zoo.Actor) -> None:
    channel = zoo_trio.Channel(forgetful.channel)
    await channel.converse()
    await channel.send(zoo.REQUEST)
    await zoo_trio.await_state("the child parks disarmed", lambda: has_forgotten(forgetful.pid))
    zoo.announce_wedge(
        "stopped_consuming",
        culprit=forgetful.pid,
        actors={"child": forgetful.pid},
        channel=KIND,
    )
    await zoo_trio.wait_for_reply(channel)


def child(channel: zoo.Channel) -> None:
    trio.run(serve, zoo_trio.Channel(channel))


async def serve(channel: zoo_trio.Channel) -> None:
    await channel.answer_turns()
    await channel.readable()
    await trio.Event().wait()
