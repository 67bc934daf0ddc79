# SPDX-License-Identifier: GPL-2.0-only
"""A worker that was killed with work that it had taken; its parent waits for the result.

Story: the kernel ran out of memory and killed a worker of multiprocessing.Pool; map() never
returns. Seen from outside: one worker dead, the other in read of the queue of work, the parent in
read of the queue of results; nothing unread.
"""

import multiprocessing
import os
import signal
from multiprocessing.queues import SimpleQueue

import observe
import zoo

HAS_NO_ALARM = True

FATAL = -1


def parent() -> None:
    fork = multiprocessing.get_context("fork")
    work: SimpleQueue[int] = fork.SimpleQueue()
    results: SimpleQueue[int] = fork.SimpleQueue()
    workers = [fork.Process(target=serve, args=(work, results, os.getpid())) for _ in range(2)]
    for worker in workers:
        worker.start()
    for number in range(zoo.TURNS):
        work.put(number)
        results.get()
    work.put(FATAL)
    dead, idle = await_death([worker.pid or 0 for worker in workers])
    zoo.announce_wedge(
        "lost_reply",
        culprit=dead,
        actors={"dead worker": dead, "idle worker": idle},
        channel=None,
        bystanders=[idle],
    )
    results.get()


def await_death(pids: list[int]) -> tuple[int, int]:
    """Who died, and who did not; the dead one is not reaped."""
    zoo.await_state("a worker is dead", lambda: any(observe.state_of(pid) == "Z" for pid in pids))
    dead, idle = sorted(pids, key=lambda pid: observe.state_of(pid) != "Z")
    zoo.await_state("the other one idles", lambda: observe.wait_of(idle) == observe.Wait("read"))
    return dead, idle


def serve(work: "SimpleQueue[int]", results: "SimpleQueue[int]", spawner: int) -> None:
    zoo.die_with_parent(spawner)
    while True:
        number = work.get()
        if number == FATAL:
            os.kill(os.getpid(), signal.SIGKILL)
        results.put(number)
