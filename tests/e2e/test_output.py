#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""What the command printed last is recorded, and the command can't tell that somebody listens."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time

import harness
from harness import UNWEDGE, TerminalSession

KEPT = 64 * 1024


class OutputTest(harness.EndToEndTest):
    def setUp(self) -> None:
        super().setUp()
        self.file = self.folder / "one.unwedge"
        self.record = ["--record", self.file]

    def kept(self) -> list[tuple[str, int, str]]:
        with sqlite3.connect(f"file:{self.file}?mode=ro", uri=True) as database:
            return database.execute("SELECT stream, before, text FROM output ORDER BY stream").fetchall()


class IsKept(OutputTest):
    def test_from_two_pipes_in_its_order(self) -> None:
        outcome = self.run_unwedge("sh", "-c", "echo one; sleep 0.1; echo two >&2; sleep 0.1; echo three", options=self.record)
        self.assertEqual((b"one\nthree\n", b"two\n"), (outcome.stdout, outcome.stderr))
        self.assertEqual([("both", 0, "one\ntwo\nthree\n")], self.kept())

    def test_from_one_pipe_for_both(self) -> None:
        outcome = self.run_unwedge("sh", "-c", "echo one; echo two >&2; echo three", options=self.record, stderr=subprocess.STDOUT)
        self.assertEqual(b"one\ntwo\nthree\n", outcome.stdout)
        self.assertEqual([("both", 0, "one\ntwo\nthree\n")], self.kept())

    def test_the_last_of_much(self) -> None:
        outcome = self.run_unwedge("seq", "1", "60000", options=self.record)
        everything = "".join(f"{number}\n" for number in range(1, 60001))
        self.assertEqual(everything, outcome.stdout.decode())
        self.assertEqual([("both", len(everything) - KEPT, everything[-KEPT:])], self.kept())

    def test_from_files_without_what_was_there_before(self) -> None:
        out, err = self.folder / "out", self.folder / "err"
        out.write_text("of an earlier run\n")
        with out.open("a") as stdout, err.open("w") as stderr:
            self.run_unwedge("sh", "-c", "echo one; echo two >&2", options=self.record, stdout=stdout, stderr=stderr)
        self.assertEqual("of an earlier run\none\n", out.read_text())
        self.assertEqual([("stderr", 0, "two\n"), ("stdout", 0, "one\n")], self.kept())

    def test_a_terminal_stays_the_commands_own(self) -> None:
        session: TerminalSession = self.start("sh", "-c", "test -t 1 && echo terminal", options=self.record, session=TerminalSession)
        outcome = session.wait()
        self.assertIn(b"terminal", outcome.stdout)
        self.assertEqual([], self.kept())

    def test_without_what_looks_like_a_secret(self) -> None:
        self.run_unwedge("echo", "cloning https://me:hunter2hunter2@host/repo", options=self.record)
        [(_, _, text)] = self.kept()
        self.assertRegex(text, r"^cloning https://me:\[redacted\]@host/repo\n$")

    def test_when_unwedge_is_killed_too(self) -> None:
        session = self.start("sh", "-c", "echo begun; cat", stdin=subprocess.PIPE, options=self.record)
        session.await_stdout(b"begun")
        harness.await_that(self.is_recorded, "what was printed is in the recording")
        session.signal(signal.SIGKILL)
        session.wait()
        session.process.stdin.write(b"and goes on\n")
        session.process.stdin.close()
        session.await_stdout(b"and goes on")
        self.assertEqual([("both", 0, "begun\n")], self.kept())

    def is_recorded(self) -> bool:
        """While unwedge has it to itself: SQLite can't be asked."""
        return any(b"begun\n" in part.read_bytes() for part in self.folder.glob("one.unwedge*"))


class PassesUnchanged(OutputTest):
    def test_who_reads_no_more_is_felt(self) -> None:
        script = f'{UNWEDGE} run --record {self.file} -- yes | head -n 1; echo "${{PIPESTATUS[0]}}"'
        outcome = self.run_bare("bash", "-c", script)
        self.assertEqual(f"y\n{128 + signal.SIGPIPE}\n".encode(), outcome.stdout)

    def start_into_a_pipe(self, *command: str) -> tuple[harness.Session, int]:
        """Recorded, its stdout a pipe of which we have the reading end."""
        reader, writer = os.pipe()
        session = self.start(*command, stdout=writer, options=self.record)
        os.close(writer)
        return session, reader

    def test_also_by_who_prints_nothing(self) -> None:
        waits = "import select, sys; print('begun', file=sys.stderr, flush=True); p = select.poll(); p.register(1, 0); print(p.poll()[0][1] == select.POLLERR, file=sys.stderr)"
        session, reader = self.start_into_a_pipe("/usr/bin/python3", "-c", waits)
        session.await_stderr(b"begun")
        os.close(reader)
        self.assertIn(b"True\n", session.wait().stderr)

    def test_a_stream_that_nobody_reads_holds_up_no_other(self) -> None:
        fills = "(yes | head -c 1000000) & sleep 0.2; echo here >&2; wait"
        session, reader = self.start_into_a_pipe("sh", "-c", fills)
        session.await_stderr(b"here")
        total = 0
        while some := os.read(reader, 1 << 16):
            total += len(some)
        os.close(reader)
        self.assertEqual((1_000_000, 0), (total, session.wait().status))

    def test_who_is_left_behind_holds_up_nobody(self) -> None:
        begin = time.monotonic()
        outcome = self.run_unwedge("sh", "-c", "sleep 300 & echo done", options=self.record)
        self.assertEqual((0, b"done\n"), (outcome.status, outcome.stdout))
        self.assertLess(time.monotonic() - begin, 60)

    def test_the_streams_are_those_of_the_commands_user(self) -> None:
        if os.geteuid() != 0:
            self.skipTest("becoming somebody else needs root")
        says = "echo one >/dev/stdout; echo two >/dev/stderr"
        outcome = self.run_bare(UNWEDGE, "run", "--user", "nobody", "--", "sh", "-c", says)
        self.assertEqual((b"one\n", b"two\n"), (outcome.stdout, outcome.stderr))

    def test_nothing_is_left_when_all_have_gone(self) -> None:
        self.run_unwedge("echo", "x", options=self.record)
        harness.await_that(lambda: not harness.children(), "no process is left")


if __name__ == "__main__":
    harness.main()
