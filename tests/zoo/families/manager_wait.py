# SPDX-License-Identifier: GPL-2.0-only
"""A worker that gets its jobs from a queue of a multiprocessing.Manager, in which there are none.

Story: a distributed crawler between two rounds. Seen from outside: the worker blocked in read;
its last word was a request that the manager took and does not answer, for the manager's thread
for it is in futex without a timeout. Nothing is unread. At the end a job is put, and the worker
gets it.
"""

import multiprocessing
import os
import queue
import tempfile
from multiprocessing.managers import SyncManager

import observe
import zoo
import zoo_runtime as runtime


def parent() -> None:
    zoo.at_end(runtime.end_tree)
    tempfile.tempdir = str(runtime.folder())
    fork = multiprocessing.get_context("fork")
    manager = SyncManager(ctx=fork)
    manager.start(zoo.die_with_parent, (os.getpid(),))
    (server,) = observe.children_of(os.getpid())
    jobs, results = manager.Queue(), fork.SimpleQueue()
    worker = fork.Process(target=work, args=(jobs, results, os.getpid()))
    worker.start()
    for number in range(zoo.TURNS):
        jobs.put(number)
        results.get()
    pid = worker.pid or 0
    zoo.await_state(
        "the worker waits for the manager, which has taken its request",
        lambda: observe.wait_of(pid).call == "read" and not observe.leaves_unread(server),
    )
    closing = zoo.announce_healthy(actors={"manager": server, "worker": pid}, channel="unix")
    for _ in zoo.Loop().ready_until(closing):
        pass
    jobs.put(None)
    worker.join()
    manager.shutdown()


def work(
    jobs: "queue.Queue[int | None]",
    results: "multiprocessing.SimpleQueue[int]",
    spawner: int,
) -> None:
    zoo.die_with_parent(spawner)
    while (job := jobs.get()) is not None:
        results.put(job)
