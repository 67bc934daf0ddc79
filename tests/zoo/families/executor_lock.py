# SPDX-License-Identifier: GPL-2.0-only
"""A worker of a ProcessPoolExecutor that waits for a lock which nobody will release, a job unread.

Story: a module's lock that another thread held when the worker was forked. Seen from outside: the
worker in futex without a timeout, the next job unread on the pipe of its call queue, which is in
no epoll set; the parent's first thread in futex, too, in Future.result(), and another one in poll
without a timeout.
"""

import os
import threading

import observe
import zoo
from families.executor_long_job import start

_lock = threading.Lock()


def parent() -> None:
    _lock.acquire()
    executor = start()
    jobs = [executor.submit(work, number) for number in range(2)]
    (worker,) = observe.children_of(os.getpid())
    zoo.await_state(
        "the worker waits for the lock, a job unread",
        lambda: observe.wait_of(worker) == observe.Wait("futex") and observe.leaves_unread(worker),
    )
    zoo.announce_wedge(
        "blocked_loop",
        culprit=worker,
        actors={"worker": worker},
        channel="pipe",
        blocked_on="lock",
        stands=lambda: observe.wait_of(os.getpid()) == observe.Wait("futex"),
    )
    jobs[0].result()


def work(number: int) -> int:
    with _lock:
        return number
