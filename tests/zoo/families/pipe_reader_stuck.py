# SPDX-License-Identifier: GPL-2.0-only
"""A filter that waits for a lock for ever, with its next line unread in its stdin.

Story: a helper process that is talked to by stdin and stdout, and deadlocks in a handler. Seen from
outside: the child's only thread in futex without a timeout, unread > 0 in a pipe that nobody polls;
the parent blocked in read of the child's stdout.
"""

import threading

import observe
import zoo


def parent() -> None:
    stuck = zoo.spawn("child", "pipe")
    zoo.ask_in_vain(
        stuck,
        "the child blocks on the lock with an unread message",
        lambda: observe.wait_of(stuck.pid) == observe.Wait("futex") and stuck.leaves_unread(),
    )
    zoo.announce_wedge(
        "blocked_loop",
        culprit=stuck.pid,
        actors={"child": stuck.pid},
        channel="pipe",
        blocked_on="lock",
    )
    stuck.channel.receive()


def child(channel: zoo.Channel) -> None:
    for _ in range(zoo.TURNS):
        channel.answer()
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
