#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""At --timeout: first the report, then SIGTERM, then SIGKILL, for all of the tree and nobody else."""

import os
import subprocess

import harness
from harness import PROGRAMS


class OfATree(harness.EndToEndTest):
    def test_all_of_a_stubborn_tree_is_gone_afterwards(self) -> None:
        session = self.start(
            PROGRAMS / "stubborn_tree.py", options=["--timeout", "1", "--kill-after", "0.5"]
        )
        tree = self.hold(session.await_json_line())
        outcome = session.wait()
        self.assert_gone(tree)
        self.assertEqual([], harness.children())
        self.assertEqual(124, outcome.status)
        self.assertTrue(outcome.diagnosis["command"]["timed_out"])
        self.assertLess(outcome.stderr.index(b"unwedge: timed out"), outcome.stderr.index(b"asked to end"))

    def test_the_diagnosis_is_of_before_the_kill(self) -> None:
        session = self.start(
            PROGRAMS / "stubborn_tree.py", options=["--timeout", "1", "--kill-after", "0"]
        )
        pids = session.await_json_line()
        actors = {actor["pid"]: actor for actor in session.wait().diagnosis["actors"]}
        self.assertLessEqual(set(pids.values()), actors.keys())
        self.assertEqual("T", actors[pids["stopped"]]["state"])
        self.assertNotIn("dead", [actors[pid]["health"] for pid in pids.values()])

    def test_a_tree_that_forks_while_it_is_killed_is_ended(self) -> None:
        for rest_s in ("0", "0.002", "0.02"):
            with self.subTest(f"rests {rest_s} s between forks"):
                outcome = self.run_unwedge(
                    PROGRAMS / "hopper.py", rest_s,
                    options=["--timeout", "0.7", "--kill-after", "0.05"],
                )  # fmt: skip
                self.assertEqual((124, b"ready\n"), (outcome.status, outcome.stdout))
                self.assertEqual([], harness.children())

    def test_who_ends_at_once_is_not_waited_for(self) -> None:
        outcome = self.run_unwedge("sleep", "60", options=["--timeout", "0.2", "--kill-after", "1h"])
        self.assertEqual(124, outcome.status)

    def test_others_are_untouched(self) -> None:
        """Not even one of the same process group and session."""
        bystander = self.start_bare("sleep", "60")
        outcome = self.run_unwedge("sleep", "60", options=["--timeout", "0.2", "--kill-after", "0"])
        self.assertEqual(124, outcome.status)
        self.assertFalse(harness.has_ended(bystander.pidfd))

    def test_last_words_come_through(self) -> None:
        script = 'trap "echo last words; exit" TERM; echo ready; while :; do sleep 0.05; done'
        outcome = self.run_unwedge("sh", "-c", script, options=["--timeout", "0.5"])
        self.assertEqual(b"ready\nlast words\n", outcome.stdout)

    def test_a_command_that_ends_in_time_is_none_of_its_business(self) -> None:
        outcome = self.run_unwedge("sh", "-c", "exit 3", options=["--timeout", "30"])
        self.assertEqual((3, b""), (outcome.status, outcome.stderr))
        self.assertFalse(outcome.diagnosis["command"]["timed_out"])


class WithAFullStderr(harness.EndToEndTest):
    def test_the_tree_is_ended_all_the_same(self) -> None:
        """Who reads our reports may hang as well: CI's log collector, a pager."""
        read_end, write_end = os.pipe()
        os.set_blocking(write_end, False)
        try:
            while True:
                os.write(write_end, bytes(1 << 12))
        except BlockingIOError:
            os.set_blocking(write_end, True)
        outcome = self.run_unwedge(
            "sleep", "60", options=["--timeout", "0.2"], stderr=write_end, stdout=subprocess.DEVNULL
        )
        os.close(read_end)
        os.close(write_end)
        self.assertEqual(124, outcome.status)


if __name__ == "__main__":
    harness.main()
