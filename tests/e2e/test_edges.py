#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Much, odd and hostile input: the diagnosis stays valid and complete, the terminal unharmed."""

import json
import os
import re
import signal
import subprocess

import harness
from harness import PROGRAMS, UNWEDGE, TerminalSession

HOSTILE = b"evil\x1b]0;owned\x07\x9b31m\r\n\xff"
SOON = ["--stall-after", "0.5"]


class Much(harness.EndToEndTest):
    def test_five_hundred_short_processes(self) -> None:
        script = "i=0; while [ $i -lt 500 ]; do (exit 1) & i=$((i + 1)); done; wait"
        outcome = self.run_unwedge("sh", "-c", script)
        self.assertEqual((0, b""), (outcome.status, outcome.stderr))
        lost = sum(outcome.diagnosis["lost"].values())
        self.assertEqual(outcome.diagnosis["complete"], lost == 0)

    def assert_nothing_is_lost(self, *command: str) -> None:
        outcome = self.run_unwedge(*command)
        self.assertEqual((0, b""), (outcome.status, outcome.stderr))
        self.assertEqual(0, sum(outcome.diagnosis["lost"].values()))
        self.assertTrue(outcome.diagnosis["complete"])

    def test_two_thousand_processes_one_after_the_other(self) -> None:
        self.assert_nothing_is_lost("sh", "-c", "i=0; while [ $i -lt 2000 ]; do /bin/true; i=$((i + 1)); done")

    def test_who_was_born_while_events_were_lost_is_met_later(self) -> None:
        """More execs than there is room for, and nobody reads; of the tree that is wedged afterwards none was told."""
        script = 'echo; read go; i=0; while [ $i -lt 1500 ]; do /bin/true; i=$((i + 1)); done; "$0"; exit'
        session = self.start(
            *("sh", "-c", script, PROGRAMS / "wedge.py"),
            options=[*SOON, "--on-wedge", "kill", "--grace", "0", "--kill-after", "1"], stdin=subprocess.PIPE,
        )
        session.await_stdout(b"\n")
        session.signal(signal.SIGSTOP)
        session.process.stdin.write(b"\n")
        session.process.stdin.flush()
        session.await_stdout(b"\n", times=2)
        pids = json.loads(session.stdout)
        session.signal(signal.SIGCONT)
        outcome = session.wait()
        self.assertGreater(outcome.diagnosis["lost"]["events"], 0)
        self.assertEqual(124, outcome.status)
        [verdict] = outcome.verdicts("culprit")
        self.assertEqual((pids["child"], "certain"), (verdict["pid"], verdict["confidence"]))
        self.assertIn(pids["parent"], [one["pid"] for one in outcome.verdicts("victim")])
        self.assertLess(len(outcome.diagnosis["actors"]), 70, "those who have ended are not among the living")

    def test_a_parallel_make(self) -> None:
        targets = " ".join(f"t{number}" for number in range(500))
        makefile = self.folder / "Makefile"
        makefile.write_text(f"all: {targets}\n{targets}:\n\t@/bin/sh -c '/bin/true; /bin/true'\n")
        self.assert_nothing_is_lost("make", "-s", "-j8", "-f", str(makefile))

    def test_five_thousand_arguments(self) -> None:
        argv = ["true", *(f"argument-{number:04}-of-many" for number in range(5000))]
        outcome = self.run_unwedge(*argv)
        self.assertEqual((0, b""), (outcome.status, outcome.stderr))
        self.assertEqual(argv, outcome.diagnosis["command"]["argv"])

    def test_one_long_argument(self) -> None:
        argv = ["true", "x" * 100_000]
        self.assertEqual(argv, self.run_unwedge(*argv).diagnosis["command"]["argv"])

    def test_no_argument_at_all(self) -> None:
        self.assertEqual(["true"], self.run_unwedge("true").diagnosis["command"]["argv"])


class Hostile(harness.EndToEndTest):
    def test_arguments_that_are_no_utf8_are_marked_in_the_diagnosis(self) -> None:
        outcome = self.run_unwedge(b"true", b"a\xffb", "ä\u2028🙂".encode())
        self.assertEqual(["true", "a\ufffdb", "ä\u2028🙂"], outcome.diagnosis["command"]["argv"])

    def test_names_cannot_steer_the_terminal(self) -> None:
        """Of a program and its arguments, in a report."""
        program = os.fsencode(self.folder) + b"/" + HOSTILE
        os.symlink(os.fsencode(PROGRAMS / "wedge.py"), program)
        for session in (harness.Session, TerminalSession):
            with self.subTest(session.__name__):
                options = [*SOON, "--timeout", "2", "--kill-after", "0"]
                outcome = self.run_unwedge(program, HOSTILE, options=options, session=session)
                report = re.sub(rb"\x1b\[[0-9;]*m", b"", outcome.stdout + outcome.stderr)
                self.assertIn(b"unwedge: wedged: ", report)
                self.assertIn(rb"evil\x1b]0;owned\x07", report)
                for raw in (b"\x1b]", b"\x07", b"\x9b", b"\xff"):
                    self.assertNotIn(raw, report)
                self.assertTrue(outcome.diagnosis["wedged"])

    def test_nor_can_what_an_error_repeats(self) -> None:
        for arguments in (
            [b"--", HOSTILE],
            [b"--" + HOSTILE, b"true"],
            [b"--level", HOSTILE, b"true"],
            [b"--timeout", HOSTILE, b"true"],
            [b"--user", HOSTILE, b"true"],
            [b"--json", b"/no/such/" + HOSTILE, b"true"],
        ):
            with self.subTest(arguments[0]):
                outcome = self.run_bare(UNWEDGE, "run", *arguments)
                self.assertIn(outcome.status, (125, 127))
                self.assert_one_line(outcome.stderr, r"evil\x1b]0;owned\x07")


if __name__ == "__main__":
    harness.main()
