#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""unwedge itself gets no CPU for seconds: time in which it has not looked proves nothing, and CMD does not notice."""

from __future__ import annotations

import signal
import time

import harness
from harness import PROGRAMS, STORM, ZOO_CASES, culprits

SOON = ["--stall-after", "1", "--busy-after", "5"]
STOPPED_S = 5.0
"""What is tested is that time passes."""


class Stopped(harness.EndToEndTest):
    def stop_for_a_while(self, session: harness.Session) -> None:
        session.signal(signal.SIGSTOP)
        harness.await_that(lambda: harness.proc_status(session.pid)["State"].startswith("T"), "it to stop")
        time.sleep(STOPPED_S)
        session.signal(signal.SIGCONT)

    def test_a_healthy_tree_under_load(self) -> None:
        cases = [ZOO_CASES / name for name in ("slow_consumer_unix", "slow_consumer_tcp", "idle_pool_lock", "busy_tree")]
        script = f"trap : TERM; for one in \"$@\"; do \"$one\" & done; {STORM} 5000 8; status=$?; kill 0; exit $status"
        session = self.start(
            "setsid", "-w", "sh", "-c", script, "sh", *cases,
            options=[*SOON, "--ring-size", "64K"], environment={"ZOO_SECONDS": "20"},
        )  # fmt: skip
        session.await_stdout(b"\n", times=len(cases))
        self.stop_for_a_while(session)
        outcome = session.wait()
        self.assertEqual(7, outcome.status, outcome.stderr)
        self.assertEqual([], culprits(outcome.diagnosis))
        self.assertGreater(outcome.diagnosis["lost"]["events"], 0)
        self.assertRegex(outcome.stderr, rb"\blost: events \d+")
        self.assertNotIn(b"wedged: ", outcome.stderr)

    def test_a_wedge_is_told_afterwards(self) -> None:
        session = self.start(PROGRAMS / "wedge.py", options=[*SOON, "--on-wedge", "kill", "--grace", "0.2"])
        pids = session.await_json_line()
        self.stop_for_a_while(session)
        outcome = session.wait()
        self.assertEqual((124, [pids["child"]]), (outcome.status, culprits(outcome.diagnosis)))
        since_s = outcome.verdicts("culprit")[0]["since_s"]
        self.assertLess(since_s, STOPPED_S, "counted from the first look after it")

    def test_the_end_of_the_command_is_not_missed(self) -> None:
        session = self.start("sh", "-c", "echo begun; sleep 1; echo done; exit 3")
        session.await_stdout(b"begun")
        self.stop_for_a_while(session)
        outcome = session.wait()
        self.assertEqual((3, b"begun\ndone\n", b""), (outcome.status, outcome.stdout, outcome.stderr))


if __name__ == "__main__":
    harness.main()
