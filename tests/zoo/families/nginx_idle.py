# SPDX-License-Identifier: GPL-2.0-only
"""nginx, of whose workers one answers now and then and the other one has nothing to do.

Story: a web server at night. Seen from outside: the master in sigsuspend for ever, the idle
worker parked without a timeout, armed on the listener alone; the other one has a timer for the
connection that is kept, on which it is armed (EPOLLET). Nothing is unread.
"""

import time

import observe
import zoo
import zoo_runtime as runtime

WORKERS = 2
EVERY_S = 0.5


def parent() -> None:
    server, port = runtime.start_nginx(runtime.folder(), workers=WORKERS)
    client = runtime.Web(port)
    for _ in range(zoo.TURNS):
        client.ask()
    zoo.await_state("its workers run", lambda: len(observe.children_of(server.pid)) == WORKERS)
    workers = observe.children_of(server.pid)
    busy = runtime.holder_of(client.sock, workers)
    (idle,) = set(workers) - {busy}
    closing = zoo.announce_healthy(
        actors={"master": server.pid, "worker": busy, "idle": idle}, channel="tcp"
    )
    turns = 0
    while runtime.seconds_until(closing) > 0:
        client.ask()
        turns += 1
        time.sleep(EVERY_S)
    zoo.expect_progress(turns)
    runtime.close(server.pid)
