# SPDX-License-Identifier: GPL-2.0-only
"""A worker of plain multiprocessing that waits for a lock for ever, a request unread.

Story: a pool's worker that was forked while another thread held a lock. Seen from outside: the
worker, which never executed anything, in futex without a timeout; unread > 0 on its end of a
socketpair that is in no epoll set. The parent is blocked in read of the other end.
"""

import multiprocessing
import os
import threading
from multiprocessing.connection import Connection

import observe
import zoo


def parent() -> None:
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe(duplex=True)
    worker = fork.Process(target=work, args=(theirs, ours, os.getpid()))
    worker.start()
    theirs.close()
    for number in range(zoo.TURNS):
        ours.send(number)
        ours.recv()
    ours.send(zoo.TURNS)
    pid = worker.pid or 0
    zoo.await_state(
        "the worker blocks on the lock with a request unread",
        lambda: observe.wait_of(pid) == observe.Wait("futex") and observe.leaves_unread(pid),
    )
    zoo.announce_wedge(
        "blocked_loop", culprit=pid, actors={"worker": pid}, channel="unix", blocked_on="lock"
    )
    ours.recv()


def work(channel: Connection, inherited: Connection, spawner: int) -> None:
    zoo.die_with_parent(spawner)
    inherited.close()
    for _ in range(zoo.TURNS):
        channel.send(channel.recv())
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
