# SPDX-License-Identifier: GPL-2.0-only
"""A loop that waits for a lock which nobody will ever release.

Story: a callback takes a lock that its own caller holds. Seen from outside: the only thread sits
in futex without a timeout, its end is armed, unread > 0.
"""

import threading

import observe
import zoo


def parent() -> None:
    locked_out = zoo.spawn("child", zoo.VARIANT)
    zoo.ask_in_vain(
        locked_out,
        "the child blocks on the lock with an unread message",
        lambda: observe.wait_of(locked_out.pid).call == "futex" and locked_out.has_unread(),
    )
    zoo.announce_wedge(
        "blocked_loop",
        culprit=locked_out.pid,
        actors={"child": locked_out.pid},
        channel=zoo.VARIANT,
        blocked_on="lock",
    )
    zoo.wait_for_reply(locked_out.channel)


def child(channel: zoo.Channel) -> None:
    loop = zoo.Loop()
    zoo.answer_turns(loop, channel)
    loop.park()
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
