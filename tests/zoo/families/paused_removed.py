# SPDX-License-Identifier: GPL-2.0-only
"""A consumer that paused reading by taking its end out of the epoll set, and never resumed.

Story: libuv's way; a stream in Node that is paused for a slow consumer whose "drain" never comes.
Seen from outside: parked without a timeout, an end that it has read from before is in no epoll set,
unread > 0.
"""

import zoo


def parent() -> None:
    paused = zoo.spawn("child", zoo.VARIANT)
    zoo.ask_in_vain(
        paused,
        "the child parks with an unread message",
        lambda: paused.is_parked() and paused.has_unread(),
    )
    zoo.announce_wedge(
        "stopped_consuming",
        culprit=paused.pid,
        actors={"child": paused.pid},
        channel=zoo.VARIANT,
    )
    zoo.wait_for_reply(paused.channel)


def child(channel: zoo.Channel) -> None:
    loop = zoo.Loop()
    zoo.answer_turns(loop, channel)
    loop.drop(channel)
    loop.park()
