#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-only
"""Prints all that a process inherits, as one JSON line.

For the environment itself it must not be Python's idea of it, so everything comes from /proc.
"""

import json
import os
from pathlib import Path
from typing import Any

FROM_STATUS = (
    "Uid", "Gid", "Groups", "Umask", "NoNewPrivs", "Seccomp", "CapInh", "CapPrm", "CapEff", "CapBnd",
    "CapAmb", "Cpus_allowed", "SigPnd", "ShdPnd", "SigBlk", "SigIgn",
)  # fmt: skip


def status() -> dict[str, str]:
    lines = Path("/proc/self/status").read_text().splitlines()
    fields = {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}
    return {key: fields[key] for key in FROM_STATUS}


def descriptors() -> dict[str, str]:
    """All but the one that lists them, and the streams, which the tests compare by content."""
    listed = os.listdir("/proc/self/fd")
    open_ones = [fd for fd in listed if os.path.lexists(f"/proc/self/fd/{fd}")]
    return {fd: os.readlink(f"/proc/self/fd/{fd}") for fd in open_ones if int(fd) > 2}


def terminal() -> dict[str, Any]:
    if not os.isatty(0):
        return {}
    return {
        "streams": [os.ttyname(fd) for fd in (0, 1, 2)],
        "size": os.get_terminal_size(0),
        "in foreground": os.tcgetpgrp(0) == os.getpgrp(),
    }


def surroundings() -> dict[str, Any]:
    return {
        "environment": Path("/proc/self/environ").read_bytes().decode("latin-1").split("\0"),
        "folder": os.getcwd(),
        "descriptors": descriptors(),
        "limits": Path("/proc/self/limits").read_text(),
        "nice": os.getpriority(os.PRIO_PROCESS, 0),
        "policy": os.sched_getscheduler(0),
        "oom": Path("/proc/self/oom_score_adj").read_text(),
        "cgroup": Path("/proc/self/cgroup").read_text(),
        "namespaces": {name: os.readlink(f"/proc/self/ns/{name}") for name in os.listdir("/proc/self/ns")},
        "terminal": terminal(),
        **status(),
    }


print(json.dumps(surroundings()))
