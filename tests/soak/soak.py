#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""tests/soak/soak.py: does `unwedge run` stay as it is for half an hour?

It watches a healthy tree of 2,000 actors that come and go and send 20,000 messages a second (turnover.cpp), all of
which leave at the end. Exit status: 0 all bars are met, 1 one is missed, 2 wrong usage, 77 this host can't run it.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPO / "tests" / folder) for folder in ("bench", "docs", "e2e")]
sys.dont_write_bytecode = True

import harness  # noqa: E402
import host  # noqa: E402
import marks  # noqa: E402
import runs  # noqa: E402
import userspace  # noqa: E402

PERFORMANCE = REPO / "docs/performance.md"
SKIPPED = 77
PATIENCE_S = 60.0
BETWEEN_SAMPLES_S = 10.0
WARM_UP_S = 90.0
"""At least, or half of the time: all are looked at once, which takes memory, and that has been given back."""
WARM_UP_SHARE = 0.1
STOPPED_S = 15.0
"""Longer than --stall-after and than two censuses lie apart, and so looked at."""
WINDOW_S = 120.0
"""A look takes memory and gives it back a minute later, but what leaks is gone: of each such part of the time, of two
at least, the least counts."""

SYS_PPOLL = {"x86_64": 271, "aarch64": 73}[os.uname().machine]

MOST_GROWTH_MB = 2.0
LEAST_SHARE = 0.95
"""Of the actors and messages that were asked for."""


@dataclass(frozen=True)
class Sample:
    at_s: float
    resident_mb: float
    descriptors: int
    maps_kb: float
    ends: int
    lost: int
    cpu_s: float
    alive: int
    births: int
    messages: int


@dataclass(frozen=True)
class Left:
    """When all actors but the root have gone."""

    ends: int
    members: int


@dataclass(frozen=True)
class Bar:
    measure: str
    wanted: str
    measured: str
    met: bool


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--build", type=Path, default=REPO / "build/release", metavar="FOLDER")
    parser.add_argument("--minutes", type=float, default=30, metavar="N", help="default 30")
    parser.add_argument("--actors", type=int, default=2000, metavar="N", help="alive at once, default 2000")
    parser.add_argument("--messages", type=int, default=20000, metavar="N", help="per second, default 20000")
    parser.add_argument("--life", type=float, default=60, metavar="S", help="of most actors, about; default 60")
    parser.add_argument("--write", action="store_true", help="put the result into docs/performance.md")
    arguments = parser.parse_args()
    if arguments.minutes < 2:
        parser.error("--minutes is 2 at least: half of that is the warm-up")
    return arguments


class Ended(Exception):
    """The tree, or unwedge, before its time."""


class Tree:
    """turnover, below unwedge; it answers on its streams, which unwedge passes through."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def count(self) -> dict[str, int]:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin and stdout
        self.order("count")
        if not (said := stdout.readline()):
            raise Ended("the tree")
        counted: dict[str, int] = json.loads(said)
        return counted

    def order(self, what: str) -> None:
        assert self._process.stdin
        with contextlib.suppress(BrokenPipeError):  # the missing answer tells it
            self._process.stdin.write(f"{what}\n")
            self._process.stdin.flush()

    def await_actors(self, holds: Callable[[int], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not holds(alive := self.count()["alive"]):
            if time.monotonic() > deadline:
                raise SystemExit(f"soak: {alive} actors are alive, and that does not change")
            time.sleep(0.2)


class Unwedge(userspace.Watched):
    """While it watches."""

    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def maps_kb(self) -> float:
        """What its maps have taken of the kernel's memory."""
        shown = [userspace.bpftool("map", "show", "id", number) for number in self._ids("map")]
        return sum(one["bytes_memlock"] for one in shown) / 1024

    def members(self) -> int:
        """Of all processes on the host, how many it takes for actors."""
        [actors] = (
            number for number in self._ids("map") if userspace.bpftool("map", "show", "id", number)["name"] == "actors"
        )
        return sum(is_in(actors, pid) for pid in processes())


def processes() -> Iterator[int]:
    yield from (int(one) for one in os.listdir("/proc") if one.isdigit())


def is_in(actors: str, pid: int) -> bool:
    """In task storage, whose key is a pidfd."""
    try:
        pidfd = os.pidfd_open(pid)
    except ProcessLookupError:
        return False
    key = [str(byte) for byte in pidfd.to_bytes(4, sys.byteorder)]
    found = subprocess.run(
        ["/usr/sbin/bpftool", "-j", "map", "lookup", "id", actors, "key", *key], capture_output=True, pass_fds=[pidfd]
    )
    os.close(pidfd)
    return found.returncode == 0


