# SPDX-License-Identifier: GPL-2.0-only
"""As lost_reply; a thread of the parent waits for results, its main thread looks three times a second whether all are there.

Story: `while not result.ready(): time.sleep(0.3)` around a multiprocessing.Pool one of whose workers the kernel
killed. Seen from outside: one worker dead, the other in read of the queue of work, one thread of the parent in read of
the pipe of results, its main thread asleep again and again; nothing unread.
"""

import multiprocessing
import os
import signal
import threading
import time
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
    reader = threading.Thread(target=results.recv, daemon=True)
    reader.start()
    zoo.announce_wedge(
        "lost_reply",
        culprit=dead,
        actors={"dead worker": dead, "idle worker": idle},
        timer_due=True,
        channel=None,
        bystanders=[idle],
        stands=lambda: observe.wait_of(os.getpid(), reader.native_id).call == "read",
    )
    while reader.is_alive():
        time.sleep(zoo.TICK_S)
    zoo.fail("something came: the wedge did not stand")


def serve(work: "SimpleQueue[int]", results: Connection, spawner: int) -> None:
    zoo.die_with_parent(spawner)
    while True:
        number = work.get()
        if number == FATAL:
            os.kill(os.getpid(), signal.SIGKILL)
        results.send(number)
