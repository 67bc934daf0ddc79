# SPDX-License-Identifier: GPL-2.0-only
"""Starts unwedge, or any command without it, and waits for what it says and how it ends.

Nothing here sleeps for a guess: every wait is for an event, and only a failing test waits for long.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import re
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import time
import unittest
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import jsonschema

E2E = Path(__file__).resolve().parent
REPO = E2E.parents[1]
PROGRAMS = E2E / "programs"
ZOO_CASES = REPO / "tests/zoo/cases"
UNWEDGE = Path(os.environ.get("UNWEDGE_BINARY", REPO / "build/dev/unwedge")).absolute()
STORM = Path(os.environ.get("E2E_STORM", REPO / "build/dev/e2e/storm")).absolute()
SCHEMAS = {
    name: jsonschema.Draft202012Validator(json.loads((REPO / f"docs/{name}.schema.json").read_bytes()))
    for name in ("diagnosis", "flake", "compare")
}

NO_RECORDING = ("--record-when", "never")
"""Spares the file, and that unwedge stands between the command and its streams."""

WEDGED = 3
"""Exit status of `unwedge triage` and `unwedge attach`."""

PATIENCE_S = 20.0
"""How long anything is waited for."""

NOBODY = 65534

_SKIPPED = 77
_NEEDED_CAPABILITIES = {"CAP_SYS_PTRACE": 19, "CAP_PERFMON": 38, "CAP_BPF": 39}

Argument = str | bytes | Path


# Processes


def proc_status(pid: int | str = "self") -> dict[str, str]:
    """/proc/PID/status."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


def children() -> list[int]:
    """Our own. What is orphaned below us becomes one: see _adopt_orphans()."""
    return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]


def descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [found for child in children for found in (int(child), *descendants(int(child)))]


def numbers(pid: int) -> list[int]:
    """Of a process in each of its pid namespaces, ours first."""
    return [int(number) for number in proc_status(pid)["NSpid"].split()]


def has_ended(pidfd: int) -> bool:
    with selectors.DefaultSelector() as selector:
        selector.register(pidfd, selectors.EVENT_READ)
        return bool(selector.select(0))


def await_that(holds: Callable[[], bool], what: str) -> None:
    """For what no descriptor tells of: looks again and again."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {PATIENCE_S:g} s: {what}")
        time.sleep(0.005)


def loaded_objects(pid: int) -> set[tuple[str, int]]:
    """Kind and id of the BPF programs, maps and links that a process holds open."""
    objects: set[tuple[str, int]] = set()
    for fdinfo in Path(f"/proc/{pid}/fdinfo").iterdir():
        with contextlib.suppress(FileNotFoundError):  # one that was open for a moment only
            found = re.findall(r"^(prog|map|link)_id:\s*(\d+)$", fdinfo.read_text(), re.M)
            objects |= {(kind, int(number)) for kind, number in found}
    return objects


def is_loaded(kind: str, number: int) -> bool:
    """Asked one by one: bpftool's lists fail if something goes while they are made."""
    bpftool = shutil.which("bpftool", path=f"{os.environ['PATH']}:/usr/sbin:/sbin") or "bpftool"
    shown = subprocess.run([bpftool, kind, "show", "id", str(number)], capture_output=True)
    return shown.returncode == 0


