# SPDX-License-Identifier: GPL-2.0-only
"""A cluster of Node's that is idle but for one connection, which is answered now and then.

Story: a web server at night. Seen from outside: the primary and its workers, which are joined by
socketpairs that carry JSON and descriptors, parked and armed, nothing unread; the workers with a
timeout of 24 days, which the cluster has by itself.
"""

import zoo
import zoo_runtime as runtime
from zoo_node import Cluster

EVERY_S = 0.5


def parent() -> None:
    cluster = Cluster(2)
    (client, worker), *_ = cluster.served
    closing = zoo.announce_healthy(
        actors=runtime.everybody(primary=cluster.primary, worker=worker), channel="tcp"
    )
    loop = zoo.Loop()
    while runtime.seconds_until(closing) > 0:
        client.send(zoo.REQUEST)
        client.receive()
        loop.park(EVERY_S)
    runtime.close(cluster.primary)
