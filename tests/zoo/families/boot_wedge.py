# SPDX-License-Identifier: GPL-2.0-only
"""A worker that never said hello, as its three siblings did at once.

Story: an import takes a lock twice, once in a thousand starts. Seen from outside: the worker in
futex, of its own process, its end in no epoll set and never used; its siblings parked and armed;
the parent parked and armed for it, without a timer, or (ticking) with one of 0.3 s again and again.
"""

import os
import threading

import observe
import zoo

HAS_NO_ALARM = True

SIBLINGS = 3
HELLO = b"hello"
STUCK = "ZOO_STUCK"


def parent() -> None:
    siblings = [zoo.spawn("worker", "unix") for _ in range(SIBLINGS)]
    os.environ[STUCK] = "1"
    stuck = zoo.spawn("worker", "unix")
    zoo.announce_wedge(
        "boot_wedge",
        culprit=stuck.pid,
        actors={"stuck": stuck.pid}
        | {f"worker {n}": sibling.pid for n, sibling in enumerate(siblings, 1)},
        channel="unix",
        timer_due=zoo.VARIANT == "ticking",
        bystanders=[sibling.pid for sibling in siblings],
        stands=zoo.Settled(
            lambda: zoo.caller_waits()
            and observe.wait_of(stuck.pid).call == "futex"
            and all(sibling.is_parked() for sibling in siblings)
        ),
    )
    await_hello(siblings + [stuck])
    zoo.fail("all said hello: the wedge did not stand")


def await_hello(workers: list[zoo.Actor]) -> None:
    loop = zoo.Loop()
    channels = {worker.channel.fileno(): worker.channel for worker in workers}
    for channel in channels.values():
        loop.arm(channel)
    silent = set(channels)
    while silent:
        for fd in loop.park(zoo.TICK_S if zoo.VARIANT == "ticking" else None):
            channels[fd].receive()
            silent.remove(fd)


def worker(channel: zoo.Channel) -> None:
    if STUCK in os.environ:
        lock = threading.Lock()
        lock.acquire()
        lock.acquire()
    channel.send(HELLO)
    zoo.answer_for_ever(channel)