def _adopt_orphans() -> None:
    pr_set_child_subreaper = 36
    if ctypes.CDLL(None, use_errno=True).prctl(pr_set_child_subreaper, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def end_children() -> None:
    """Whatever a test left behind; killing a parent makes its children ours, so nothing escapes."""
    while pids := children():
        for pid in pids:
            pidfd = os.pidfd_open(pid)
            signal.pidfd_send_signal(pidfd, signal.SIGKILL)
            os.waitid(os.P_PIDFD, pidfd, os.WEXITED)
            os.close(pidfd)


def vanished_pid() -> int:
    """Of a process that was there, and is no more."""
    gone = subprocess.Popen(["/bin/true"])
    gone.wait()
    return gone.pid


# Diagnoses


def parse_diagnosis(text: str | bytes, schema: str = "diagnosis") -> dict[str, Any]:
    """Held against the schema; of another command, its result."""
    diagnosis: dict[str, Any] = json.loads(text)
    if faults := [f"{fault.json_path}: {fault.message}" for fault in SCHEMAS[schema].iter_errors(diagnosis)]:
        raise AssertionError("not by the schema:\n" + "\n".join(faults))
    return diagnosis


def culprits(diagnosis: dict[str, Any]) -> list[int]:
    """The pids of those accused."""
    return [one["pid"] for one in diagnosis["verdicts"] if one["role"] == "culprit"]


def actor_pids(diagnosis: dict[str, Any]) -> set[int]:
    return {one["pid"] for one in diagnosis["actors"]}


# Sessions


@dataclass(frozen=True)
class Outcome:
    """How a session ended."""

    status: int
    stdout: bytes
    stderr: bytes
    diagnosis: dict[str, Any]  # empty if none was written

    def verdicts(self, role: str) -> list[dict[str, Any]]:
        return [verdict for verdict in self.diagnosis["verdicts"] if verdict["role"] == role]


class Session:
    """A running command, and what has come out of it so far."""

    def __init__(
        self, argv: Sequence[Argument], json_file: Path | None = None, **popen: Any
    ) -> None:
        self.stdout = bytearray()
        self.stderr = bytearray()
        self.status: int | None = None
        self._json_file = json_file
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self.process: subprocess.Popen[bytes] = subprocess.Popen(argv, **streams | popen)
        self.pidfd = os.pidfd_open(self.process.pid)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self.pidfd, selectors.EVENT_READ)
        for pipe, buffer in ((self.process.stdout, self.stdout), (self.process.stderr, self.stderr)):
            if pipe is not None:
                self.collect(pipe.fileno(), buffer)

    @property
    def pid(self) -> int:
        return self.process.pid

    def collect(self, fd: int, buffer: bytearray) -> None:
        self._selector.register(fd, selectors.EVENT_READ, buffer)

    def signal(self, number: signal.Signals) -> None:
        signal.pidfd_send_signal(self.pidfd, number)

    def await_stdout(self, text: bytes, times: int = 1) -> None:
        self._await(lambda: self.stdout.count(text) >= times, f"{text!r} on stdout ({times} times)")

    def await_stderr(self, text: bytes) -> None:
        self._await(lambda: text in self.stderr, f"{text!r} on stderr")

    def await_json_line(self) -> Any:
        """What a program of ours, or of the zoo, says about itself in its first line."""
        self.await_stdout(b"\n")
        return json.loads(self.stdout.splitlines()[0])

    def wait(self) -> Outcome:
        """Until it has ended; whoever else holds its streams is not waited for."""
        self._await(lambda: self.status is not None, "its end")
        assert self.status is not None
        while self._take(timeout_s=0):
            pass
        return Outcome(self.status, bytes(self.stdout), bytes(self.stderr), self._diagnosis())

    def close(self) -> None:
        if self.status is None:
            self.process.kill()
            self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()
        self._selector.close()
        os.close(self.pidfd)

    def _await(self, holds: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not holds():
            if not self._selector.get_map():
                self._fail(f"ended without {what}")
            if not self._take(timeout_s=max(0.0, deadline - time.monotonic())):
                self._fail(f"not within {PATIENCE_S:g} s: {what}")

    def _fail(self, what: str) -> NoReturn:
        raise AssertionError(f"{what}\nstdout: {self.stdout!r}\nstderr: {self.stderr!r}")

    def _take(self, timeout_s: float) -> bool:
        """Takes what is there, or comes within the time; False if nothing does."""
        ready = self._selector.select(timeout_s)
        for key, _ in ready:
            if key.data is None:
                self.status = self.process.wait()
                self._selector.unregister(key.fd)
            elif chunk := _read(key.fd):
                key.data.extend(chunk)
            else:
                self._selector.unregister(key.fd)
        return bool(ready)

    def _diagnosis(self) -> dict[str, Any]:
        text = self._json_file.read_bytes() if self._json_file and self._json_file.exists() else b""
        return parse_diagnosis(text) if text else {}


def _read(fd: int) -> bytes:
    try:
        return os.read(fd, 1 << 16)
    except OSError:  # what the reader of a terminal gets when the last writer has left
        return b""


class TerminalSession(Session):
    """A session that leads a session of its own on a terminal; all it prints there is `stdout`."""

    def __init__(
        self, argv: Sequence[Argument], json_file: Path | None = None, **popen: Any
    ) -> None:
        self._keyboard, terminal = os.openpty()
        termios.tcsetwinsize(terminal, (33, 123))
        popen |= {"stdin": terminal, "stdout": terminal, "stderr": terminal}
        super().__init__(
            argv, json_file, start_new_session=True, preexec_fn=_take_terminal, **popen
        )
        os.close(terminal)
        self.collect(self._keyboard, self.stdout)

    def type(self, keys: bytes) -> None:
        os.write(self._keyboard, keys)

    def close(self) -> None:
        super().close()
        os.close(self._keyboard)


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


# Tests


class EndToEndTest(unittest.TestCase):
    """Each test has a folder that anybody can write to, and leaves no process behind."""

    def setUp(self) -> None:
        _adopt_orphans()
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix="unwedge-e2e."))
        self.folder = Path(folder)
        self.folder.chmod(0o777)
        self.addCleanup(end_children)
        self._json_files = (self.folder / f"{number}.json" for number in range(1000))

    def start(
        self,
        *command: Argument,
        options: Sequence[Argument] = (),
        session: type[Session] = Session,
        through: Sequence[Argument] = (),
        **popen: Any,
    ) -> Any:
        """Starts `unwedge run` with `command`; `through` is what starts unwedge, if not we do."""
        json_file = next(self._json_files)
        record = () if any(str(one).startswith("--record") for one in options) else NO_RECORDING
        argv = [*through, UNWEDGE, "run", "--json", json_file, *record, *options, "--", *command]
        return self._open(session, argv, json_file, **popen)

    def run_unwedge(self, *command: Argument, **how: Any) -> Outcome:
        """Like start(), until the end. A command that ran must have a diagnosis."""
        outcome: Outcome = self.start(*command, **how).wait()
        if outcome.status not in (125, 126, 127):
            self.assertTrue(outcome.diagnosis, f"no diagnosis was written: {outcome}")
        return outcome

    def start_bare(
        self, *argv: Argument, session: type[Session] = Session, **popen: Any
    ) -> Any:
        """Any command, as it is."""
        return self._open(session, argv, None, **popen)

    def start_case(
        self, name: str, *, through: Sequence[Argument] = (), **popen: Any
    ) -> tuple[Session, dict[str, Any]]:
        """A case of the zoo by itself, and what it says about itself once its state stands."""
        session: Session = self.start_bare(*through, ZOO_CASES / name, **popen)
        return session, session.await_json_line()

    def run_bare(self, *argv: Argument, **how: Any) -> Outcome:
        outcome: Outcome = self.start_bare(*argv, **how).wait()
        return outcome

    def _open(
        self,
        session: type[Session],
        argv: Sequence[Argument],
        json_file: Path | None,
        environment: dict[str, str] | None = None,
        **popen: Any,
    ) -> Session:
        # Under sudo the tests are not to be run as who called it, unless a test says so.
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("SUDO_")}
        popen.setdefault("cwd", self.folder)  # where unwedge may leave a recording
        opened = session(argv, json_file, env=inherited | (environment or {}), **popen)
        self.addCleanup(opened.close)
        return opened

    def assert_one_line(self, stderr: bytes, *words: str) -> None:
        """One line of unwedge's own, fit for any terminal, that speaks of `words`."""
        self.assertRegex(stderr, rb"\Aunwedge: [\x20-\x7e]+\n\Z")
        for word in words:
            self.assertIn(word, stderr.decode())

    def assert_gone(self, pidfds: dict[str, int]) -> None:
        self.assertEqual([], [name for name, pidfd in pidfds.items() if not has_ended(pidfd)])

    def hold(self, pids: dict[str, int]) -> dict[str, int]:
        """A pidfd for each, so that none comes to mean another process."""
        pidfds = {name: os.pidfd_open(pid) for name, pid in pids.items()}
        for pidfd in pidfds.values():
            self.addCleanup(os.close, pidfd)
        return pidfds


def missing_privilege() -> Iterator[str]:
    if os.geteuid() != 0:
        yield "root"
    effective = int(proc_status()["CapEff"], 16)
    yield from (name for name, bit in _NEEDED_CAPABILITIES.items() if not effective >> bit & 1)


def missing_namespaces() -> list[str]:
    """In a chroot, and where the administrator says so, the kernel makes none."""
    tried = subprocess.run(["unshare", "-Upf", "--mount-proc", "true"], capture_output=True, text=True)
    return [f"new namespaces ({tried.stderr.strip()})"] if tried.returncode else []


def main(*missing_beside: str) -> None:
    if missing := [*missing_privilege(), *missing_beside]:
        print(f"skipped: needs {', '.join(missing)}")
        sys.exit(_SKIPPED)
    unittest.main()
