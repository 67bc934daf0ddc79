# SPDX-License-Identifier: GPL-2.0-only
"""A handler that blocks its loop in a sleep of an hour.

Story: time.sleep() in an async handler, a retry with a back-off out of bounds. Seen from outside:
the loop's only thread sits in nanosleep, its end is armed, a further request lies unread.
"""

import time

import observe
import zoo

NAP_S = 3600


def parent() -> None:
    sleeper = zoo.spawn("child", zoo.VARIANT)
    zoo.ask_in_vain(
        sleeper, "the child sleeps", lambda: observe.wait_of(sleeper.pid).call == "sleep"
    )
    sleeper.channel.send(zoo.REQUEST)
    zoo.await_state("the next request lies unread", sleeper.has_unread)
    zoo.announce_wedge(
        "blocked_loop",
        culprit=sleeper.pid,
        actors={"child": sleeper.pid},
        channel=zoo.VARIANT,
        blocked_on="sleep",
        timer_due=True,
    )
    zoo.wait_for_reply(sleeper.channel)


def child(channel: zoo.Channel) -> None:
    loop = zoo.Loop()
    zoo.answer_turns(loop, channel)
    loop.park()
    channel.receive()
    time.sleep(NAP_S)
