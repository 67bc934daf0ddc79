# SPDX-License-Identifier: GPL-2.0-only
"""A shell's pipeline whose middle stage was stopped.

Story: kill -STOP of what used too much CPU. Seen from outside: grep in state T, a line unread on
its stdin; the last stage and the parent blocked in read, the first one, too, which has nothing to
do with it; the shell in wait4.
"""

import os

import observe
import zoo
import zoo_runtime as runtime
from families.shell_pipeline import ask, start


def parent() -> None:
    shell, _ = start()
    first, middle, last = observe.children_of(shell.pid)
    runtime.stop(middle)
    zoo.announce_wedge(
        "stopped",
        culprit=middle,
        actors={"shell": shell.pid, "first": first, "middle": middle, "last": last},
        channel="pipe",
        victims=[os.getpid(), last],
        stands=lambda: zoo.caller_waits() and observe.leaves_unread(middle),
    )
    ask(shell)
    zoo.fail("a line came: the wedge did not stand")
