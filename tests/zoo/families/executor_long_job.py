# SPDX-License-Identifier: GPL-2.0-only
"""A ProcessPoolExecutor whose only worker sleeps 4 s per job, the next job already in its pipe.

Story: jobs that wait for something else. Seen from outside: the worker in nanosleep, unread > 0
on the pipe of its call queue; the parent's first thread in futex without a timeout, in
Future.result(), and another one in poll.
"""

import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor

import observe
import zoo
import zoo_runtime as runtime

JOB_S = 4.0
QUEUED = 3


def parent() -> None:
    executor = start()
    jobs = [executor.submit(time.sleep, JOB_S) for _ in range(QUEUED)]
    (worker,) = observe.children_of(os.getpid())
    zoo.await_state("a job lies unread", lambda: observe.leaves_unread(worker))
    closing = zoo.announce_healthy(actors={"worker": worker}, channel="pipe", timer_due=True)
    while runtime.seconds_until(closing) > 0:
        jobs.pop(0).result()
        jobs.append(executor.submit(time.sleep, JOB_S))
    executor.shutdown(wait=False, cancel_futures=True)
    runtime.close(worker)


def start() -> ProcessPoolExecutor:
    """One worker, with a history."""
    zoo.at_end(runtime.end_tree)
    executor = ProcessPoolExecutor(
        1,
        mp_context=multiprocessing.get_context("fork"),
        initializer=zoo.die_with_parent,
        initargs=(os.getpid(),),
    )
    for number in range(zoo.TURNS):
        executor.submit(abs, number).result()
    return executor
