# SPDX-License-Identifier: GPL-2.0-only
"""What the cases on trio share: a zoo.Channel that tasks can await."""

from __future__ import annotations

import sys
from collections.abc import Callable

import zoo
from pace import TOO_SLOW

__all__ = ["Channel", "await_state", "trio", "wait_for_reply"]

try:
    import trio
except ImportError:
    sys.exit(f"{zoo.CASE}: this case needs trio: apt-get install python3-trio")


class Channel:
    """The same messages as zoo.Channel's; each read is preceded by a wait in trio's loop."""

    def __init__(self, channel: zoo.Channel) -> None:
        self._channel = channel

    async def readable(self) -> None:
        await trio.lowlevel.wait_readable(self._channel.sock)

    async def receive(self) -> bytes:
        await self.readable()
        return self._channel.receive()

    async def send(self, message: bytes) -> None:
        await trio.lowlevel.wait_writable(self._channel.sock)
        self._channel.send(message)

    async def answer(self) -> None:
        await self.receive()
        await self.send(zoo.REPLY)

    async def converse(self) -> None:
        for _ in range(zoo.TURNS):
            await self.send(zoo.REQUEST)
            await self.receive()

    async def answer_turns(self) -> None:
        for _ in range(zoo.TURNS):
            await self.answer()


async def await_state(what: str, stands: Callable[[], bool]) -> None:
    """zoo.await_state for a task."""
    with trio.move_on_after(zoo.PATIENCE_S):
        while not stands():
            await trio.sleep(zoo.LOOK_EVERY_S)
        return
    zoo.fail(f"after {zoo.PATIENCE_S:g} s still not: {what}", TOO_SLOW)


async def wait_for_reply(channel: Channel) -> None:
    """zoo.wait_for_reply for a task."""
    await channel.receive()
    zoo.fail("something came: the wedge did not stand")
