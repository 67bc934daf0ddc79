#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""What only a kernel of one's own can be told: lockdown from boot on, and who may call bpf(2) without a capability.

    scripts/vm --kernel 6.1 --append lockdown=confidentiality -- tests/e2e/test_hardened_kernel.py Lockdown
    scripts/vm --kernel 6.1 -- tests/e2e/test_hardened_kernel.py UnprivilegedBpf Yama

In any VM: it changes what goes for the whole host, and for good.
"""

import re
import shutil
import sys
from pathlib import Path

import harness
from harness import NOBODY, PROGRAMS, Argument, Outcome

AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
WITH_BOTH = ["--inh-caps=-all,+bpf,+perfmon", "--ambient-caps=-all,+bpf,+perfmon"]
WEDGE = PROGRAMS / "wedge.py"
SOON = ["--stall-after", "2", "--kill-after", "2"]  # of an emulated machine

harness.PATIENCE_S = 120.0


class HardenedTest(harness.EndToEndTest):
    def setUp(self) -> None:
        super().setUp()
        self.binary = self.folder / "unwedge"
        shutil.copy(harness.UNWEDGE, self.binary)

    def run_the_wedge(self, *through: Argument) -> Outcome:
        """Until it has been told of and ended."""
        how = ["--on-wedge", "kill", "--grace", "0"]
        outcome = self.run_bare(*through, self.binary, "run", *SOON, *how, "--", WEDGE)
        self.assertEqual(124, outcome.status, outcome.stderr)
        self.assertIn(b"culprit (certain): ", outcome.stderr)
        return outcome

    def doctor(self, *through: Argument) -> str:
        return self.run_bare(*through, self.binary, "doctor").stdout.decode()


class Lockdown(HardenedTest):
    """Confidentiality: programs load as long as they ask for no helper that reads kernel memory."""

    def test_it_is_named_and_proc_is_what_is_left(self) -> None:
        before, _, report = self.run_the_wedge().stderr.partition(b"unwedge: wedged: ")
        self.assert_one_line(before, "without BPF", "lockdown")
        self.assertIn(b" by procfs for ", report)

    def test_doctor_knows_before_anything_is_run(self) -> None:
        self.assertRegex(self.doctor(), r"(?m)^tier procfs: .*lockdown")

    def test_hooks_that_were_asked_for_are_not_passed_over(self) -> None:
        outcome = self.run_bare(self.binary, "run", "--hooks", "send=off", "--", "echo", "ran")
        self.assertEqual((125, b""), (outcome.status, outcome.stdout))
        self.assert_one_line(outcome.stderr, "lockdown")


class UnprivilegedBpf(HardenedTest):
    """kernel.unprivileged_bpf_disabled changes nothing: the capabilities alone decide who may trace."""

    def test_whatever_it_says(self) -> None:
        switch = Path("/proc/sys/kernel/unprivileged_bpf_disabled")
        for value in ("0", "2", "1"):  # nothing undoes 1
            with self.subTest(value):
                switch.write_text(value)
                self.assertIn(b" by bpf ", self.run_the_wedge(*AS_NOBODY, *WITH_BOTH).stderr)
                without = self.run_bare(*AS_NOBODY, self.binary, "run", "--", "true")
                self.assertEqual(["CAP_BPF", "CAP_PERFMON"], re.findall(r"CAP_\w+", without.stderr.decode()))


class Yama(HardenedTest):
    def test_doctor_tells_what_follows(self) -> None:
        switch = Path("/proc/sys/kernel/yama/ptrace_scope")
        limits = (("0", "", ""), ("1", "has not started", ""), ("2", "unknown", ""), ("3", "unknown", "unknown"))
        for value, nobodys, roots in limits:
            with self.subTest(value):
                switch.write_text(value)
                for limit, through in ((nobodys, AS_NOBODY), (roots, [])):
                    line = rf"(?m)^limited by kernel.yama.ptrace_scope={value}: (.+)$"
                    told = re.findall(line, self.doctor(*through))
                    self.assertEqual(1 if limit else 0, len(told), told)
                    self.assertIn(limit, "".join(told))


def missing_kernel() -> list[str]:
    arguments = Path("/proc/cmdline").read_text().split()
    missing = [] if "rdinit=/init" in arguments else ["a VM (scripts/vm)"]
    if "Lockdown" in sys.argv and "lockdown=confidentiality" not in arguments:
        missing.append("a kernel that is locked down")
    return missing


if __name__ == "__main__":
    harness.main(*missing_kernel())
