# SPDX-License-Identifier: GPL-2.0-only
"""Runs each workload under each attacher, in rounds."""

from __future__ import annotations

import ctypes
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from attachers import NOTHING, Attacher
from workloads import Workload

HERE = Path(__file__).resolve().parent
PATIENCE_S = 60.0
LONGEST_FACTOR = 2.0
"""A run may take so many times longer than wished for before it is given fewer ops."""
TRUE = "/bin/true"
SENTINEL = ("/bin/sh", HERE / "sentinel")
"""Not by its own name: bpftrace starts no scripts."""

T = TypeVar("T")


class Trouble(Exception):
    """A run that did not end as it should; the text is a reason fit for a table."""


@dataclass
class Plan:
    """What runs, how often each does it, and what does not run and why."""

    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    """By name: why an attacher or workload is left out."""


@dataclass(frozen=True)
class Stage:
    """Where runs take place."""

    cpu: int
    """The workload's own; the attacher may use all."""
    seconds: float
    """That a run shall take."""
    tell: Callable[[str], None]

    @property
    def environment(self) -> dict[str, str]:
        """unwedge runs commands as who called sudo; the others do not, so it must not."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("SUDO_")}
        return kept | {"BENCH_CPU": str(self.cpu), "LC_ALL": "C"}


# One run


def ns_per_op(stage: Stage, attacher: Attacher, workload: Workload, count: int) -> float:
    command = [*workload.argv, str(count)]
    if workload.tracked:
        return parse(run(stage, attacher.around(command)))
    with watching(stage, attacher):
        return parse(run(stage, [str(word) for word in command]))


def run(stage: Stage, argv: Sequence[str]) -> str:
    """Its stdout."""
    with started(stage, argv, stdin=subprocess.DEVNULL) as process:
        try:
            stdout, stderr = process.communicate(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            raise Trouble(f"no end within {PATIENCE_S:g} s") from None
    if process.returncode != 0:
        raise Trouble(reason(process.returncode, stderr))
    return stdout


@contextmanager
def watching(stage: Stage, attacher: Attacher) -> Iterator[None]:
    """The attacher watches a command of its own that waits."""
    if not attacher.prefix:
        yield
        return
    with started(stage, attacher.around(SENTINEL), stdin=subprocess.PIPE) as process:
        assert process.stdout
        if process.stdout.readline() != "ready\n":
            _, stderr = process.communicate(timeout=PATIENCE_S)
            raise Trouble(reason(process.returncode, stderr))
        yield
        process.communicate(timeout=PATIENCE_S)


@contextmanager
def started(stage: Stage, argv: Sequence[str], stdin: int) -> Iterator[subprocess.Popen[str]]:
    """In a process group of its own, of which nothing is left behind."""
    try:
        process = subprocess.Popen(
            argv, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=stage.environment, start_new_session=True,
        )
    except OSError as error:
        raise Trouble(str(error)) from None
    with process:
        try:
            yield process
        finally:
            end_group(process)


def end_group(process: subprocess.Popen[str]) -> None:
    """All of it. Orphans come to us, see adopt_orphans()."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
    try:
        while True:
            os.waitpid(-process.pid, 0)
    except ChildProcessError:
        pass


def adopt_orphans() -> None:
    pr_set_child_subreaper = 36
    ctypes.CDLL(None).prctl(pr_set_child_subreaper, 1, 0, 0, 0)


def parse(stdout: str) -> float:
    for line in stdout.splitlines():
        if line.startswith('{"ops"'):
            result = json.loads(line)
            return float(result["ns"] / result["ops"])
    raise Trouble("the workload printed no result")


def reason(status: int, stderr: str) -> str:
    """The line that tells most: one with an error in it, else the last."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    telling = [line for line in lines if "error" in line.lower() or "unable" in line.lower()] or lines
    return f"exit status {status}: {telling[-1] if telling else 'without a word'}"


# Before the rounds


def prepare(stage: Stage, attachers: Sequence[Attacher], workloads: Sequence[Workload]) -> Plan:
    """Tries each attacher and workload, and finds how many ops take as long as a run shall."""
    plan = Plan()
    for attacher in attachers:
        try:
            run(stage, attacher.around([TRUE]))
        except Trouble as trouble:
            leave_out(stage, plan, attacher.name, str(trouble))
    for workload in workloads:
        if lack := workload.lacks():
            leave_out(stage, plan, workload.name, lack)
            continue
        try:
            calibrate(stage, attachers, workload, plan)
        except Trouble as trouble:
            leave_out(stage, plan, workload.name, str(trouble))
    return plan


def leave_out(stage: Stage, plan: Plan, name: str, why: str) -> None:
    plan.reasons[name] = why
    stage.tell(f"{name} is left out: {why}")


def calibrate(stage: Stage, attachers: Sequence[Attacher], workload: Workload, plan: Plan) -> None:
    nothing = next(attacher for attacher in attachers if attacher.name == NOTHING)
    wanted_ns = stage.seconds * 1e9
    first = max(1, int(workload.first_count * min(1.0, stage.seconds * 10)))
    guess = ns_per_op(stage, nothing, workload, first)
    bare_ns = ns_per_op(stage, nothing, workload, max(1, int(wanted_ns / guess / 3)))
    count = max(1, int(wanted_ns / bare_ns))
    for attacher in attachers:
        if attacher.name in plan.reasons:
            continue
        plan.counts[workload.name, attacher.name] = count
        if attacher.slow:
            slow_ns = ns_per_op(stage, attacher, workload, max(1, count // 20))
            if slow_ns > LONGEST_FACTOR * bare_ns:
                plan.counts[workload.name, attacher.name] = max(1, int(wanted_ns / slow_ns))


# The rounds


Samples = dict[str, dict[str, list[float | None]]]
"""Nanoseconds per op by workload and attacher, one per round; None: that run failed."""


def run_rounds(
    stage: Stage,
    attachers: Sequence[Attacher],
    workloads: Sequence[Workload],
    plan: Plan,
    rounds: int,
    seed: int,
) -> Samples:
    """All in a new order each round.

    What is compared runs next to each other, so that a slow minute of the host hits all of it.
    """
    chance = random.Random(seed)
    by_name = {attacher.name: attacher for attacher in attachers}
    kept = [workload for workload in workloads if workload.name not in plan.reasons]
    samples: Samples = {workload.name: {} for workload in kept}
    for number in range(1, rounds + 1):
        stage.tell(f"round {number} of {rounds}")
        for workload in shuffled(chance, kept):
            attached = [name for key, name in plan.counts if key == workload.name]
            for name in shuffled(chance, attached):
                series = samples[workload.name].setdefault(name, [])
                series.append(measure(stage, by_name[name], workload, plan.counts))
    return samples


def measure(
    stage: Stage, attacher: Attacher, workload: Workload, counts: Mapping[tuple[str, str], int]
) -> float | None:
    try:
        return ns_per_op(stage, attacher, workload, counts[workload.name, attacher.name])
    except Trouble as trouble:
        stage.tell(f"{workload.name} under {attacher.name}: {trouble}")
        return None


def shuffled(chance: random.Random, items: Sequence[T]) -> list[T]:
    return chance.sample(items, k=len(items))


def tell_on_stderr(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)
