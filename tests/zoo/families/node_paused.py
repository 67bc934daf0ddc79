# SPDX-License-Identifier: GPL-2.0-only
"""A worker of Node's cluster that has paused a socket and never resumes it.

Story: back-pressure, by a stream whose other end was destroyed. Seen from outside: the worker
parked with a timeout of 24 days, which Node's cluster has by itself, its end in no epoll set
(libuv took it out), unread > 0; the client blocked in recv.
"""

import observe
import zoo
import zoo_runtime as runtime
from zoo_node import Cluster

BLOCK = bytes(256 * 1024)
"""More than Node takes in one go, and than it keeps of a stream that is paused."""


def parent() -> None:
    cluster = Cluster(2)
    (client, worker), *_ = cluster.served
    client.send(b"pause")
    client.receive()
    inode = observe.peer_end(client.sock).inode
    client.send(BLOCK)
    zoo.await_state(
        "the worker is parked, a request unread",
        lambda: observe.wait_of(worker) == observe.Wait("epoll_wait", observe.AGES_MS)
        and observe.interest(worker, inode) == "none"
        and runtime.has_unread(client.sock),
    )
    zoo.announce_wedge(
        "stopped_consuming",
        culprit=worker,
        actors=runtime.everybody(primary=cluster.primary, worker=worker),
        channel="tcp",
    )
    client.receive()
    zoo.fail("the worker answered: the wedge did not stand")
