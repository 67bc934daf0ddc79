#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""In a time namespace the clocks of unwedge, or of CMD, are not those of the kernel's programs: nothing changes."""

from __future__ import annotations

import os
import signal
from typing import Any

import harness
from harness import PROGRAMS, UNWEDGE, WEDGED, ZOO_CASES, culprits

SHIFTED = ["unshare", "--time", "--fork", "--kill-child", "--monotonic", "1000000", "--boottime", "2000000"]
TIERS: dict[str, list[str]] = {"bpf": ["--level", "full"], "procfs": ["--no-bpf"]}
SOON = ["--stall-after", "1"]
SLEEPER = ["/usr/bin/python3", "-ISc", "import time; print(flush=True); time.sleep(50)"]
"""It sleeps until a point in time, as clock_nanosleep(2) lets it."""


class TimeNamespace(harness.EndToEndTest):
    def assert_times(self, diagnosis: dict[str, Any]) -> None:
        """All that happened here is of the last few seconds."""
        self.assertLess(diagnosis["watched_s"], 20)
        for actor in diagnosis["actors"]:
            self.assertTrue(0 <= actor["age_s"] < 20, actor)
        for channel in diagnosis["channels"]:
            for end in channel["ends"]:
                for key in ("last_receive_s", "last_send_s"):
                    self.assertTrue(0 <= (end[key] or 0) < 20, end)

    def test_a_wedge_is_told_with_its_age(self) -> None:
        for tier, means in TIERS.items():
            with self.subTest(tier):
                session = self.start(
                    PROGRAMS / "wedge.py", through=SHIFTED,
                    options=[*SOON, *means, "--on-wedge", "kill", "--grace", "0.1"],
                )  # fmt: skip
                pids = session.await_json_line()
                outcome = session.wait()
                self.assertEqual((124, tier), (outcome.status, outcome.diagnosis["tier"]))
                self.assertEqual([pids["child"]], culprits(outcome.diagnosis))
                self.assertTrue(1 <= outcome.verdicts("culprit")[0]["since_s"] < 15)
                self.assert_times(outcome.diagnosis)

    def test_a_healthy_tree_is_not_accused(self) -> None:
        for name in ("slow_consumer_unix", "slow_consumer_tcp"):
            with self.subTest(name):
                outcome = self.run_unwedge(
                    ZOO_CASES / name, through=SHIFTED, options=SOON, environment={"ZOO_SECONDS": "3"}
                )
                self.assertEqual((0, b""), (outcome.status, outcome.stderr))
                self.assertEqual([], culprits(outcome.diagnosis))

    def test_who_joins_late_has_the_right_ages(self) -> None:
        case, said = self.start_case("disarmed_unix")
        json_file = self.folder / "json"
        session = self.start_bare(
            *SHIFTED, UNWEDGE, "attach", "--stall-after", "0.5", "--json", json_file, str(case.pid)
        )
        session.await_stderr(b"unwedge: wedged: ")
        (unwedge,) = harness.descendants(session.pid)
        os.kill(unwedge, signal.SIGINT)
        self.assertEqual(WEDGED, session.wait().status)
        document = harness.parse_diagnosis(json_file.read_bytes())
        self.assertEqual([said["truth"]["culprit"]], culprits(document))
        self.assert_times(document)

    def test_a_sleep_until_a_point_in_time_is_as_long_as_it_is(self) -> None:
        """Whichever of the two is in the namespace."""
        for where, through, command in (
            ("both", SHIFTED, SLEEPER), ("the command", [], [*SHIFTED, *SLEEPER]),
        ):  # fmt: skip
            for tier, means in TIERS.items():
                with self.subTest(where=where, tier=tier):
                    outcome = self.run_unwedge(*command, through=through, options=[*means, "--timeout", "1"])
                    self.assertEqual(124, outcome.status)
                    (timer_s,) = [one["timer_s"] for one in outcome.diagnosis["actors"] if one["argv"] == SLEEPER]
                    self.assertTrue(45 < (timer_s or 0) <= 50, timer_s)


if __name__ == "__main__":
    harness.main(*harness.missing_namespaces())
