# SPDX-License-Identifier: GPL-2.0-only
"""Two forked workers that share one end, each of them in a lock for ever, and a request unread.

Story: a pre-forking server whose workers all hit the same bug. Seen from outside: both hold the same
end; each sits in futex without a timeout, on a lock of its own; unread > 0. Either could have taken
the request, so that both are at fault alike: the truth's culprits_any.
"""

import threading
from typing import NoReturn

import observe
import zoo

WORKERS = 2
STOP = b"stop it"
assert len(STOP) == len(zoo.REQUEST)


def parent() -> None:
    ours, shared = zoo.pair(zoo.VARIANT)
    workers = [zoo.fork(work, shared, ours) for _ in range(WORKERS)]
    shared.sock.close()
    for message in (*[zoo.REQUEST] * zoo.TURNS, *[STOP] * WORKERS):
        ours.sock.sendall(message)
        ours.receive()
    ours.sock.sendall(zoo.REQUEST)
    zoo.await_state(
        "all workers block on their locks with a request unread",
        lambda: all(
            observe.wait_of(pid) == observe.Wait("futex") and observe.leaves_unread(pid)
            for pid in workers
        ),
    )
    zoo.announce_wedge(
        "blocked_loop",
        culprit=workers[0],
        culprits_any=workers,
        actors={f"worker {n}": pid for n, pid in enumerate(workers, 1)},
        channel=zoo.VARIANT,
        blocked_on="lock",
    )
    zoo.wait_for_reply(ours)


def work(shared: zoo.Channel, inherited: zoo.Channel) -> NoReturn:
    """Takes each request by a single recv: whoever has it, has all of it."""
    inherited.sock.close()
    while True:
        message = shared.sock.recv(len(zoo.REQUEST))
        if not message:
            raise EOFError("the peer closed the channel")
        shared.send(zoo.REPLY)
        if message == STOP:
            lock = threading.Lock()
            lock.acquire()
            lock.acquire()
