# SPDX-License-Identifier: GPL-2.0-only
"""A tree at full work: some two thousand messages per second, and never anything left over.

Story: any busy pool. Seen from outside: every actor runs and sleeps hundreds of times per second,
queues fill and empty between two looks.
"""

import time

import zoo

PERIOD_S = 0.002

worker = zoo.answer_for_ever


def parent() -> None:
    workers = [zoo.spawn("worker", kind) for kind in ("tcp", "unix")]
    closing = zoo.announce_healthy(actors={f"worker {n}": w.pid for n, w in enumerate(workers, 1)})
    turns = 0
    while time.monotonic() < closing:
        for busy in workers:
            busy.channel.send(zoo.REQUEST)
        for busy in workers:
            busy.channel.receive()
        turns += 1
        time.sleep(PERIOD_S)
    zoo.close(*workers, turns=turns)
