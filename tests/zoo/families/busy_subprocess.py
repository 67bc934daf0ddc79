# SPDX-License-Identifier: GPL-2.0-only
"""A consumer that waits 10 s for a busy subprocess, with a message unread.

Story: subprocess.run() of a compiler in a worker's job. Seen from outside: the loop's only thread in
wait4, its end armed, unread > 0 and nothing consumed for three stalls; the child it waits for uses
all of a CPU. Then it replies and reads on.
"""

import zoo
from families.compute_prefetched import compute

JOB_S = 10.0
QUEUED = 2


def parent() -> None:
    zoo.feed(zoo.spawn("consumer", "unix"), queued=QUEUED)


def consumer(channel: zoo.Channel) -> None:
    zoo.answer_for_ever(channel, lambda: zoo.start("job").wait())


def job() -> None:
    compute(JOB_S)
