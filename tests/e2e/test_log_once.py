#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""`run --expect log-once`: finds loggers that write each line twice, and nothing else."""

from collections.abc import Sequence

import harness
from expecting import ExpectTest, python
from harness import Argument


class LogOnce(ExpectTest):
    """With Python's own logging, and what real programs legitimately repeat."""

    LOGS = """
import logging, sys, time
log = logging.getLogger("app")
log.setLevel("INFO")
log.propagate = "propagates" in sys.argv
for name, layout in (("one", "%(asctime)s %(levelname)s %(name)s: %(message)s"), ("two", None)):
    if name in sys.argv:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter(layout if "bare" in sys.argv else "%(asctime)s %(message)s"))
        log.addHandler(handler)
if "propagates" in sys.argv:
    logging.basicConfig(format="%(asctime)s %(message)s")
for number in range(8):
    log.info("step %d of the work is done", number)
    if "slowly" in sys.argv:
        sys.stderr.write("waiting for the next step\\n")
        time.sleep(0.06)
"""

    def test_one_handler(self) -> None:
        self.assert_logs_once("one")

    def test_two_handlers(self) -> None:
        self.assert_doubles("lines twice", "one", "two")

    def test_a_handler_that_the_root_has_too(self) -> None:
        self.assert_doubles("lines twice", "one", "propagates")

    def test_a_second_handler_without_a_prefix(self) -> None:
        self.assert_doubles("lines a second time, without their prefix", "one", "two", "bare")

    def test_repeats_that_are_far_apart(self) -> None:
        self.assert_logs_once("one", "slowly")

    def test_repeats_that_are_close(self) -> None:
        """A line in a loop, blank lines, a bar, and one line for each of two."""
        for code in (
            "for i in range(9): log('trying to connect again\\n')",
            "for i in range(9): log('step %d is done\\n' % i); log('\\n'); log('\\n')",
            "for i in range(9): log('\\r%3d %% is done' % i); log('\\r%3d %% is done' % i)",
            "for i in range(9): log('step %d is done\\n' % i)\nfor i in range(2): log('a worker has ended\\n')",
        ):
            with self.subTest(code):
                command = python("import os\ndef log(text): os.write(2, text.encode())\n" + code)
                self.assert_held_in_json("log-once", command)

    def test_other_descriptors(self) -> None:
        command = python("import os\nfor i in range(9):\n for _ in 1, 2: os.write(1, b'step %d is done\\n' % i)")
        self.assert_held_in_json("log-once", command)
        self.assert_failed("log-once=1", command, "lines twice")

    def test_a_window_of_ones_own(self) -> None:
        slowly = "os.write(2, b'step %d is done\\n' % i); time.sleep(0.06)"
        command = python(f"import os, time\nfor i in range(5):\n for _ in 1, 2: {slowly}")
        self.assert_held_in_json("log-once", command)
        self.assert_expecting_fails("log-once,window=1s", command, "lines twice")

    def test_nothing_of_what_is_written_is_told(self) -> None:
        recording, secret = self.folder / "one.unwedge", "correct-horse-battery-staple"
        line = "b'%d: ' % i + os.environb[b'SECRET'] + b'\\n'"
        code = f"import os\nfor i in range(9):\n for _ in 1, 2: os.write(2, {line})"
        outcome = self.run_bare(
            harness.UNWEDGE, "run", "-v", "--json", self.folder / "told.json", "--record", recording,
            "--expect", "log-once", "--", "sh", "-c", 'exec "$@" 2>/dev/null', "sh", *python(code),
            environment={"SECRET": secret},
        )  # fmt: skip
        self.assertEqual(1, outcome.status, outcome)
        told = outcome.stderr + outcome.stdout + recording.read_bytes() + (self.folder / "told.json").read_bytes()
        self.assertIn(b"lines twice", told)
        self.assertNotIn(secret.encode(), told)

    def assert_held_in_json(self, spec: str, command: Sequence[Argument]) -> None:
        outcome = self.run_expecting(spec, command)
        self.assertEqual((0, "held"), (outcome.status, outcome.diagnosis["expectations"][0]["result"]), outcome)

    def assert_expecting_fails(self, spec: str, command: Sequence[Argument], seen: str) -> None:
        outcome = self.run_expecting(spec, command)
        (judged,) = outcome.diagnosis["expectations"]
        self.assertEqual((1, "failed"), (outcome.status, judged["result"]), outcome)
        self.assertIn(seen, judged["text"])
        self.assertIn(seen, " ".join(outcome.stderr.decode().split()))

    def assert_logs_once(self, *how: str) -> None:
        self.assert_held_in_json("log-once", python(self.LOGS, *how))

    def assert_doubles(self, seen: str, *how: str) -> None:
        self.assert_expecting_fails("log-once", python(self.LOGS, *how), seen)


if __name__ == "__main__":
    harness.main()
