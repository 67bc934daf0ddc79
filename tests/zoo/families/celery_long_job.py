# SPDX-License-Identifier: GPL-2.0-only
"""A Celery client that waits for a job of 4 s; another worker of the pool has nothing to do.

Story: the last job of a batch. Seen from outside: Celery's main process is a loop of kombu's, with timers; its
pool is billiard's: one process in nanosleep, the other in read of a pipe; both it and the client have
connections to redis, which is parked. Nothing is unread.
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
    home = runtime.folder()
    server, port = runtime.start_redis(home)
    runtime.Redis(port).converse()
    hive = zoo.spawn("worker", "unix")
    hive.channel.send(str(port).encode())
    app = application(port)
    for _ in range(zoo.TURNS):
        app.send_task(TASK, (0,)).get(timeout=runtime.SLOW_START_S)
    closing = zoo.announce_healthy(
        actors=runtime.everybody(redis=server.pid, celery=hive.pid), channel="tcp", timer_due=True
    )
    while (left := runtime.seconds_until(closing)) > 0:
        app.send_task(TASK, (min(JOB_S, left),)).get()
    runtime.close(hive.pid, server.pid)


def worker(channel: zoo.Channel) -> None:
    app = application(int(channel.receive()))
    options = f"--concurrency={POOL}", "--loglevel=CRITICAL"
    with open(os.devnull, "w") as nowhere:
        for stream in (1, 2):
            os.dup2(nowhere.fileno(), stream)
    app.worker_main(["worker", *options])
