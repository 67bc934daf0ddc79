# SPDX-License-Identifier: GPL-2.0-only
"""A Dask client that waits for a job of 4 s; its scheduler and another worker have nothing to do.

Story: the last partition of a computation. Seen from outside: scheduler and workers are loops of
asyncio, each process of a worker beside a nanny that watches it by a pipe; heartbeats go over TCP
every half a second or so; the busy worker's thread in nanosleep. The client, whose loop is a
thread, waits in a lock for the result.
"""

import logging
import time

import zoo
import zoo_runtime as runtime

JOB_S = 4.0
WORKERS = 2


def parent() -> None:
    home = runtime.folder()  # before the import: what is done at exit is done in reverse
    import dask
    from distributed import Client, LocalCluster

    zoo.at_end(runtime.end_tree)
    dask.config.set({"temporary-directory": str(home)})
    with (
        LocalCluster(
            n_workers=WORKERS,
            threads_per_worker=1,
            host=runtime.LOCALHOST,
            dashboard_address=None,
            worker_dashboard_address=None,
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster) as client,
    ):
        for _ in range(zoo.TURNS):
            client.gather(client.map(abs, range(-10, 0), pure=False))
        closing = zoo.announce_healthy(
            actors=runtime.everybody(), channel="tcp", timer_due=True
        )
        while (left := runtime.seconds_until(closing)) > 0:
            client.submit(time.sleep, min(JOB_S, left), pure=False).result()
