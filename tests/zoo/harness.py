# SPDX-License-Identifier: GPL-2.0-only
"""What `check`, `score` and `triage` share: finding cases, hearing their truth, leaving nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import shutil
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import runtimes
from catalogue import CATALOGUE, Decoy
from pace import SLOW

ZOO = Path(__file__).resolve().parent
REPO = ZOO.parents[1]
DEFAULT_UNWEDGE = REPO / "build/release/unwedge"
DEFAULT_ZOO_BIN = REPO / "build/release/zoo"
SCHEMA = REPO / "docs/diagnosis.schema.json"

START_S = 25.0 * SLOW
"""How long a case may take until its state stands: its own patience, and some for its start.

What a slow runtime takes beyond that is said by the catalogue: see starts_within()."""

GOODBYE_S = 3.0 * SLOW
"""How long what was told to end may take to do so."""


_LONGEST_LINE = 1 << 20


@dataclass(frozen=True)
class Truth:
    """What a case says about itself; README.md has the fields."""

    wedged: bool
    kind: str | None
    culprit: int | None
    victims: list[int]
    channel: str | None
    blocked_on: str | None
    timer_due: bool
    bystanders: list[int] = field(default_factory=list)
    owner: int | None = None
    culprits_any: list[int] = field(default_factory=list)

    def accused(self) -> set[int]:
        """Those who may be named the culprit; of a wedge at least one."""
        return {*self.culprits_any} | ({self.culprit} if self.culprit is not None else set())

    def named(self) -> set[int]:
        """Everybody it speaks of."""
        return self.accused() | {*self.victims, *self.bystanders}


@dataclass(frozen=True)
class Announcement:
    case: str
    truth: Truth
    actors: dict[str, int]


def parse_announcement(line: bytes) -> Announcement:
    """The one line a case prints. ValueError if it is not one."""
    try:
        document = json.loads(line)
        return Announcement(document["case"], Truth(**document["truth"]), document["actors"])
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"not an announcement: {line!r}: {error}") from error


def find_unwedge(program: Path) -> Path:
    """Exits if there is none."""
    found = shutil.which(program)
    if found is None:
        sys.exit(f"no program {program}: build it, or say where by --unwedge")
    return Path(found)


def load_schema() -> dict[str, Any]:
    """What every diagnosis is held against. Without it a run would prove little: it exits."""
    try:
        schema: dict[str, Any] = json.loads(SCHEMA.read_text())
    except (OSError, ValueError) as error:
        sys.exit(f"no schema for the diagnoses: {error}")
    return schema


def starts_within(name: str) -> float:
    """How long this case may take until its state stands."""
    return START_S + CATALOGUE[name].slow_start_s * SLOW


def find_cases(
    pattern: str, zoo_bin: Path, *, plain: bool = False, decoys: bool = False
) -> tuple[dict[str, Path], list[str]]:
    """The programs of the cases that match, and the cases that can't be played here; says why.

    Plain cases are those that need no runtime, decoys those that are healthy.
    Exits if a program or a case's entry is missing, or if no case matches.
    """
    stray = {path.name for path in (ZOO / "cases").iterdir()} - CATALOGUE.keys()
    if stray:
        sys.exit(f"not in catalogue.py: {', '.join(sorted(stray))}")
    chosen = {
        name: _program(name, zoo_bin)
        for name, spec in CATALOGUE.items()
        if re.search(pattern, name)
        and not (plain and spec.needs)
        and (not decoys or isinstance(spec, Decoy))
    }
    if not chosen:
        sys.exit(f"no case matches {pattern!r}")
    lacking = {name: why for name, program in chosen.items() if (why := _lacking(name, program))}
    for name, why in lacking.items():
        print(f"{'SKIP':>8} {'':>10} {name}: {why}", flush=True)
        del chosen[name]
    missing = sorted(name for name, program in chosen.items() if not os.access(program, os.X_OK))
    if missing:
        sys.exit(f"no program for {', '.join(missing)}: build it, or say where by --zoo-bin")
    return chosen, list(lacking)


def _lacking(name: str, program: Path) -> str:
    """Why a case can't be played on this machine; empty if it can."""
    needs = CATALOGUE[name].needs
    if needs and not program.exists():
        return f"was not built for lack of {', '.join(needs)}"
    return runtimes.lacking(needs)


def _program(name: str, zoo_bin: Path) -> Path:
    script = ZOO / "cases" / name
    return script if script.exists() else zoo_bin.absolute() / name


class Wardens:
    """A hold on every announced actor, by pidfd: a pid may come to mean another process."""

    def __init__(self) -> None:
        self._pidfds: dict[str, int] = {}

    def __enter__(self) -> Wardens:
        return self

    def __exit__(self, *_: object) -> None:
        for pidfd in self._pidfds.values():
            os.close(pidfd)

    def watch(self, actors: dict[str, int]) -> None:
        for role, pid in actors.items():
            self._pidfds[role] = os.pidfd_open(pid)

    async def end_leftovers(self, grace_s: float = 1.0) -> list[str]:
        """Says which actors still live after a moment of grace, and kills them."""
        ends = {role: asyncio.create_task(_ended(fd)) for role, fd in self._pidfds.items()}
        if ends:
            await asyncio.wait(ends.values(), timeout=grace_s)
        leftovers = [role for role, end in ends.items() if not end.done()]
        for role in leftovers:
            with contextlib.suppress(ProcessLookupError):  # it has ended by itself just now
                signal.pidfd_send_signal(self._pidfds[role], signal.SIGKILL)
        await asyncio.gather(*ends.values())
        return leftovers


async def _ended(pidfd: int) -> None:
    """Returns when the process has ended: its pidfd becomes readable."""
    readable = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(pidfd, readable.set)
    try:
        await readable.wait()
    finally:
        loop.remove_reader(pidfd)


@dataclass(frozen=True)
class Command:
    """A running command and what comes out of it."""

    process: asyncio.subprocess.Process
    stdout: asyncio.StreamReader
    stderr: asyncio.StreamReader

    async def end(self) -> None:
        """Ends it, if it has not ended: first politely, then its whole group."""
        if self.process.returncode is not None:
            return
        self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), GOODBYE_S)
        except TimeoutError:
            os.killpg(self.process.pid, signal.SIGKILL)
            await self.process.wait()


async def start(argv: Sequence[str | Path], **environment: str) -> Command:
    """Starts a command as the leader of its own process group.

    The pipes are our own: with asyncio's, the command would count as running for as long as
    anybody holds them, and who does so after its end is just what is to be found out.
    """
    stdout, stdout_end = await _pipe()
    stderr, stderr_end = await _pipe()
    try:
        process = await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=stdout_end,
            stderr=stderr_end,
            env={**os.environ, **environment},
            start_new_session=True,
        )
    finally:
        os.close(stdout_end)
        os.close(stderr_end)
    return Command(process, stdout, stderr)


async def _pipe() -> tuple[asyncio.StreamReader, int]:
    """A pipe's reader, and the descriptor to write to."""
    read_end, write_end = os.pipe()
    reader = asyncio.StreamReader(limit=_LONGEST_LINE)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read_end, "rb", buffering=0)
    )
    return reader, write_end


def print_result(problems: Sequence[str], seconds: float, what: str) -> None:
    """One line per run as it ends; what was wrong below it."""
    word = "FAIL" if problems else "PASS"
    print(f"{word:>8} [{seconds:7.3f}s] {what}")
    for problem in problems:
        print(f"{'':>8} {'':>10}  - {problem}")
    sys.stdout.flush()
