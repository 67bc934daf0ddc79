# SPDX-License-Identifier: GPL-2.0-only
"""A proxy that pauses its upstream, since its sink is slow; all queues are full, and all move.

Story: a download that is faster than the disk behind the sidecar. Seen from outside: as
proxy_stuck_tcp at nearly every look, and for about a second nothing moves but the sink's queue: a
full socket is writable again only when a third of it is free. The sink takes a chunk per 0.3 s.
"""

import time

import zoo
from families.proxy_stuck import is_clogged, relay

CHUNK = 65536
WORK_S = 0.3
BUFFER = 131072


def parent() -> None:
    outward, upstream = zoo.pair(zoo.VARIANT, buffer=BUFFER)
    downstream, inward = zoo.pair(zoo.VARIANT, buffer=BUFFER)
    end = zoo.spawn("sink", "unix", inward)
    between = zoo.spawn("proxy", "unix", upstream, downstream)
    begin = zoo.spawn("source", "unix", outward)
    zoo.await_state("the proxy's upstream is paused", lambda: is_clogged(between.pid))
    closing = zoo.announce_healthy(
        actors={"source": begin.pid, "proxy": between.pid, "sink": end.pid},
        channel=zoo.VARIANT,
        timer_due=True,
    )
    zoo.idle_until(closing, begin, between, end)


def source(_: zoo.Channel, outward: zoo.Channel) -> None:
    while True:
        outward.sock.sendall(bytes(CHUNK))


def proxy(_: zoo.Channel, upstream: zoo.Channel, downstream: zoo.Channel) -> None:
    relay(upstream, downstream)


def sink(_: zoo.Channel, inward: zoo.Channel) -> None:
    while inward.sock.recv(CHUNK):
        time.sleep(WORK_S)
