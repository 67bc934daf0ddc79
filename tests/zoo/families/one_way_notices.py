# SPDX-License-Identifier: GPL-2.0-only
"""A channel in lock-step on which now and then a notice goes before a request: it gets no answer.

Story: a client of a language server: "didChange" has no reply, "completion" has one. Seen from
outside: after a round of requests the parent is in recv of another channel, on which the server
tells five seconds later that there is more to ask; meanwhile that one is parked with a timeout of
0.3 s. Two sends running are not a caller that gave up: nothing is unread, and every reply was the
right one.
"""

import time

import zoo

HAS_NO_ALARM = True

REQUESTS = 10
NOTICES_BEFORE = (2, 3, 7)
NOTICE = b"notice"
REST_S = 5.0


def parent() -> None:
    news, theirs = zoo.pair("unix")
    server = zoo.spawn("server", "unix", theirs)
    ask_round(server.channel)
    closing = zoo.announce_healthy(actors={"server": server.pid}, channel="unix")
    rounds = 0
    while time.monotonic() + REST_S < closing:  # who waits for news can't look at the clock
        news.receive()
        ask_round(server.channel)
        rounds += 1
    zoo.close(server, turns=rounds)


def ask_round(channel: zoo.Channel) -> None:
    for number in range(REQUESTS):
        if number in NOTICES_BEFORE:
            channel.send(NOTICE)
        channel.send(b"%6d" % number)
        if channel.receive() != b"%6d" % number:
            zoo.fail("a reply was not to its request")


def server(channel: zoo.Channel, news: zoo.Channel) -> None:
    loop = zoo.Loop()
    loop.arm(channel)
    due = time.monotonic() + REST_S
    while True:
        if loop.park(zoo.TICK_S):
            if (message := channel.receive()) != NOTICE:
                channel.send(message)
        elif time.monotonic() >= due:
            news.send(b"news")
            due = time.monotonic() + REST_S
