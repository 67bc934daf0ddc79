#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Where a host, a container or a service keeps something from it: one line says what, the best tier that is left is
used, the verdict is right, and the command notices nothing."""

import shutil
import subprocess
from collections.abc import Sequence

import harness
from harness import NOBODY, PROGRAMS, Argument, Outcome

WEDGE = PROGRAMS / "wedge.py"
ENDED_SOON = ["--stall-after", "1", "--on-wedge", "kill", "--grace", "1", "--kill-after", "1"]
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
WITHOUT_BPF = PROGRAMS / "without_bpf.py"


def in_mounts(*lines: str) -> list[str]:
    """What starts a program where these have changed what is mounted, for it alone."""
    return ["unshare", "-m", "sh", "-ec", "\n".join([*lines, 'exec "$@"']), "-"]


def covering(*folders: str) -> list[str]:
    """Nothing is in these, of which some may not be there anyway."""
    return in_mounts(*(f"[ ! -d {folder} ] || mount -t tmpfs none {folder}" for folder in folders))


WITH_HIDEPID = in_mounts("mount -t proc -o hidepid=2 proc /proc")
READ_ONLY = "mount -o remount,bind,ro /"


class ConfinementTest(harness.EndToEndTest):
    def setUp(self) -> None:
        super().setUp()
        # Where nobody can reach it, even if the project lies in root's home.
        self.binary = self.folder / "unwedge"
        shutil.copy(harness.UNWEDGE, self.binary)

    def assert_finds_the_wedge(self, tier: str, through: Sequence[Argument]) -> Outcome:
        """Returns how it ended; stderr begins with what was said before the wedge was told of."""
        session = self.start(WEDGE, options=ENDED_SOON, through=through)
        pids = session.await_json_line()
        outcome: Outcome = session.wait()
        self.assertEqual((124, tier), (outcome.status, outcome.diagnosis["tier"]), outcome.stderr)
        [culprit] = outcome.verdicts("culprit")
        self.assertEqual((pids["child"], "certain"), (culprit["pid"], culprit["confidence"]))
        self.assertIn(pids["parent"], [one["pid"] for one in outcome.verdicts("victim")])
        return outcome

    def assert_finds_the_wedge_without_bpf(self, *says: str, through: Sequence[Argument]) -> None:
        outcome = self.assert_finds_the_wedge("procfs", through)
        before, found, _ = outcome.stderr.partition(b"unwedge: wedged: ")
        self.assertTrue(found)
        self.assert_one_line(before, "without BPF", *says)

    def assert_finds_the_wedge_with_bpf(self, through: Sequence[Argument]) -> None:
        outcome = self.assert_finds_the_wedge("bpf", through)
        self.assertTrue(outcome.stderr.startswith(b"unwedge: wedged: "), outcome.stderr)

    def doctor(self, tier: str, through: Sequence[Argument]) -> str:
        """What it says where this tier is the best to be had."""
        outcome = self.run_bare(*through, self.binary, "doctor")
        self.assertEqual((0 if tier == "bpf" else 1, b""), (outcome.status, outcome.stderr), outcome)
        self.assertRegex(outcome.stdout.decode(), rf"(?m)^tier {tier}\b")
        return outcome.stdout.decode()


class BySeccomp(ConfinementTest):
    def test_bpf_is_refused(self) -> None:
        refusals = {"EPERM": "Operation not permitted", "ENOSYS": "Function not implemented", "kill": "kills"}
        for how, words in refusals.items():
            with self.subTest(how):
                through = [WITHOUT_BPF, how]
                self.assert_finds_the_wedge_without_bpf("seccomp", words, through=through)
                self.assertRegex(self.doctor("procfs", through), f"(?m)^tier procfs: .*seccomp.*{words}")

    def test_the_command_and_its_status_are_as_ever(self) -> None:
        outcome = self.run_unwedge("sh", "-c", "echo out; exit 5", through=[WITHOUT_BPF, "kill"])
        self.assertEqual((5, b"out\n"), (outcome.status, outcome.stdout))

    def test_hooks_that_were_asked_for_are_not_passed_over(self) -> None:
        outcome = self.run_unwedge(
            "touch", self.folder / "ran", options=["--hooks", "send=off"], through=[WITHOUT_BPF, "EPERM"]
        )
        self.assertEqual(125, outcome.status)
        self.assert_one_line(outcome.stderr, "seccomp")
        self.assertFalse((self.folder / "ran").exists())

    def test_triage_says_nothing_of_it_and_looks_at_proc(self) -> None:
        session = self.start_bare(WEDGE)
        pids = session.await_json_line()
        outcome = self.run_bare(WITHOUT_BPF, "EPERM", self.binary, "triage", str(pids["parent"]))
        self.assertEqual((harness.WEDGED, b""), (outcome.status, outcome.stderr))
        self.assertIn(b" by procfs for ", outcome.stdout)


class WithoutTypesOfTheKernel(ConfinementTest):
    def setUp(self) -> None:
        super().setUp()
        found = [path for path in ("/boot", "/lib/modules", "/usr/lib/debug") if self.has_kernel_types(path)]
        if found:
            self.skipTest(f"libbpf finds them elsewhere: {found}")

    @staticmethod
    def has_kernel_types(folder: str) -> bool:
        listed = subprocess.run(["find", folder, "-name", "vmlinu*"], capture_output=True, text=True)
        return bool(listed.stdout)

    def test_btf_is_not_there(self) -> None:
        self.assert_finds_the_wedge_without_bpf("/sys/kernel/btf", through=covering("/sys/kernel/btf"))
        self.assertIn("/sys/kernel/btf", self.doctor("procfs", covering("/sys/kernel/btf")))

    def test_nothing_of_sysfs_is_there(self) -> None:
        self.assert_finds_the_wedge_without_bpf("/sys/kernel/btf", through=covering("/sys"))


class WithoutWhatIsNotNeeded(ConfinementTest):
    def test_no_tracefs_debugfs_bpffs_nor_securityfs(self) -> None:
        through = covering("/sys/kernel/tracing", "/sys/kernel/debug", "/sys/fs/bpf", "/sys/kernel/security")
        self.assert_finds_the_wedge_with_bpf(through)
        self.doctor("bpf", through)

    def test_a_root_that_is_read_only(self) -> None:
        """But for where the diagnosis is to lie."""
        self.assert_finds_the_wedge_with_bpf(in_mounts(f"mount --bind {self.folder} {self.folder}", READ_ONLY))

    def test_no_place_for_a_diagnosis_is_told_before_the_command_starts(self) -> None:
        outcome = self.run_unwedge("echo", "ran", through=in_mounts(READ_ONLY))
        self.assertEqual((125, b""), (outcome.status, outcome.stdout))
        self.assert_one_line(outcome.stderr, "--json", "Read-only file system")

    def test_no_place_for_temporary_files(self) -> None:
        """The program of --on-wedge runs, without a diagnosis."""
        outcome = self.run_bare(
            *in_mounts(READ_ONLY), self.binary, "run", *ENDED_SOON, "--on-wedge", "exec:env", "--", WEDGE
        )
        self.assertEqual(124, outcome.status)
        self.assertIn(b"no diagnosis for it: making a folder in /tmp: Read-only file system\n", outcome.stderr)
        self.assertIn(b"UNWEDGE_CULPRIT_PID=", outcome.stderr)
        self.assertNotIn(b"UNWEDGE_JSON=", outcome.stderr)


class WhereProcHidesOthers(ConfinementTest):
    """hidepid=2: who is not root sees his own processes only."""

    def test_nobody_sees_what_he_runs(self) -> None:
        through = [*WITH_HIDEPID, *AS_NOBODY]
        self.binary.chmod(0o755)
        session = self.start_bare(*through, self.binary, "run", *ENDED_SOON, "--", WEDGE)
        session.await_json_line()
        outcome = session.wait()
        self.assertEqual(124, outcome.status)
        self.assertIn(b"culprit (certain): ", outcome.stderr)

    def test_root_misses_nothing(self) -> None:
        self.assert_finds_the_wedge_with_bpf(WITH_HIDEPID)
        self.assertNotIn("hidepid", self.doctor("bpf", WITH_HIDEPID))

    def test_who_is_hidden_is_not_said_to_be_nobody(self) -> None:
        for command in ("attach", "triage"):
            with self.subTest(command):
                outcome = self.run_bare(*WITH_HIDEPID, *AS_NOBODY, self.binary, command, "1")
                self.assertEqual((1, b""), (outcome.status, outcome.stdout))
                self.assertRegex(outcome.stderr, rb"unwedge: /proc hides process 1 \(.*hidepid.*\): .*root.*\n\Z")
        gone = self.run_bare(*WITH_HIDEPID, *AS_NOBODY, self.binary, "triage", str(harness.vanished_pid()))
        self.assertIn(b"there is no process", gone.stderr)

    def test_doctor_says_so_to_who_is_kept_out(self) -> None:
        self.assertIn("\nlimited by hidepid: ", self.doctor("procfs", [*WITH_HIDEPID, *AS_NOBODY]))


if __name__ == "__main__":
    harness.main(*harness.missing_namespaces())
