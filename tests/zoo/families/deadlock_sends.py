# SPDX-License-Identifier: GPL-2.0-only
"""Two that send to each other more than the queues take, and read only afterwards.

Story: a request too large for the buffers meets a reply too large for them. Seen from outside: both
in send, unread > 0 on both sides, no timer anywhere.
"""

import os

import observe
import zoo

HAS_NO_ALARM = True

BUFFER = 4096
LARGE = bytes(16 * 65536)


def parent() -> None:
    ours, theirs = zoo.pair("unix", buffer=BUFFER)
    other = zoo.spawn("child", "unix", theirs)
    zoo.converse(other.channel)
    zoo.announce_wedge(
        "deadlock",
        culprit=other.pid,
        culprits_any=[other.pid, os.getpid()],
        actors={"child": other.pid},
        victims=[],
        channel="unix",
        stands=lambda: all(
            observe.wait_of(pid) == observe.Wait("send") for pid in (other.pid, os.getpid())
        ),
    )
    ours.send(LARGE)


def child(channel: zoo.Channel, large: zoo.Channel) -> None:
    for _ in range(zoo.TURNS):
        channel.answer()
    large.send(LARGE)
