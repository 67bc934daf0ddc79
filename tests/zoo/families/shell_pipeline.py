# SPDX-License-Identifier: GPL-2.0-only
"""A shell's pipeline that waits for its input, for ever.

Story: `tail -f log | grep … | sed …` on a log that is quiet. Seen from outside: the shell in
wait4; each stage blocked in read of a pipe, nothing unread. Three lines went through it before.
"""

import subprocess

import observe
import zoo
import zoo_runtime as runtime

COMMAND = "cat | grep --line-buffered e | sed --unbuffered s/e/E/; exit 0"
STAGES = 3


def parent() -> None:
    shell, lines = start()
    stages = observe.children_of(shell.pid)
    zoo.await_state(
        "all stages read", lambda: all(observe.wait_of(pid).call == "read" for pid in stages)
    )
    roles = {f"stage {number}": pid for number, pid in enumerate(stages, 1)}
    closing = zoo.announce_healthy(actors={"shell": shell.pid, **roles}, channel="pipe")
    loop = zoo.Loop()
    loop.arm(lines)
    for _ in loop.ready_until(closing):
        zoo.fail("a line came that nobody wrote")
    assert shell.stdin is not None
    shell.stdin.close()
    raise SystemExit(shell.wait())


def start() -> tuple[subprocess.Popen[bytes], zoo.Pipes]:
    """The shell, and what leads into its pipeline and out of it; with a history."""
    shell = runtime.launch_shell(COMMAND)
    assert shell.stdin is not None and shell.stdout is not None
    lines = zoo.Pipes(shell.stdout.fileno(), shell.stdin.fileno())
    for _ in range(zoo.TURNS):
        ask(shell)
    return shell, lines


def ask(shell: subprocess.Popen[bytes]) -> None:
    """A line in, a line out."""
    assert shell.stdin is not None and shell.stdout is not None
    shell.stdin.write(b"request\n")
    shell.stdout.readline()
