# SPDX-License-Identifier: GPL-2.0-only
"""An Erlang node that waits for another one, by rpc:call: jobs of 4 s.

Story: distributed Erlang at work. Seen from outside: both nodes' threads in futex and epoll_wait, nothing
unread; the near node has asked the far one and waits for the answer, and the client waits in recv
for the near one. epmd, on a port of its own, has said nothing since both came.
"""

import zoo
import zoo_runtime as runtime
from zoo_erlang import Nodes

JOB_MS = 4000


def parent() -> None:
    nodes = Nodes()
    closing = zoo.announce_healthy(
        actors=runtime.everybody(epmd=nodes.epmd, near=nodes.near, far=nodes.far),
        channel="tcp",
        timer_due=True,
    )
    while (left := runtime.seconds_until(closing)) > 0:
        nodes.ask(min(JOB_MS, int(left * 1000)))
    runtime.close(nodes.near, nodes.far, nodes.epmd)
