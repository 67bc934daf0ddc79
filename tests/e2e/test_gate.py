#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""unwedge gate runs suites one by one, says what hung and why, and hides nothing."""

import json
import os
import signal
import subprocess
import unittest
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema

import harness
from harness import PROGRAMS, REPO, UNWEDGE

SCHEMA = jsonschema.Draft202012Validator(
    json.loads((REPO / "docs/gate.schema.json").read_bytes())
)
QUICK = ("--run-option=--stall-after=0.4s", "--run-option=--every=50ms", "--kill-after", "1s")
"""A wedge stands after half a second."""


class Gate(harness.EndToEndTest):
    def start_gate(self, *arguments: harness.Argument, **how: Any) -> harness.Session:
        session: harness.Session = self.start_bare(
            UNWEDGE, "gate", *QUICK, "--json", "gate.json", "--junit", "gate.xml", *arguments, **how
        )
        return session

    def gate(self, *arguments: harness.Argument, **how: Any) -> harness.Outcome:
        return self.start_gate(*arguments, **how).wait()

    def results(self) -> dict[str, Any]:
        """By its schema."""
        results: dict[str, Any] = json.loads((self.folder / "gate.json").read_bytes())
        SCHEMA.validate(results)
        return results

    def statuses(self) -> dict[str, str]:
        return {one["name"]: one["status"] for one in self.results()["suites"]}

    def cases(self) -> dict[str, ElementTree.Element]:
        """The testcases of the JUnit file."""
        subprocess.run(["xmllint", "--noout", self.folder / "gate.xml"], check=True)
        root = ElementTree.parse(self.folder / "gate.xml").getroot()
        return {case.get("name", ""): case for case in root.iter("testcase")}

    def suites(self, text: str) -> tuple[str, Path]:
        file = self.folder / "suites.toml"
        file.write_text(text)
        return ("--file", file)

    # What becomes of a suite.

    def test_passes_if_all_do(self) -> None:
        outcome = self.gate("--", "/bin/echo", "well")
        self.assertEqual((0, b""), (outcome.status, outcome.stdout))
        self.assertIn(b"PASS", outcome.stderr)
        self.assertEqual({"/bin/echo well": "pass"}, self.statuses())
        attempt = self.results()["suites"][0]["attempts"][0]
        self.assertEqual("well\n", Path(attempt["log"]).read_text())
        self.assertIsNone(attempt["recording"])

    def test_a_failure_is_told_with_the_last_it_printed_and_not_retried(self) -> None:
        outcome = self.gate("--", "/bin/sh", "-c", "echo the reason; exit 3")
        self.assertEqual(1, outcome.status)
        self.assertIn(b"exit status 3", outcome.stderr)
        self.assertIn(b"    the reason\n", outcome.stderr)
        (suite,) = self.results()["suites"]
        self.assertEqual(("fail", 1), (suite["status"], len(suite["attempts"])))
        (case,) = self.cases().values()
        self.assertEqual("exit status 3", case.find("failure").get("message"))  # type: ignore[union-attr]

    def test_a_hang_is_diagnosed_recorded_and_retried_once(self) -> None:
        outcome = self.gate("--timeout", "2s", "--", PROGRAMS / "wedge.py")
        self.assertEqual(1, outcome.status)
        self.assertIn(b"stopped consuming", outcome.stderr)
        (suite,) = self.results()["suites"]
        self.assertEqual(("hang", 2), (suite["status"], len(suite["attempts"])))
        for attempt in suite["attempts"]:
            self.assertEqual("stopped_consuming", attempt["culprits"][0]["kind"])
            told = self.run_bare(UNWEDGE, "report", attempt["recording"])
            self.assertIn(b"stopped consuming", told.stdout)
        (case,) = self.cases().values()
        self.assertEqual("hang", case.find("failure").get("type"))  # type: ignore[union-attr]
        self.assertIn("stopped consuming", case.findtext("failure", ""))
        self.assertIsNotNone(case.find("rerunFailure"))

    def test_a_hang_that_then_passes_is_not_hidden(self) -> None:
        once = "test -e mark && exit 0; touch mark; exec sleep 1000"
        outcome = self.gate("--timeout", "1s", "--", "/bin/sh", "-c", once)
        self.assertEqual(0, outcome.status)
        self.assertIn(b"FLAKY-HANG", outcome.stderr)
        self.assertEqual(["flaky-hang"], list(self.statuses().values()))
        (case,) = self.cases().values()
        self.assertIsNotNone(case.find("flakyFailure"))
        (self.folder / "mark").unlink()
        strict = self.gate("--strict", "--timeout", "1s", "--", "/bin/sh", "-c", once)
        self.assertEqual(1, strict.status)

    def test_a_time_limit_of_its_own_is_a_hang_as_well(self) -> None:
        self.gate("--retries-on-hang", "0", "--", "timeout", "0.2", "sleep", "1000")
        self.assertEqual(["hang"], list(self.statuses().values()))

    def test_a_known_wedge_is_named(self) -> None:
        wedge = ("--timeout", "2s", "--retries-on-hang", "0", "--", PROGRAMS / "wedge.py")
        self.gate(*wedge)
        fingerprint = self.results()["suites"][0]["attempts"][0]["culprits"][0]["fingerprint"]
        known = self.folder / "known.toml"
        entry = f'[[wedge]]\nfingerprint = "{fingerprint}"\nname = "the pause bug"\n'
        known.write_text(entry)
        outcome = self.gate("--known", known, *wedge)
        self.assertEqual(1, outcome.status)
        self.assertIn(b"known wedge 'the pause bug'", outcome.stderr)
        self.assertIn(b"hit in 1 of 1 attempt", outcome.stderr)
        self.assertEqual(["known-wedge"], list(self.statuses().values()))
        self.assertEqual(0, self.gate("--allow-known", "--known", known, *wedge).status)
        known.write_text(entry + "until = 2020-01-31\n")
        expired = self.gate("--allow-known", "--known", known, *wedge)
        self.assertEqual(1, expired.status)
        self.assertIn(b"was to be gone by 2020-01-31", expired.stderr)
        self.assertEqual(["hang"], list(self.statuses().values()))

    def test_what_can_not_be_run_fails(self) -> None:
        outcome = self.gate("--", "/nonexistent/program")
        self.assertEqual(1, outcome.status)
        self.assertIn(b"its command was not found", outcome.stderr)
        self.assertIsNotNone(self.cases()["/nonexistent/program"].find("error"))

    def test_what_a_suite_leaves_behind_is_ended_and_told(self) -> None:
        outcome = self.gate(
            "--", "/bin/sh", "-c", "setsid sh -c 'trap : TERM; echo $$ > pid; sleep 1000; sleep 1000' & "
            "while ! [ -s pid ]; do :; done",
        )
        self.assertEqual(0, outcome.status)
        pid = int((self.folder / "pid").read_text())
        self.assertFalse(Path(f"/proc/{pid}").exists())
        self.assertEqual(2, self.results()["suites"][0]["attempts"][0]["left_behind"])
        self.assertIn(b"it left 2 processes behind", outcome.stderr)

    # Where suites come from.

    def test_runs_the_suites_of_a_file_one_after_another(self) -> None:
        outcome = self.gate(
            *self.suites(
                """
                timeout = "2s"
                [[suite]]
                name = "first"
                command = "test $WORD = said && pwd > where && touch first"
                env = { WORD = "said" }
                folder = "sub"
                [[suite]]
                name = "second"
                command = ["test", "-e", "sub/first"]
                [[suite]]
                name = "skips"
                command = "exit 77"
                skip-status = 77
                [[suite]]
                name = "off"
                skip = "needs a GPU"
                """
            ),
            **{"preexec_fn": lambda: os.mkdir("sub")},
        )
        self.assertEqual(0, outcome.status, outcome.stderr)
        self.assertEqual(
            {"first": "pass", "second": "pass", "skips": "skipped", "off": "skipped"}, self.statuses()
        )
        self.assertEqual("needs a GPU", self.cases()["off"].find("skipped").get("message"))  # type: ignore[union-attr]

    def test_each_file_of_pytest_is_a_suite(self) -> None:
        (self.folder / "test_a.py").write_text("def test_one(): pass\n")
        (self.folder / "test_b.py").write_text("def test_one(): assert 0\n")
        (self.folder / "test_c.py").write_text("")
        text = '[[suite]]\npytest = ["test_*.py"]\ncommand = ["/usr/bin/python3", "-m", "pytest", "-q"]\n'
        outcome = self.gate(*self.suites(text))
        self.assertEqual(1, outcome.status)
        self.assertEqual(
            {"test_a.py": "pass", "test_b.py": "fail", "test_c.py": "skipped"}, self.statuses()
        )

    def test_each_test_of_ctest_is_a_suite(self) -> None:
        (self.folder / "CTestTestfile.cmake").write_text(
            'add_test(good "/bin/true")\n'
            'add_test(bad "/bin/false")\n'
            'add_test(inverted "/bin/false")\nset_tests_properties(inverted PROPERTIES WILL_FAIL TRUE)\n'
            'add_test(skips "/bin/sh" "-c" "exit 9")\nset_tests_properties(skips PROPERTIES SKIP_RETURN_CODE 9)\n'
            'add_test(slow "/bin/sleep" "1000")\nset_tests_properties(slow PROPERTIES TIMEOUT 1)\n'
            'add_test(says "/bin/echo" "fine")\n'
            'set_tests_properties(says PROPERTIES PASS_REGULAR_EXPRESSION "f.ne")\n'
        )
        outcome = self.gate("--retries-on-hang", "0", "--ctest", self.folder)
        self.assertEqual(1, outcome.status)
        self.assertEqual(
            {"good": "pass", "bad": "fail", "inverted": "pass", "skips": "skipped", "slow": "hang", "says": "pass"},
            self.statuses(),
        )
        listed = self.gate("--ctest", self.folder, "--match", "^s", "--list")
        self.assertEqual(b"skips\nslow\nsays\n", listed.stdout)

    # What ends a gate.

    def test_interrupted_it_writes_what_it_has(self) -> None:
        for sent in (signal.SIGINT, signal.SIGTERM):
            session = self.start_gate(
                *self.suites(
                    '[[suite]]\nname = "done"\ncommand = "true"\n'
                    '[[suite]]\nname = "runs"\ncommand = "echo $$ > pid; mv pid ready; exec sleep 1000"\n'
                    '[[suite]]\nname = "never"\ncommand = "true"\n'
                )
            )
            harness.await_that((self.folder / "ready").exists, "the second suite runs")
            pid = int((self.folder / "ready").read_text())
            session.signal(sent)
            outcome = session.wait()
            self.assertEqual(128 + sent, outcome.status)
            self.assertEqual({"done": "pass", "runs": "interrupted", "never": "not-run"}, self.statuses())
            self.assertEqual({"done", "runs", "never"}, set(self.cases()))
            self.assertFalse(Path(f"/proc/{pid}").exists())
            (self.folder / "ready").unlink()

    def test_a_tree_that_is_killed_leaves_results_and_no_process(self) -> None:
        """First the command, then `unwedge run` itself."""
        for victim in ("command", "run"):
            session = self.start_gate(
                *self.suites(
                    '[[suite]]\nname = "dies"\n'
                    'command = "sleep 1000 & echo $$ $PPID $! > pids; mv pids ready; wait"\n'
                    '[[suite]]\nname = "next"\ncommand = "true"\n'
                )
            )
            harness.await_that((self.folder / "ready").exists, "the suite runs")
            command, run, child = map(int, (self.folder / "ready").read_text().split())
            held = self.hold({"command": command, "run": run, "child": child})
            signal.pidfd_send_signal(held[victim], signal.SIGKILL)
            outcome = session.wait()
            self.assertEqual(1, outcome.status, outcome.stderr)
            self.assertEqual({"dies": "fail", "next": "pass"}, self.statuses())
            self.assertEqual({"dies", "next"}, set(self.cases()))
            self.assert_gone(held)
            (self.folder / "ready").unlink()

    def test_a_gate_that_is_killed_leaves_what_it_had(self) -> None:
        session = self.start_gate(
            *self.suites(
                '[[suite]]\nname = "done"\ncommand = "exit 3"\n'
                '[[suite]]\nname = "runs"\ncommand = "echo $$ > pid; mv pid ready; exec sleep 1000"\n'
            )
        )
        harness.await_that((self.folder / "ready").exists, "the second suite runs")
        held = self.hold({"command": int((self.folder / "ready").read_text())})
        session.signal(signal.SIGKILL)
        session.wait()
        self.assertEqual({"done": "fail", "runs": "not-run"}, self.statuses())
        self.assertIsNotNone(self.cases()["done"].find("failure"))
        harness.await_that(lambda: harness.has_ended(held["command"]), "its suite ends")

    def test_what_it_can_not_do_is_an_error_of_its_own(self) -> None:
        for arguments, word in (
            ((), "--file"),
            (("--file", "/nonexistent.toml"), "/nonexistent.toml"),
            (("--pytest", "nothing_*.py"), "nothing_*.py"),
            (("--known", "/nonexistent.toml", "--", "true"), "--known"),
            (("--ctest", "/nonexistent"), "/nonexistent"),
            (("--dir", "/proc/no", "--", "true"), "--dir"),
        ):
            outcome = self.gate(*arguments)
            self.assertEqual(125, outcome.status, arguments)
            self.assertIn(word, outcome.stderr.decode())

    # How it looks.

    def test_on_a_terminal_it_shows_what_runs(self) -> None:
        session = self.start_gate(
            "--", "/bin/sh", "-c", "while ! [ -e go ]; do sleep 0.01; done", session=harness.TerminalSession
        )
        session.await_stdout(b"\r\x1b[K")
        session.await_stdout(b"[1/1]")
        (self.folder / "go").touch()
        outcome = session.wait()
        self.assertEqual(0, outcome.status)
        self.assertIn(b"\x1b[1;32m        PASS\x1b[0m", outcome.stdout)

    def test_files_belong_to_who_called_sudo(self) -> None:
        sudo = {"SUDO_UID": "65534", "SUDO_GID": "65534"}
        outcome = self.gate("--timeout", "1s", "--", "sleep", "1000", environment=sudo)
        self.assertEqual(1, outcome.status, outcome.stderr)
        files = [*self.folder.glob("unwedge-gate/*"), self.folder / "gate.json", self.folder / "unwedge-gate"]
        self.assertIn("recording", outcome.stderr.decode())
        self.assertEqual({65534}, {file.stat().st_uid for file in files})


if __name__ == "__main__":
    harness.main()
