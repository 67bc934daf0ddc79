# SPDX-License-Identifier: GPL-2.0-only
"""A multiprocessing.Pool that has worked, and has nothing to do.

Story: a service between two batches. Seen from outside: of three workers one is in read of the
pipe that they share and two are in futex without a timeout, on the lock around it; all hold both
ends of it, as what is forked does. The parent's threads wait for results that nobody owes.
"""

import multiprocessing
import os

import observe
import zoo
import zoo_runtime as runtime

WORKERS = 3


def parent() -> None:
    zoo.at_end(runtime.end_tree)
    fork = multiprocessing.get_context("fork")
    pool = fork.Pool(WORKERS, initializer=zoo.die_with_parent, initargs=(os.getpid(),))
    for _ in range(zoo.TURNS):
        pool.map(abs, range(100), chunksize=1)
    workers = observe.children_of(os.getpid())
    zoo.await_state(
        "one is in read, the others in futex",
        lambda: sorted(observe.wait_of(pid).call for pid in workers)
        == ["futex"] * (WORKERS - 1) + ["read"],
    )
    workers.sort(key=lambda pid: observe.wait_of(pid).call != "read")
    roles = ["reader", *(f"worker {number}" for number in range(1, WORKERS))]
    closing = zoo.announce_healthy(actors=dict(zip(roles, workers)), channel="pipe")
    for _ in zoo.Loop().ready_until(closing):
        pass
    if pool.map(abs, [-1]) != [1]:
        zoo.fail("the pool does not work any more")
    pool.close()
    pool.join()
