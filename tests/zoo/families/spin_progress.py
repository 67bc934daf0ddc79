# SPDX-License-Identifier: GPL-2.0-only
"""A consumer that never sleeps, and takes one message per second all the same.

Story: a busy-polling worker, a solver that looks for messages between two steps. Seen from outside:
all of a CPU used, no system call but a recv per second, unread > 0 always: a spinning loop to the
eye, but its queue moves.
"""

import zoo
from families.compute_prefetched import compute

WORK_S = 1.0
QUEUED = 4


def parent() -> None:
    zoo.feed(zoo.spawn("consumer", zoo.VARIANT), queued=QUEUED)


def consumer(channel: zoo.Channel) -> None:
    while True:
        compute(WORK_S)
        channel.answer()
