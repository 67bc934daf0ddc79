#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""scripts/bench works: a short run of it is complete. What it measures is not judged here."""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

BENCH = Path(__file__).resolve().parents[2] / "scripts/bench"
BUILD = Path(os.environ.get("BENCH_BUILD", BENCH.parents[1] / "build/release"))
ROUNDS = 3
ALWAYS_THERE = {"nothing", "noise", "floor", "sample", "trace"}
"""What needs no package but those that scripts/setup installs."""
SKIPPED = 77


class QuickRun(unittest.TestCase):
    result: dict[str, Any]
    page: str

    @classmethod
    def setUpClass(cls) -> None:
        with tempfile.TemporaryDirectory(prefix="bench-test.") as folder:
            raw, page = Path(folder, "raw.json"), Path(folder, "page.md")
            done = subprocess.run(
                [BENCH, "--quick", "--build", BUILD, "--json", raw, "--markdown", page],
                capture_output=True, text=True, timeout=100,
            )
            if done.returncode not in (0, 1):  # 1: a bar is missed, which so short a run cannot tell
                raise AssertionError(f"exit status {done.returncode}: {done.stderr}")
            cls.result, cls.page = json.loads(raw.read_text()), page.read_text()

    def test_nothing_is_left_out_without_a_reason(self) -> None:
        left_out = {one["name"]: one["reason"] for one in self.result["attachers"] if one["reason"] is not None}
        self.assertFalse(ALWAYS_THERE & left_out.keys(), left_out)
        self.assertNotIn("", left_out.values())
        self.assertEqual([], [one for one in self.result["workloads"] if one["reason"] is not None])
        self.assertEqual({}, self.result["userspace"]["reasons"])

    def test_every_run_took_some_time(self) -> None:
        attached = [one["name"] for one in self.result["attachers"] if one["reason"] is None]
        for workload in self.result["workloads"]:
            for attacher in attached:
                with self.subTest(workload=workload["name"], attacher=attacher):
                    series = self.result["samples"][workload["name"]][attacher]
                    self.assertEqual(ROUNDS, len(series))
                    self.assertTrue(all(value and value > 0 for value in series), series)

    def test_unwedge_itself_is_measured(self) -> None:
        for name in ("start_ms", "cpu_percent_0_sockets", "resident_mb_100_actors", "sweep_us_100_sockets", "sweep_empty_rested_us_100_sockets"):
            with self.subTest(name):
                self.assertTrue(all(value > 0 for value in self.result["userspace"]["series"][name]))
        self.assertGreater(self.result["userspace"]["series"]["steady_messages"][0], 0)

    def test_every_bar_is_judged_and_shown(self) -> None:
        words = {"pass", "miss", "undecidable", "not measured"}
        for bar in self.result["bars"]:
            self.assertIn(bar["verdict"], words)
            self.assertIn(bar["measure"], self.page)


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("skipped: needs root")
        sys.exit(SKIPPED)
    unittest.main()
