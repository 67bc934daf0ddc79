# SPDX-License-Identifier: GPL-2.0-only
"""A message that nobody reads and nobody waits for.

Story: a notification to a child that does not care, a log line to a sink that is never drained.
Seen from outside: unread > 0 for ever on an end in no epoll set, its holder parked; but the sender
does not have its own end armed: it parks on other things (unix) or goes on by timer ticks (tcp).
"""

import time

import zoo

TICK_S = 0.5 if zoo.VARIANT == "tcp" else zoo.SECONDS


def parent() -> None:
    holding = tell("holder", zoo.VARIANT)
    closing = zoo.announce_healthy(actors={"holder": holding.pid}, channel=zoo.VARIANT)
    loop = zoo.Loop()
    while time.monotonic() < closing:
        loop.park(TICK_S)
    zoo.close(holding)


def tell(role: str, kind: str) -> zoo.Actor:
    """An actor that was sent a message which it leaves unread."""
    holding = zoo.spawn(role, kind)
    holding.channel.send(zoo.REQUEST)
    zoo.await_state(
        "the holder parks with an unread message",
        lambda: holding.is_parked() and holding.has_unread(),
    )
    return holding


def holder(channel: zoo.Channel) -> None:
    zoo.Loop().park()
