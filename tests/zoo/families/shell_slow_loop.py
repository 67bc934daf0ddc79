# SPDX-License-Identifier: GPL-2.0-only
"""A shell's loop over lines that takes 4 s for each, the next lines unread.

Story: `while read -r line; do sleep 4; done`. Seen from outside: the shell in wait4 for a child
in nanosleep, which has inherited the pipe with the lines, unread > 0, and will not read it; the
parent waits in read for an answer per line.
"""

import zoo
import zoo_runtime as runtime

COMMAND = 'while read -r seconds; do sleep "$seconds"; echo done; done; exit 0'
WORK = b"4\n"
QUEUED = 3


def parent() -> None:
    shell = runtime.launch_shell(COMMAND)
    assert shell.stdin is not None and shell.stdout is not None
    for _ in range(zoo.TURNS):
        shell.stdin.write(b"0\n")
        shell.stdout.readline()
    shell.stdin.write(WORK * QUEUED)
    closing = zoo.announce_healthy(actors={"shell": shell.pid}, channel="pipe", timer_due=True)
    while runtime.seconds_until(closing) > 0:
        shell.stdout.readline()
        shell.stdin.write(WORK)
    runtime.close(shell.pid)
