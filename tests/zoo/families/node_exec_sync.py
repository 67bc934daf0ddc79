# SPDX-License-Identifier: GPL-2.0-only
"""A worker of Node's cluster that runs a program for 4 s by execSync, the next request unread.

Story: a build tool's server that calls git. Seen from outside: the worker's first thread parked
without a timeout in a loop that is made for this call, on an epoll set of its own; its end, armed
and unread > 0, is in the set of the main loop, which nobody waits for meanwhile. The program is
in nanosleep. Then the worker reads on.
"""

import observe
import zoo
import zoo_runtime as runtime
from zoo_node import Cluster

MESSAGE = b"exec" + bytes(100_000)
"""More than Node takes in one go: it never has two of them at once."""


def parent() -> None:
    cluster = Cluster(2)
    (client, worker), *_ = cluster.served
    client.send(MESSAGE)
    zoo.await_state("a program runs", lambda: bool(observe.children_of(worker)))
    client.send(MESSAGE)
    zoo.await_state("a request lies unread", lambda: runtime.has_unread(client.sock))
    closing = zoo.announce_healthy(
        actors={"primary": cluster.primary, "worker": worker}, channel="tcp", timer_due=True
    )
    loop = zoo.Loop()
    loop.arm(client)
    turns = 0
    for _ in loop.ready_until(closing):
        client.receive()
        client.send(MESSAGE)
        turns += 1
    zoo.expect_progress(turns)
    runtime.close(cluster.primary)
