# SPDX-License-Identifier: GPL-2.0-only
"""A ProcessPoolExecutor with three workers, of which one works and two have nothing to do.

Story: a batch whose last job takes long. Seen from outside: one worker in nanosleep, one in read
of the pipe that they share, one in futex on the lock around it, without timeouts; the parent's
first thread in futex, in Future.result(). Nothing is unread.
"""

import multiprocessing
import os
import threading
import time
from concurrent.futures import ProcessPoolExecutor

import observe
import zoo
import zoo_runtime as runtime

WORKERS = 3


def parent() -> None:
    zoo.at_end(runtime.end_tree)
    executor = ProcessPoolExecutor(
        WORKERS,
        mp_context=multiprocessing.get_context("fork"),
        initializer=zoo.die_with_parent,
        initargs=(os.getpid(),),
    )
    for _ in range(zoo.TURNS):
        list(executor.map(abs, range(100)))
    threading.Thread(target=announce).start()
    executor.submit(time.sleep, zoo.SECONDS).result()
    executor.shutdown()


def announce() -> None:
    """Once all are where they shall be, the case's main thread, too."""
    pids = observe.children_of(os.getpid())
    zoo.await_state(
        "one works, one reads, one waits for its lock, the parent for the first",
        lambda: observe.wait_of(os.getpid()) == observe.Wait("futex")
        and sorted(observe.wait_of(pid).call for pid in pids) == ["futex", "read", "sleep"],
    )
    pids.sort(key=lambda pid: observe.wait_of(pid).call)
    roles = ("locked", "reader", "busy")
    zoo.announce_healthy(actors=dict(zip(roles, pids)), channel="pipe", timer_due=True)
