#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-only
"""Five processes that are hard to end. Prints their pids as one JSON line once all are as they should be.

root       says "asked to end" on stderr at SIGTERM, and stays
plain      has no objection
deaf       ignores SIGTERM
stopped    is stopped by SIGSTOP
daemon     an orphan in a session of its own, which ignores SIGTERM
"""

import json
import os
import signal
from collections.abc import Callable


def spawn(become: Callable[[], None]) -> int:
    """A child that has become it, and waits for ever."""
    ready_end, ready = os.pipe()
    if (pid := os.fork()) == 0:
        become()
        os.write(ready, b".")
        os.close(ready)
        while True:
            signal.pause()
    os.close(ready)
    os.read(ready_end, 1)
    return pid


def plain() -> None:
    pass


def deaf() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def spawn_daemon() -> int:
    """By the book: fork, setsid, fork, and the one in between ends."""
    pid_end, pid_pipe = os.pipe()
    if (middle := os.fork()) == 0:
        os.setsid()
        os.write(pid_pipe, str(spawn(deaf)).encode())
        os._exit(0)
    os.waitpid(middle, 0)
    return int(os.read(pid_end, 32))


def spawn_stopped() -> int:
    pid = spawn(plain)
    os.kill(pid, signal.SIGSTOP)
    os.waitpid(pid, os.WUNTRACED)
    return pid


def object_to_ending(*_: object) -> None:
    os.write(2, b"asked to end\n")


pids = {
    "plain": spawn(plain),
    "deaf": spawn(deaf),
    "stopped": spawn_stopped(),
    "daemon": spawn_daemon(),
    "root": os.getpid(),
}
signal.signal(signal.SIGTERM, object_to_ending)
print(json.dumps(pids), flush=True)
while True:
    signal.pause()
