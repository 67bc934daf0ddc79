#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""No more descriptors, and no memory for the state of tasks and sockets: it is counted, told, and accuses nobody."""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
from pathlib import Path

import control_groups
import harness
from harness import PROGRAMS, ZOO_CASES, culprits

SOON = ["--stall-after", "1"]
PAGE = resource.getpagesize()


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def leave_no_room(group: control_groups.Group) -> None:
    """Each limit that is refused makes the kernel give back some of what the group does not need, until it is as low as
    what is needed."""
    for round_ in range(200):
        used = int((group.folder / "memory.usage_in_bytes").read_text())
        with contextlib.suppress(OSError):
            group.write("memory.limit_in_bytes", str(used - round_ % 16 * PAGE))


class Descriptors(harness.EndToEndTest):
    def limit(self, session: harness.Session, most: int) -> None:
        """From now on unwedge opens nothing; what it has stays."""
        _, hard = resource.prlimit(session.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(session.pid, resource.RLIMIT_NOFILE, (most, hard))

    def assert_told(self, outcome: harness.Outcome) -> None:
        self.assertGreater(outcome.diagnosis["lost"].get("looks", 0), 0)
        self.assertFalse(outcome.diagnosis["complete"])
        self.assertRegex(outcome.stderr, rb"(?s)\blost: looks \d+")

    def test_a_healthy_tree_is_not_accused(self) -> None:
        for means in ([], ["--no-bpf"]):
            with self.subTest(means=means):
                session = self.start(
                    ZOO_CASES / "slow_consumer_unix", options=[*SOON, *means], environment={"ZOO_SECONDS": "3"}
                )
                session.await_stdout(b"\n")
                # Fewer than the two that it waits for: poll(2) refuses that.
                self.limit(session, 1)
                outcome = session.wait()
                self.assertEqual(0, outcome.status)
                self.assertEqual([], culprits(outcome.diagnosis))
                self.assert_told(outcome)

    def test_it_costs_no_cpu_meanwhile(self) -> None:
        session = self.start("sh", "-c", "echo; read line; exit 3", stdin=subprocess.PIPE)
        session.await_stdout(b"\n")
        self.limit(session, 1)
        before = cpu_s(session.pid)
        with self.assertRaises(AssertionError):  # nothing comes for two seconds
            patience, harness.PATIENCE_S = harness.PATIENCE_S, 2.0
            try:
                session.await_stderr(b"\n")
            finally:
                harness.PATIENCE_S = patience
        self.assertLess(cpu_s(session.pid) - before, 0.5)
        session.process.stdin.close()
        outcome = session.wait()
        self.assertEqual(3, outcome.status)
        self.assert_told(outcome)

    def test_a_verdict_about_that_time_is_not_sure(self) -> None:
        """But the tree is ended when its time is up."""
        session = self.start(PROGRAMS / "wedge.py", options=[*SOON, "--timeout", "5", "--kill-after", "1"])
        session.await_json_line()
        self.limit(session, 1)
        outcome = session.wait()
        self.assertEqual(124, outcome.status)
        self.assertFalse(outcome.diagnosis["wedged"])
        self.assert_told(outcome)
        self.assertEqual([], harness.children())

    def test_the_command_runs_with_as_few_as_there_are(self) -> None:
        """Or unwedge says why not. What it is left with is its own."""
        for most in (4, 6, 8, 12, 16, 24, 32, 48):
            with self.subTest(descriptors=most):
                outcome = self.run_bare(
                    "sh", "-c", 'ulimit -n "$1"; shift; exec "$@"', "sh", str(most),
                    harness.UNWEDGE, "run", "--", "sh", "-c", "ulimit -n; exit 5",
                )  # fmt: skip
                if outcome.status == 125:
                    self.assertEqual(b"", outcome.stdout)
                    self.assertIn(b"Too many open files", outcome.stderr)
                else:
                    self.assertEqual((5, b"%d\n" % most), (outcome.status, outcome.stdout), outcome.stderr)


class Storage(control_groups.CGroups):
    """The kernel charges the state of tasks and sockets to the group in which unwedge began; what it would need itself
    is another group's then."""

    def test_actors_and_channels_that_find_no_memory(self) -> None:
        group = self.group(1, "memory")
        top = control_groups.Group(group.folder.parent)
        script = (
            f'trap : TERM; echo begun; read line; for one in "$@"; do "$one" >&2 & done; '
            "for _ in $(seq 300); do sleep 2 & done; sleep 3; kill 0; exit 7"
        )
        cases = [ZOO_CASES / name for name in ("slow_consumer_unix", "slow_consumer_tcp", "idle_tree")]
        session = self.start(
            "setsid", "-w", "sh", "-c", script, "sh", *cases, options=SOON, stdin=subprocess.PIPE,
            through=control_groups.enter(group), environment={"ZOO_SECONDS": "15"},
        )  # fmt: skip
        session.await_stdout(b"begun")
        for pid in group.pids():
            top.add(pid)
        leave_no_room(group)
        session.process.stdin.write(b"\n")
        session.process.stdin.flush()
        outcome = session.wait()
        self.assertEqual(7, outcome.status, outcome.stderr)
        lost = outcome.diagnosis["lost"]
        print(f"lost: {lost}")
        self.assertGreater(lost.get("actors", 0), 0)
        self.assertEqual([], culprits(outcome.diagnosis))
        self.assertIn(b"lost: ", outcome.stderr)


if __name__ == "__main__":
    harness.main()
