# SPDX-License-Identifier: GPL-2.0-only
"""A worker that says hello five seconds after its siblings did; then it is replaced by the next.

Story: a worker that loads a model, or waits before it tries again, each time it starts. Seen from
outside: its siblings parked and armed, the parent in recv from the late one, whose end was never
used: on a CPU in one round, in nanosleep in the next.
"""

import os
import signal
import time
from itertools import cycle

import zoo

HAS_NO_ALARM = True

SIBLINGS = 3
HELLO = b"hello"
LATE = "ZOO_LATE"
BOOT_S = 5.0


def parent() -> None:
    siblings = [zoo.spawn("worker", "unix") for _ in range(SIBLINGS)]
    for sibling in siblings:
        sibling.channel.receive()
    zoo.await_state("they are parked", lambda: all(sibling.is_parked() for sibling in siblings))
    closing = zoo.announce_healthy(
        actors={f"worker {n}": sibling.pid for n, sibling in enumerate(siblings, 1)},
        channel="unix",
        timer_due=True,
    )
    rounds = 0
    for how in cycle(("compute", "sleep")):
        if (left := closing - time.monotonic()) <= 0:
            break
        os.environ[LATE] = f"{how} {min(left, BOOT_S)}"
        late = zoo.spawn("worker", "unix")
        late.channel.receive()
        os.kill(late.pid, signal.SIGTERM)
        late.process.wait()
        late.channel.sock.close()
        rounds += 1
    zoo.close(*siblings, turns=rounds)


def worker(channel: zoo.Channel) -> None:
    if LATE in os.environ:
        how, seconds = os.environ[LATE].split()
        boot(how, float(seconds))
    channel.send(HELLO)
    zoo.answer_for_ever(channel)


def boot(how: str, seconds: float) -> None:
    if how == "sleep":
        time.sleep(seconds)
    else:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            pass
