# SPDX-License-Identifier: GPL-2.0-only
"""A daemon that waits for clients from outside, who never come; its workers idle.

Story: any server at night. Seen from outside: the daemon parked without a timeout, armed on its
listener and on its workers; the workers parked and armed. Nobody of the tree will ever wake another.
"""

import socket

import zoo

worker = zoo.answer_for_ever


def parent() -> None:
    server = zoo.spawn("daemon", "unix")
    pids = [int(server.channel.receive()) for _ in ("tcp", "unix")]
    zoo.await_state("the daemon is parked", server.is_parked)
    closing = zoo.announce_healthy(
        actors={"daemon": server.pid} | {f"worker {n}": pid for n, pid in enumerate(pids, 1)}
    )
    zoo.idle_until(closing, server)


def daemon(channel: zoo.Channel) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    loop = zoo.Loop()
    loop.arm(listener)
    loop.arm(channel)
    workers = [zoo.spawn("worker", kind) for kind in ("tcp", "unix")]
    for idle in workers:
        zoo.converse(idle.channel)
        loop.arm(idle.channel)
        channel.send(str(idle.pid).encode())
    loop.park()
