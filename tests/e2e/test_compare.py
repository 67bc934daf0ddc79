#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""unwedge compare tells a regression from what was there before, and leaves the repository alone."""

import hashlib
import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import harness
from harness import NOBODY, PROGRAMS, UNWEDGE, Argument

SOON = ["--timeout", "2.2", "--kill-after", "1", "--run-option=--stall-after", "--run-option", "0.5", "--jobs", "4"]
PROGRAM = ["./chance.py"]


def contents(folder: Path) -> dict[str, str]:
    """Of all files, .git and its index included: what they are, and what is in them."""
    found = {}
    for path in sorted(folder.rglob("*")):
        what = f"{path.lstat().st_mode:o} {path.lstat().st_mtime_ns if path.is_file() else ''} "
        if path.is_symlink():
            what += os.readlink(path)
        elif path.is_file():
            what += hashlib.sha256(path.read_bytes()).hexdigest()
        found[str(path.relative_to(folder))] = what
    return found


class CompareTest(harness.EndToEndTest):
    def setUp(self) -> None:
        super().setUp()
        self.result = self.folder / "result.json"
        self.temporary = self.folder / "temporary"
        self.temporary.mkdir(mode=0o777)
        self.temporary.chmod(0o777)
        self.repo = self.folder / "repo"
        self.make_repo(self.repo, {"chance": "0 0 1", "other": "before\n"})
        shutil.copy(PROGRAMS / "chance.py", self.repo)
        self.commit(self.repo)

    def git(self, *words: Argument, cwd: Path | None = None) -> str:
        who = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always"]
        done = subprocess.run(
            ["git", *who, *words], cwd=cwd or self.repo, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def make_repo(self, folder: Path, files: dict[str, str]) -> None:
        folder.mkdir()
        self.git("init", "-q", "-b", "main", cwd=folder)
        for name, text in files.items():
            (folder / name).write_text(text)
        self.commit(folder)

    def commit(self, folder: Path) -> None:
        self.git("add", "-A", cwd=folder)
        self.git("commit", "-q", "-m", "a state", cwd=folder)

    def plant(self, chance: str) -> None:
        (self.repo / "chance").write_text(chance)

    def words(self, *words: Argument) -> list[Argument]:
        baseline = () if "--baseline" in words else ("--baseline", "HEAD")
        return [UNWEDGE, "compare", "--json", self.result, "--dir", self.folder / "runs", *baseline, *words]

    def compare(self, *words: Argument, **how: Any) -> tuple[harness.Outcome, dict[str, Any]]:
        how.setdefault("cwd", self.repo)
        outcome = self.run_bare(*self.words(*words), environment={"TMPDIR": str(self.temporary)}, **how)
        self.assertEqual([], list(self.temporary.iterdir()), "left behind")
        text = self.result.read_text() if self.result.exists() else ""
        return outcome, harness.parse_diagnosis(text, "compare") if text else {}


class Verdicts(CompareTest):
    def test_regression(self) -> None:
        self.plant("1 0 1")
        outcome, result = self.compare("-n", "4", *SOON, "--", *PROGRAM)
        self.assertEqual((1, "regression"), (outcome.status, result["verdict"]), outcome)
        self.assertEqual((4, 4), (result["baseline"]["pass"], result["change"]["hang"]))
        self.assertEqual(1, len(result["change"]["fingerprints"]))
        self.assertTrue(outcome.stdout.startswith(b"regression\n"), outcome.stdout)
        for pair in range(0, 8, 2):
            began = {one["side"] for one in result["attempts"] if one["run"] in (pair + 1, pair + 2)}
            self.assertEqual({"baseline", "change"}, began)

    def test_pre_existing(self) -> None:
        self.plant("1 0 1")
        self.commit(self.repo)
        (self.repo / "other").write_text("after\n")
        outcome, result = self.compare("-n", "2", *SOON, "--", *PROGRAM)
        self.assertEqual((0, "pre-existing"), (outcome.status, result["verdict"]), outcome)

    def test_too_few_runs_are_no_evidence(self) -> None:
        self.plant("1 0 1")
        outcome, result = self.compare("-n", "1", *SOON, "--", *PROGRAM)
        self.assertEqual((3, "no-evidence"), (outcome.status, result["verdict"]), outcome)
        self.assertGreaterEqual(result["more_runs"], 2)
        self.assertRegex(outcome.stdout, rb"\Ano evidence yet: about \d+ more runs")

    def test_enough_clean_runs_are_no_regression_and_fewer_are_no_evidence(self) -> None:
        for runs, status, verdict in (("5", 0, "no-regression"), ("4", 3, "no-evidence")):
            with self.subTest(runs):
                outcome, result = self.compare("-n", runs, "--detect", "0.5", "--jobs", "4", "--", "true")
                self.assertEqual((status, verdict), (outcome.status, result["verdict"]))

    def test_a_baseline_that_lacks_the_test_cannot_run_and_only_helps(self) -> None:
        shutil.move(self.repo / "chance.py", self.repo / "new.py")
        self.plant("1 0 1")
        outcome, result = self.compare("-n", "3", *SOON, "--", "./new.py")
        self.assertEqual((3, "baseline-cannot-run"), (outcome.status, result["verdict"]), outcome)
        self.assertIn(b"--only", outcome.stdout)
        outcome, result = self.compare("-n", "3", "--only", "chance", *SOON, "--", "./new.py")
        self.assertEqual((1, "regression"), (outcome.status, result["verdict"]), outcome)

    def test_each_side_is_built(self) -> None:
        self.plant("0 1 1")
        build = "cp chance built; echo building"
        outcome, result = self.compare(
            "-n", "3", "--build", build, "--", "sh", "-c", 'test "$(cat built)" = "0 0 1"'
        )
        self.assertEqual((1, "regression"), (outcome.status, result["verdict"]), outcome)
        self.assertEqual("building\n", (self.folder / "runs/build-change.log").read_text())
        self.assertFalse((self.repo / "built").exists())

    def test_a_baseline_that_cannot_be_built_cannot_run(self) -> None:
        self.plant("1 0 1")
        outcome, result = self.compare("--build", 'test "$(cat chance)" != "0 0 1"', "--", "true")
        self.assertEqual((3, "baseline-cannot-run"), (outcome.status, result["verdict"]), outcome)
        outcome, _ = self.compare("--build", 'test "$(cat chance)" = "0 0 1"', "--", "true")
        self.assertEqual(125, outcome.status)
        self.assertIn(b"the change: the build failed", outcome.stderr)

    def test_wrong_usage(self) -> None:
        for words, about in (
            (["--baseline", "nothing", "--", "true"], "nothing"), (["--only", "nowhere", "--", "true"], "nowhere"),
            (["-n", "0", "--", "true"], "--runs"), ([], "CMD"),
        ):  # fmt: skip
            with self.subTest(about):
                outcome, _ = self.compare(*words)
                self.assertEqual((125, b""), (outcome.status, outcome.stdout))
                self.assertIn(about, outcome.stderr.decode())
        outcome, _ = self.compare("--", "true", cwd=self.folder)
        self.assertEqual(125, outcome.status)


class TheRepository(CompareTest):
    """With all that git can have of changes: staged, unstaged, untracked, stashed, in a submodule."""

    def setUp(self) -> None:
        super().setUp()
        library = self.folder / "library"
        self.make_repo(library, {"code": "one\n"})
        self.git("submodule", "--quiet", "add", str(library), "sub")
        (self.repo / ".gitignore").write_text("ignored\n")
        self.commit(self.repo)
        (self.repo / "other").write_text("stashed\n")
        self.git("stash")
        (self.repo / "staged").write_text("staged\n")
        self.git("add", "staged")
        (self.repo / "other").write_text("unstaged\n")
        (self.repo / "untracked").write_text("untracked\n")
        (self.repo / "ignored").write_text("ignored\n")
        (self.repo / "sub/code").write_text("two\n")
        os.utime(self.repo / "chance")  # a `git status` would write the index anew
        self.before = contents(self.repo)

    def test_is_as_it_was_and_so_is_the_change(self) -> None:
        script = 'cat other; ls -A; cat sub/code staged; git status --porcelain --ignore-submodules; pwd'
        outcome, _ = self.compare("-n", "1", "--", "sh", "-c", script + "; true")
        self.assertIn(outcome.status, (0, 3), outcome)
        self.assertEqual(self.before, contents(self.repo))
        said = {side: next((self.folder / "runs").glob(f"*-{side}.log")).read_text().splitlines()
                for side in ("baseline", "change")}  # fmt: skip
        self.assertEqual(["unstaged", "two", "staged"], [said["change"][0], *said["change"][-3:-1]])
        self.assertIn("untracked", said["change"])
        self.assertNotIn("ignored", said["change"])
        self.assertEqual("before", said["baseline"][0])
        self.assertIn("one", said["baseline"])
        self.assertNotIn("untracked", said["baseline"])

    def test_is_as_it_was_with_only(self) -> None:
        outcome, _ = self.compare("-n", "1", "--only", "other", "--", "sh", "-c", "cat other sub/code untracked")
        self.assertIn(outcome.status, (0, 3), outcome)
        self.assertEqual(self.before, contents(self.repo))
        log = next((self.folder / "runs").glob("*-baseline.log")).read_text()
        self.assertEqual("before\ntwo\nuntracked\n", log)

    def start_and_await_a_run(self) -> tuple[harness.Session, dict[str, int]]:
        self.plant("1 0 1")
        self.before = contents(self.repo)
        session = self.start_bare(
            *self.words("-n", "9", "--", *PROGRAM), cwd=self.repo, environment={"TMPDIR": str(self.temporary)}
        )

        def hangs() -> bool:
            return any(b"asked" in log.read_bytes() for log in self.folder.glob("runs/*-change.log"))

        harness.await_that(hangs, "a run of the change")
        tree = harness.descendants(session.pid)
        self.assertGreaterEqual(len(tree), 3)
        return session, self.hold({str(pid): pid for pid in tree})

    def test_after_ctrl_c_all_is_as_it_was(self) -> None:
        session, pidfds = self.start_and_await_a_run()
        session.signal(signal.SIGINT)
        self.assertEqual(125, session.wait().status)
        self.assert_gone(pidfds)
        self.assertEqual([], list(self.temporary.iterdir()))
        self.assertEqual(self.before, contents(self.repo))

    def test_after_sigkill_nothing_is_left(self) -> None:
        session, pidfds = self.start_and_await_a_run()
        session.signal(signal.SIGKILL)
        session.wait()
        harness.await_that(lambda: not list(self.temporary.iterdir()), "the copies are gone")
        self.assert_gone(pidfds)
        self.assertEqual(self.before, contents(self.repo))

    def test_under_sudo_git_and_files_are_the_callers(self) -> None:
        subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", self.repo], check=True)
        outcome = self.run_bare(
            *self.words("-n", "1", "--", "sh", "-c", "id -u; stat -c %u other"), cwd=self.repo,
            environment={"TMPDIR": str(self.temporary), "SUDO_UID": str(NOBODY), "SUDO_GID": str(NOBODY)},
        )  # fmt: skip
        self.assertIn(outcome.status, (0, 3), outcome)
        self.assertEqual([], list(self.temporary.iterdir()))
        for log in (self.folder / "runs").glob("*.log"):
            self.assertEqual(f"{NOBODY}\n{NOBODY}\n", log.read_text())
            self.assertEqual(NOBODY, log.stat().st_uid)


if __name__ == "__main__":
    harness.main()
