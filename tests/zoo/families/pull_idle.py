# SPDX-License-Identifier: GPL-2.0-only
"""Workers that ask a broker for jobs, and for long get none: there are none.

Story: a pull queue at night; by day every "get" was answered at once. Seen from outside: the
workers in recv, their last word a request that the broker took and did not answer, as it did the
forty before; the broker parked with a timeout of 0.3 s, for it looks at its clock; the parent in
wait4. After five seconds there is a job, for one of them.
"""

import os
import time
from collections import deque

import observe
import zoo

HAS_NO_ALARM = True

WORKERS = 3
JOBS = 40
EVERY_S = 5.4
GET = b"get"
JOB = b"job"


def parent() -> None:
    pairs = [zoo.pair("unix") for _ in range(WORKERS)]
    broker = zoo.spawn("broker", "unix", *(theirs for theirs, _ in pairs))
    workers = [zoo.spawn("worker", "unix", ours) for _, ours in pairs]
    broker.channel.receive()
    zoo.await_state(
        "the workers wait",
        lambda: all(observe.wait_of(worker.pid).call == "recv" for worker in workers),
    )
    closing = zoo.announce_healthy(
        actors={"broker": broker.pid}
        | {f"worker {n}": worker.pid for n, worker in enumerate(workers, 1)},
        channel="unix",
    )
    broker.channel.send(str(closing).encode())
    first, _ = os.wait()
    if time.monotonic() < closing:
        zoo.fail("somebody ended too early")
    zoo.end(*({broker.pid, *(worker.pid for worker in workers)} - {first}))


def broker(channel: zoo.Channel, *workers: zoo.Channel) -> None:
    loop = zoo.Loop()
    for worker in workers:
        loop.arm(worker)
    by_fd = {worker.fileno(): worker for worker in workers}
    jobs = dict.fromkeys(by_fd, JOBS)
    waiting: deque[int] = deque()
    while len(waiting) < len(workers):
        for fd in loop.park():
            by_fd[fd].receive()
            if jobs[fd] == 0:
                waiting.append(fd)
            else:
                by_fd[fd].send(JOB)
                jobs[fd] -= 1
    channel.send(zoo.REPLY)
    closing = float(channel.receive())
    due = time.monotonic() + EVERY_S
    while (now := time.monotonic()) < closing:
        if now >= due:
            by_fd[waiting.popleft()].send(JOB)
            due = now + EVERY_S
        for fd in loop.park(zoo.TICK_S):
            by_fd[fd].receive()
            waiting.append(fd)


def worker(_channel: zoo.Channel, broker: zoo.Channel) -> None:
    while True:
        broker.send(GET)
        broker.receive()