def take_sample(unwedge: Unwedge, tree: Tree, begin: float) -> Sample:
    counters: dict[str, Any] = unwedge.statistics()
    return Sample(
        at_s=time.monotonic() - begin,
        resident_mb=unwedge.megabytes(),
        descriptors=unwedge.descriptors(),
        maps_kb=unwedge.maps_kb(),
        ends=counters["swept"],
        lost=sum(counters["lost"]),
        cpu_s=unwedge.cpu_ns() / 1e9,
        **tree.count(),
    )


def tell(sample: Sample) -> None:
    print(
        f"soak: {sample.at_s:6.0f} s: {sample.alive:,} alive of {sample.births:,}, {sample.messages:,} messages, "
        f"{sample.ends:,} ends, {sample.resident_mb:.2f} MB resident, {sample.descriptors} descriptors, "
        f"{sample.maps_kb:,.0f} KB in maps, {sample.lost} lost, {sample.cpu_s:.2f} s of CPU",
        flush=True,
    )


def child_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def is_at_rest(pid: int) -> bool:
    """A client that is stopped between two questions sits in ppoll(2), with nothing to read."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return stat[0] == "T" and Path(f"/proc/{pid}/syscall").read_text().split()[0] == str(SYS_PPOLL)


def have_all_looked_at(unwedge: Unwedge) -> None:
    """A client that is stopped for a while harms nobody, but is reason enough: if it owes nothing, else it would be
    accused, and rightly so."""
    pid = child_of(child_of(child_of(unwedge.pid)))
    client = os.pidfd_open(pid)
    while True:
        signal.pidfd_send_signal(client, signal.SIGSTOP)
        time.sleep(0.01)  # until it has taken it
        if is_at_rest(pid):
            break
        signal.pidfd_send_signal(client, signal.SIGCONT)
        time.sleep(0.01)
    time.sleep(STOPPED_S)
    signal.pidfd_send_signal(client, signal.SIGCONT)
    os.close(client)


def watch(unwedge: Unwedge, tree: Tree, seconds: float) -> list[Sample]:
    samples = []
    have_all_looked_at(unwedge)
    begin = time.monotonic()
    while (now := time.monotonic() - begin) < seconds:
        samples.append(take_sample(unwedge, tree, begin))
        tell(samples[-1])
        time.sleep(min(BETWEEN_SAMPLES_S, max(0.0, seconds - now)))
    warm_up_s = min(seconds / 2, max(seconds * WARM_UP_SHARE, WARM_UP_S))
    return [one for one in samples if one.at_s >= warm_up_s]


def empty(unwedge: Unwedge, tree: Tree) -> Left:
    """All leave; unwedge's next sweeps tell what they have left behind."""
    tree.order("end")
    tree.await_actors(lambda alive: alive == 0)
    time.sleep(1)
    return Left(ends=unwedge.statistics()["swept"], members=unwedge.members())


@dataclass(frozen=True)
class Outcome:
    samples: list[Sample]
    left: Left
    status: int
    said: str
    diagnosis: dict[str, Any]
    all_cpu_s: float
    """Of unwedge and of all that ran below it."""
    took_s: float


def soak(arguments: argparse.Namespace) -> Outcome:
    load = [str(arguments.build / "soak/turnover"), *map(str, (arguments.actors, arguments.messages, arguments.life))]
    with tempfile.TemporaryDirectory(prefix="unwedge-soak.") as folder:
        said, report = Path(folder, "said"), Path(folder, "report.json")
        argv = [str(arguments.build / "unwedge"), "run", "--record-when", "never", "--json", str(report), "--", *load]
        begin = time.monotonic()
        environment = {key: value for key, value in os.environ.items() if not key.startswith("SUDO_")}
        with said.open("wb") as stderr, subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True, env=environment
        ) as process:
            assert process.stdin
            unwedge, tree = Unwedge(process.pid), Tree(process)
            tree.await_actors(lambda alive: alive >= arguments.actors * LEAST_SHARE)
            try:
                samples = watch(unwedge, tree, arguments.minutes * 60)
                left = empty(unwedge, tree)
            except (Ended, runs.Trouble) as trouble:
                raise SystemExit(f"soak: ended too early: {trouble}\n{said.read_text()}") from None
            process.stdin.close()
            status = process.wait(PATIENCE_S)
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return Outcome(
            samples, left, status, said.read_text(), harness.parse_diagnosis(report.read_bytes()),
            usage.ru_utime + usage.ru_stime, time.monotonic() - begin,
        )


def spread(samples: list[Sample], what: str) -> tuple[float, float]:
    values = [getattr(one, what) for one in samples]
    return min(values), max(values)


def halves(samples: list[Sample]) -> tuple[list[Sample], list[Sample]]:
    middle = len(samples) // 2
    return samples[:middle], samples[middle:]


