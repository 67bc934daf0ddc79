# SPDX-License-Identifier: GPL-2.0-only
"""A heartbeat that lies unread behind a job of 4 s, again and again.

Story: a worker whose liveness checks come through the channel of its jobs. Seen from outside: the
loop's only thread in nanosleep, its end armed, and a small message unread for longer than a stall;
it is answered as soon as the job is done.
"""

import time

import zoo

JOB = b"job"
HEARTBEAT = b"heartbeat"
JOB_S = 4.0


def parent() -> None:
    worker = zoo.spawn("consumer", "unix")
    worker.channel.send(JOB, HEARTBEAT)
    zoo.await_state("the heartbeat lies unread", worker.has_unread)
    closing = zoo.announce_healthy(
        actors={"consumer": worker.pid}, channel=worker.kind, timer_due=True
    )
    loop = zoo.Loop()
    loop.arm(worker.channel)
    turns = 0
    for _ in loop.ready_until(closing):
        if worker.channel.receive() == HEARTBEAT:
            worker.channel.send(JOB, HEARTBEAT)
            turns += 1
    zoo.close(worker, turns=turns)


def consumer(channel: zoo.Channel) -> None:
    loop = zoo.Loop()
    loop.arm(channel)
    while True:
        loop.park()
        message = channel.receive()
        if message == JOB:
            time.sleep(JOB_S)
        channel.send(message)
