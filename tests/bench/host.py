# SPDX-License-Identifier: GPL-2.0-only
"""What the figures depend on, besides the code."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
UNKNOWN = "unknown"


def facts(unwedge: Path) -> dict[str, str]:
    cpuinfo = text_of(Path("/proc/cpuinfo"))
    governor = text_of(Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"))
    commit = said("git", "-C", str(REPO), "rev-parse", "--short", "HEAD")
    return {
        "kernel": f"{platform.system()} {platform.release()} {platform.machine()}",
        "cpu": first_match(r"^model name\s*:\s*(.+)$", cpuinfo),
        "cores": str(os.cpu_count()),
        "hypervisor": "yes" if re.search(r"\bhypervisor\b", cpuinfo) else "no",
        "governor": governor.strip() or UNKNOWN,
        "hz": ticks_per_second(),
        "bpf_jit": text_of(Path("/proc/sys/net/core/bpf_jit_enable")).strip() or UNKNOWN,
        "unwedge": f"{said(str(unwedge), '--version')}, commit {commit}",
        "bpftrace": said("bpftrace", "--version"),
        "strace": said("strace", "--version"),
        "perf": said("perf", "--version"),
        "redis": said("redis-server", "--version"),
        "python": platform.python_version(),
        "load_before": " ".join(text_of(Path("/proc/loadavg")).split()[:3]),
    }


def text_of(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""


def first_match(pattern: str, text: str) -> str:
    found = re.search(pattern, text, re.M)
    return found[1] if found else UNKNOWN


def ticks_per_second() -> str:
    """CONFIG_HZ, where the kernel tells its configuration."""
    config = output_of(["zcat", "/proc/config.gz"])
    config = config or text_of(Path(f"/boot/config-{platform.release()}"))
    return first_match(r"^CONFIG_HZ=(\d+)$", config)


def said(*command: str) -> str:
    return (output_of(command).splitlines() or ["absent"])[0].strip()


def output_of(command: Sequence[str]) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=10).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
