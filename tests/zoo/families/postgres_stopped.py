# SPDX-License-Identifier: GPL-2.0-only
"""A backend of PostgreSQL that was stopped, while the server and its other processes are well.

Story: a debugger at one session. Seen from outside: the backend in state T, its end armed, a
query unread on it; the client blocked in recv.
"""

import observe
import zoo
import zoo_runtime as runtime


def parent() -> None:
    server, port = runtime.start_postgres(runtime.folder())
    client = runtime.start_session(port)
    client.converse()
    zoo.await_state(
        "the backend is parked", lambda: observe.wait_of(client.backend).call == "epoll_wait"
    )
    runtime.stop(client.backend)
    client.say("SELECT 1")
    zoo.await_state("the query lies unread", lambda: runtime.has_unread(client.sock))
    zoo.announce_wedge(
        "stopped",
        culprit=client.backend,
        actors=runtime.everybody(server=server.pid, backend=client.backend),
        channel="tcp",
    )
    client.hear()
    zoo.fail("the server answered: the wedge did not stand")
