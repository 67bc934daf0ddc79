# SPDX-License-Identifier: GPL-2.0-only
"""Four workers of a server that forks them beforehand, of which one never had anything to do.

Story: Apache's prefork with three keep-alive connections. Seen from outside: the parent in wait4,
three workers in recv, the fourth in accept: it never said a word to anybody. A client, one of the
tree, asks the first one every two seconds; or (ticking) every five, from a loop that wakes each
0.3 s.
"""

import os
import socket
import time
from typing import NoReturn

import observe
import zoo

HAS_NO_ALARM = True

WORKERS = 4
TICK_S, EVERY_S = (zoo.TICK_S, 5.0) if zoo.VARIANT == "ticking" else (2.0, 2.0)


def parent() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    workers = [zoo.fork(worker, listener) for _ in range(WORKERS)]
    asking = zoo.spawn("client", "unix")
    asking.channel.send(str(listener.getsockname()[1]).encode())
    first = int(asking.channel.receive())
    zoo.await_state(
        "three wait for a request, one for a connection",
        lambda: [observe.wait_of(pid).call for pid in workers].count("recv") == WORKERS - 1,
    )
    waiting = [pid for pid in workers if observe.wait_of(pid).call == "recv"]
    (idle,) = set(workers) - set(waiting)
    busy = sorted(waiting, key=lambda pid: pid != first)
    closing = zoo.announce_healthy(
        actors={"client": asking.pid, "idle": idle}
        | {f"worker {n}": pid for n, pid in enumerate(busy, 1)},
        channel="tcp",
    )
    asking.channel.send(str(closing).encode())
    ended, _ = os.wait()
    if time.monotonic() < closing:
        zoo.fail("somebody ended too early")
    zoo.end(*({asking.pid, *workers} - {ended}))


def worker(listener: socket.socket) -> NoReturn:
    while True:
        connection, _ = listener.accept()
        channel = zoo.Channel(connection)
        while True:
            channel.receive()
            channel.send(str(os.getpid()).encode())


def client(channel: zoo.Channel) -> None:
    port = channel.receive().decode()
    servers = [zoo.connect("tcp", port) for _ in range(WORKERS - 1)]
    for server in servers:
        zoo.converse(server)
    servers[0].send(zoo.REQUEST)
    channel.send(servers[0].receive())
    closing = float(channel.receive())
    loop = zoo.Loop()
    due = time.monotonic() + EVERY_S
    while (now := time.monotonic()) < closing:
        if now >= due:
            servers[0].send(zoo.REQUEST)
            servers[0].receive()
            due = now + EVERY_S
        loop.park(TICK_S)
