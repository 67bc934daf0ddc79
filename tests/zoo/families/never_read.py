# SPDX-License-Identifier: GPL-2.0-only
"""An end that was never read, nor ever registered anywhere.

Story: a child wedged while it boots, before the task that serves the channel was started. Seen
from outside: parked in epoll_wait on something else, its end in no epoll set, unread > 0. The
parent waits in epoll (tcp) or in a blocking recv (unix).
"""

import zoo


def parent() -> None:
    deaf = zoo.spawn("child", zoo.VARIANT)
    deaf.channel.send(zoo.REQUEST)
    zoo.await_state(
        "the child parks with an unread message", lambda: deaf.is_parked() and deaf.has_unread()
    )
    zoo.announce_wedge(
        "stopped_consuming",
        culprit=deaf.pid,
        actors={"child": deaf.pid},
        channel=zoo.VARIANT,
    )
    if zoo.VARIANT == "unix":
        deaf.channel.receive()
    zoo.wait_for_reply(deaf.channel)


def child(channel: zoo.Channel) -> None:
    zoo.Loop().park()
