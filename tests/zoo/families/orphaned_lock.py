# SPDX-License-Identifier: GPL-2.0-only
"""A worker that waits for a lock in shared memory whose holder is dead.

Story: multiprocessing.Lock, and a worker that was killed inside `with lock`. Seen from outside: the
worker in futex, its lock in a shared mapping; the parent in wait4 for it; nobody has the lock.
"""

import multiprocessing
import os
from multiprocessing.synchronize import Lock

import observe
import zoo

HAS_NO_ALARM = True


def parent() -> None:
    fork = multiprocessing.get_context("fork")
    lock = fork.Lock()
    holder = fork.Process(target=die_holding, args=(lock,))
    holder.start()
    holder.join()
    locked_out = fork.Process(target=wait_for, args=(lock, os.getpid()))
    locked_out.start()
    pid = locked_out.pid or 0
    zoo.announce_wedge(
        "orphaned_lock",
        culprit=pid,
        actors={"worker": pid},
        channel=None,
        stands=lambda: (observe.wait_of(pid).call, observe.wait_of(os.getpid()).call)
        == ("futex", "wait4"),
    )
    locked_out.join()


def die_holding(lock: Lock) -> None:
    lock.acquire()
    os._exit(0)


def wait_for(lock: Lock, spawner: int) -> None:
    zoo.die_with_parent(spawner)
    lock.acquire()
