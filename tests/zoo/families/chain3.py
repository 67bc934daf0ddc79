# SPDX-License-Identifier: GPL-2.0-only
"""Three in a row, where only the last is at fault.

Story: a client asks a proxy, the proxy asks its backend, the backend's loop forgot the channel.
Seen from outside: parent and relay parked with everything armed and nothing unread; the leaf
parked disarmed, unread > 0. A tool that blames the relay, whom the parent waits for, is wrong.
"""

import os

import zoo
from families.disarmed import forget, has_forgotten


def parent() -> None:
    proxy = zoo.spawn("relay", zoo.VARIANT)
    leaf_pid = int(proxy.channel.receive())
    zoo.ask_in_vain(
        proxy,
        "the relay parks with nothing unread, the leaf disarmed",
        lambda: has_forgotten(leaf_pid) and proxy.is_parked() and not proxy.has_unread(),
    )
    zoo.announce_wedge(
        "stopped_consuming",
        culprit=leaf_pid,
        victims=[os.getpid(), proxy.pid],
        actors={"relay": proxy.pid, "leaf": leaf_pid},
        channel=zoo.VARIANT,
    )
    zoo.wait_for_reply(proxy.channel)


def relay(upstream: zoo.Channel) -> None:
    backend = zoo.spawn("leaf", zoo.VARIANT)
    upstream.send(str(backend.pid).encode())
    loop = zoo.Loop()
    loop.arm(upstream)
    loop.arm(backend.channel)
    onward = {
        upstream.fileno(): (upstream, backend.channel),
        backend.channel.fileno(): (backend.channel, upstream),
    }
    while True:
        for fd in loop.park():
            source, sink = onward[fd]
            sink.send(source.receive())


def leaf(channel: zoo.Channel) -> None:
    forget(channel).park()
