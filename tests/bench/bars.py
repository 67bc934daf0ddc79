# SPDX-License-Identifier: GPL-2.0-only
"""What must hold.

The table is the contract: a bar that cannot be met gets a reason in docs/performance.md, not another
number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from attachers import NOTHING
from figures import Figures, summarize
from runs import Samples

PASS, MISS, UNDECIDABLE, NOT_MEASURED = "pass", "miss", "undecidable", "not measured"


@dataclass(frozen=True)
class Counted:
    """The same in instructions: names of scripts/cost."""

    scenario: str
    attachment: str
    to: str = NOTHING


@dataclass(frozen=True)
class Bar:
    """At most `limit`, of a series that is named by its kind and its parts."""

    measure: str
    limit: float
    unit: str
    series: Callable[[Samples, Mapping[str, Sequence[float]]], Sequence[float]]
    counted: Counted | None = None


def ratio(workload: str, attacher: str, to: str = NOTHING) -> Callable[..., Sequence[float]]:
    """Of two runs of the same round."""

    def series(samples: Samples, _userspace: Mapping[str, Sequence[float]]) -> Sequence[float]:
        return [a / b for a, b in in_pairs(samples, workload, attacher, to)]

    return series


def added(workload: str, attacher: str, to: str) -> Callable[..., Sequence[float]]:
    """What `attacher` adds to an op, by what `to` adds to it."""

    def series(samples: Samples, _userspace: Mapping[str, Sequence[float]]) -> Sequence[float]:
        ours = [a - bare for a, bare in in_pairs(samples, workload, attacher, NOTHING)]
        theirs = [b - bare for b, bare in in_pairs(samples, workload, to, NOTHING)]
        return [a / b for a, b in zip(ours, theirs) if b > 0]

    return series


def userspace(name: str) -> Callable[..., Sequence[float]]:
    def series(_samples: Samples, userspace: Mapping[str, Sequence[float]]) -> Sequence[float]:
        return userspace.get(name, [])

    return series


def in_pairs(samples: Samples, workload: str, one: str, other: str) -> list[tuple[float, float]]:
    """Of the rounds in which both ran."""
    by_attacher = samples.get(workload, {})
    pairs = zip(by_attacher.get(one, []), by_attacher.get(other, []))
    return [(a, b) for a, b in pairs if a is not None and b is not None]


ECHOES = {"echo_tcp": "lock-step echo TCP", "echo_unix": "lock-step echo UNIX"}


def echo_bars(name: str, title: str) -> list[Bar]:
    def bar(level: str, limit: float, to: str = NOTHING) -> Bar:
        return Bar(f"{title}, {level} ÷ {to}", limit, "", ratio(name, level, to), Counted(name, f"{level} actor", to))

    return [
        bar("trace", 1.05),
        bar("trace", 1.03, "floor"),
        bar("sample", 1.01),
        bar("full", 1.10),
        Bar(f"{title}, trace with a recording ÷ without", 1.01, "", ratio(name, "recorded", "trace")),
        Bar(f"{title}, added by trace ÷ by bpftrace", 0.5, "", added(name, "trace", "bpftrace")),
        Bar(f"{title}, added by trace ÷ by strace", 0.02, "", added(name, "trace", "strace")),
    ]


def bystander_bar(name: str, title: str, limit: float, to: str = NOTHING) -> Bar:
    series = ratio(f"bystander_{name}", "trace", to)
    return Bar(f"bystander {title}, trace ÷ {to}", limit, "", series, Counted(name, "trace bystander", to))


def own_bar(measure: str, limit: float, unit: str, series: str) -> Bar:
    return Bar(measure, limit, unit, userspace(series))


BARS = [
    *(bar for name, title in ECHOES.items() for bar in echo_bars(name, title)),
    bystander_bar("getppid", "getppid", 1.02),
    bystander_bar("epoll_wait", "epoll_wait(0)", 1.02),
    bystander_bar("send_recv", "send + recv", 1.05),
    bystander_bar("send_recv", "send + recv", 1.03, "floor"),
    bystander_bar("context_switch", "context switches", 1.03),
    Bar(
        "fork/exec storm, trace ÷ nothing", 1.05, "", ratio("fork_exec", "trace"),
        Counted("fork_exec", "trace actor"),
    ),
    own_bar("ring-buffer records per message, steady traffic", 0.0, "", "records_per_message"),
    own_bar("own CPU, idle tree", 0.1, "%", "cpu_percent_0_sockets"),
    own_bar("own CPU, 1,000 sockets", 0.5, "%", "cpu_percent_1000_sockets"),
    own_bar("own CPU, 10,000 sockets", 1.0, "%", "cpu_percent_10000_sockets"),
    own_bar("resident memory, 100 actors", 20.0, "MB", "resident_mb_100_actors"),
    own_bar("resident memory, 10,000 sockets", 60.0, "MB", "resident_mb_10000_sockets"),
    own_bar("sweep per socket, 100 sockets", 0.2, "µs", "sweep_us_per_100_sockets"),
    own_bar("sweep per socket, 1,000 sockets", 0.2, "µs", "sweep_us_per_1000_sockets"),
    own_bar("start to the command's exec", 150.0, "ms", "start_ms"),
    own_bar("state to verdict beyond --stall-after", 0.6, "s", "verdict_s"),
]
"""The table of issue 4. The last bar is one sweep (0.1 s) and half a second."""


@dataclass(frozen=True)
class Judged:
    bar: Bar
    figures: Figures | None
    verdict: str


def judge(bar: Bar, samples: Samples, own: Mapping[str, Sequence[float]]) -> Judged:
    figures = summarize(bar.series(samples, own))
    return Judged(bar, figures, verdict(figures, bar.limit))


def verdict(figures: Figures | None, limit: float) -> str:
    """By the whole interval of the median: where the bar lies within it, nothing is proven."""
    if figures is None:
        return NOT_MEASURED
    low, high = figures.interval or (figures.median, figures.median)
    if high <= limit:
        return PASS
    return MISS if low > limit else UNDECIDABLE
