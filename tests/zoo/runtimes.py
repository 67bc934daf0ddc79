# SPDX-License-Identifier: GPL-2.0-only
"""What the cases on real runtimes need of this machine, by the names of Debian's packages."""

from __future__ import annotations

import ctypes
import errno
import importlib.util
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

_PLACES = os.pathsep.join(
    (
        "/usr/bin",
        "/usr/sbin",
        *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)),
    )
)
"""Where Debian puts programs; the caller's PATH may lead to others of the same name."""

_PROGRAMS = {
    "erlang-base": ("erl", "epmd"),
    "nginx-light": ("nginx",),
    "nodejs": ("node",),
    "postgresql-15": ("postgres", "initdb"),
    "redis-server": ("redis-server",),
}
_MODULES = {
    "python3-celery": "celery",
    "python3-distributed": "distributed",
    "python3-pytest-xdist": "xdist",
    "python3-redis": "redis",
}
_RINGS = "liburing-dev"


def program(name: str) -> str:
    """Where a runtime's program is; LookupError if it is not here."""
    found = shutil.which(name, path=_PLACES)
    if found is None:
        raise LookupError(f"no program {name}")
    return found


def lacking(packages: Iterable[str]) -> str:
    """Why a case that needs all of them can't be played here; empty if it can."""
    if _RINGS in packages and not _may_have_rings():
        return "this kernel has no io_uring for us"
    missing = [package for package in packages if not _is_here(package)]
    return f"needs {', '.join(missing)}: run tests/zoo/setup" if missing else ""


def _is_here(package: str) -> bool:
    if package in _PROGRAMS:
        return all(shutil.which(name, path=_PLACES) for name in _PROGRAMS[package])
    if package in _MODULES:
        return importlib.util.find_spec(_MODULES[package]) is not None
    return True  # what is compiled says by being there


def _may_have_rings() -> bool:
    """Asks for one of no size, which no kernel gives; one that has none at all says so."""
    io_uring_setup = 425
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall(io_uring_setup, 0, None)
    return ctypes.get_errno() not in (errno.ENOSYS, errno.EPERM)
