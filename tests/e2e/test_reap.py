#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""unwedge reap ends trees, the whole of them, and nobody else."""

import contextlib
import os
import re
import uuid
from pathlib import Path

import harness
from harness import NOBODY, PROGRAMS, UNWEDGE


def those_with(mark: str) -> list[int]:
    """Living processes with `mark` among their arguments."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            is_alive = folder.joinpath("stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
            if is_alive and mark.encode() in folder.joinpath("cmdline").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


class Reap(harness.EndToEndTest):
    def setUp(self) -> None:
        super().setUp()
        self.mark = f"mark-{uuid.uuid4()}"

    def reap(self, *arguments: str, **how: object) -> harness.Outcome:
        outcome: harness.Outcome = self.run_bare(UNWEDGE, "reap", *arguments, **how)
        return outcome

    def start_sleeper(self, *more: str, **how: object) -> harness.Session:
        """With the mark and `more` among its arguments."""
        session: harness.Session = self.start_bare(
            "/usr/bin/python3", "-ISc", "print(flush=True); import signal; signal.pause()", self.mark, *more, **how
        )
        session.await_stdout(b"\n")
        return session

    def is_alive(self, session: harness.Session) -> bool:
        return session.process.poll() is None

    # What ends, and how.

    def test_ends_those_that_are_asked_and_kills_the_others(self) -> None:
        root = self.start_bare(PROGRAMS / "stubborn_tree.py", start_new_session=True)
        pids = root.await_json_line()
        del pids["daemon"]  # it had left the tree before
        tree = self.hold(pids)
        outcome = self.reap("--kill-after", "0.3", str(root.pid))
        self.assertEqual((0, b""), (outcome.status, outcome.stderr))
        self.assert_gone(tree)
        how = dict(re.findall(r"^ended (\d+) .* by (SIG[A-Z]+) after ", outcome.stdout.decode(), re.M))
        names = {name: how[str(pid)] for name, pid in pids.items()}
        self.assertEqual(
            {"plain": "SIGTERM", "stopped": "SIGTERM", "deaf": "SIGKILL", "root": "SIGKILL"}, names
        )

    def test_ends_a_whole_tree_that_forks_all_the_time(self) -> None:
        for habits in ("", "deaf"):
            with self.subTest(habits=habits):
                self.reap_breeder("exec", habits)

    def test_ends_orphans_of_a_session_that_the_tree_leads(self) -> None:
        for habits in ("", "deaf"):
            with self.subTest(habits=habits):
                self.reap_breeder("setsid", f"orphans {habits}")

    def reap_breeder(self, start: str, habits: str) -> None:
        """Below a shell, which is not to be ended: the orphans become our children, not the shell's."""
        shell = self.start_bare("sh", "-c", f"({start} {PROGRAMS}/breeder.py {self.mark} {habits}) & wait")
        outcome = self.reap("--kill-after", "0.5", str(shell.await_json_line()))
        self.assertEqual((0, b""), (outcome.status, outcome.stderr))
        self.assertEqual([], those_with(self.mark))

    def test_touches_nobody_else(self) -> None:
        """Neither a sibling in the same process group, nor the parent."""
        sibling = self.start_sleeper("sibling")
        target = self.start_sleeper("target")
        outcome = self.reap(str(target.pid))
        self.assertEqual(0, outcome.status)
        self.assertIn(f"ended {target.pid} ".encode(), outcome.stdout)
        self.assertEqual(1, outcome.stdout.count(b"\n"))
        self.assertTrue(self.is_alive(sibling))

    def test_match_ends_all_that_match_but_not_the_shell_that_says_so(self) -> None:
        both = [self.start_sleeper(), self.start_sleeper()]
        other = self.start_bare("sleep", "60")
        outcome = self.run_bare("sh", "-c", f"{UNWEDGE} reap --match {self.mark} && echo alive")
        self.assertEqual(0, outcome.status, outcome.stderr)
        self.assertTrue(outcome.stdout.endswith(b"alive\n"), outcome.stdout)
        self.assertEqual([-15, -15], [session.wait().status for session in both])
        self.assertTrue(self.is_alive(other))

    def test_ends_them_though_nobody_reads_what_it_says(self) -> None:
        sleeper = self.start_sleeper()
        read_end, write_end = os.pipe()
        os.close(read_end)
        outcome = self.reap(str(sleeper.pid), stdout=write_end)
        os.close(write_end)
        self.assertEqual(0, outcome.status, outcome.stderr)
        self.assertEqual(-15, sleeper.wait().status)

    # What does not.

    def test_dry_run_only_tells(self) -> None:
        sleeper = self.start_sleeper()
        outcome = self.reap("--dry-run", str(sleeper.pid))
        self.assertEqual((0, b""), (outcome.status, outcome.stderr))
        self.assertRegex(outcome.stdout, rb"\Awould end %d /usr/bin/python3 [^\n]*\n\Z" % sleeper.pid)
        self.assertTrue(self.is_alive(sleeper))

    def test_nothing_to_end_is_no_failure(self) -> None:
        outcome = self.reap("--match", f"no-such-{self.mark[5:]}x[^-]")
        self.assertEqual((0, b"nothing to end\n", b""), (outcome.status, outcome.stdout, outcome.stderr))

    def test_a_process_that_is_gone_is_no_failure(self) -> None:
        gone = self.start_bare("true")
        gone.wait()
        outcome = self.reap(str(gone.pid))
        self.assertEqual((0, b"nothing to end\n"), (outcome.status, outcome.stdout))
        self.assert_one_line(outcome.stderr, f"there is no process {gone.pid}")

    def test_ancestors_and_init_are_refused(self) -> None:
        for pid in (1, os.getpid(), os.getppid()):
            with self.subTest(pid=pid):
                outcome = self.reap("--dry-run", str(pid))
                self.assertEqual((1, b""), (outcome.status, outcome.stdout))
                self.assert_one_line(outcome.stderr, f"{pid} is refused")

    def test_more_than_max_want_a_yes(self) -> None:
        three = [self.start_sleeper() for _ in range(3)]
        refused = self.reap("--match", self.mark, "--max", "2")
        self.assertEqual((1, b""), (refused.status, refused.stdout))
        self.assert_one_line(refused.stderr, "3 processes", "--max 2", "--yes")
        self.assertTrue(all(map(self.is_alive, three)))
        self.assertEqual(0, self.reap("--match", self.mark, "--max", "2", "--yes").status)
        self.assertEqual([], those_with(self.mark))

    def test_what_may_not_be_signalled_is_told(self) -> None:
        sleeper = self.start_sleeper()
        outcome = self.reap(str(sleeper.pid), user=NOBODY, group=NOBODY, extra_groups=[])
        self.assertEqual((1, b""), (outcome.status, outcome.stdout))
        self.assert_one_line(outcome.stderr, str(sleeper.pid), "Operation not permitted")
        self.assertTrue(self.is_alive(sleeper))

    # What is said.

    def test_command_lines_do_not_reach_the_terminal_as_they_are(self) -> None:
        sleeper = self.start_bare("/bin/sh", "-c", "echo; sleep 60", "\x1b[31m\nended 1", "é" * 100)
        sleeper.await_stdout(b"\n")
        outcome = self.reap(str(sleeper.pid))
        outcome.stdout.decode()
        self.assertNotIn(b"\x1b", outcome.stdout)
        self.assertEqual(2, outcome.stdout.count(b"\n"))

    def test_wrong_usage(self) -> None:
        for arguments, words in (
            ([], "PID or --match"), (["0"], "0"), (["x"], "x"), (["--match", "("], "regular expression"),
        ):
            with self.subTest(arguments=arguments):
                outcome = self.reap(*arguments)
                self.assertEqual((2, b""), (outcome.status, outcome.stdout))
                self.assert_one_line(outcome.stderr, words)


if __name__ == "__main__":
    harness.main()
