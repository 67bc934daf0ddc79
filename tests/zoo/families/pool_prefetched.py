# SPDX-License-Identifier: GPL-2.0-only
"""A multiprocessing.Pool whose workers take 4 s per job, the next jobs already in their pipe.

Story: Pool.map of jobs that wait for something else. Seen from outside: all workers in nanosleep,
unread > 0 on a pipe of which all of them, and the parent, hold both ends; the parent's first
thread in futex without a timeout, in AsyncResult.get().
"""

import multiprocessing
import os
import time

import observe
import zoo
import zoo_runtime as runtime

WORKERS = 2
JOB_S = 4.0
JOBS = WORKERS * (1 + int(zoo.SECONDS / JOB_S))


def parent() -> None:
    zoo.at_end(runtime.end_tree)
    fork = multiprocessing.get_context("fork")
    pool = fork.Pool(WORKERS, initializer=zoo.die_with_parent, initargs=(os.getpid(),))
    for _ in range(zoo.TURNS):
        pool.map(abs, range(100), chunksize=1)
    done = pool.map_async(time.sleep, [JOB_S] * JOBS, chunksize=1)
    workers = observe.children_of(os.getpid())
    zoo.await_state(
        "all work, and jobs lie unread",
        lambda: all(observe.wait_of(pid).call == "sleep" for pid in workers)
        and observe.leaves_unread(workers[0]),
    )
    roles = {f"worker {number}": pid for number, pid in enumerate(workers, 1)}
    zoo.announce_healthy(actors=roles, channel="pipe", timer_due=True)
    done.get()
    pool.close()
    pool.join()
