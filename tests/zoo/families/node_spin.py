# SPDX-License-Identifier: GPL-2.0-only
"""A worker of Node's cluster that computes for ever, a request unread.

Story: a regular expression that backtracks, a loop that waits for what only its own thread could
do. Seen from outside: the worker on a CPU always, in no system call, its end armed, unread > 0;
the client blocked in recv. The primary and the other worker are well.
"""

import observe
import zoo
import zoo_runtime as runtime
from zoo_node import Cluster


def parent() -> None:
    cluster = Cluster(2)
    (client, worker), *_ = cluster.served
    client.send(b"spin")
    client.receive()
    client.send(zoo.REQUEST)
    zoo.await_state(
        "the worker spins, a request unread",
        lambda: observe.wait_of(worker) == observe.Wait("running")
        and runtime.has_unread(client.sock),
    )
    zoo.announce_wedge(
        "spinning_loop",
        culprit=worker,
        actors=runtime.everybody(primary=cluster.primary, worker=worker),
        channel="tcp",
    )
    client.receive()
    zoo.fail("the worker answered: the wedge did not stand")
