# SPDX-License-Identifier: GPL-2.0-only
"""Consumers of a multiprocessing.Queue into which nobody puts anything for long.

Story: workers of a crawler between two rounds. Seen from outside: one consumer in read of the
queue's pipe, the other in futex on its lock; the parent blocked in read of the pipe of a second
queue, from which it would get their results. Nothing is unread. Only a helper of it has a timer,
and at the end puts something.
"""

import multiprocessing
import os
import threading
import time
from multiprocessing.queues import Queue

import observe
import zoo
import zoo_runtime as runtime

CONSUMERS = 2


def parent() -> None:
    zoo.at_end(runtime.end_tree)
    fork = multiprocessing.get_context("fork")
    jobs, results = fork.Queue(), fork.Queue()
    consumers = [
        fork.Process(target=consume, args=(jobs, results, os.getpid())) for _ in range(CONSUMERS)
    ]
    for consumer in consumers:
        consumer.start()
    for number in range(zoo.TURNS):
        jobs.put(number)
        results.get()
    threading.Thread(target=put_at_end, args=(jobs,)).start()
    results.get()
    for _ in consumers:
        jobs.put(None)
    for consumer in consumers:
        consumer.join()


def put_at_end(jobs: "Queue[int | None]") -> None:
    """All that the case's main thread can't do while it waits."""
    pids = observe.children_of(os.getpid())
    zoo.await_state(
        "one reads, the other waits for its lock, the parent for both",
        lambda: zoo.caller_waits()
        and sorted(observe.wait_of(pid).call for pid in pids) == ["futex", "read"],
    )
    pids.sort(key=lambda pid: observe.wait_of(pid).call)
    closing = zoo.announce_healthy(actors=dict(zip(("locked", "reader"), pids)), channel="pipe")
    time.sleep(closing - time.monotonic())
    jobs.put(zoo.TURNS)


def consume(jobs: "Queue[int | None]", results: "Queue[int]", spawner: int) -> None:
    zoo.die_with_parent(spawner)
    while (job := jobs.get()) is not None:
        results.put(job)
