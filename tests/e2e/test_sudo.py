#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Under sudo itself: the command is its caller's in every respect and can't become root, and so are all files."""

import json
import os
import pwd
import shutil
from pathlib import Path
from typing import Any

import harness
from harness import NOBODY, PROGRAMS, Argument

SUDOERS = """\
Defaults env_reset, !use_pty, secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
root ALL=(ALL:ALL) ALL
nobody ALL=(ALL:ALL) NOPASSWD: ALL
"""
ENDED_SOON = ["--stall-after", "0.5", "--on-wedge", "kill", "--grace", "1", "--kill-after", "0.5"]
CALLER = pwd.getpwuid(NOBODY)
REGAIN = """\
import os
for regain in (os.setuid, os.seteuid, os.setgid, os.setegid, lambda id: os.setgroups([id]),
               lambda id: os.setresuid(-1, id, -1), lambda id: os.setresuid(-1, -1, id)):
    try: regain(0)
    except PermissionError: print("refused")
"""


class SudoTest(harness.EndToEndTest):
    def setUp(self) -> None:
        super().setUp()
        self.binary = self.folder / "unwedge"
        shutil.copy(harness.UNWEDGE, self.binary)
        sudoers = self.folder / "sudoers"
        sudoers.write_text(SUDOERS)
        sudoers.chmod(0o440)
        # For nobody, who may call it here and nowhere else.
        mounted = ["unshare", "-m", "sh", "-ec", 'mount --bind "$0" /etc/sudoers; exec "$@"', sudoers]
        self.as_nobody = [*mounted, "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--init-groups"]

    def sudo(self, command: str, *arguments: Argument) -> harness.Outcome:
        return self.run_bare(*self.as_nobody, "sudo", "-n", self.binary, command, *arguments)

    def assert_is_the_callers(self, *files: Path) -> None:
        for file in files:
            with self.subTest(file.name):
                self.assertEqual((NOBODY, CALLER.pw_gid), (file.stat().st_uid, file.stat().st_gid))


class TheCommand(SudoTest):
    def surroundings(self, *options: str) -> dict[str, Any]:
        outcome = self.sudo("run", *options, "--", PROGRAMS / "surroundings.py")
        self.assertEqual((0, b""), (outcome.status, outcome.stderr))
        found: dict[str, Any] = json.loads(outcome.stdout)
        return found

    def test_is_its_callers_and_has_no_capability(self) -> None:
        found = self.surroundings()
        self.assertEqual([str(NOBODY)] * 4, found["Uid"].split())
        self.assertEqual([str(CALLER.pw_gid)] * 4, found["Gid"].split())
        self.assertEqual(os.getgrouplist("nobody", CALLER.pw_gid), [int(group) for group in found["Groups"].split()])
        for capabilities in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
            self.assertEqual(0, int(found[capabilities], 16))
        self.assertEqual({}, found["descriptors"])

    def test_has_the_environment_of_its_caller(self) -> None:
        variables = dict(line.split("=", 1) for line in self.surroundings()["environment"] if line)
        self.assertEqual(
            {"HOME": CALLER.pw_dir, "USER": "nobody", "LOGNAME": "nobody", "SHELL": CALLER.pw_shell},
            {name: variables.get(name) for name in ("HOME", "USER", "LOGNAME", "SHELL")},
        )
        self.assertEqual([], [name for name in variables if name.startswith("SUDO_") or name == "MAIL"])
        self.assertIn("PATH", variables)

    def test_cannot_become_root_again(self) -> None:
        outcome = self.sudo("run", "--", "/usr/bin/python3", "-c", REGAIN)
        self.assertEqual(["refused"] * 7, outcome.stdout.decode().split())

    def test_without_new_privileges_not_even_by_sudo(self) -> None:
        again = ["sudo", "-n", "id", "-u"]
        self.assertEqual(b"0\n", self.sudo("run", "--", *again).stdout, "as its caller might without us")
        outcome = self.sudo("run", "--no-new-privs", "--", *again)
        self.assertEqual((1, b""), (outcome.status, outcome.stdout))
        self.assertEqual("1", self.surroundings("--no-new-privs")["NoNewPrivs"])

    def test_may_not_touch_unwedge(self) -> None:
        script = 'kill -TERM $PPID; cat /proc/$PPID/environ; cat /proc/$PPID/mem; ls /proc/$PPID/fd'
        outcome = self.sudo("run", "--", "sh", "-c", script)
        self.assertEqual(b"", outcome.stdout)
        self.assertEqual(4, outcome.stderr.count(b"ermi"), outcome.stderr)  # kill, cat, cat and ls, each refused


class Files(SudoTest):
    def test_that_the_command_and_run_make(self) -> None:
        made, diagnosis, recording = (self.folder / name for name in ("made", "diagnosis", "one.unwedge"))
        outcome = self.sudo("run", "--json", diagnosis, "--record", recording, "--", "touch", made)
        self.assertEqual(0, outcome.status)
        self.assert_is_the_callers(made, diagnosis, recording)

    def test_that_triage_and_attach_make(self) -> None:
        session = self.start_bare(PROGRAMS / "wedge.py")
        pid = str(session.await_json_line()["parent"])
        looked, attached = self.folder / "looked", self.folder / "attached"
        self.assertEqual(harness.WEDGED, self.sudo("triage", "--json", looked, pid).status)
        ended = self.sudo("attach", *ENDED_SOON, "--json", attached, pid)
        self.assertEqual(124, ended.status)
        self.assert_is_the_callers(looked, attached)

    def test_that_belong_to_others_are_out_of_reach(self) -> None:
        """However a path of the caller's leads there."""
        secret = self.folder / "secret"
        secret.write_text("kept")
        secret.chmod(0o600)
        link = self.folder / "link"
        link.symlink_to(secret)
        for command, what in (("run", ["--", "true"]), ("triage", ["1"]), ("attach", ["1"])):
            with self.subTest(command):
                outcome = self.sudo(command, "--json", link, *what)
                self.assertIn(outcome.status, (1, 125))
                self.assert_one_line(outcome.stderr, "--json", "Permission denied")
        self.assertEqual("kept", secret.read_text())

    def test_that_the_program_of_on_wedge_is_given_are_roots_as_it_is_itself(self) -> None:
        program = self.folder / "show"
        # At one go: unwedge writes to the same stderr.
        program.write_text('#!/bin/sh\necho $(id -u; stat -c "%u %a" "$UNWEDGE_JSON" "${UNWEDGE_JSON%/*}")\n')
        program.chmod(0o755)
        outcome = self.sudo("run", *ENDED_SOON, "--on-wedge", f"exec:{program}", "--", PROGRAMS / "wedge.py")
        self.assertIn(b"0 0 600 0 700\n", outcome.stderr)


def missing_sudo() -> list[str]:
    return [] if shutil.which("sudo") else ["sudo"]


if __name__ == "__main__":
    harness.main(*missing_sudo(), *harness.missing_namespaces())
