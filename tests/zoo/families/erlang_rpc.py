# SPDX-License-Identifier: GPL-2.0-only
"""An Erlang node that waits for another one, by rpc:call: jobs of 4 s.

Story: distributed Erlang at work. Seen from outside: both nodes' threads in futex and epoll_wait,
nothing unread; the near node has asked the far one and waits for the answer, and the client waits
for the near one. epmd, on a port of its own, has said nothing since both came.

The queued variant has sent the next job, too: unread > 0 on the near node's end, which is in no
epoll set as long as nobody calls gen_tcp:recv.
"""

import zoo
import zoo_runtime as runtime
from zoo_erlang import Nodes

JOB_MS = 4000
QUEUED = zoo.VARIANT == "queued"


def parent() -> None:
    nodes = Nodes()
    nodes.say(JOB_MS)
    if QUEUED:
        zoo.await_state("the job is begun", lambda: not runtime.has_unread(nodes.client.sock))
        nodes.say(JOB_MS)
        zoo.await_state("a job lies unread", lambda: runtime.has_unread(nodes.client.sock))
    closing = zoo.announce_healthy(
        actors=runtime.everybody(epmd=nodes.epmd, near=nodes.near, far=nodes.far),
        channel="tcp",
        timer_due=True,
    )
    loop = zoo.Loop()
    loop.arm(nodes.client)
    turns = 0
    for _ in loop.ready_until(closing):
        nodes.client.receive()
        nodes.say(JOB_MS)
        turns += 1
    zoo.expect_progress(turns)
    runtime.close(nodes.near, nodes.far, nodes.epmd)
