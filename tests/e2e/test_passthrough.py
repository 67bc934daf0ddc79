#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The command cannot tell, by what it inherits, reads and writes, whether unwedge is there."""

import os
import re
import resource
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import harness
from harness import PROGRAMS, UNWEDGE, TerminalSession

SURROUNDINGS = PROGRAMS / "surroundings.py"
MEBIBYTE = 1 << 20


def noise() -> bytes:
    """Every byte there is, NUL first, then a mebibyte of any."""
    return bytes(range(256)) + os.urandom(MEBIBYTE)


class Streams(harness.EndToEndTest):
    def file(self, content: bytes) -> Path:
        path = self.folder / f"payload-{len(list(self.folder.iterdir()))}"
        path.write_bytes(content)
        return path

    def test_stdout_and_stderr_are_the_commands_bytes(self) -> None:
        out, err = noise(), noise()
        script = 'cat "$1"; cat "$2" >&2'
        outcome = self.run_unwedge("sh", "-c", script, "sh", self.file(out), self.file(err))
        self.assertEqual(0, outcome.status)
        self.assertTrue(outcome.stdout == out)
        self.assertTrue(outcome.stderr == err)

    def test_stdin_from_a_file(self) -> None:
        payload = noise()
        with self.file(payload).open("rb") as stdin:
            outcome = self.run_unwedge("cat", stdin=stdin)
        self.assertTrue(outcome.stdout == payload)

    def test_stdin_from_a_pipe(self) -> None:
        payload = noise()
        with subprocess.Popen(["cat", self.file(payload)], stdout=subprocess.PIPE) as feeder:
            outcome = self.run_unwedge("cat", stdin=feeder.stdout)
        self.assertTrue(outcome.stdout == payload)

    def test_stdin_is_read_by_nobody_but_the_command(self) -> None:
        with self.file(b"first\nsecond\n").open("rb") as stdin:
            self.run_unwedge("true", stdin=stdin)
            self.assertEqual(b"first\nsecond\n", os.pread(stdin.fileno(), 100, stdin.tell()))
            self.assertEqual(0, os.lseek(stdin.fileno(), 0, os.SEEK_CUR))

    def test_a_closed_stream_stays_closed_and_is_nobody_elses(self) -> None:
        """Else what unwedge opens would be stdin, or its report land in the diagnosis."""
        wedge = harness.ZOO_CASES / "disarmed_unix"
        options = ["--stall-after", "0.5", "--timeout", "2", "--kill-after", "1"]
        for stream in (0, 1, 2):
            with self.subTest(stream):
                outcome = self.run_unwedge(
                    "sh", "-c", f'test ! -e /proc/self/fd/{stream} && exec "$0"', wedge,
                    options=options, preexec_fn=lambda stream=stream: os.close(stream),
                )  # fmt: skip
                self.assertEqual(124, outcome.status)
                self.assertTrue(outcome.diagnosis["wedged"])

    def test_a_reader_that_leaves_kills_the_command_by_sigpipe(self) -> None:
        read_end, write_end = os.pipe()
        os.close(read_end)
        outcome = self.run_unwedge("yes", stdout=write_end)
        os.close(write_end)
        self.assertEqual(128 + signal.SIGPIPE, outcome.status)


class Arguments(harness.EndToEndTest):
    def assert_passed(self, *arguments: str | bytes) -> None:
        outcome = self.run_unwedge("printf", r"%s\0", *arguments)
        self.assertEqual([os.fsencode(one) for one in arguments], outcome.stdout.split(b"\0")[:-1])

    def test_that_look_like_options(self) -> None:
        self.assert_passed("--", "-h", "--help", "--version", "--timeout", "1", "--json=x", "--")

    def test_that_look_like_lists_or_escapes(self) -> None:
        self.assert_passed("", " ", "[]", "[a,b]", "{}", "%%", "++", "a,b", "'q'", '"q"', r"\x41", "a\nb")

    def test_that_are_no_text(self) -> None:
        self.assert_passed(b"\xff\xfe", b"\x01\x1b[31m")


