# SPDX-License-Identifier: GPL-2.0-only
"""A message that nobody reads, from a sender that looks as if it waited.

Story: an asyncio transport reads whenever its peer writes, whether or not anybody awaits that; its
owner is busy elsewhere. Seen from outside: as fire_and_forget_unix, but the sender's own end is
armed, never got a byte, and the sender talks to another child every 0.3 s.
"""

import time

import zoo
from families.fire_and_forget import holder, tell

__all__ = ["holder", "parent", "worker"]

TICK_S = 0.3

worker = zoo.answer_for_ever


def parent() -> None:
    useful = zoo.spawn("worker", "unix")
    holding = tell("holder", "unix")
    loop = zoo.Loop()
    loop.arm(useful.channel)
    loop.arm(holding.channel)
    closing = zoo.announce_healthy(
        actors={"holder": holding.pid, "worker": useful.pid}, channel="unix", timer_due=True
    )
    turns = 0
    while time.monotonic() < closing:
        useful.channel.send(zoo.REQUEST)
        loop.park()
        useful.channel.receive()
        turns += 1
        loop.park(TICK_S)
    zoo.close(useful, holding, turns=turns)
