# SPDX-License-Identifier: GPL-2.0-only
"""Three in a ring, each of which waits for the next one to answer first.

Story: services that call each other in a circle, each with one thread. Seen from outside: all in
recv, nothing unread, no timer anywhere.
"""

import os

import observe
import zoo

HAS_NO_ALARM = True


def parent() -> None:
    left, right = zoo.pair("unix")
    second = zoo.spawn("relay", "unix", left)
    third = zoo.spawn("last", "unix", right)
    ring = [os.getpid(), second.pid, third.pid]
    zoo.announce_wedge(
        "deadlock",
        culprit=third.pid,
        culprits_any=ring,
        actors={"second": second.pid, "third": third.pid},
        victims=[],
        channel="unix",
        stands=lambda: all(observe.wait_of(pid) == observe.Wait("recv") for pid in ring),
    )
    second.channel.receive()


def relay(_asker: zoo.Channel, onwards: zoo.Channel) -> None:
    """Answers once the third has."""
    onwards.receive()


def last(first: zoo.Channel, _asker: zoo.Channel) -> None:
    """Answers once the first has."""
    first.receive()
