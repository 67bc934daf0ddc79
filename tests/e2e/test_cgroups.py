#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""In control groups of both versions: unwedge depends on none, and tells who is frozen from who stopped by itself."""

from __future__ import annotations

import subprocess

import control_groups
import harness
from control_groups import CGroups, Group
from harness import PROGRAMS, culprits

ASKER = PROGRAMS / "asker.py"
WEDGE = PROGRAMS / "wedge.py"
SOON = ["--stall-after", "1"]
ENDED_SOON = [*SOON, "--on-wedge", "kill", "--grace", "0.5", "--kill-after", "1"]
TIERS: dict[str, list[str]] = {"bpf": [], "procfs": ["--no-bpf"]}


class Limited(CGroups):
    """unwedge and its tree have a group of their own, with as many processes and as much memory as they need."""

    def assert_named(self, group: Group) -> None:
        for tier, means in TIERS.items():
            with self.subTest(tier):
                session = self.start(WEDGE, options=[*ENDED_SOON, *means], through=control_groups.enter(group))
                pids = session.await_json_line()
                self.assertTrue({session.pid, *pids.values()} <= group.pids())
                outcome = session.wait()
                self.assertEqual((124, tier), (outcome.status, outcome.diagnosis["tier"]))
                self.assertEqual([pids["child"]], culprits(outcome.diagnosis))

    def test_version_1(self) -> None:
        group = self.group(1, "pids")
        group.write("pids.max", "50")
        self.assert_named(group)

    def test_version_2(self) -> None:
        group = self.group(2)
        for file, value in (("pids.max", "50"), ("memory.max", str(512 << 20))):
            if (group.folder / file).exists():  # not where version 1 has the controller, or nobody has enabled it
                group.write(file, value)
        self.assert_named(group)


class Frozen(CGroups):
    def assert_told(self, group: Group) -> None:
        """As who is held from outside, for as long as that is so."""
        for tier, means in TIERS.items():
            with self.subTest(tier):
                session = self.start(ASKER, options=[*SOON, *means], stdin=subprocess.PIPE)
                pids = session.await_json_line()
                group.add(pids["child"])
                group.freeze(True)
                session.process.stdin.write(b"\n")
                session.process.stdin.flush()
                session.await_stderr(b"unwedge: wedged: ")
                session.await_stderr(b"leaves the tree")
                told = b" ".join(bytes(session.stderr).split()).decode()
                self.assertIn("all its threads are frozen by its cgroup", told)
                self.assertIn(group.thawed_by, told)
                group.freeze(False)
                session.await_stdout(b"answered\n")
                session.await_stderr(b"recovered after")
                session.process.stdin.close()
                outcome = session.wait()
                [verdict] = outcome.verdicts("culprit")
                self.assertEqual(
                    (0, pids["child"], "stopped", "recovered"),
                    (outcome.status, verdict["pid"], verdict["kind"], verdict["state"]),
                )

    def test_version_1(self) -> None:
        self.assert_told(self.group(1, "freezer"))

    def test_version_2(self) -> None:
        self.assert_told(self.group(2))

    def test_who_waits_for_nobody_is_accused_by_nobody(self) -> None:
        group = self.group(2)
        options = [*SOON, "--timeout", "4", "--kill-after", "0"]
        session = self.start("sh", "-c", "sleep 1000 & echo $!; exec sleep 1000", options=options)
        frozen = session.await_json_line()
        group.add(frozen)
        group.freeze(True)
        outcome = session.wait()
        self.assertEqual((124, []), (outcome.status, outcome.diagnosis["verdicts"]))
        health = {one["pid"]: one["health"] for one in outcome.diagnosis["actors"]}
        self.assertEqual("stopped", health[frozen])


if __name__ == "__main__":
    harness.main()
