#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""What `unwedge run` exits with, and the one line that says why (docs/design.md §6)."""

import signal
from pathlib import Path

import harness
from harness import UNWEDGE


class OfTheCommand(harness.EndToEndTest):
    def test_its_own(self) -> None:
        for status in (0, 1, 2, 77, 124, 125, 126, 127, 128, 255):
            with self.subTest(status):
                outcome = self.run_unwedge("sh", "-c", f"exit {status}")
                self.assertEqual(status, outcome.status)
                self.assertEqual(b"", outcome.stderr)
                self.assertEqual(status, outcome.diagnosis["command"]["exit"])
                self.assertIsNone(outcome.diagnosis["command"]["signal"])

    def test_128_and_the_signal_that_killed_it(self) -> None:
        for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGABRT):
            with self.subTest(number):
                outcome = self.run_unwedge("sh", "-c", f"ulimit -c 0; kill -{int(number)} $$")
                self.assertEqual(128 + number, outcome.status)
                self.assertEqual(number, outcome.diagnosis["command"]["signal"])
                self.assertIsNone(outcome.diagnosis["command"]["exit"])

    def test_when_the_parent_ignores_the_end_of_children(self) -> None:
        outcome = self.run_unwedge("sh", "-c", "exit 3", through=["env", "--ignore-signal=CHLD"])
        self.assertEqual(3, outcome.status)

    def test_124_at_the_timeout(self) -> None:
        outcome = self.run_unwedge("sleep", "60", options=["--timeout", "0.2"])
        self.assertEqual(124, outcome.status)

    def test_124_even_if_the_command_exits_well_when_it_is_ended(self) -> None:
        script = 'trap "exit 0" TERM; while :; do sleep 0.1; done'
        outcome = self.run_unwedge("sh", "-c", script, options=["--timeout", "0.5"])
        self.assertEqual(124, outcome.status)


class OfACommandThatDoesNotStart(harness.EndToEndTest):
    def assert_refused(self, status: int, command: str | Path) -> None:
        outcome = self.run_unwedge(command)
        self.assertEqual(status, outcome.status)
        self.assertEqual(b"", outcome.stdout)
        self.assert_one_line(outcome.stderr, str(command))

    def file(self, text: str, mode: int) -> Path:
        path = self.folder / "program"
        path.write_text(text)
        path.chmod(mode)
        return path

    def test_126_not_executable(self) -> None:
        self.assert_refused(126, self.file("#!/bin/sh\n", mode=0o644))

    def test_126_a_folder(self) -> None:
        self.assert_refused(126, "/etc")

    def test_127_not_found(self) -> None:
        self.assert_refused(127, "no-such-program")
        self.assert_refused(127, "/no/such/program")

    def test_127_no_interpreter(self) -> None:
        self.assert_refused(127, self.file("#!/no/such/interpreter\n", mode=0o755))


class OfUnwedgeItself(harness.EndToEndTest):
    def assert_usage_error(self, *arguments: str, says: str) -> None:
        with self.subTest(arguments):
            outcome = self.run_bare(UNWEDGE, "run", *arguments)
            self.assertEqual(125, outcome.status)
            self.assertEqual(b"", outcome.stdout)
            self.assert_one_line(outcome.stderr, says)

    def test_125_without_a_command(self) -> None:
        self.assert_usage_error(says="CMD")
        self.assert_usage_error("--", says="CMD")
        self.assert_usage_error("--timeout", "3", says="CMD")

    def test_125_for_an_unknown_option(self) -> None:
        self.assert_usage_error("--nonsense", "--", "true", says="--nonsense")
        self.assert_usage_error("-x", "--", "true", says="-x")

    def test_125_for_an_option_without_its_value(self) -> None:
        self.assert_usage_error("--timeout", says="--timeout")

    def test_125_for_nonsense_thresholds(self) -> None:
        for option in ("--stall-after", "--busy-after", "--every", "--timeout", "--kill-after"):
            for value in ("soon", "-1", "nan", "inf", "1e3", "", "3 s", "99999999h"):
                self.assert_usage_error(option, value, "--", "true", says=option)
        for option in ("--stall-after", "--busy-after", "--every", "--timeout"):
            self.assert_usage_error(option, "0", "--", "true", says=option)

    def test_125_if_it_would_look_less_often_than_a_stall_lasts(self) -> None:
        self.assert_usage_error("--stall-after", "1", "--every", "2", "--", "true", says="--every")

    def test_125_for_an_unknown_level(self) -> None:
        self.assert_usage_error("--level", "loud", "--", "true", says="'loud'")
        self.assert_usage_error("--level", "loud", "--", "true", says="sample")

    def test_125_for_arrivals_at_a_level_without(self) -> None:
        self.assert_usage_error("--hooks", "arrival=tp_btf", "--", "true", says="--level full")

    def test_125_if_the_diagnosis_were_to_go_to_stdout(self) -> None:
        self.assert_usage_error("--json", "-", "--", "true", says="--json")

    def test_125_if_the_diagnosis_cannot_be_written(self) -> None:
        for path in ("/no/such/folder/file", "/etc", ""):
            self.assert_usage_error("--json", path, "--", "true", says="--json")

    def test_125_and_the_command_never_ran(self) -> None:
        witness = self.folder / "witness"
        command = ("touch", str(witness))
        self.assert_usage_error("--json", "/no/such/file", "--", *command, says="/no/such/file")
        self.assertFalse(witness.exists())

    def test_2_for_usage_errors_outside_run(self) -> None:
        for arguments in ([], ["nonsense"], ["doctor", "--nonsense"]):
            with self.subTest(arguments):
                outcome = self.run_bare(UNWEDGE, *arguments)
                self.assertEqual(2, outcome.status)
                self.assert_one_line(outcome.stderr, *arguments[-1:])

    def test_0_for_help_and_version(self) -> None:
        for arguments in (["--help"], ["--version"], ["run", "--help"]):
            with self.subTest(arguments):
                outcome = self.run_bare(UNWEDGE, *arguments)
                self.assertEqual((0, b""), (outcome.status, outcome.stderr))
                self.assertIn(b"unwedge" if "run" not in arguments else b"CMD", outcome.stdout)

    def test_says_so_if_the_disk_is_full_when_the_diagnosis_is_written(self) -> None:
        outcome = self.run_bare(UNWEDGE, "run", "--json", "/dev/full", "--", "sh", "-c", "exit 3")
        self.assertEqual(3, outcome.status)
        self.assert_one_line(outcome.stderr, "/dev/full")


if __name__ == "__main__":
    harness.main()
