#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""unwedge flake runs a command again and again and counts what happens."""

import signal
from pathlib import Path
from typing import Any

import harness
from harness import NOBODY, PROGRAMS, UNWEDGE, Argument

SOON = ["--timeout", "2.5", "--kill-after", "1", "--run-option=--stall-after", "--run-option", "0.5"]
CHANCE = [PROGRAMS / "chance.py"]


class Flake(harness.EndToEndTest):
    def setUp(self) -> None:
        super().setUp()
        self.result = self.folder / "result.json"

    def plant(self, hang: float, fail: float, seed: int) -> None:
        (self.folder / "chance").write_text(f"{hang} {fail} {seed}")

    def flake(self, *words: Argument, **how: Any) -> tuple[harness.Outcome, dict[str, Any]]:
        outcome = self.run_bare(UNWEDGE, "flake", "--json", self.result, *words, **how)
        text = self.result.read_text() if self.result.exists() else ""
        return outcome, harness.parse_diagnosis(text, "flake") if text else {}

    def test_a_planted_chance_is_counted_and_each_hang_has_the_same_fingerprint(self) -> None:
        self.plant(0.4, 0.2, 3)  # runs 1 to 6: hang, pass, fail, fail, hang, hang
        outcome, result = self.flake("-n", "6", *SOON, "--jobs", "3", "--", *CHANCE)
        self.assertEqual(1, outcome.status, outcome)
        self.assertEqual((6, 1, 2, 3), tuple(result[key] for key in ("runs", "pass", "fail", "hang")))
        endings = {one["run"]: one["ending"] for one in result["attempts"]}
        self.assertEqual({1: "hang", 2: "pass", 3: "fail", 4: "fail", 5: "hang", 6: "hang"}, endings)
        (hang,) = result["fingerprints"]
        self.assertEqual((3, [1, 5, 6], "stopped_consuming"), (hang["count"], sorted(hang["in"]), hang["kind"]))
        low, high = result["interval"]
        self.assertTrue(low < 5 / 6 < high)
        self.assertIn(hang["fingerprint"].encode(), outcome.stdout)
        self.assertEqual(6, outcome.stderr.count(b"unwedge: run "))
        self.assertRegex(outcome.stderr, rb"run 3 of 6: fail after [^\n]*: exit status 1\n")
        recording = next(one["recording"] for one in result["attempts"] if one["run"] == 1)
        told = self.run_bare(UNWEDGE, "report", recording)
        self.assertIn(b"stopped consuming", told.stdout)

    def test_none_of_those_that_pass(self) -> None:
        outcome, result = self.flake("--", "true")
        self.assertEqual(0, outcome.status, outcome)
        self.assertEqual((3, 3, 0.0), (result["runs"], result["pass"], result["rate"]))
        self.assertEqual(0, result["interval"][0])
        self.assertAlmostEqual(0.7075982, result["interval"][1], places=6)  # binom.test(0, 3)

    def test_until_it_hangs(self) -> None:
        self.plant(0.4, 0.0, 1)  # pass, hang
        outcome, result = self.flake("--until-hang", *SOON, "--", *CHANCE)
        self.assertEqual(1, outcome.status)
        self.assertEqual(["pass", "hang"], [one["ending"] for one in result["attempts"]])

    def test_for_a_time(self) -> None:
        outcome, result = self.flake("--for", "1.5", "--", "true")
        self.assertEqual(0, outcome.status)
        self.assertGreaterEqual(result["runs"], 1)
        self.assertGreaterEqual(result["seconds"], 1.5)

    def test_a_known_hang_is_called_by_its_name(self) -> None:
        self.plant(1, 0, 1)
        _, result = self.flake("-n", "1", *SOON, "--", *CHANCE)
        fingerprint = result["fingerprints"][0]["fingerprint"]
        known = self.folder / "unwedge-known.toml"
        known.write_text(f"[[wedge]]\nfingerprint = '{fingerprint}'\nname = 'the deaf child'\n")
        outcome, result = self.flake("-n", "1", *SOON, "--", *CHANCE)
        self.assertEqual("the deaf child", result["fingerprints"][0]["known"])
        self.assertIn(b"known: the deaf child", outcome.stdout)

    def test_provoked_runs_alternate_with_plain_ones(self) -> None:
        _, result = self.flake("-n", "4", "--provoke", "stop:20ms", "--seed", "0", "--", "true")
        attempts = result["attempts"]
        for pair in (attempts[:2], attempts[2:]):
            self.assertEqual({("plain", "pass"), ("provoked", "pass")}, {(one["side"], one["ending"]) for one in pair})
        provoked = [one for one in attempts if one["side"] == "provoked"]
        self.assertEqual([0, 1], [one["seed"] for one in provoked])
        for side in ("plain", "provoked"):
            self.assertEqual((2, 2), (result["provoke"][side]["runs"], result["provoke"][side]["pass"]))

    def test_what_run_refuses_to_provoke_is_broken(self) -> None:
        outcome, result = self.flake("-n", "2", "--provoke", "no such thing", "--", "true")
        self.assertEqual(125, outcome.status)
        broken = [one for one in result["attempts"] if one["ending"] == "broken"]
        self.assertEqual(["provoked"], [one["side"] for one in broken])
        self.assertIn("provoke", Path(broken[0]["log"]).read_text())

    def test_what_cannot_be_run_is_not_run_twice(self) -> None:
        outcome, result = self.flake("-n", "5", "--", "/no/such/command")
        self.assertEqual(125, outcome.status)
        self.assertEqual((0, 1), (result["runs"], result["broken"]))
        self.assertIn(b"'/no/such/command' cannot be run", outcome.stderr)

    def start_a_hang(self) -> tuple[harness.Session, dict[str, int]]:
        self.plant(1, 0, 1)
        session = self.start_bare(UNWEDGE, "flake", "-n", "9", "--dir", "files", "--", *CHANCE)
        log = self.folder / "files/run-001.log"
        harness.await_that(lambda: log.exists() and b"asked" in log.read_bytes(), "the first run")
        tree = harness.descendants(session.pid)
        self.assertGreaterEqual(len(tree), 3)
        return session, self.hold({str(pid): pid for pid in tree})

    def test_ctrl_c_ends_the_tree_and_what_was_found_is_told(self) -> None:
        session, pidfds = self.start_a_hang()
        session.signal(signal.SIGINT)
        outcome = session.wait()
        self.assertEqual(125, outcome.status)
        self.assertIn(b"interrupted", outcome.stdout)
        self.assert_gone(pidfds)

    def test_killed_it_leaves_no_process(self) -> None:
        session, pidfds = self.start_a_hang()
        session.signal(signal.SIGKILL)
        session.wait()
        harness.await_that(lambda: all(map(harness.has_ended, pidfds.values())), "all have ended")

    def test_on_a_terminal_each_run_has_a_bar(self) -> None:
        session = self.start_bare(
            UNWEDGE, "flake", "-n", "2", "--", "sleep", "0.3", session=harness.TerminalSession
        )
        outcome = session.wait()
        self.assertEqual(0, outcome.status)
        self.assertRegex(outcome.stdout.decode(), "   2  \x1b\\[32mpass\x1b\\[0m +█+")
        self.assertIn("running", outcome.stdout.decode())

    def test_files_are_the_callers(self) -> None:
        self.flake("-n", "1", "--", "true", environment={"SUDO_UID": str(NOBODY), "SUDO_GID": str(NOBODY)})
        made = [self.result, *self.folder.glob("unwedge-flake"), *self.folder.glob("unwedge-flake/*")]
        self.assertEqual(4, len(made), made)
        self.assertEqual({NOBODY}, {file.stat().st_uid for file in made})

    def test_wrong_usage(self) -> None:
        for words, about in (
            (["-n", "0", "--", "true"], "--runs"), ([], "CMD"), (["--seed", "1", "--", "true"], "--provoke"),
            (["--known", "none", "--", "true"], "--known"), (["--dir", "/dev/null/x", "--", "true"], "--dir"),
        ):  # fmt: skip
            with self.subTest(about):
                outcome = self.run_bare(UNWEDGE, "flake", *words)
                self.assertEqual((125, b""), (outcome.status, outcome.stdout))
                self.assert_one_line(outcome.stderr, about)


if __name__ == "__main__":
    harness.main()
