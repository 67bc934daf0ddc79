# SPDX-License-Identifier: GPL-2.0-only
"""What else the machine may have to do while cases run."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import zoo


@contextmanager
def busy_cpus() -> Iterator[None]:
    """Meanwhile, each CPU that this process may use has another one that computes without end.

    Each is of the cases' own priority, and in a session of its own like they are: the scheduler may
    share out a CPU among sessions first.
    """
    pids = [zoo.fork(_compute_on, cpu) for cpu in os.sched_getaffinity(0)]
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _compute_on(cpu: int) -> NoReturn:
    os.setsid()
    os.sched_setaffinity(0, [cpu])
    while True:
        pass
