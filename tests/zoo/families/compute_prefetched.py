# SPDX-License-Identifier: GPL-2.0-only
"""A consumer that computes for 10 s per message, with the next one prefetched.

Story: a numerical job in a worker that takes one job ahead. Seen from outside: the only thread on
a CPU, in no system call, its end armed, unread > 0 and nothing consumed for three stalls; then it
replies and reads on.
"""

import time

import zoo

JOB_S = 10.0
QUEUED = 2


def parent() -> None:
    zoo.feed(zoo.spawn("consumer", "tcp"), queued=QUEUED)


def consumer(channel: zoo.Channel) -> None:
    zoo.answer_for_ever(channel, lambda: compute(JOB_S))


def compute(seconds: float) -> None:
    """Uses a CPU for that long, without a system call."""
    done = time.monotonic() + seconds
    while time.monotonic() < done:
        pass
