#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Processes by the ten thousand: a storm of short ones, and a fork bomb, which a control group bounds."""

from __future__ import annotations

import json
import os
import signal

import control_groups
import harness
from control_groups import Group
from harness import PROGRAMS, STORM, UNWEDGE, ZOO_CASES, culprits

RATE = 10_000
SECONDS = 10
BOUND = 60
"""Processes in the group of a bomb."""


class Storm(harness.EndToEndTest):
    def test_ten_thousand_a_second(self) -> None:
        """Or as many as this host can start, beside a tree that talks."""
        script = f'trap : TERM; "$1" >&2 & {STORM} {RATE} {SECONDS}; status=$?; kill 0; exit $status'
        outcome = self.run_unwedge(
            "setsid", "-w", "sh", "-c", script, "sh", ZOO_CASES / "slow_consumer_unix",
            options=["--stall-after", "1"], environment={"ZOO_SECONDS": "20"},
        )  # fmt: skip
        self.assertEqual(7, outcome.status, outcome.stderr)
        started = json.loads(outcome.stdout)["started"]
        print(f"{started / SECONDS:.0f} processes per second, lost: {outcome.diagnosis['lost']}")
        self.assertGreater(started, RATE)
        self.assertEqual([], culprits(outcome.diagnosis))
        self.assertNotIn(b"wedged: ", outcome.stderr)
        self.assertEqual(b"lost: " in outcome.stderr, not outcome.diagnosis["complete"])


class Bomb(control_groups.CGroups):
    def setUp(self) -> None:
        super().setUp()
        self.bounded = self.group(1, "pids")
        self.bounded.write("pids.max", str(BOUND))

    def remove(self, group: Group) -> None:
        """None of it is below us."""
        for pid in group.pids():
            os.kill(pid, signal.SIGKILL)
        super().remove(group)

    def assert_ended(self) -> None:
        harness.await_that(lambda: not self.bounded.pids(), "the end of the bomb")

    def test_the_timeout_ends_it(self) -> None:
        """And nobody else; unwedge has no more room in the group than the bomb."""
        bystander = self.start_bare("sleep", "60")
        for habit in ([], ["deaf"]):
            with self.subTest(habit=habit):
                outcome = self.run_unwedge(
                    PROGRAMS / "bomb.py", *habit, through=control_groups.enter(self.bounded),
                    options=["--timeout", "1.5", "--kill-after", "0.3"],
                )  # fmt: skip
                self.assertEqual((124, b"full\n"), (outcome.status, outcome.stdout))
                self.assertEqual([], culprits(outcome.diagnosis))
                self.assert_ended()
        self.assertFalse(harness.has_ended(bystander.pidfd))

    def test_reap_ends_it(self) -> None:
        bomb = self.start_bare(*control_groups.enter(self.bounded), PROGRAMS / "bomb.py", "deaf", start_new_session=True)
        bomb.await_stdout(b"full")
        outcome = self.run_bare(UNWEDGE, "reap", "--kill-after", "0.3", str(bomb.pid))
        self.assertEqual((0, b""), (outcome.status, outcome.stderr))
        self.assert_ended()


if __name__ == "__main__":
    harness.main()
