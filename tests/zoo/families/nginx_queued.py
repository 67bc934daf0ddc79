# SPDX-License-Identifier: GPL-2.0-only
"""nginx before an application that takes 4 s per request; the client has sent the next one.

Story: HTTP/1.1 pipelining, a reverse proxy, a slow page. Seen from outside: the worker of nginx
parked, its end armed with EPOLLET, unread > 0: the edge was taken and the data was not, for as
long as the first request is with the application, which is in nanosleep. It has a timer of a
minute for that. Then it reads on.
"""

import time
from socket import create_server, socket

import observe
import zoo
import zoo_runtime as runtime

WORK_S = 4.0
QUEUED = 2
PAGE = b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nreply"


def parent() -> None:
    behind = zoo.spawn("application", "unix")
    server, port = runtime.start_nginx(
        runtime.folder(), workers=1, upstream=int(behind.channel.receive())
    )
    client = runtime.Web(port)
    for _ in range(zoo.TURNS):
        client.ask()
    (worker,) = observe.children_of(server.pid)
    for _ in range(QUEUED):
        client.say()
        time.sleep(0.1)  # in a piece of its own: nginx reads all that is there
    zoo.await_state("a request lies unread", lambda: runtime.has_unread(client.sock))
    closing = zoo.announce_healthy(
        actors={"master": server.pid, "worker": worker, "application": behind.pid},
        channel="tcp",
        timer_due=True,
    )
    while runtime.seconds_until(closing) > 0:
        client.hear()
        client.say()
    runtime.close(server.pid, behind.pid)


def application(channel: zoo.Channel) -> None:
    """Answers each request on a connection of its own, as nginx has it; later it takes its time."""
    with create_server((runtime.LOCALHOST, 0)) as listener:
        channel.send(str(listener.getsockname()[1]).encode())
        for _ in range(zoo.TURNS):
            answer(listener)
        while True:
            answer(listener, WORK_S)


def answer(listener: socket, work_s: float = 0.0) -> None:
    ours, _ = listener.accept()
    with ours, ours.makefile("rb") as request:
        while request.readline().strip():
            pass
        time.sleep(work_s)
        ours.sendall(PAGE)
