#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""What happens to a whole host: its wall clock is set, its CPUs come and go.

    scripts/vm --kernel 6.1 -- tests/e2e/test_host_faults.py

In any VM of scripts/vm, and nowhere else: it does so.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import harness
from harness import PROGRAMS, ZOO_CASES, culprits

SOON = ["--stall-after", "2", "--kill-after", "2"]  # of an emulated machine
HEALTHY = "slow_consumer_unix"
DAY_S = 86_400.0

harness.PATIENCE_S = 120.0


class Host(harness.EndToEndTest):
    def disturb(self, once: Callable[[], object], pause_s: float) -> None:
        """Again and again, until the test has ended."""
        ended = threading.Event()

        def go_on() -> None:
            while not ended.wait(pause_s):
                once()

        thread = threading.Thread(target=go_on)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(ended.set)

    def assert_right(self) -> None:
        """Of a healthy tree, and of a wedge with its age."""
        healthy = self.run_unwedge(ZOO_CASES / HEALTHY, options=SOON, environment={"ZOO_SECONDS": "6"})
        self.assertEqual((0, b""), (healthy.status, healthy.stderr))
        self.assertEqual([], culprits(healthy.diagnosis))
        self.assertTrue(healthy.diagnosis["complete"])
        session = self.start(PROGRAMS / "wedge.py", options=[*SOON, "--on-wedge", "kill", "--grace", "0.5"])
        begin = time.monotonic()
        pids = session.await_json_line()
        wedge = session.wait()
        took_s = time.monotonic() - begin
        self.assertEqual((124, [pids["child"]]), (wedge.status, culprits(wedge.diagnosis)))
        verdict = wedge.verdicts("culprit")[0]
        self.assertEqual("certain", verdict["confidence"])
        self.assertTrue(2 <= verdict["since_s"] <= took_s, verdict)


class WallClock(Host):
    def test_jumps_of_a_day_to_and_fro(self) -> None:
        offsets = [DAY_S, -DAY_S]

        def jump() -> None:
            offsets.reverse()
            time.clock_settime(time.CLOCK_REALTIME, time.clock_gettime(time.CLOCK_REALTIME) + offsets[0])

        self.disturb(jump, 0.7)
        self.assert_right()


class Cpu(Host):
    ONLINE = Path("/sys/devices/system/cpu/cpu1/online")

    def test_one_comes_and_goes(self) -> None:
        def toggle() -> None:
            self.ONLINE.write_text("0" if self.ONLINE.read_text().strip() == "1" else "1")

        self.addCleanup(self.ONLINE.write_text, "1")
        self.disturb(toggle, 1.0)
        self.assert_right()

    def test_one_that_was_off_at_the_start_comes(self) -> None:
        self.ONLINE.write_text("0")
        self.addCleanup(self.ONLINE.write_text, "1")
        self.disturb(lambda: self.ONLINE.write_text("1"), 4.0)
        self.assert_right()


def missing_host() -> list[str]:
    in_vm = "rdinit=/init" in Path("/proc/cmdline").read_text().split()
    return [] if in_vm else ["a VM of scripts/vm"]


if __name__ == "__main__":
    harness.main(*missing_host())
