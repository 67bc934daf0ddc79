# SPDX-License-Identifier: GPL-2.0-only
"""Two that wait for each other: each takes the next message to be the other's to send.

Story: a protocol whose two sides disagree on whose turn it is. Seen from outside: both in recv,
nothing unread, no timer anywhere. No queue tells; only that nobody is left who could send does.
"""

import os

import observe
import zoo

HAS_NO_ALARM = True


def parent() -> None:
    other = zoo.spawn("child", zoo.VARIANT)
    zoo.converse(other.channel)
    zoo.await_state(
        "the child waits in recv", lambda: observe.wait_of(other.pid) == observe.Wait("recv")
    )
    zoo.announce_wedge(
        "deadlock",
        culprit=other.pid,
        culprits_any=[other.pid, os.getpid()],
        actors={"child": other.pid},
        victims=[],
        channel=zoo.VARIANT,
    )
    other.channel.receive()


def child(channel: zoo.Channel) -> None:
    for _ in range(zoo.TURNS):
        channel.answer()
    channel.receive()
