#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""unwedge is killed with all its programs attached: CMD goes on, the kernel is clean, and another one can take over."""

from __future__ import annotations

import os
import signal
from typing import Any

import harness
from harness import PROGRAMS, STORM, UNWEDGE, WEDGED, actor_pids, culprits


class Crash(harness.EndToEndTest):
    def crash(self, session: harness.Session) -> None:
        """And nothing of it is left in the kernel."""
        held = harness.loaded_objects(session.pid)
        self.assertTrue({kind for kind, _ in held} >= {"prog", "map", "link"}, held)
        session.signal(signal.SIGKILL)
        self.assertEqual(-signal.SIGKILL, session.wait().status)
        harness.await_that(lambda: not any(harness.is_loaded(*one) for one in held), "its BPF objects to go")

    def attach(self, pid: int) -> tuple[int, dict[str, Any]]:
        session: harness.Session = self.start_bare(
            UNWEDGE, "attach", "--stall-after", "0.5", "--json", self.folder / "json", str(pid)
        )
        session.await_stderr(b"unwedge: wedged: ")
        session.signal(signal.SIGINT)
        status = session.wait().status
        return status, harness.parse_diagnosis((self.folder / "json").read_bytes())

    def test_the_tree_lives_and_another_one_takes_over(self) -> None:
        for level in ("trace", "full"):
            with self.subTest(level=level):
                session = self.start(PROGRAMS / "wedge.py", options=["--level", level, "--stall-after", "0.5"])
                pids = session.await_json_line()
                tree = self.hold(pids)
                session.await_stderr(b"unwedge: wedged: ")
                self.crash(session)
                self.assertEqual([], [name for name, pidfd in tree.items() if harness.has_ended(pidfd)])
                status, document = self.attach(pids["parent"])
                self.assertEqual((WEDGED, [pids["child"]]), (status, culprits(document)))
                self.assertEqual(set(pids.values()), actor_pids(document))

    def test_the_command_ends_as_without_it(self) -> None:
        """What it writes arrives, and its status is its own, for whoever reaps it then: here it is us."""
        session = self.start("sh", "-c", f"echo $$; {STORM} 2000 2; exit 9")
        session.await_stdout(b"\n")
        root = int(session.stdout)
        pidfd = self.hold({"root": root})["root"]
        self.crash(session)
        harness.await_that(lambda: harness.has_ended(pidfd), "the end of the command")
        self.assertEqual(9, os.waitstatus_to_exitcode(os.waitpid(root, 0)[1]))
        session.await_stdout(b'"started"')


if __name__ == "__main__":
    harness.main()
