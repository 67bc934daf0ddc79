#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-only
"""Makes twenty orphans that end at once with status 9; exits 0 once not even a zombie of them is left.

Who adopts them has to reap them: to a process that has not been reaped, signals can be sent.
"""

import os
import sys
import time

PATIENCE_S = 10.0


def spawn_orphan() -> int:
    pid_end, pid_pipe = os.pipe()
    if (middle := os.fork()) == 0:
        if (orphan := os.fork()) == 0:
            os._exit(9)
        os.write(pid_pipe, str(orphan).encode())
        os._exit(0)
    os.waitpid(middle, 0)
    return int(os.read(pid_end, 32))


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


orphans = [spawn_orphan() for _ in range(20)]
deadline = time.monotonic() + PATIENCE_S
while left := [pid for pid in orphans if is_there(pid)]:
    if time.monotonic() > deadline:
        sys.exit(f"not reaped: {left}")
    time.sleep(0.001)
