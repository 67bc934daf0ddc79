# SPDX-License-Identifier: GPL-2.0-only
"""A consumer that may run, and never gets to: another of its tree has its CPU.

Story: a batch job in SCHED_IDLE, or a cgroup without shares, on a host that is never idle. Seen from
outside: the consumer runnable in no system call, at every look, but it uses less than a tenth of a CPU;
unread > 0. The hog on the same CPU uses all of it and talks to nobody.
"""

import os

import observe
import zoo
from families.compute_prefetched import compute

KIND = "tcp"
JOB_S = 3600.0


def parent() -> None:
    greedy = zoo.start("hog")
    zoo.await_state("the hog is at work", lambda: is_pinned(greedy.pid))
    hungry = zoo.spawn("child", KIND)
    zoo.ask_in_vain(
        hungry,
        "the child may run, with a request unread",
        lambda: observe.wait_of(hungry.pid).call == "running"
        and os.sched_getscheduler(hungry.pid) == os.SCHED_IDLE
        and hungry.has_unread(),
    )
    zoo.announce_wedge(
        "starved",
        culprit=hungry.pid,
        actors={"child": hungry.pid, "hog": greedy.pid},
        channel=KIND,
    )
    zoo.wait_for_reply(hungry.channel)


def child(channel: zoo.Channel) -> None:
    loop = zoo.Loop()
    zoo.answer_turns(loop, channel)
    loop.park()
    stay_on_one_cpu()
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    compute(JOB_S)


def hog() -> None:
    stay_on_one_cpu()
    compute(JOB_S)


def is_pinned(pid: int) -> bool:
    """Has come to its work, and is kept to one CPU."""
    return len(os.sched_getaffinity(pid)) == 1 and observe.wait_of(pid).call == "running"


def stay_on_one_cpu() -> None:
    """The same for all who call this."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(zoo.spawner()))})
