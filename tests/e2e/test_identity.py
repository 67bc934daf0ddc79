#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""From root, the command runs as the user who called sudo, or as --user says, and can't go back."""

import pwd
import shutil
import stat

import harness
from harness import NOBODY

SUDO_BY_NOBODY = {"SUDO_UID": str(NOBODY), "SUDO_GID": str(NOBODY), "SUDO_USER": "nobody"}
ADM = 4
NOBODYS_HOME = pwd.getpwuid(NOBODY).pw_dir


class Identity(harness.EndToEndTest):
    def assert_runs_as_nobody(self, group: int = NOBODY, **how: object) -> None:
        status = self.status_of_command(**how)
        self.assertEqual([str(NOBODY)] * 4, status["Uid"].split())
        self.assertEqual([str(group)] * 4, status["Gid"].split())
        self.assertEqual([str(group)], status["Groups"].split())
        for capabilities in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
            self.assertEqual(0, int(status[capabilities], 16))

    def status_of_command(self, **how: object) -> dict[str, str]:
        outcome = self.run_unwedge("cat", "/proc/self/status", **how)
        lines = outcome.stdout.decode().splitlines()
        return dict(line.split(":", 1) for line in lines)  # type: ignore[misc]

    def test_of_who_called_sudo(self) -> None:
        self.assert_runs_as_nobody(environment=SUDO_BY_NOBODY)

    def test_with_the_group_that_sudo_says(self) -> None:
        environment = SUDO_BY_NOBODY | {"SUDO_GID": str(ADM)}
        self.assert_runs_as_nobody(group=ADM, environment=environment)

    def test_by_name(self) -> None:
        self.assert_runs_as_nobody(options=["--user", "nobody"])

    def test_by_number(self) -> None:
        self.assert_runs_as_nobody(options=["--user", str(NOBODY)])

    def test_of_nobody_known(self) -> None:
        uid = 54321
        with self.assertRaises(KeyError):
            pwd.getpwuid(uid)
        status = self.status_of_command(options=["--user", str(uid)])
        self.assertEqual([str(uid)] * 4, status["Uid"].split())
        self.assertEqual([str(uid)], status["Groups"].split())

    def test_user_overrides_sudo(self) -> None:
        status = self.status_of_command(options=["--user", "root"], environment=SUDO_BY_NOBODY)
        self.assertEqual(["0"] * 4, status["Uid"].split())

    def test_without_sudo_it_stays_root(self) -> None:
        self.assertEqual(["0"] * 4, self.status_of_command()["Uid"].split())

    def test_home_and_login_name(self) -> None:
        script = 'echo "$HOME $USER $LOGNAME"'
        outcome = self.run_unwedge("sh", "-c", script, environment=SUDO_BY_NOBODY)
        self.assertEqual(f"{NOBODYS_HOME} nobody nobody\n", outcome.stdout.decode())

    def test_there_is_no_way_back_to_root(self) -> None:
        script = (
            "import os\n"
            "for regain in (os.setuid, os.seteuid, os.setgid, lambda id: os.setgroups([id])):\n"
            "    try: regain(0)\n"
            "    except PermissionError: print('refused')"
        )
        outcome = self.run_unwedge("/usr/bin/python3", "-c", script, environment=SUDO_BY_NOBODY)
        self.assertEqual(["refused"] * 4, outcome.stdout.decode().split())

    def test_capabilities_stay_behind_whatever_securebits_say(self) -> None:
        """With no_setuid_fixup the kernel leaves them to who has stepped down."""
        keeping = ["--inh-caps=+sys_admin,+net_raw", "--ambient-caps=+sys_admin,+net_raw"]
        through = ["setpriv", *keeping, "--securebits=+no_setuid_fixup"]
        self.assert_runs_as_nobody(options=["--user", "nobody"], through=through)

    def test_new_privileges_are_refused_where_that_is_asked_for(self) -> None:
        """By a program that is setuid, for whom the command runs as."""
        root_id = self.folder / "id"
        shutil.copy(shutil.which("id") or "/usr/bin/id", root_id)
        root_id.chmod(0o4755)
        for options, uid in (([], "0"), (["--no-new-privs"], str(NOBODY))):
            with self.subTest(options):
                outcome = self.run_unwedge(root_id, "-u", options=["--user", "nobody", *options])
                self.assertEqual(f"{uid}\n", outcome.stdout.decode())

    def test_owns_what_the_command_and_json_create(self) -> None:
        made = self.folder / "made"
        self.run_unwedge("touch", made, environment=SUDO_BY_NOBODY)
        self.assertEqual((NOBODY, NOBODY), (made.stat().st_uid, made.stat().st_gid))
        [diagnosis] = self.folder.glob("*.json")
        self.assertEqual((NOBODY, NOBODY), (diagnosis.stat().st_uid, diagnosis.stat().st_gid))
        self.assertFalse(diagnosis.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH))


class RefusedWith125(harness.EndToEndTest):
    def assert_refused(self, *says: str, **how: object) -> None:
        outcome = self.run_unwedge("id", **how)
        self.assertEqual((125, b""), (outcome.status, outcome.stdout))
        self.assert_one_line(outcome.stderr, *says)

    def test_a_user_whom_nobody_knows(self) -> None:
        self.assert_refused("--user", "no-such-user", options=["--user", "no-such-user"])

    def test_numbers_that_are_no_user(self) -> None:
        """The last one, (uid_t)-1, tells setresuid(2) to change nothing: it would stay root."""
        for number in ("-1", "4294967296", "4294967295"):
            with self.subTest(number):
                self.assert_refused("--user", options=["--user", number])

    def test_a_diagnosis_where_the_user_may_not_write(self) -> None:
        self.folder.chmod(0o755)
        self.assert_refused("--json", environment=SUDO_BY_NOBODY)


if __name__ == "__main__":
    harness.main()
