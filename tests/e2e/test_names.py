#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""How actors are named: by the built-in profiles, and by those of --profiles FILE."""

from pathlib import Path
from typing import Any

import harness
from harness import PROGRAMS

FAMILY = PROGRAMS / "family.py"


class NamesTest(harness.EndToEndTest):
    def profiles(self, text: str) -> Path:
        path = self.folder / "my.toml"
        path.write_text(text)
        return path

    def name_family(self, *options: str | Path) -> dict[str, tuple[str, str | None]]:
        """Name and profile of each member, as the diagnosis of the timeout has them."""
        session = self.start(FAMILY, options=["--timeout", "2", *options])
        pids: dict[str, int] = session.await_json_line()
        outcome = session.wait()
        self.assertEqual(124, outcome.status)
        actors: dict[int, dict[str, Any]] = {actor["pid"]: actor for actor in outcome.diagnosis["actors"]}
        return {who: (actors[pid]["name"], actors[pid]["profile"]) for who, pid in pids.items()}


class OfAFamily(NamesTest):
    def test_each_child_has_its_own(self) -> None:
        self.assertEqual(
            {
                "main": ("family.py", None),
                "forked": ("family.py #1", "multiprocessing"),
                "spawned": ("family.py #2", "multiprocessing"),
                "titled": ("doggy", "tractor"),
            },
            self.name_family(),
        )

    def test_the_users_rules_come_first(self) -> None:
        rule = """[[rule]]
profile = "family"
program = "python"
parent_argv = '/family\\.py$'
argv = '-c from ([a-z]+)\\.spawn'
name = "{1} {number}"
"""
        names = self.name_family("--profiles", self.profiles(rule))
        self.assertEqual(("multiprocessing 1", "family"), names["spawned"])
        self.assertEqual(("family.py #1", "multiprocessing"), names["forked"])


class OfABadFile(NamesTest):
    def assert_refused(self, path: Path | str, *words: str, options: tuple[str, ...] = ()) -> None:
        started = self.folder / "started"
        outcome = self.run_unwedge("touch", started, options=["--profiles", path, *options])
        self.assertEqual((125, b"", {}), (outcome.status, outcome.stdout, outcome.diagnosis))
        self.assert_one_line(outcome.stderr, *words)
        self.assertFalse(started.exists(), "the command was started")

    def test_one_line_names_file_line_and_key(self) -> None:
        for text, place in (
            ("[[rule]]\nargv = '(a'\nname = 'b'\n", "my.toml:2: rule.argv: "),
            ("[[rule]]\nargv = 'a'\nnmae = 'b'\n", "my.toml:3: rule.nmae: "),
            ("[[rule]]\nargv = 'a'\nname = b\n", "my.toml:3: name: "),
            ("# no rule\nname = 'b'\n", "my.toml:2: name: "),
            ("\x1b[2J = 1\n", "my.toml:1: "),
        ):
            with self.subTest(text):
                self.assert_refused(self.profiles(text), place)

    def test_what_cannot_be_read(self) -> None:
        self.assert_refused("/nonexistent.toml", "/nonexistent.toml", "No such file")
        self.assert_refused(self.folder, str(self.folder), "Is a directory")
        self.assert_refused("/dev/zero", "/dev/zero", "too large")

    def test_it_is_read_as_whom_the_command_runs_as(self) -> None:
        secret = self.profiles("secret = 1\n")
        secret.chmod(0o600)
        self.assert_refused(secret, "Permission denied", options=("--user", str(harness.NOBODY)))


if __name__ == "__main__":
    harness.main()
