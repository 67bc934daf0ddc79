# SPDX-License-Identifier: GPL-2.0-only
"""A parent that waits for its child before it reads what the child writes.

Story: the deadlock that the documentation of subprocess warns of: Popen(stdout=PIPE), wait(). Seen
from outside: the parent's only thread in wait4; the child blocked in write of a full pipe, whose
reading end the parent holds and nobody polls.
"""

import os
import subprocess

import observe
import zoo

LINE = b"a line of output\n"


def parent() -> None:
    chatty = zoo.start("child", stdout=subprocess.PIPE)
    zoo.announce_wedge(
        "blocked_loop",
        culprit=os.getpid(),
        victims=[chatty.pid],
        actors={"child": chatty.pid},
        channel="pipe",
        blocked_on="child",
        stands=lambda: observe.wait_of(os.getpid()).call == "wait4"
        and observe.wait_of(chatty.pid).call == "write",
    )
    chatty.wait()


def child() -> None:
    while True:
        os.write(1, LINE)
