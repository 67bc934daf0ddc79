# SPDX-License-Identifier: GPL-2.0-only
"""A worker whose backend was killed, and which never noticed.

Story: a one-shot event told of the backend's channel, the task that should have read it was
cancelled, and the backend died by the OOM killer; the worker owes its own client an answer. Seen
from outside: the worker is parked without a timeout; it holds an end whose peer is gone (CLOSE_WAIT),
disarmed, with the end-of-file unread and, in the unix variant, half a message before it. Its
channel to the parent is armed and empty.
"""

import os
import signal

import observe
import zoo

PARTIAL = zoo.VARIANT == "unix"
HALF_A_MESSAGE = b"\0\0"


def parent() -> None:
    ours, theirs = zoo.pair(zoo.VARIANT)
    doomed = zoo.spawn("backend", "unix", theirs)
    waiting = zoo.spawn("worker", zoo.VARIANT, ours)
    zoo.converse(waiting.channel)
    waiting.channel.send(zoo.REQUEST)
    zoo.await_state(
        "the backend has the worker's request",
        lambda: observe.wait_of(doomed.pid).call == "pause" and waiting.is_parked(),
    )
    os.kill(doomed.pid, signal.SIGKILL)
    doomed.process.wait()
    doomed.channel.sock.close()
    zoo.await_state("the worker parks all the same", lambda: is_abandoned(waiting.pid))
    zoo.announce_wedge(
        "peer_gone",
        culprit=waiting.pid,
        actors={"worker": waiting.pid},
        channel=zoo.VARIANT,
    )
    zoo.wait_for_reply(waiting.channel)


def worker(channel: zoo.Channel, backend: zoo.Channel) -> None:
    loop = zoo.Loop(one_shot=True)
    loop.arm(channel)
    for _ in range(zoo.TURNS):
        loop.park()
        channel.receive()
        backend.send(zoo.REQUEST)
        channel.send(backend.receive())
        loop.arm(channel)
    loop.park()
    channel.receive()
    loop.arm(channel)
    backend.send(zoo.REQUEST)
    loop.arm(backend)
    loop.park()
    loop.park()


def backend(channel: zoo.Channel, client: zoo.Channel) -> None:
    for _ in range(zoo.TURNS):
        client.answer()
    client.receive()
    if PARTIAL:
        client.sock.sendall(HALF_A_MESSAGE)
    signal.pause()


def is_abandoned(pid: int) -> bool:
    """Parked, with an end whose peer is gone and which its loop will not be told of again."""
    return observe.wait_of(pid).call == "epoll_wait" and any(
        end.state == "abandoned" and observe.interest(pid, end.inode) == "disarmed"
        for end in observe.ends_of(pid)
    )
