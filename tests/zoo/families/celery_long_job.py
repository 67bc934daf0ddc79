# SPDX-License-Identifier: GPL-2.0-only
"""A Celery client that waits for a job of 4 s; another worker of the pool has nothing to do.

Story: the last job of a batch. Seen from outside: Celery's main process is a loop of kombu's,
with timers; its pool is billiard's: one process in nanosleep, the other in read of a pipe; both
it and the client have connections to redis, which is parked. Nothing is unread.
"""

import os
import time
from typing import Any

import zoo
import zoo_runtime as runtime

JOB_S = 4.0
POOL = 2
TASK = "zoo.work"


def application(port: int) -> Any:
    """With a broker and a store for results in redis on this port."""
    import celery  # here, because not all of this case's processes need it

    address = f"redis://{runtime.LOCALHOST}:{port}/0"
    app = celery.Celery("zoo", broker=address, backend=address)
    app.task(work, name=TASK)
    return app


def work(seconds: float) -> None:
    time.sleep(seconds)


def parent() -> None:
    server, port = runtime.start_redis(runtime.folder())
    runtime.Redis(port).converse()
    hive, asking = zoo.spawn("worker", "unix"), zoo.spawn("client", "unix")
    for actor in (hive, asking):
        actor.channel.send(str(port).encode())
    for _ in range(zoo.TURNS):
        have_done(asking, 0)
    closing = zoo.announce_healthy(
        actors=runtime.everybody(redis=server.pid, celery=hive.pid, client=asking.pid),
        channel="tcp",
        timer_due=True,
    )
    while (left := runtime.seconds_until(closing)) > 0:
        have_done(asking, min(JOB_S, left))
    runtime.close(asking.pid, hive.pid, server.pid)


def have_done(actor: zoo.Actor, seconds: float) -> None:
    actor.channel.send(str(seconds).encode())
    actor.channel.receive()


def client(channel: zoo.Channel) -> None:
    app = application(int(channel.receive()))
    while True:
        app.send_task(TASK, (float(channel.receive()),)).get()
        channel.send(zoo.REPLY)


def worker(channel: zoo.Channel) -> None:
    app = application(int(channel.receive()))
    options = f"--concurrency={POOL}", "--loglevel=CRITICAL"
    with open(os.devnull, "w") as nowhere:
        for stream in (1, 2):
            os.dup2(nowhere.fileno(), stream)
    app.worker_main(["worker", *options])
