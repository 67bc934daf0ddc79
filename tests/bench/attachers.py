# SPDX-License-Identifier: GPL-2.0-only
"""What watches: nothing, the floor, unwedge, and what people would use instead.

Each is a command that runs another.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent

Argv = tuple[str | Path, ...]

NOTHING = "nothing"
NOISE = "noise"

SYSTEM_CALLS = "network,epoll_wait"
NETWORK_CALLS = (
    "socket,socketpair,connect,accept,accept4,bind,listen,sendto,recvfrom,sendmsg,recvmsg,"
    "sendmmsg,recvmmsg,shutdown,getsockname,getpeername,setsockopt,getsockopt"
)
"""strace's class `network`, which perf does not know by that name."""

IN_TRACEFS: Argv = (
    *("unshare", "--mount", "--propagation", "private", "sh", "-c"),
    'mount -t tracefs tracefs /sys/kernel/tracing && exec "$@"',
    "sh",
)
"""Tracepoints need tracefs, which may not be mounted: so it is, for that tool alone."""


@dataclass(frozen=True)
class Attacher:
    name: str
    title: str
    prefix: Argv = ()
    joined: bool = False
    """Takes the command as one word, its parts between blanks."""
    slow: bool = False
    """Costs so much that it is given fewer ops."""

    def around(self, command: Sequence[str | Path]) -> list[str]:
        words = [str(word) for word in command]
        return [*map(str, self.prefix), *([" ".join(words)] if self.joined else words)]


def catalogue(unwedge: Path, floor: Path) -> list[Attacher]:
    return [
        Attacher(NOTHING, "nothing attached"),
        Attacher(NOISE, "nothing attached, a second series: the noise"),
        Attacher("floor", "empty programs on the hooks of level trace", (floor,)),
        *(unwedge_at(unwedge, level) for level in ("sample", "trace", "full")),
        unwedge_at(unwedge, "trace", "recorded", "--record", str(recording())),
        Attacher(
            "bpftrace", "bpftrace, tests/bench/equivalent.bt",
            (*IN_TRACEFS, "bpftrace", "-q", "-o", "/dev/null", HERE / "equivalent.bt", "-c"),
            joined=True, slow=True,
        ),
        Attacher(
            "strace", f"strace -f -e trace={SYSTEM_CALLS}",
            ("strace", "-f", "-e", f"trace={SYSTEM_CALLS}", "-o", "/dev/null"), slow=True,
        ),
        Attacher(
            "perf_trace", f"perf trace, the calls of {SYSTEM_CALLS}",
            (*IN_TRACEFS, "perf", "trace", "-o", "/dev/null", "-e", f"{NETWORK_CALLS},epoll_wait"),
            slow=True,
        ),
        Attacher(
            "bcc", "bcc's funccount of the sock tracepoints",
            (
                *(*IN_TRACEFS, HERE / "beside.py", "Tracing"),
                *("funccount-bpfcc", "t:sock:sock_*_length", "--"),
            ),
            slow=True,
        ),
    ]


def unwedge_at(unwedge: Path, level: str, name: str = "", *options: str) -> Attacher:
    argv = ("run", "--level", level, *options)
    return Attacher(name or level, " ".join(("unwedge", *argv[:4])), (unwedge, *argv, "--"))


def recording() -> Path:
    """Replaced by each run; goes at the end."""
    folder = tempfile.mkdtemp(prefix="unwedge-bench.")
    atexit.register(shutil.rmtree, folder)
    return Path(folder, "one.unwedge")
