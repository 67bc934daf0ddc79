# SPDX-License-Identifier: GPL-2.0-only
"""An Erlang node that was stopped, while another one waits for it in rpc:call.

Story: kill -STOP, or a virtual machine that is moved. Seen from outside: the far node in state T,
the call unread on its end of the distribution; the near node in its waits as ever; the client
blocked in recv.
"""

import os

import observe
import zoo
import zoo_runtime as runtime
from zoo_erlang import Nodes


def parent() -> None:
    nodes = Nodes()
    runtime.stop(nodes.far)
    zoo.announce_wedge(
        "stopped",
        culprit=nodes.far,
        actors=runtime.everybody(epmd=nodes.epmd, near=nodes.near, far=nodes.far),
        channel="tcp",
        victims=[os.getpid(), nodes.near],
        stands=lambda: zoo.caller_waits() and observe.leaves_unread(nodes.far),
    )
    nodes.ask(0)
    zoo.fail("the near node answered: the wedge did not stand")
