# SPDX-License-Identifier: GPL-2.0-only
"""A Node server of which one thread of JavaScript waits for ever; another one makes the answers.

Story: a pool of worker_threads that wait in Atomics.wait. Seen from outside: one thread in futex
without a timeout; the first one, which serves the connection, parked, as is the thread that
answers. The client is answered now and then.
"""

from pathlib import Path

import zoo
import zoo_runtime as runtime

SCRIPT = Path(__file__).with_suffix(".js")
EVERY_S = 0.5


def parent() -> None:
    port = runtime.free_port()
    server = runtime.launch(runtime.folder(), "node", SCRIPT, str(port))
    client = zoo.Channel(runtime.connect(port))
    zoo.converse(client)
    closing = zoo.announce_healthy(actors={"server": server.pid}, channel="tcp")
    loop = zoo.Loop()
    while runtime.seconds_until(closing) > 0:
        client.send(zoo.REQUEST)
        client.receive()
        loop.park(EVERY_S)
    runtime.close(server.pid)
