# SPDX-License-Identifier: GPL-2.0-only
"""As lost_reply; the parent looks at its clock three times a second while it waits for the result.

Story: `while not results.poll(0.3): ...` around a worker that the kernel killed. Seen from outside:
one worker dead, the other in read of the queue of work, the parent in poll of the pipe of results
with a timeout of 0.3 s; nothing unread.
"""

import multiprocessing
import os
import signal
from multiprocessing.connection import Connection
from multiprocessing.queues import SimpleQueue

import observe
import zoo
from families.lost_reply import FATAL, await_death

HAS_NO_ALARM = True


def parent() -> None:
    fork = multiprocessing.get_context("fork")
    work: SimpleQueue[int] = fork.SimpleQueue()
    results, sink = fork.Pipe(duplex=False)
    workers = [fork.Process(target=serve, args=(work, sink, os.getpid())) for _ in range(2)]
    for worker in workers:
        worker.start()
    for number in range(zoo.TURNS):
        work.put(number)
        results.recv()
    work.put(FATAL)
    dead, idle = await_death([worker.pid or 0 for worker in workers])
    zoo.announce_wedge(
        "lost_reply",
        culprit=dead,
        actors={"dead worker": dead, "idle worker": idle},
        channel=None,
        bystanders=[idle],
        stands=lambda: observe.wait_of(os.getpid()).call == "poll",
    )
    while not results.poll(zoo.TICK_S):
        pass
    zoo.fail("something came: the wedge did not stand")


def serve(work: "SimpleQueue[int]", results: Connection, spawner: int) -> None:
    zoo.die_with_parent(spawner)
    while True:
        number = work.get()
        if number == FATAL:
            os.kill(os.getpid(), signal.SIGKILL)
        results.send(number)
