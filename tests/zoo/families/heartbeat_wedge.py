# SPDX-License-Identifier: GPL-2.0-only
"""A loop that wakes all the time and never looks at the channel it forgot.

Story: the wedged child still sends metrics or heartbeats from a timer, so every liveness check
passes. Seen from outside: as disarmed_unix, but epoll_wait has a timeout of 0.2 s and the context
switches go up.
"""

import zoo
from families.disarmed import forget, has_forgotten

BEAT_S = 0.2


def parent() -> None:
    beating = zoo.spawn("child", "unix")
    zoo.ask_in_vain(beating, "the child parks disarmed", lambda: has_forgotten(beating.pid))
    zoo.announce_wedge(
        "stopped_consuming",
        culprit=beating.pid,
        actors={"child": beating.pid},
        channel="unix",
        timer_due=True,
    )
    zoo.wait_for_reply(beating.channel)


def child(channel: zoo.Channel) -> None:
    loop = forget(channel)
    while True:
        loop.park(BEAT_S)
