#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The least it needs. Without one of the two capabilities that BPF needs it says which, and watches from /proc; with
them it need not be root, and of a user's own processes misses nothing; file capabilities are the program's alone.
"""

import dataclasses
import re
import shlex
import shutil
import subprocess
from collections.abc import Sequence

import harness
from harness import NOBODY, PROGRAMS, Argument

AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
NEEDED = ["bpf", "perfmon"]
ALL = [*NEEDED, "sys_ptrace"]
ENDED_SOON = ["--stall-after", "0.5", "--on-wedge", "kill", "--grace", "1", "--kill-after", "0.5"]


def names(words: Sequence[str]) -> list[str]:
    return [f"CAP_{word.upper()}" for word in words]


def nobody_with(*capabilities: str) -> list[str]:
    """What starts a program as nobody with these capabilities and no others."""
    granted = ",".join(["-all", *(f"+{capability}" for capability in capabilities)])
    return [*AS_NOBODY, f"--inh-caps={granted}", f"--ambient-caps={granted}"]


def root_without(*capabilities: str) -> list[str]:
    return ["setpriv", "--bounding-set=" + ",".join(f"-{capability}" for capability in capabilities)]


class PrivilegeTest(harness.EndToEndTest):
    def setUp(self) -> None:
        super().setUp()
        # Where nobody can reach it, even if the project lies in root's home.
        self.binary = self.folder / "unwedge"
        shutil.copy(harness.UNWEDGE, self.binary)

    def run_as_they_are(
        self, *command: Argument, options: Sequence[Argument] = (), through: Sequence[Argument]
    ) -> harness.Outcome:
        """`run` of the copy, whose diagnosis lies where nobody can write."""
        json_file = self.folder / "diagnosis.json"
        outcome = self.run_bare(*through, self.binary, "run", "--json", json_file, *options, "--", *command)
        return dataclasses.replace(outcome, diagnosis=harness.parse_diagnosis(json_file.read_bytes()))


class Capabilities(PrivilegeTest):
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
        self.assert_watches_without_bpf(["bpf"], through=root_without("bpf", "sys_admin"))

    def test_sys_admin_stands_for_bpf_and_perfmon(self) -> None:
        outcome = self.run_unwedge("true", through=root_without("bpf", "perfmon"))
        self.assertEqual((0, b""), (outcome.status, outcome.stderr))

    def test_the_needed_ones_are_enough(self) -> None:
        """Also for what only /proc tells: whose epoll set asks for what, and who waits for a lock."""
        for case in ("disarmed_tcp", "lock_unix"):
            with self.subTest(case):
                wedge = harness.ZOO_CASES / case
                outcome = self.run_as_they_are(wedge, options=ENDED_SOON, through=nobody_with(*NEEDED))
                self.assertEqual((124, "bpf"), (outcome.status, outcome.diagnosis["tier"]))
                self.assertEqual([], outcome.diagnosis["hidden"])
                [culprit] = outcome.verdicts("culprit")
                self.assertEqual("certain", culprit["confidence"])
                self.assertTrue(outcome.stderr.startswith(b"unwedge: wedged: "), outcome.stderr)

    def test_ambient_ones_are_the_commands_too(self) -> None:
        """As any program would pass them on: who wants another user for it says so."""
        show = ["grep", "^Cap", "/proc/self/status"]
        bare = self.run_bare(*nobody_with(*NEEDED), *show)
        outcome = self.run_bare(*nobody_with(*NEEDED), self.binary, "run", "--", *show)
        self.assertEqual((bare.stdout, b""), (outcome.stdout, outcome.stderr))

    def test_of_processes_of_other_users_less_is_seen_without_sys_ptrace(self) -> None:
        """More than without BPF, though, which would not even see channels; and what is missing is told."""
        outcome = self.run_unwedge(
            harness.ZOO_CASES / "never_read_unix",
            options=["--stall-after", "0.5", "--timeout", "3", "--kill-after", "0.5", "--user", "nobody"],
            through=root_without("sys_ptrace"),
        )
        self.assertEqual((124, "bpf"), (outcome.status, outcome.diagnosis["tier"]))
        self.assertEqual(1, len(outcome.diagnosis["channels"]))
        self.assertFalse(outcome.diagnosis["wedged"])
        [hidden] = outcome.diagnosis["hidden"]
        self.assertRegex(hidden, r"of 2 of 2 processes: .* CAP_SYS_PTRACE")

    def test_hooks_that_were_asked_for_are_not_passed_over(self) -> None:
        outcome = self.run_bare(
            *nobody_with(), self.binary, "run", "--hooks", "receive=tp_btf", "--", "touch", self.folder / "ran"
        )
        self.assertEqual((125, b""), (outcome.status, outcome.stdout))
        self.assert_one_line(outcome.stderr, "CAP_BPF")
        self.assertFalse((self.folder / "ran").exists())

    def test_nobody_is_told_of_a_wedge_all_the_same(self) -> None:
        wedge = harness.ZOO_CASES / "never_read_unix"
        outcome = self.run_bare(*nobody_with(), self.binary, "run", *ENDED_SOON, "--", wedge)
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
        self.assertEqual(names(ALL), re.findall(r"(?m)^missing (CAP_\w+): \w", outcome.stdout.decode()))

    def test_doctor_does_not_tell_root_to_be_root(self) -> None:
        outcome = self.run_bare(*root_without("bpf", "sys_admin"), self.binary, "doctor")
        self.assertEqual(1, outcome.status)
        self.assertIn(b"--cap-add", outcome.stdout)
        self.assertNotIn(b"run it as root", outcome.stdout)

    def test_doctor_names_one_that_is_missing_for_others_processes_only(self) -> None:
        outcome = self.run_bare(*nobody_with(*NEEDED), self.binary, "doctor")
        self.assertEqual(0, outcome.status)
        self.assertEqual(["CAP_SYS_PTRACE"], re.findall(r"missing (CAP_\w+)", outcome.stdout.decode()))
        self.assertNotIn(b"setcap", outcome.stdout)

    def test_doctor_as_root_shows_each_hook_with_its_candidates(self) -> None:
        outcome = self.run_bare(self.binary, "doctor")
        self.assertEqual((0, b""), (outcome.status, outcome.stderr))
        report = outcome.stdout.decode()
        self.assertIn("tier bpf\n", report)
        for hook in ("receive", "send", "park", "state", "lifecycle", "sweep"):
            self.assertRegex(report, rf"(?m)^  {hook} +\w+\n( {{13}}\w+ [\w/]+: (works|refused: .+)\n)+")


class FileCapabilities(PrivilegeTest):
    """The line that doctor offers, executed: the program then has what it needs, whoever calls it."""

    def setUp(self) -> None:
        super().setUp()
        subprocess.run([*self.offered()[1:]], check=True)

    def offered(self) -> list[str]:
        report = self.run_bare(*nobody_with(), self.binary, "doctor").stdout.decode()
        return shlex.split(re.findall(r"(?m)^  \$ (sudo setcap .+)$", report)[0])

    def test_the_line_is_for_this_program_and_the_least(self) -> None:
        subprocess.run(["setcap", "-r", self.binary], check=True)
        self.assertEqual(["sudo", "setcap", "cap_bpf,cap_perfmon+ep", str(self.binary)], self.offered())

    def test_it_is_not_offered_where_it_would_not_help(self) -> None:
        subprocess.run(["setcap", "-r", self.binary], check=True)
        nosuid = ["unshare", "-m", "sh", "-ec", 'mount --bind -o nosuid "$0" "$0"; exec "$@"', self.folder]
        for through in (["setpriv", "--no-new-privs"], nosuid, root_without("bpf", "sys_admin")):
            with self.subTest(through[:2]):
                outcome = self.run_bare(*through, *nobody_with(), self.binary, "doctor")
                self.assertIn(b"\nmissing CAP_BPF", outcome.stdout)
                self.assertNotIn(b"setcap", outcome.stdout)

    def test_nobody_traces_by_bpf_then(self) -> None:
        outcome = self.run_as_they_are(harness.ZOO_CASES / "disarmed_tcp", options=ENDED_SOON, through=nobody_with())
        self.assertEqual((124, "bpf", True), (outcome.status, outcome.diagnosis["tier"], outcome.diagnosis["wedged"]))
        self.assertTrue(outcome.stderr.startswith(b"unwedge: wedged: "), outcome.stderr)

    def test_nothing_of_it_is_for_the_command_nor_for_the_program_of_on_wedge(self) -> None:
        show = self.folder / "show"
        show.write_text("#!/bin/sh\ngrep ^Cap.*: /proc/self/status\n")
        show.chmod(0o755)
        alone = self.run_bare(*nobody_with(), show)
        outcome = self.run_bare(*nobody_with(), self.binary, "run", "--", show)
        self.assertEqual(alone.stdout, outcome.stdout)
        outcome = self.run_bare(
            *nobody_with(), self.binary, "run", *ENDED_SOON, "--on-wedge", f"exec:{show}", "--", PROGRAMS / "wedge.py"
        )
        self.assertIn(alone.stdout, outcome.stderr)

    def test_what_the_linker_takes_away_can_be_given_back(self) -> None:
        """It lets who calls a program with capabilities choose none of its libraries."""
        variable = {"LD_LIBRARY_PATH": "/a"}
        show = ["sh", "-c", 'echo "$LD_LIBRARY_PATH"']
        for command, shown in ((show, b"\n"), (["env", "LD_LIBRARY_PATH=/b", *show], b"/b\n")):
            outcome = self.run_bare(*nobody_with(), self.binary, "run", "--", *command, environment=variable)
            self.assertEqual(shown, outcome.stdout)

    def test_files_are_opened_with_the_users_own_rights(self) -> None:
        """Not even with a capability that would let any file be read and written."""
        subprocess.run(["setcap", "cap_bpf,cap_perfmon,cap_dac_override+ep", self.binary], check=True)
        secret = self.folder / "secret"
        secret.write_text("secret = 1\n")
        secret.chmod(0o600)
        for option in ("--json", "--profiles"):
            with self.subTest(option):
                outcome = self.run_bare(*nobody_with(), self.binary, "run", option, secret, "--", "true")
                self.assertEqual(125, outcome.status)
                self.assert_one_line(outcome.stderr, option, "Permission denied")
        self.assertEqual("secret = 1\n", secret.read_text())
        self.assertEqual(0, self.run_as_they_are("true", through=nobody_with()).status)
        self.assertEqual(NOBODY, (self.folder / "diagnosis.json").stat().st_uid)

    def test_it_ends_nobody_elses_processes(self) -> None:
        session = self.start_bare(PROGRAMS / "wedge.py")
        pids = session.await_json_line()
        outcome = self.run_bare(*nobody_with(), self.binary, "reap", str(pids["parent"]))
        self.assertEqual(1, outcome.status)
        self.assertIsNone(session.process.poll())

    def test_of_other_users_it_tells_what_the_kernel_sees_but_reads_no_memory(self) -> None:
        session = self.start_bare(PROGRAMS / "wedge.py")
        pids = session.await_json_line()
        outcome = self.run_bare(*nobody_with(), self.binary, "triage", "--stacks", "--json", "-", str(pids["parent"]))
        diagnosis = harness.parse_diagnosis(outcome.stdout)
        self.assertEqual(("bpf", 1), (diagnosis["tier"], len(diagnosis["channels"])))
        self.assertTrue(diagnosis["hidden"])
        for stack in diagnosis["stacks"]:
            self.assertEqual((None, None), (stack["kernel"], stack["user"]))


class Setuid(PrivilegeTest):
    def test_it_refuses_to_be_setuid(self) -> None:
        """Its caller would be root by `--user root`."""
        for mode in (0o4755, 0o2755):
            self.binary.chmod(mode)
            for command, status in ((["run", "--user", "root", "--", "id"], 125), (["doctor"], 2)):
                with self.subTest(mode=oct(mode), command=command[0]):
                    outcome = self.run_bare(*nobody_with(), self.binary, *command)
                    self.assertEqual((status, b""), (outcome.status, outcome.stdout))
                    self.assert_one_line(outcome.stderr, "setuid", "sudo")


if __name__ == "__main__":
    harness.main()
