#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Where there is no room for what the kernel has to tell: every loss is counted and shown, what was lost is made up
for, and nobody is accused on what was seen meanwhile."""

from __future__ import annotations

import json
import signal
import subprocess
from typing import Any

import harness
from harness import PROGRAMS, STORM, ZOO_CASES, culprits

ONE_PAGE = ["--ring-size", "1"]
SOON = ["--stall-after", "1"]
FASTEST = 1_000_000
"""Processes per second: more than there can be, so that unwedge is too slow for a ring of one page."""
HEALTHY = [ZOO_CASES / name for name in ("slow_consumer_unix", "slow_consumer_tcp", "idle_tree")]


def storms(seconds: float) -> str:
    """For a shell: more than there are CPUs, at once. One record of an exec is a quarter of a page."""
    storm = f"{STORM} {FASTEST} {seconds}"
    return f"for _ in 1 2; do {storm} >&2 & {storm} /bin/true >&2 & done; "


def lost(outcome: harness.Outcome) -> dict[str, int]:
    counted: dict[str, int] = outcome.diagnosis["lost"]
    return {kind: count for kind, count in counted.items() if count}


class RingOfOnePage(harness.EndToEndTest):
    def assert_told(self, outcome: harness.Outcome, kind: str) -> None:
        """In the diagnosis, and on stderr."""
        self.assertGreater(lost(outcome).get(kind, 0), 0, outcome.stderr)
        self.assertFalse(outcome.diagnosis["complete"])
        self.assertRegex(outcome.stderr, rb"(?s)\blost: [^;]*\b%s \d+" % kind.encode())

    def test_a_healthy_tree_is_not_accused(self) -> None:
        script = f'trap : TERM; for one in "$@"; do "$one" & done; {STORM} {FASTEST} 5; status=$?; kill 0; exit $status'
        outcome = self.run_unwedge(
            "setsid", "-w", "sh", "-c", storms(5) + script, "sh", *HEALTHY,
            options=[*ONE_PAGE, *SOON], environment={"ZOO_SECONDS": "15"},
        )  # fmt: skip
        self.assertEqual(7, outcome.status, outcome.stderr)
        self.assertEqual([], culprits(outcome.diagnosis))
        self.assert_told(outcome, "events")
        self.assertNotIn(b"wedged: ", outcome.stderr)

    def test_while_it_overflows_no_verdict_is_sure(self) -> None:
        """At the timeout, when there would be no more patience."""
        outcome = self.run_unwedge(
            "sh", "-c", f"{storms(60)}exec {PROGRAMS}/wedge.py",
            options=[*ONE_PAGE, *SOON, "--timeout", "4", "--kill-after", "1"],
        )  # fmt: skip
        self.assertEqual(124, outcome.status)
        self.assertEqual([], harness.children())
        self.assert_told(outcome, "events")
        self.assertFalse(outcome.diagnosis["wedged"])
        self.assertLessEqual({one["confidence"] for one in outcome.diagnosis["verdicts"]}, {"inconclusive"})

    def test_what_was_lost_is_made_up_for(self) -> None:
        """Then the tree is as it is again, and who is wedged is told."""
        session = self.start(
            "sh", "-c", f"echo >&2 begun; {storms(1)}wait; echo >&2 over; read line; sleep 30 & exec {PROGRAMS}/wedge.py",
            options=[*ONE_PAGE, *SOON, "--verbose", "--on-wedge", "kill", "--grace", "0.2"], stdin=subprocess.PIPE,
        )  # fmt: skip
        session.await_stderr(b"begun")
        session.signal(signal.SIGSTOP)
        session.await_stderr(b"over\n")
        session.signal(signal.SIGCONT)
        session.await_stderr(b"made up for: it has 1 members")
        session.process.stdin.write(b"\n")
        session.process.stdin.flush()
        said: dict[str, Any] = session.await_json_line()
        outcome = session.wait()
        self.assertEqual(124, outcome.status)
        self.assert_told(outcome, "events")
        self.assertEqual([said["child"]], culprits(outcome.diagnosis))
        self.assertIn(outcome.verdicts("culprit")[0]["confidence"], ("certain", "likely"))
        alive = {one["pid"] for one in outcome.diagnosis["actors"] if one["health"] != "dead"}
        self.assertLessEqual({said["parent"], said["child"]}, alive)
        self.assertEqual(3, len(alive), "sleep, parent and child")

    def test_one_that_is_large_enough_loses_nothing(self) -> None:
        outcome = self.run_unwedge(STORM, str(FASTEST), "2", options=["--ring-size", "16M"])
        self.assertEqual((7, b""), (outcome.status, outcome.stderr))
        self.assertEqual({}, lost(outcome))
        self.assertGreater(json.loads(outcome.stdout)["started"], 1000)

    def test_attach_has_it_too(self) -> None:
        storm = self.start_bare("sh", "-c", storms(3) + f"exec {STORM} {FASTEST} 3")
        outcome = self.run_bare(harness.UNWEDGE, "attach", *ONE_PAGE, "--json", self.folder / "json", str(storm.pid))
        self.assertEqual(0, outcome.status)
        self.assertRegex(outcome.stderr, rb"\Aunwedge: lost: events \d+")
        document = harness.parse_diagnosis((self.folder / "json").read_bytes())
        self.assertGreater(document["lost"]["events"], 0)
        self.assertEqual(7, storm.wait().status)

    def test_wrong_sizes(self) -> None:
        for size in ("0", "-1", "x", "2G", "1.5M"):
            with self.subTest(size=size):
                outcome = self.run_bare(harness.UNWEDGE, "run", "--ring-size", size, "--", "true")
                self.assertEqual(125, outcome.status)
                self.assert_one_line(outcome.stderr, "--ring-size")


if __name__ == "__main__":
    harness.main()