def floors(samples: list[Sample]) -> list[float]:
    """The least resident memory in each part of the time."""
    first, length = samples[0].at_s, samples[-1].at_s - samples[0].at_s
    count = max(2, int(length / WINDOW_S))
    parts: dict[int, list[float]] = {}
    for one in samples:
        parts.setdefault(min(count - 1, int((one.at_s - first) / length * count)), []).append(one.resident_mb)
    return [min(part) for part in parts.values()]


def rises(samples: list[Sample]) -> int:
    return samples[-1].lost - samples[0].lost


def rate(samples: list[Sample], what: str) -> float:
    first, last = samples[0], samples[-1]
    return float(getattr(last, what) - getattr(first, what)) / (last.at_s - first.at_s)


def judge(outcome: Outcome, arguments: argparse.Namespace) -> list[Bar]:
    samples = outcome.samples
    alive = sum(one.alive for one in samples) / len(samples)
    messages = rate(samples, "messages")
    least = floors(samples)
    descriptors = [statistics.median(one.descriptors for one in half) for half in halves(samples)]
    maps = spread(samples, "maps_kb")
    told = sum(outcome.diagnosis["lost"].values())
    verdicts = [one["kind"] for one in outcome.diagnosis["verdicts"]]
    return [
        at_least("actors alive, mean", alive, arguments.actors),
        at_least("messages per second, mean", messages, arguments.messages),
        Bar(
            f"its resident memory, MB, the least in each {WINDOW_S / 60:g} minutes", f"within {MOST_GROWTH_MB:g}",
            f"{min(least):.2f} to {max(least):.2f}", max(least) - min(least) <= MOST_GROWTH_MB,
        ),
        unchanged("its descriptors, medians of both halves", *descriptors),
        unchanged("memory of its BPF maps, KB, least and most", *maps),
        exactly(0, "facts lost since the warm-up", rises(samples)),
        exactly(0, "facts lost and not told in the report", samples[-1].lost - told),
        exactly(0, "ends left when all but the root have gone", outcome.left.ends),
        exactly(1, "actors left, the root among them", outcome.left.members),
        Bar("verdicts", "none", ", ".join(verdicts) or "none", not verdicts),
        exactly(0, "lines on stderr", len(outcome.said.splitlines())),
        exactly(0, "exit status", outcome.status),
    ]


def at_least(measure: str, measured: float, asked: int) -> Bar:
    return Bar(measure, f"≥ {LEAST_SHARE:.0%} of {asked:,}", f"{measured:,.0f}", measured >= LEAST_SHARE * asked)


def unchanged(measure: str, before: float, after: float) -> Bar:
    return Bar(measure, "the same", f"{before:,.0f}, {after:,.0f}", before == after)


def exactly(wanted: int, measure: str, measured: int) -> Bar:
    return Bar(measure, str(wanted), str(measured), measured == wanted)


def page(outcome: Outcome, bars: list[Bar], arguments: argparse.Namespace) -> str:
    facts, samples = host.facts(arguments.build / "unwedge"), outcome.samples
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    load = " ".join(host.text_of(Path("/proc/loadavg")).split()[:3])
    births, most = rate(samples, "births"), spread(samples, "resident_mb")[1]
    lines = [
        f"{arguments.minutes:g} minutes, {now}; {facts['kernel']}, {facts['cores']} cores ({facts['cpu']}), "
        f"{facts['unwedge']}; load after {load}.\n",
        "| measure | bar | measured | |",
        "|---|---|---:|---|",
        *(f"| {one.measure} | {one.wanted} | {one.measured} | {'pass' if one.met else '**miss**'} |" for one in bars),
        "",
        f"{samples[-1].births:,} actors were born, {births:.0f} a second; {samples[-1].messages:,} messages; "
        f"{spread(samples, 'ends')[1]:,} ends at once at most; {samples[0].lost:,} facts were lost while all were "
        f"started at once. unwedge had {most:.0f} MB resident at most and used {rate(samples, 'cpu_s'):.1%} of a CPU; "
        f"it and the tree {outcome.all_cpu_s / outcome.took_s:.0%}.\n",
    ]
    return "\n".join(lines)


def lacking() -> Iterator[str]:
    yield from harness.missing_privilege()
    if not Path("/usr/sbin/bpftool").exists():
        yield "bpftool"


def main() -> int:
    arguments = parse_arguments()
    if reasons := list(lacking()):
        print(f"skipped: needs {', '.join(reasons)}")
        return SKIPPED
    outcome = soak(arguments)
    bars = judge(outcome, arguments)
    result = page(outcome, bars, arguments)
    print(f"{outcome.said}\n{result}")
    if arguments.write:
        marks.write_between_marks(PERFORMANCE, "soak", result)
    return int(not all(bar.met for bar in bars))


if __name__ == "__main__":
    sys.exit(main())
