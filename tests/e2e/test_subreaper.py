#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""unwedge adopts what the tree orphans, reaps it, and lets go of it when the command ends."""

import harness
from harness import PROGRAMS


class Orphans(harness.EndToEndTest):
    def test_are_reaped_and_their_status_is_not_the_commands(self) -> None:
        outcome = self.run_unwedge(PROGRAMS / "orphans.py")
        self.assertEqual((0, b""), (outcome.status, outcome.stderr))

    def test_are_adopted_by_unwedge(self) -> None:
        """And so are in its reach as long as it runs."""
        session = self.start("sh", "-c", "sh -c 'sleep 60 & echo $!'; exec sleep 60")
        orphan = session.await_json_line()
        unwedge = str(session.pid)
        harness.await_that(lambda: harness.proc_status(orphan)["PPid"] == unwedge, "it is adopted")

    def test_that_outlive_the_command_are_left_alone(self) -> None:
        session = self.start("sh", "-c", "sleep 60 & echo $!; exit 7")
        left_behind = self.hold({"sleep": session.await_json_line()})
        self.assertEqual(7, session.wait().status)
        self.assertFalse(harness.has_ended(left_behind["sleep"]))

    def test_that_outlive_the_command_are_in_the_diagnosis(self) -> None:
        outcome = self.run_unwedge("sh", "-c", "sleep 60 & echo $!")
        self.assertIn(int(outcome.stdout), [actor["pid"] for actor in outcome.diagnosis["actors"]])


if __name__ == "__main__":
    harness.main()
