# SPDX-License-Identifier: GPL-2.0-only
"""A worker of Node's cluster that blocks in Atomics.wait, a request unread.

Story: a synchronous wait for a worker thread that has died. Seen from outside: the worker's first
thread in futex without a timeout, its end armed, unread > 0; the client blocked in recv. Its pool
of threads is in futex as ever. The primary and the other worker are well.
"""

import observe
import zoo
import zoo_runtime as runtime
from zoo_node import Cluster


def parent() -> None:
    cluster = Cluster(2)
    (client, worker), *_ = cluster.served
    client.send(b"lock")
    client.receive()
    client.send(zoo.REQUEST)
    zoo.await_state(
        "the worker blocks, a request unread",
        lambda: observe.wait_of(worker) == observe.Wait("futex")
        and runtime.has_unread(client.sock),
    )
    zoo.announce_wedge(
        "blocked_loop",
        culprit=worker,
        actors=runtime.everybody(primary=cluster.primary, worker=worker),
        channel="tcp",
        blocked_on="lock",
    )
    client.receive()
    zoo.fail("the worker answered: the wedge did not stand")
