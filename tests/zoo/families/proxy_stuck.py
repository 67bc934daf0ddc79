# SPDX-License-Identifier: GPL-2.0-only
"""A proxy that can't get rid of what it has, since its sink stopped reading.

Story: a sidecar in front of a wedged service. Seen from outside: the sink parked disarmed (mask
40000000), unread > 0. The proxy looks alike: parked, its upstream disarmed with unread > 0; but it is
armed for writing to the sink, whose queues are full. The source is blocked in send.
"""

import os
import select
import socket
from typing import NoReturn

import observe
import zoo
from families.disarmed import forget, has_forgotten

CHUNK = 65536


def parent() -> None:
    between = zoo.spawn("proxy", zoo.VARIANT)
    sink_pid = int(between.channel.receive())
    zoo.converse(between.channel)
    zoo.announce_wedge(
        "stopped_consuming",
        culprit=sink_pid,
        victims=[os.getpid(), between.pid],
        actors={"proxy": between.pid, "sink": sink_pid},
        channel=zoo.VARIANT,
        stands=zoo.Settled(
            lambda: zoo.caller_waits() and has_forgotten(sink_pid) and is_clogged(between.pid)
        ),
    )
    while True:
        between.channel.send(bytes(CHUNK))


def proxy(upstream: zoo.Channel) -> None:
    final = zoo.spawn("sink", zoo.VARIANT)
    upstream.send(str(final.pid).encode())
    relay(upstream, final.channel)


def sink(channel: zoo.Channel) -> None:
    forget(channel).park()


def relay(one: zoo.Channel, other: zoo.Channel) -> NoReturn:
    """Copies both ways. A side is not read while the other does not take what came from it."""
    sides = {one.fileno(): one.sock, other.fileno(): other.sock}
    opposite = {one.fileno(): other.fileno(), other.fileno(): one.fileno()}
    pending = dict.fromkeys(sides, b"")
    poller = select.epoll()
    for fd, sock in sides.items():
        sock.setblocking(False)
        poller.register(fd, select.EPOLLIN)
    while True:
        for fd, events in poller.poll():
            if events & select.EPOLLOUT:
                pending[fd] = put(sides[fd], pending[fd])
            elif events & select.EPOLLIN and not pending[opposite[fd]]:
                pending[opposite[fd]] = put(sides[opposite[fd]], take(sides[fd]))
        for fd in sides:
            reading = 0 if pending[opposite[fd]] else select.EPOLLIN
            writing = select.EPOLLOUT if pending[fd] else 0
            poller.modify(fd, reading | writing)


def take(sock: socket.socket) -> bytes:
    data = sock.recv(CHUNK)
    if not data:
        raise EOFError("the peer closed the channel")
    return data


def put(sock: socket.socket, data: bytes) -> bytes:
    """What of `data` was not taken."""
    try:
        return data[sock.send(data) :]
    except BlockingIOError:
        return data


def is_clogged(pid: int) -> bool:
    """Parked, with something unread on a side that it does not ask for."""
    return observe.wait_of(pid) == observe.Wait("epoll_wait") and any(
        end.unread > 0 and observe.interest(pid, end.inode) == "disarmed"
        for end in observe.ends_of(pid)
    )
