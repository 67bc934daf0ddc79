# SPDX-License-Identifier: GPL-2.0-only
"""A redis that was stopped, and a client that waits for its answer.

Story: an operator's kill -STOP, a debugger that went away. Seen from outside: redis in state T,
its end armed, the request unread on it; the client blocked in recv.
"""

import zoo
import zoo_runtime as runtime


def parent() -> None:
    server, port = runtime.start_redis(runtime.folder())
    client = runtime.Redis(port)
    client.converse()
    runtime.stop(server.pid)
    client.say("PING")
    zoo.await_state("the request lies unread", lambda: runtime.has_unread(client.sock))
    zoo.announce_wedge(
        "stopped", culprit=server.pid, actors={"redis": server.pid}, channel="tcp"
    )
    client.hear()
    zoo.fail("redis answered: the wedge did not stand")
