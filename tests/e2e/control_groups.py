# SPDX-License-Identifier: GPL-2.0-only
"""Control groups that a test makes, of both versions."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import harness


def enter(group: Group) -> list[harness.Argument]:
    """What starts a command in it."""
    return ["sh", "-c", 'echo $$ >"$0/cgroup.procs" && exec "$@"', group.folder]


@dataclass(frozen=True)
class Group:
    """A control group of its own in one hierarchy."""

    folder: Path

    def add(self, pid: int) -> None:
        (self.folder / "cgroup.procs").write_text(f"{pid}\n")

    def pids(self) -> set[int]:
        return {int(pid) for pid in (self.folder / "cgroup.procs").read_text().split()}

    def write(self, file: str, value: str) -> None:
        (self.folder / file).write_text(value)

    @property
    def thawed_by(self) -> str:
        """The file."""
        return "cgroup.freeze" if (self.folder / "cgroup.freeze").exists() else "freezer.state"

    def can_freeze(self) -> bool:
        return (self.folder / self.thawed_by).exists()

    def freeze(self, frozen: bool) -> None:
        if self.thawed_by == "cgroup.freeze":
            self.write("cgroup.freeze", str(int(frozen)))
            self.await_line("cgroup.events", f"frozen {int(frozen)}")
        else:
            state = "FROZEN" if frozen else "THAWED"
            self.write("freezer.state", state)
            self.await_line("freezer.state", state)

    def await_line(self, file: str, line: str) -> None:
        harness.await_that(lambda: line in (self.folder / file).read_text().splitlines(), line)


def is_removed(folder: Path) -> bool:
    try:
        folder.rmdir()
    except OSError:
        return False
    return True


def mounted(kind: str, option: str) -> Path | None:
    for line in Path("/proc/self/mounts").read_text().splitlines():
        _, target, found, options, *_ = line.split()
        if found == kind and (not option or option in options.split(",")):
            return Path(target)
    return None


class CGroups(harness.EndToEndTest):
    def group(self, version: int, controller: str = "") -> Group:
        kind = "cgroup2" if version == 2 else "cgroup"
        top = mounted(kind, controller) or self.mount(kind, controller)
        group = Group(top / f"unwedge-e2e.{os.getpid()}")
        group.folder.mkdir()
        self.addCleanup(self.remove, group)
        return group

    def remove(self, group: Group) -> None:
        """With all that is in it."""
        if group.can_freeze():
            group.freeze(False)
        harness.end_children()
        harness.await_that(lambda: is_removed(group.folder), f"{group.folder} to be empty")

    def mount(self, kind: str, controller: str) -> Path:
        target = self.folder / (controller or "unified")
        target.mkdir()
        options = ["-o", controller] if controller else []
        done = subprocess.run(["mount", "-t", kind, *options, kind, target], capture_output=True, text=True)
        if done.returncode:
            self.skipTest(f"no {kind} {controller}: {done.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", target], check=True)
        return target
