# SPDX-License-Identifier: GPL-2.0-only
"""What is done while somebody watches, or nobody."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
PYTHON = "/usr/bin/python3"


@dataclass(frozen=True)
class Workload:
    """Called as `argv COUNT`; prints one line of JSON, {"ops": COUNT, "ns": …}."""

    name: str
    title: str
    op: str
    """What is done COUNT times."""
    messages: int
    """In one op: sends that are received. 0 where there are none."""
    tracked: bool
    """Runs under the tracer, as its command. Else beside it: a bystander, while the tracer watches a
    shell that waits."""
    argv: Sequence[str | Path]
    first_count: int
    """Of ops, for a first guess at how long one takes."""
    lacks: Callable[[], str] = lambda: ""
    """Why it cannot run here; empty if it can."""


def catalogue(workload: Path) -> list[Workload]:
    """All of them; `workload` is the program built from workload.cpp."""

    def compiled(
        name: str, title: str, op: str, messages: int, tracked: bool, first_count: int
    ) -> Workload:
        key = name if tracked else f"bystander_{name}"
        return Workload(key, title, op, messages, tracked, (workload, name), first_count)

    return [
        compiled("echo_tcp", "lock-step echo, TCP", "round trip", 2, True, 1000),
        compiled("echo_unix", "lock-step echo, UNIX", "round trip", 2, True, 1000),
        compiled("echo_1000", "echo server, 1,000 connections", "round trip", 2, True, 2000),
        compiled("send_recv", "send + recv in one process, UNIX", "message", 1, True, 5000),
        compiled("stream_64k", "one-way stream, 64 KiB writes", "write", 1, True, 200),
        compiled("stream_64", "one-way stream, 64 B writes", "write", 1, True, 20000),
        compiled("fork_exec", "fork/exec storm", "process", 0, True, 20),
        Workload(
            *("redis", "redis-benchmark, GET", "request", 2, True),
            (PYTHON, HERE / "redis_load.py"), 1000,
            lambda: missing_program("redis-server") or missing_program("redis-benchmark"),
        ),
        Workload(
            *("trio", "trio echo pair", "round trip", 2, True),
            (PYTHON, HERE / "trio_echo.py"), 200, lambda: missing_module("trio"),
        ),
        compiled("getppid", "bystander: getppid", "call", 0, False, 50000),
        compiled("epoll_wait", "bystander: epoll_wait(0)", "call", 0, False, 50000),
        compiled("send_recv", "bystander: send + recv, UNIX", "message", 1, False, 5000),
        compiled("context_switch", "bystander: two processes wake each other", "two switches", 0, False, 5000),
        compiled("fork_exec", "bystander: fork/exec storm", "process", 0, False, 20),
    ]


def missing_program(name: str) -> str:
    return "" if shutil.which(name) else f"no {name} is installed"


def missing_module(name: str) -> str:
    found = subprocess.run([PYTHON, "-c", f"import {name}"], capture_output=True)
    return "" if found.returncode == 0 else f"{PYTHON} has no module {name}"
