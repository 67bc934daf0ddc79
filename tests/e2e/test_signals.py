#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Signals to unwedge are meant for the command; unwedge itself leaves no trace, however it ends."""

import os
import signal
import subprocess
from pathlib import Path

import harness
from harness import PROGRAMS, Session, TerminalSession

TELL_SIGNALS = PROGRAMS / "tell_signals.py"
FORWARDED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1, signal.SIGQUIT)


class Forwarding(harness.EndToEndTest):
    def assert_told(self, session: Session, *names: str) -> None:
        """That these came, and no other until a last signal ended the command with status 3."""
        session.signal(signal.SIGUSR2)
        outcome = session.wait()
        self.assertEqual(["ready", *names], outcome.stdout.decode().split())
        self.assertEqual(3, outcome.status)

    def test_each_signal_reaches_the_command_once(self) -> None:
        for number in FORWARDED:
            with self.subTest(number):
                session = self.start(TELL_SIGNALS)
                session.await_stdout(b"ready")
                session.signal(number)
                session.await_stdout(number.name.encode())
                self.assert_told(session, number.name)

    def test_so_does_the_same_signal_sent_again(self) -> None:
        session = self.start(TELL_SIGNALS)
        session.await_stdout(b"ready")
        for times in (1, 2, 3):
            session.signal(signal.SIGTERM)
            session.await_stdout(b"SIGTERM\n" * times)
        self.assert_told(session, *["SIGTERM"] * 3)

    def test_ctrl_c_reaches_the_command_once(self) -> None:
        session: TerminalSession = self.start(TELL_SIGNALS, session=TerminalSession)
        session.await_stdout(b"ready")
        session.type(b"\x03")
        session.await_stdout(b"SIGINT")
        session.signal(signal.SIGUSR2)
        outcome = session.wait()
        self.assertEqual((1, 3), (outcome.stdout.count(b"SIGINT"), outcome.status))

    def test_what_the_command_sends_to_its_group_is_not_sent_back(self) -> None:
        session = self.start(TELL_SIGNALS, "group", start_new_session=True)
        session.await_stdout(b"SIGUSR1")
        self.assert_told(session, "SIGUSR1")

    def test_a_command_that_dies_of_it_decides_the_exit_status(self) -> None:
        for number in FORWARDED:
            with self.subTest(number):
                session = self.start("sh", "-c", "ulimit -c 0; echo ready; exec sleep 60")
                session.await_stdout(b"ready")
                session.signal(number)
                self.assertEqual(128 + number, session.wait().status)

    def test_ctrl_c_that_kills_the_command_exits_130(self) -> None:
        session: TerminalSession = self.start(
            "sh", "-c", "echo ready; exec sleep 60", session=TerminalSession
        )
        session.await_stdout(b"ready")
        session.type(b"\x03")
        self.assertEqual(128 + signal.SIGINT, session.wait().status)


class KilledItself(harness.EndToEndTest):
    def setUp(self) -> None:
        super().setUp()
        self.pinned = pinned_objects()
        self.session = self.start("cat", stdin=subprocess.PIPE)
        [command] = self.await_children(self.session.pid)
        self.command = self.hold({"cat": command})["cat"]
        self.loaded = harness.loaded_objects(self.session.pid)
        self.assertTrue(all(harness.is_loaded(*one) for one in self.loaded))
        self.session.signal(signal.SIGKILL)
        self.assertEqual(-signal.SIGKILL, self.session.wait().status)

    def await_children(self, pid: int) -> list[int]:
        """Of unwedge: the command, once it has been started."""
        listed = Path(f"/proc/{pid}/task/{pid}/children")
        harness.await_that(lambda: "cat" in self.names(listed), "the command runs")
        return [int(child) for child in listed.read_text().split()]

    @staticmethod
    def names(listed: Path) -> list[str]:
        return [harness.proc_status(child)["Name"] for child in listed.read_text().split()]

    def test_the_command_goes_on(self) -> None:
        self.session.process.stdin.write(b"still here")
        self.session.process.stdin.close()
        self.session.await_stdout(b"still here")
        harness.await_that(lambda: harness.has_ended(self.command), "it ends at end of file")

    def test_nothing_stays_in_the_kernel(self) -> None:
        self.assertEqual({"prog", "map", "link"}, {kind for kind, _ in self.loaded})
        for one in self.loaded:
            harness.await_that(lambda: not harness.is_loaded(*one), f"{one} is gone")
        self.assertEqual(self.pinned, pinned_objects())


def pinned_objects() -> set[Path]:
    return set(Path("/sys/fs/bpf").rglob("*"))


if __name__ == "__main__":
    harness.main()
