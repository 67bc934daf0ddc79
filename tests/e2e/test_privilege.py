#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Without a capability it says which one is missing, and watches from /proc; with the three that BPF needs, it need not be root."""

import re
import shutil
from collections.abc import Sequence

import harness
from harness import NOBODY

AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
NEEDED = ["bpf", "perfmon", "sys_ptrace"]


def names(words: Sequence[str]) -> list[str]:
    return [f"CAP_{word.upper()}" for word in words]


def nobody_with(*capabilities: str) -> list[str]:
    """What starts a program as nobody with these capabilities and no others."""
    granted = ",".join(["-all", *(f"+{capability}" for capability in capabilities)])
    return [*AS_NOBODY, f"--inh-caps={granted}", f"--ambient-caps={granted}"]


def root_without(*capabilities: str) -> list[str]:
    return ["setpriv", "--bounding-set=" + ",".join(f"-{capability}" for capability in capabilities)]


class Privilege(harness.EndToEndTest):
    def setUp(self) -> None:
        super().setUp()
        # Where nobody can reach it, even if the project lies in root's home.
        self.binary = self.folder / "unwedge"
        shutil.copy(harness.UNWEDGE, self.binary)

    def assert_watches_without_bpf(self, missing: Sequence[str], through: Sequence[str]) -> None:
        outcome = self.run_bare(*through, self.binary, "run", "--", "echo", "ran")
        self.assertEqual((0, b"ran\n"), (outcome.status, outcome.stdout))
        self.assert_one_line(outcome.stderr, "without BPF")
        self.assertEqual(names(missing), re.findall(r"CAP_\w+", outcome.stderr.decode()))

    def test_nobody_lacks_all(self) -> None:
        self.assert_watches_without_bpf(NEEDED, through=nobody_with())

    def test_each_that_is_missing_is_named_alone(self) -> None:
        for missing in NEEDED:
            with self.subTest(missing):
                others = [capability for capability in NEEDED if capability != missing]
                self.assert_watches_without_bpf([missing], through=nobody_with(*others))

    def test_root_may_lack_one_too(self) -> None:
        self.assert_watches_without_bpf(["sys_ptrace"], through=root_without("sys_ptrace"))
        self.assert_watches_without_bpf(["bpf"], through=root_without("bpf", "sys_admin"))

    def test_sys_admin_stands_for_bpf_and_perfmon(self) -> None:
        outcome = self.run_unwedge("true", through=root_without("bpf", "perfmon"))
        self.assertEqual((0, b""), (outcome.status, outcome.stderr))

    def test_the_needed_ones_are_enough(self) -> None:
        wedge = harness.ZOO_CASES / "never_read_unix"
        outcome = self.run_bare(
            *nobody_with(*NEEDED), self.binary, "run", "--stall-after", "0.5", "--timeout", "2",
            "--kill-after", "0.5", "--", wedge,
        )  # fmt: skip
        self.assertEqual(124, outcome.status)
        self.assertIn(b"unwedge: wedged: ", outcome.stderr)

    def test_hooks_that_were_asked_for_are_not_passed_over(self) -> None:
        outcome = self.run_bare(
            *nobody_with(), self.binary, "run", "--hooks", "receive=tp_btf", "--", "touch", self.folder / "ran"
        )
        self.assertEqual((125, b""), (outcome.status, outcome.stdout))
        self.assert_one_line(outcome.stderr, "CAP_BPF")
        self.assertFalse((self.folder / "ran").exists())

    def test_nobody_is_told_of_a_wedge_all_the_same(self) -> None:
        wedge = harness.ZOO_CASES / "never_read_unix"
        outcome = self.run_bare(
            *nobody_with(), self.binary, "run", "--stall-after", "1", "--timeout", "5", "--kill-after", "0.5",
            "--", wedge,
        )  # fmt: skip
        self.assertEqual(124, outcome.status)
        self.assertIn(b"unwedge: wedged: ", outcome.stderr)
        self.assertIn(b" by procfs for ", outcome.stderr)

    def test_only_root_may_choose_a_user(self) -> None:
        outcome = self.run_bare(*nobody_with(), self.binary, "run", "--user", "root", "--", "true")
        self.assertEqual(125, outcome.status)
        self.assert_one_line(outcome.stderr, "--user")

    def test_doctor_says_what_nobody_lacks(self) -> None:
        outcome = self.run_bare(*nobody_with(), self.binary, "doctor")
        self.assertEqual((1, b""), (outcome.status, outcome.stderr))
        self.assertEqual(names(NEEDED), re.findall(r"missing (CAP_\w+)", outcome.stdout.decode()))

    def test_doctor_as_root_shows_each_hook_with_its_candidates(self) -> None:
        outcome = self.run_bare(self.binary, "doctor")
        self.assertEqual((0, b""), (outcome.status, outcome.stderr))
        report = outcome.stdout.decode()
        self.assertIn("tier bpf\n", report)
        for hook in ("receive", "send", "park", "state", "lifecycle", "sweep"):
            self.assertRegex(report, rf"(?m)^  {hook} +\w+\n( {{13}}\w+ [\w/]+: (works|refused: .+)\n)+")


if __name__ == "__main__":
    harness.main()