class Inheritance(harness.EndToEndTest):
    def assert_inherited(self, **popen: Any) -> dict[str, Any]:
        """The same with and without unwedge; returned for a look at what it is."""
        bare = self.start_bare(SURROUNDINGS, **popen).await_json_line()
        traced = self.start(SURROUNDINGS, **popen).await_json_line()
        self.maxDiff = None
        self.assertEqual(bare, traced)
        return bare

    def test_of_everything(self) -> None:
        self.assert_inherited()

    def test_of_the_environment(self) -> None:
        strange = {"EMPTY": "", "LINES_OF": "a\nb", "HOME": "/no/home", "UNWEDGE": "x"}
        inherited = self.assert_inherited(environment=strange)
        self.assertLessEqual({"EMPTY=", "HOME=/no/home"}, set(inherited["environment"]))

    def test_of_the_folder_and_umask(self) -> None:
        inherited = self.assert_inherited(cwd=self.folder, umask=0o027)
        self.assertEqual((str(self.folder), "0027"), (inherited["folder"], inherited["Umask"]))

    def test_of_open_descriptors(self) -> None:
        """Also far up, where a look at the lowest free number would not see them."""
        low, high = os.pipe()
        os.dup2(high, 200)
        inherited = self.assert_inherited(pass_fds=(low, high, 200))
        for fd in (low, high, 200):
            os.close(fd)
        self.assertEqual({str(low), str(high), "200"}, set(inherited["descriptors"]))

    def test_of_limits_and_niceness(self) -> None:
        def restrict() -> None:
            os.nice(5)
            resource.setrlimit(resource.RLIMIT_NOFILE, (300, 400))
            resource.setrlimit(resource.RLIMIT_MEMLOCK, (1 << 16, 1 << 16))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

        self.assertEqual(os.nice(0) + 5, self.assert_inherited(preexec_fn=restrict)["nice"])

    def test_of_ignored_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGHUP, signal.SIGCHLD):
            with self.subTest(number):
                inherited = self.assert_inherited(
                    preexec_fn=lambda number=number: signal.signal(number, signal.SIG_IGN),
                    restore_signals=False,
                )
                self.assertTrue(int(inherited["SigIgn"], 16) >> (number - 1) & 1)

    def test_of_blocked_signals(self) -> None:
        blocked = {signal.SIGUSR1, signal.SIGTERM, signal.SIGCHLD}
        block: Callable[[], Any] = lambda: signal.pthread_sigmask(signal.SIG_BLOCK, blocked)
        inherited = self.assert_inherited(preexec_fn=block)
        self.assertEqual(
            sum(1 << (number - 1) for number in blocked), int(inherited["SigBlk"], 16)
        )

    def test_of_the_process_group(self) -> None:
        script = "cut -d' ' -f5,6 /proc/self/stat"
        bare, traced = self.run_bare("sh", "-c", script), self.run_unwedge("sh", "-c", script)
        self.assertEqual(bare.stdout, traced.stdout)


class Terminal(harness.EndToEndTest):
    def start_on_terminal(self, *command: str | Path, **how: Any) -> TerminalSession:
        session: TerminalSession = self.start(*command, session=TerminalSession, **how)
        return session

    def test_streams_size_and_foreground(self) -> None:
        seen = self.start_on_terminal(SURROUNDINGS).await_json_line()["terminal"]
        self.assertEqual([123, 33], seen["size"])
        self.assertTrue(seen["in foreground"])
        self.assertEqual(1, len(set(seen["streams"])))

    def test_what_is_typed_reaches_the_command(self) -> None:
        session = self.start_on_terminal("sh", "-c", 'read line; echo "got <$line>"')
        session.type(b"some words\n")
        session.await_stdout(b"got <some words>")
        self.assertEqual(0, session.wait().status)

    def suspend(self, session: TerminalSession) -> None:
        """The shell's job, which has said its pid: who is about to stop would still take what is typed."""
        session.type(b"\x1a")  # Ctrl-Z
        session.await_stdout(b"Stopped")
        session.await_stdout(b"ready$ ", times=2)  # what is typed before the prompt can get lost
        [pid] = re.findall(rb"started (\d+)", session.stdout)
        harness.await_that(lambda: harness.proc_status(int(pid))["State"].startswith("T"), "the job to stop")

    def test_a_shell_controls_its_jobs_under_unwedge(self) -> None:
        session = self.start_on_terminal("bash", "--norc", "-i", environment={"PS1": "ready$ "})
        session.await_stdout(b"ready$ ")
        session.type(b"sh -c 'echo start\"ed\" $$; exec cat'\n")
        session.await_stdout(b"started ")
        self.suspend(session)
        session.type(b"exit 5\nexit 5\n")  # the first time it warns of the stopped job
        self.assertEqual(5, session.wait().status)

    def test_a_shell_suspends_and_resumes_unwedge(self) -> None:
        session: TerminalSession = self.start_bare(
            "bash", "--norc", "-i", session=TerminalSession, environment={"PS1": "ready$ "}
        )
        session.await_stdout(b"ready$ ")
        session.type(f"{UNWEDGE} run -- sh -c 'echo start\"ed\" $$; read x; echo \"got $x\"'\n".encode())
        session.await_stdout(b"started ")
        self.suspend(session)
        session.type(b"fg\nword\n")
        session.await_stdout(b"got word")
        session.type(b"exit $?\n")
        self.assertEqual(0, session.wait().status)


if __name__ == "__main__":
    harness.main()
