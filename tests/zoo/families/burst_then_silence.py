# SPDX-License-Identifier: GPL-2.0-only
"""Five hundred messages in one go, all of them consumed, and then not a word from anybody.

Story: an import at the start of a service. Seen from outside: a queue that was full of bytes and
an actor that was hard at work stand still from one moment to the next; but nothing is unread.
"""

import zoo

MESSAGES = 500


def parent() -> None:
    eager = zoo.spawn("consumer", "unix")
    zoo.converse(eager.channel)
    closing = zoo.announce_healthy(actors={"consumer": eager.pid}, channel=eager.kind)
    for _ in range(MESSAGES):
        eager.channel.send(zoo.REQUEST)
    zoo.await_state("all is consumed", lambda: eager.is_parked() and not eager.has_unread())
    zoo.idle_until(closing, eager)


def consumer(channel: zoo.Channel) -> None:
    loop = zoo.Loop()
    zoo.answer_turns(loop, channel)
    while True:
        loop.park()
        channel.receive()
