#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""How long the command waits for unwedge, and how much memory unwedge takes."""

import statistics
import subprocess
import time

import harness
from harness import UNWEDGE

ROUNDS = 10
LONGEST_START_S = 0.3
MOST_MEMORY_KB = 30_000


def seconds_until_exec(*through: object) -> float:
    """From the invocation until the command runs: date says when that was."""
    begin = time.time()
    date = subprocess.run([*map(str, through), "date", "+%s.%N"], capture_output=True, check=True)
    return float(date.stdout) - begin


def kilobytes(pid: int, field: str) -> int:
    return int(harness.proc_status(pid)[field].split()[0])


class Cost(harness.EndToEndTest):
    def test_the_command_starts_soon(self) -> None:
        bare = statistics.median(seconds_until_exec() for _ in range(ROUNDS))
        for level in ("trace", "sample"):
            with self.subTest(level):
                traced = [
                    seconds_until_exec(UNWEDGE, "run", "--level", level, "--") for _ in range(ROUNDS)
                ]
                added = statistics.median(traced) - bare
                print(f"level {level}: exec {added * 1e3:.0f} ms later, at most {max(traced) * 1e3:.0f} ms")
                self.assertLess(added, LONGEST_START_S)

    def test_it_stays_small(self) -> None:
        """While it watches a tree, and when it has diagnosed one."""
        for case, sign in (("idle_tree", None), ("siblings", b"command still runs")):
            with self.subTest(case):
                session = self.start(harness.ZOO_CASES / case, options=["--stall-after", "0.5"])
                session.await_json_line()
                if sign:
                    session.await_stderr(sign)
                resident, peak = kilobytes(session.pid, "VmRSS"), kilobytes(session.pid, "VmHWM")
                print(f"{case}: {resident} kB resident, at most {peak} kB")
                self.assertLess(peak, MOST_MEMORY_KB)


if __name__ == "__main__":
    harness.main()
