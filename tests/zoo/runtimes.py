# SPDX-License-Identifier: GPL-2.0-only
"""What the cases on real runtimes need of this machine, by the names of Debian's packages."""

from __future__ import annotations

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
_FILES = {"liburing-dev": Path("/usr/include/liburing.h")}


def program(name: str) -> str:
    """Where a runtime's program is; LookupError if it is not here."""
    found = shutil.which(name, path=_PLACES)
    if found is None:
        raise LookupError(f"no program {name}")
    return found


def lacking(packages: Iterable[str]) -> str:
    """Why a case that needs all of them can't be played here; empty if it can."""
    missing = [package for package in packages if not _is_here(package)]
    return f"needs {', '.join(missing)}: run tests/zoo/setup" if missing else ""


def _is_here(package: str) -> bool:
    if package in _PROGRAMS:
        return all(shutil.which(name, path=_PLACES) for name in _PROGRAMS[package])
    if package in _FILES:
        return _FILES[package].exists()
    return importlib.util.find_spec(_MODULES[package]) is not None
