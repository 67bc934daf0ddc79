# SPDX-License-Identifier: GPL-2.0-only
"""A channel in lock-step on which each caller gets the reply to the one before.

Story: `move_on_after` around a request on a shared channel. One caller gave up after it had sent,
so its reply was there for the next one, and so on; until one compares, and waits for the server to
begin anew on another channel, of which that knows nothing. Seen from outside: the parent in recv of
the other channel, with the last reply unread on the first; the server parked and armed.
"""

import os
import time
from contextlib import suppress

import observe
import zoo

HAS_NO_ALARM = True

TURNS = 20
SLOW_ONE = TURNS
SHIFTED = 10
SLOW_S = 0.4
PATIENCE_S = 0.1


def parent() -> None:
    restarts, theirs = zoo.pair("unix")
    server = zoo.spawn("server", zoo.VARIANT, theirs)
    for number in range(TURNS):
        ask(server.channel, number, expected=number)
    give_up(server.channel, SLOW_ONE)
    for number in range(SLOW_ONE + 1, SLOW_ONE + 1 + SHIFTED):
        ask(server.channel, number, expected=number - 1)
    zoo.announce_wedge(
        "stale_reply",
        culprit=os.getpid(),
        actors={"server": server.pid},
        victims=[],
        bystanders=[server.pid],
        channel=zoo.VARIANT,
        stands=lambda: zoo.caller_waits()
        and server.is_parked()
        and observe.leaves_unread(os.getpid()),
    )
    restarts.receive()


def ask(channel: zoo.Channel, number: int, *, expected: int) -> None:
    channel.send(message(number))
    if channel.receive() != message(expected):
        zoo.fail(f"request {number} did not get the reply to {expected}")


def give_up(channel: zoo.Channel, number: int) -> None:
    """A caller that is cancelled before its reply is there."""
    channel.sock.settimeout(PATIENCE_S)
    channel.send(message(number))
    with suppress(TimeoutError):
        channel.receive()
        zoo.fail("the slow reply was there in time")
    channel.sock.settimeout(None)


def message(number: int) -> bytes:
    return b"%6d" % number


def server(channel: zoo.Channel, _restarts: zoo.Channel) -> None:
    loop = zoo.Loop()
    loop.arm(channel)
    while True:
        loop.park()
        request = channel.receive()
        if request == message(SLOW_ONE):
            time.sleep(SLOW_S)
        channel.send(request)
