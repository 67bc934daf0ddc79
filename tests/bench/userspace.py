# SPDX-License-Identifier: GPL-2.0-only
"""What unwedge itself takes: CPU, memory, time to start, time to a verdict; and what a sweep costs."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from host import REPO, text_of
from runs import PATIENCE_S, Stage, Trouble, reason, started

Series = dict[str, list[float]]
"""By name; what is measured once is a series of one."""

BPF_STATS = Path("/proc/sys/kernel/bpf_stats_enabled")
ECHO_S = 2.0
FAST_SWEEP_S = 0.01
STALL_AFTER_S = 1.0
SWEEP = "^sweep__(ends|files)$"
OWN_SOCKETS = 4
"""The population's listener, the pair that tells that all is there, and the end by which unwedge let the command go, which
lives as long as the other one."""
VERDICT_CASES = ("disarmed_tcp", "disarmed_unix")


@dataclass(frozen=True)
class Extent:
    """How much is measured."""

    window_s: float = 10.0
    sockets: tuple[int, ...] = (0, 100, 1_000, 10_000)
    actors: tuple[int, ...] = (100, 1_000)
    starts: int = 20
    verdicts: int = 3


@dataclass(frozen=True)
class Programs:
    unwedge: Path
    workload: Path
    sweep: Path
    """tests/bench/sweep.cpp"""


QUICK = Extent(window_s=0.5, sockets=(0, 100), actors=(100,), starts=3, verdicts=1)


@dataclass
class Findings:
    series: Series = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    """By measure: why it was not taken."""

    def add(self, name: str, value: float) -> None:
        self.series.setdefault(name, []).append(value)


def measure(stage: Stage, programs: Programs, extent: Extent) -> Findings:
    findings = Findings()
    bench = Measures(stage, programs, extent, findings)
    for step in (
        bench.time_to_start, bench.records_in_steady_traffic, bench.time_to_verdict,
        bench.sockets, bench.warm_and_cold_sweeps, bench.actors,
    ):
        stage.tell(f"unwedge itself: {step.__name__.replace('_', ' ')}")
        try:
            step()
        except (Trouble, OSError, KeyError, subprocess.SubprocessError) as trouble:
            findings.reasons[step.__name__] = str(trouble)
            stage.tell(f"{step.__name__}: {trouble}")
    return findings


# unwedge, seen from outside


@dataclass(frozen=True)
class Runs:
    """Of a BPF program."""

    count: int
    took_ns: int

    def __add__(self, other: Runs) -> Runs:
        return Runs(self.count + other.count, self.took_ns + other.took_ns)

    def __sub__(self, other: Runs) -> Runs:
        return Runs(self.count - other.count, self.took_ns - other.took_ns)


@dataclass(frozen=True)
class Watched:
    """A running unwedge."""

    pid: int

    def cpu_ns(self) -> int:
        """On a CPU, all threads, to the nanosecond."""
        tasks = Path(f"/proc/{self.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks)

    def megabytes(self) -> float:
        found = re.search(r"^VmRSS:\s*(\d+) kB", Path(f"/proc/{self.pid}/status").read_text(), re.M)
        if not found:
            raise Trouble("unwedge has ended")
        return int(found[1]) / 1000

    def statistics(self) -> dict[str, int]:
        """The counters of bpf/maps.h."""
        for number in self._ids("map"):
            if bpftool("map", "show", "id", number)["name"] == "unwedge_.bss":
                [element] = bpftool("map", "dump", "id", number)
                for section in element["formatted"]["value"].values():
                    for variable in section:
                        if "stats" in variable:
                            counters: dict[str, int] = variable["stats"]
                            return counters
        raise Trouble("bpftool does not show unwedge's counters")

    def runs(self, program: str) -> Runs:
        """Of all programs whose names match; they count while counting_runs()."""
        total = Runs(0, 0)
        for number in self._ids("prog"):
            shown = bpftool("prog", "show", "id", number)
            if re.search(program, shown["name"]):
                total += Runs(shown.get("run_cnt", 0), shown.get("run_time_ns", 0))
        return total

    def _ids(self, kind: str) -> set[str]:
        found: set[str] = set()
        for fdinfo in Path(f"/proc/{self.pid}/fdinfo").iterdir():
            found |= set(re.findall(rf"^{kind}_id:\s*(\d+)$", text_of(fdinfo), re.M))
        return found


def bpftool(*arguments: str) -> Any:
    done = subprocess.run(["/usr/sbin/bpftool", "-j", *arguments], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@dataclass(frozen=True)
class Pace:
    """What unwedge did while nothing happened."""

    cpu_us_per_s: float
    sweeps_per_s: float
    megabytes: float


def us_per_sweep(calm: Pace, hurried: Pace) -> float:
    """What more sweeps cost more: so the census, which is as frequent in both, does not count. Where there are so many
    sockets that unwedge does not let itself be hurried, all that it does counts."""
    if hurried.sweeps_per_s < 1.3 * calm.sweeps_per_s:
        return calm.cpu_us_per_s / calm.sweeps_per_s
    more_us = hurried.cpu_us_per_s - calm.cpu_us_per_s
    return more_us / (hurried.sweeps_per_s - calm.sweeps_per_s)


@contextmanager
def counting_runs() -> Iterator[None]:
    """The kernel times each run of a BPF program; reading the clock is part of what it then tells."""
    before = BPF_STATS.read_text()
    BPF_STATS.write_text("1")
    try:
        yield
    finally:
        BPF_STATS.write_text(before)


# The measures


@dataclass(frozen=True)
class Measures:
    stage: Stage
    programs: Programs
    extent: Extent
    findings: Findings

    # Each method below is one.

    def time_to_start(self) -> None:
        """From before the invocation to the first instruction of the command's main()."""
        for _ in range(self.extent.starts):
            bare = self._ms_to_first_instruction()
            traced = self._ms_to_first_instruction(self.programs.unwedge, "run", "--")
            self.findings.add("start_ms", traced - bare)

    def records_in_steady_traffic(self) -> None:
        """Put into the ring buffer, all kinds, while an echo runs."""
        with counting_runs(), self._running("echo_tcp", "1000000000") as watched:
            time.sleep(0.5)
            emitted, received = watched.statistics()["emitted"], watched.runs("receive$")
            time.sleep(min(ECHO_S, self.extent.window_s))
            emitted = watched.statistics()["emitted"] - emitted
            received = watched.runs("receive$") - received
        if received.count == 0:
            raise Trouble("no message was seen")
        self.findings.add("records_per_message", emitted / received.count)
        self.findings.add("steady_messages", received.count)

    def time_to_verdict(self) -> None:
        """From when the case says that its state stands to the line that names it, less --stall-after."""
        for case in VERDICT_CASES[: self.extent.verdicts]:
            for _ in range(self.extent.verdicts):
                self.findings.add("verdict_s", self._seconds_to_verdict(case) - STALL_AFTER_S)

    def sockets(self) -> None:
        for count in self.extent.sockets:
            calm = self._pace(count)
            self.findings.add(f"cpu_percent_{count}_sockets", calm.cpu_us_per_s / 1e4)
            self.findings.add(f"resident_mb_{count}_sockets", calm.megabytes)
            hurried = self._pace(count, "--every", f"{FAST_SWEEP_S:g}")
            self.findings.add(f"sweeps_per_s_{count}_sockets", calm.sweeps_per_s)
            self.findings.add(f"sweep_us_{count}_sockets", us_per_sweep(calm, hurried))
            if count:
                fixed_us = self.findings.series["sweep_us_0_sockets"][0]
                own_us = us_per_sweep(calm, hurried) - fixed_us
                self.findings.add(f"sweep_us_per_{count}_sockets", own_us / count)

    def warm_and_cold_sweeps(self) -> None:
        """How much of a sweep is memory that has left the caches meanwhile, and how much the iterator itself."""
        for count in filter(None, self.extent.sockets):
            population = (self.programs.workload, "populate", "3", str(count))
            done = subprocess.run(
                [self.programs.sweep, *population], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE_S,
            )
            if done.returncode:
                raise Trouble(reason(done.returncode, done.stderr))
            for name, value in json.loads(done.stdout).items():
                self.findings.add(f"sweep_{name}_{count}_sockets", value)

    def actors(self) -> None:
        for count in self.extent.actors:
            with self._populated(count, 0) as watched:
                self.findings.add(f"cpu_percent_{count}_actors", self._cpu_percent(watched))
                self.findings.add(f"resident_mb_{count}_actors", watched.megabytes())

    # Their parts.

    def _pace(self, count: int, *options: str) -> Pace:
        """How many sweeps there are is counted while no CPU time is, because counting takes some."""
        with self._populated(3, count, *options) as watched:
            self._expect_sockets(watched, count)
            percent = self._cpu_percent(watched)
            with counting_runs():
                before, begin = watched.runs(SWEEP), time.monotonic()
                time.sleep(self.extent.window_s / 2)
                swept, took_s = watched.runs(SWEEP) - before, time.monotonic() - begin
            if swept.count == 0:
                raise Trouble("no sweep was seen")
            sweeps = swept.count / (count + OWN_SOCKETS)
            return Pace(percent * 1e4, sweeps / took_s, watched.megabytes())

    def _ms_to_first_instruction(self, *through: str | Path) -> float:
        begin = time.monotonic_ns()
        done = subprocess.run(
            [*through, self.programs.workload, "stamp"], stdin=subprocess.DEVNULL, capture_output=True, check=True,
            env=self.stage.environment,
        )
        return (int(done.stdout) - begin) / 1e6

    def _seconds_to_verdict(self, case: str) -> float:
        argv = [
            *(str(self.programs.unwedge), "run", "--stall-after", f"{STALL_AFTER_S:g}", "--timeout", "20"),
            *("--record-when", "never"),
            *("--on-wedge", "kill", "--grace", "0", "--kill-after", "1"),
            *("--", str(REPO / "tests/zoo/cases" / case)),
        ]
        with started(self.stage, argv, stdin=subprocess.DEVNULL) as process:
            assert process.stdout and process.stderr
            process.stdout.readline()
            stood_at = time.monotonic()
            for line in process.stderr:
                if line.startswith("unwedge: wedged"):
                    said_at = time.monotonic()
                    process.communicate()
                    return said_at - stood_at
        raise Trouble(f"{case}: no verdict")

    def _cpu_percent(self, watched: Watched) -> float:
        time.sleep(min(2.0, self.extent.window_s / 2))
        cpu_ns, begin_ns = watched.cpu_ns(), time.monotonic_ns()
        time.sleep(self.extent.window_s)
        return 100 * (watched.cpu_ns() - cpu_ns) / (time.monotonic_ns() - begin_ns)

    def _expect_sockets(self, watched: Watched, count: int) -> None:
        """That many are swept, or what is measured is not what is said."""
        deadline = time.monotonic() + 5
        while (swept := watched.statistics()["swept"]) < count:
            if time.monotonic() > deadline:
                raise Trouble(f"{count} sockets were opened, {swept} are swept")
            time.sleep(0.1)

    @contextmanager
    def _populated(self, actors: int, sockets: int, *options: str) -> Iterator[Watched]:
        with self._running("populate", str(actors), str(sockets), options=options) as watched:
            yield watched

    @contextmanager
    def _running(self, *arguments: str, options: tuple[str, ...] = ()) -> Iterator[Watched]:
        argv = [str(self.programs.unwedge), "run", *options, "--", str(self.programs.workload), *arguments]
        with started(self.stage, argv, stdin=subprocess.PIPE) as process:
            assert process.stdout and process.stdin
            if arguments[0] == "populate" and process.stdout.readline() != "ready\n":
                _, stderr = process.communicate()
                raise Trouble(reason(process.returncode, stderr))
            yield Watched(process.pid)
            process.stdin.close()
            process.terminate()
            process.wait(PATIENCE_S)
