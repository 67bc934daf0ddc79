# SPDX-License-Identifier: GPL-2.0-only
"""A consumer that blocks its loop for 6 s per message, with the next one prefetched.

Story: a task queue's worker that takes one job ahead. Seen from outside: nanosleep, the end armed,
unread > 0 and nothing consumed for far longer than a stall; then it reads on.
"""

import time

import zoo

JOB_S = 6.0
QUEUED = 2


def parent() -> None:
    zoo.feed(zoo.spawn("consumer", "tcp"), queued=QUEUED)


def consumer(channel: zoo.Channel) -> None:
    zoo.answer_for_ever(channel, lambda: time.sleep(JOB_S))
