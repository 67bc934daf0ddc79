# SPDX-License-Identifier: GPL-2.0-only
"""A worker that runs a program for 4 s per request, to have its output; the next one unread.

Story: subprocess.run(…, capture_output=True) in a worker of a queue. Seen from outside: the
worker's only thread in poll without a timeout, on the two pipes from its child, as a loop would
be; its end, unread > 0, is in no set of descriptors; the child is in nanosleep. Then it reads on.
"""

import os
import subprocess
from functools import partial

import zoo

WORK_S = 4.0


def parent() -> None:
    zoo.feed(zoo.spawn("consumer", "tcp"), queued=2)


def consumer(channel: zoo.Channel) -> None:
    while True:
        channel.answer(work)


def work() -> None:
    subprocess.run(
        ["sleep", str(WORK_S)],
        capture_output=True,
        preexec_fn=partial(zoo.die_with_parent, os.getpid()),
    )
