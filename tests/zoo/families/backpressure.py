# SPDX-License-Identifier: GPL-2.0-only
"""A sender that is faster than its receiver: blocked in send nearly always, and healthy.

Story: a log shipper. Seen from outside: the sender in a send that does not fit, the receiver in
nanosleep with its queue full, at nearly every look; 0.3 s per message. A full UNIX socket takes more
only when three quarters of it are free, so that the sender stands still for a second and more.
"""

import time

import observe
import zoo

REPORT = bytes(32768)
WORK_S = 0.3


def parent() -> None:
    out, into = zoo.pair(zoo.VARIANT)
    slow = zoo.spawn("receiver", "unix", into)
    fast = zoo.spawn("sender", "unix", out)
    zoo.await_state("the sender is blocked", lambda: observe.wait_of(fast.pid).call == "send")
    closing = zoo.announce_healthy(
        actors={"sender": fast.pid, "receiver": slow.pid}, channel=zoo.VARIANT, timer_due=True
    )
    zoo.idle_until(closing, fast, slow)


def sender(_: zoo.Channel, out: zoo.Channel) -> None:
    while True:
        out.send(REPORT)


def receiver(_: zoo.Channel, into: zoo.Channel) -> None:
    while True:
        into.receive()
        time.sleep(WORK_S)
