# SPDX-License-Identifier: GPL-2.0-only
"""A child blocked in a send that does not fit, since its parent waits for a lock that it holds itself.

Story: a supervisor whose handler deadlocks while its workers report to it. Seen from outside: the
parent's only thread in futex without a timeout, its end armed and full; the child in a blocking send.
The child looks stuck and the parent is at fault: who sends is a victim by definition.
"""

import os
import threading

import observe
import zoo

REPORT = bytes(16384)


def parent() -> None:
    reporter = zoo.spawn("child", zoo.VARIANT)
    loop = zoo.Loop()
    zoo.answer_turns(loop, reporter.channel)
    loop.park()
    zoo.announce_wedge(
        "blocked_loop",
        culprit=os.getpid(),
        victims=[reporter.pid],
        actors={"child": reporter.pid},
        channel=zoo.VARIANT,
        blocked_on="lock",
        stands=lambda: locked_out(os.getpid())
        and observe.wait_of(reporter.pid).call == "send"
        and observe.leaves_unread(os.getpid()),
    )
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()


def child(channel: zoo.Channel) -> None:
    zoo.converse(channel)
    while True:
        channel.send(REPORT)


def locked_out(pid: int) -> bool:
    return observe.wait_of(pid) == observe.Wait("futex")
