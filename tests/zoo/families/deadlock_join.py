# SPDX-License-Identifier: GPL-2.0-only
"""A parent that waits for the end of its worker, which waits for more work from it.

Story: `Process.join()` without the sentinel that ends the worker's loop. Seen from outside: the
parent in wait4, the worker in read of a pipe that the parent writes to; nothing unread.
"""

import multiprocessing
import os
from multiprocessing.queues import SimpleQueue

import observe
import zoo

HAS_NO_ALARM = True


def parent() -> None:
    fork = multiprocessing.get_context("fork")
    work: SimpleQueue[int] = fork.SimpleQueue()
    worker = fork.Process(target=consume, args=(work, os.getpid()))
    worker.start()
    for number in range(zoo.TURNS):
        work.put(number)
    pid = worker.pid or 0
    zoo.announce_wedge(
        "deadlock",
        culprit=pid,
        culprits_any=[pid, os.getpid()],
        actors={"worker": pid},
        victims=[],
        channel="pipe",
        stands=lambda: (observe.wait_of(pid).call, observe.wait_of(os.getpid()).call)
        == ("read", "wait4"),
    )
    worker.join()


def consume(work: "SimpleQueue[int]", spawner: int) -> None:
    zoo.die_with_parent(spawner)
    while True:
        work.get()
