# SPDX-License-Identifier: GPL-2.0-only
"""An idle pool whose four workers share one end and one lock around it: only its holder waits there.

Story: multiprocessing.Pool with nothing to do. Seen from outside: one worker in recv, the other three
in futex without a timeout, on a lock that they share with it; for as long as one looks. Nothing is
unread: it is a queue, not a deadlock.
"""

import multiprocessing
from multiprocessing.synchronize import Lock
from typing import NoReturn

import observe
import zoo

WORKERS = 4


def parent() -> None:
    ours, shared = zoo.pair("unix")
    lock = multiprocessing.get_context("fork").Lock()
    workers = [zoo.fork(work, shared, ours, lock) for _ in range(WORKERS)]
    shared.sock.close()
    for _ in range(zoo.TURNS):
        ours.sock.sendall(zoo.REQUEST)
        ours.receive()
    zoo.await_state(
        "one is in recv, the others in futex",
        lambda: sorted(observe.wait_of(pid).call for pid in workers)
        == ["futex"] * (WORKERS - 1) + ["recv"],
    )
    workers.sort(key=lambda pid: observe.wait_of(pid).call != "recv")
    roles = ["holder", *(f"worker {n}" for n in range(1, WORKERS))]
    closing = zoo.announce_healthy(actors=dict(zip(roles, workers)), channel="unix")
    loop = zoo.Loop()
    loop.arm(ours)
    for _ in loop.ready_until(closing):
        zoo.fail("an idle worker spoke, or died")
    zoo.end(*workers)


def work(shared: zoo.Channel, inherited: zoo.Channel, lock: Lock) -> NoReturn:
    inherited.sock.close()
    while True:
        with lock:
            message = shared.sock.recv(len(zoo.REQUEST))
        if not message:
            raise EOFError("the peer closed the channel")
        shared.send(zoo.REPLY)
