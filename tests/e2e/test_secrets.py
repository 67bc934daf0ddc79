#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""What must not get out: what processes say to each other, and their environment. Command lines do, as by ps(1)."""

from pathlib import Path

import harness
from harness import PROGRAMS, UNWEDGE

WEDGE = PROGRAMS / "wedge.py"
SECRET = "correct-horse-battery-staple"
SENT = {"REQUEST": SECRET}
"""In the environment of both, and in what one has sent and the other has not read."""
ENDED_SOON = ["--stall-after", "1", "--on-wedge", "kill", "--grace", "3"]


class Secrets(harness.EndToEndTest):
    def told_by_run(self, *arguments: str, tier: tuple[str, ...] = ()) -> str:
        """All that comes out of it, and what the program of --on-wedge is given."""
        diagnosis, recording = self.folder / "diagnosis", self.folder / "one.unwedge"
        hook = ["--on-wedge", f"exec:{self.shows_what_it_gets()}"]
        outcome = self.run_bare(
            UNWEDGE, "run", "-v", *ENDED_SOON, "--level", "full", *tier, *hook, "--json", diagnosis,
            "--record", recording, "--", WEDGE, *arguments, environment=SENT,
        )  # fmt: skip
        self.assertEqual(124, outcome.status)
        self.assertIn(b"unwedge: wedged: ", outcome.stderr)
        return outcome.stderr.decode() + diagnosis.read_text() + recording.read_bytes().decode(errors="replace")

    def shows_what_it_gets(self) -> Path:
        program = self.folder / "show"
        program.write_text('#!/bin/sh\nenv | grep ^UNWEDGE_; cat "$UNWEDGE_JSON"\n')
        program.chmod(0o755)
        return program

    def test_run_tells_neither(self) -> None:
        for tier in ((), ("--no-bpf",)):
            with self.subTest(tier):
                told = self.told_by_run(tier=tier)
                self.assertIn("UNWEDGE_CULPRIT_PID=", told)
                self.assertNotIn(SECRET, told)

    def test_triage_tells_neither_with_stacks(self) -> None:
        session = self.start_bare(WEDGE, environment=SENT)
        pid = str(session.await_json_line()["parent"])
        for format in ([], ["--json", "-"]):
            outcome = self.run_bare(UNWEDGE, "triage", "--stacks", *format, pid)
            self.assertEqual(harness.WEDGED, outcome.status)
            self.assertNotIn(SECRET, outcome.stdout.decode() + outcome.stderr.decode())

    def test_arguments_are_told(self) -> None:
        """Else the tests above would find nothing anyhow."""
        self.assertIn(SECRET, self.told_by_run(SECRET))


if __name__ == "__main__":
    harness.main()
