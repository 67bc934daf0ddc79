# SPDX-License-Identifier: GPL-2.0-only
"""A server that never answers a request, though both sides send heartbeats on the same channel.

Story: the handler awaits an event that nobody sets; the connection's keep-alive is a task of its
own, and passes every liveness check. Seen from outside: both parked with short timers, armed,
nothing unread for longer than a moment; bytes go to and fro, and the last word is anybody's.
"""

import time

import zoo
from families.beating_idle import BEAT_S, Heart

HAS_NO_ALARM = True

TURNS = 40
WORK_S = 0.03


def parent() -> None:
    silent = zoo.spawn("server", "unix")
    heard = Heart(silent.channel).heard()
    for _ in range(TURNS):
        silent.channel.send(zoo.REQUEST)
        next(heard)
    silent.channel.send(zoo.REQUEST)
    zoo.announce_wedge(
        "unanswered",
        culprit=silent.pid,
        actors={"server": silent.pid},
        channel="unix",
        timer_due=True,
        stands=zoo.Settled(lambda: silent.is_parked() and not silent.has_unread()),
    )
    next(heard)
    zoo.fail("something came: the wedge did not stand")


def server(channel: zoo.Channel) -> None:
    for number, _ in enumerate(Heart(channel, offset_s=BEAT_S / 2).heard()):
        if number < TURNS:
            time.sleep(WORK_S)
            channel.send(zoo.REPLY)
