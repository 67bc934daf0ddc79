# SPDX-License-Identifier: GPL-2.0-only
"""A worker of nginx that was stopped, while the master and another one are well.

Story: a debugger at the wrong one. Seen from outside: the worker in state T, its end armed
(EPOLLET), the request unread on it; the client blocked in recv; the master in sigsuspend, as
ever.
"""

import observe
import zoo
import zoo_runtime as runtime


def parent() -> None:
    server, port = runtime.start_nginx(runtime.folder(), workers=2)
    client = runtime.Web(port)
    for _ in range(zoo.TURNS):
        client.ask()
    worker = runtime.holder_of(client.sock, observe.children_of(server.pid))
    runtime.stop(worker)
    client.say()
    zoo.await_state("the request lies unread", lambda: runtime.has_unread(client.sock))
    zoo.announce_wedge(
        "stopped",
        culprit=worker,
        actors=runtime.everybody(master=server.pid, worker=worker),
        channel="tcp",
    )
    client.hear()
    zoo.fail("nginx answered: the wedge did not stand")
