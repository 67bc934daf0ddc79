# SPDX-License-Identifier: GPL-2.0-only
"""A one-shot event fired and nobody asked to read again: trio's seed case.

Story: a trio child whose task was cancelled, or waits for another task, after the channel's event
fired. Seen from outside: parked in epoll_wait, its end registered with EPOLLONESHOT alone (mask
40000000), unread > 0. The tcp variant's loop has no timeout, the unix one trio's 24 hours.
"""

import observe
import zoo

TRIO_IDLE_S = 86400.0


def parent() -> None:
    forgetful = zoo.spawn("child", zoo.VARIANT)
    zoo.ask_in_vain(forgetful, "the child parks disarmed", lambda: has_forgotten(forgetful.pid))
    zoo.announce_wedge(
        "stopped_consuming",
        culprit=forgetful.pid,
        actors={"child": forgetful.pid},
        channel=zoo.VARIANT,
    )
    zoo.wait_for_reply(forgetful.channel)


def child(channel: zoo.Channel) -> None:
    loop = forget(channel)
    loop.park(TRIO_IDLE_S if zoo.VARIANT == "unix" else None)


def forget(channel: zoo.Channel) -> zoo.Loop:
    """Converses, lets the last request's event fire, and leaves it at that."""
    loop = zoo.Loop(one_shot=True)
    zoo.answer_turns(loop, channel)
    loop.park()
    return loop


def has_forgotten(pid: int) -> bool:
    """Parked, with something unread on an end that its loop will not be told of again."""
    return observe.wait_of(pid).call == "epoll_wait" and any(
        end.unread > 0 and observe.interest(pid, end.inode) == "disarmed"
        for end in observe.ends_of(pid)
    )
