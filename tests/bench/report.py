# SPDX-License-Identifier: GPL-2.0-only
"""A result as JSON and as Markdown. The Markdown is made from the JSON alone, so that it can be made again."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from typing import Any

from attachers import NOISE, NOTHING
from bars import MISS, UNDECIDABLE, Bar, Judged, in_pairs, judge, ratio
from figures import summarize
from runs import Samples

SCHEMA = "unwedge.bench/1"

Result = dict[str, Any]


def judged_as_json(judged: Judged) -> dict[str, Any]:
    figures = judged.figures
    return {
        "measure": judged.bar.measure,
        "limit": judged.bar.limit,
        "unit": judged.bar.unit,
        "verdict": judged.verdict,
        "median": figures.median if figures else None,
        "quartiles": figures.quartiles if figures else None,
        "interval": figures.interval if figures else None,
        "count": figures.count if figures else 0,
    }


def judge_all(bars: Sequence[Bar], result: Result) -> list[dict[str, Any]]:
    return [
        judged_as_json(judge(bar, result["samples"], result["userspace"]["series"])) for bar in bars
    ]


# Markdown


def markdown(result: Result) -> str:
    origin = (
        f"Measured {result['at']}, {result['rounds']} rounds, seed {result['seed']}; "
        f"the workloads run on CPU {result['cpu']}."
    )
    parts = [
        [origin],
        bar_lines(result),
        ratio_lines(result),
        added_lines(result),
        fastest_lines(result),
        userspace_lines(result),
        left_out_lines(result),
        host_lines(result),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def bar_lines(result: Result) -> list[str]:
    rows = [
        [
            bar["measure"], f"≤ {bar['limit']:g} {bar['unit']}".rstrip(), number(bar["median"]),
            span(bar["interval"]), emphasized(bar["verdict"]),
        ]
        for bar in result["bars"]
    ]
    return [
        "## Bars", "",
        "Medians. *undecidable*: the bar lies within the 95 % interval of the median.", "",
        *table(["measure", "bar", "measured", "95 % interval", ""], rows),
    ]


def ratio_lines(result: Result) -> list[str]:
    samples: Samples = result["samples"]
    shown = [name for name in attached(result) if name != NOTHING]
    rows = []
    for workload in measured(result):
        bare = summarize(present(samples[workload["name"]][NOTHING]))
        if bare is None:
            continue
        cells = [ratio_cell(samples, workload["name"], attacher) for attacher in shown]
        rows.append([workload["title"], f"{bare.median:,.0f} ns/{workload['op']}", *cells])
    if not rows:
        return []
    return [
        "## Side by side", "",
        "Time ÷ that of the same round with nothing attached: median (quartiles).",
        f"`{NOISE}` is nothing attached, too: what differs from 1 there is the noise of this host.", "",
        *table(["workload", "nothing", *shown], rows),
        "", *(f"* `{one['name']}`: {one['title']}" for one in result["attachers"] if one["name"] in shown),
    ]


def ratio_cell(samples: Samples, workload: str, attacher: str) -> str:
    figures = summarize(ratio(workload, attacher)(samples, {}))
    if figures is None:
        return "–"
    low, high = figures.quartiles
    digits = 3 if figures.median < 10 else 1
    return f"{figures.median:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


def added_lines(result: Result) -> list[str]:
    samples: Samples = result["samples"]
    shown = [name for name in attached(result) if name != NOTHING]
    rows = []
    for workload in measured(result):
        if messages := workload["messages"]:
            cells = []
            for attacher in shown:
                pairs = in_pairs(samples, workload["name"], attacher, NOTHING)
                cells.append(added_cell([(a - bare) / messages for a, bare in pairs]))
            rows.append([workload["title"], *cells])
    if not rows:
        return []
    return [
        "## Added per message", "",
        "Nanoseconds, median (95 % interval); a message is one that is sent and received.", "",
        *table(["workload", *shown], rows),
    ]


def added_cell(series: Sequence[float]) -> str:
    figures = summarize(series)
    if figures is None:
        return "–"
    if figures.interval is None:
        return f"{figures.median:+,.0f}"
    low, high = figures.interval
    return f"{figures.median:+,.0f} ({low:+,.0f} to {high:+,.0f})"


def fastest_lines(result: Result) -> list[str]:
    shown = [name for name in attached(result) if name != NOTHING]
    rows = []
    for workload in measured(result):
        series = result["samples"][workload["name"]]
        if bare := present(series[NOTHING]):
            fastest = [min(present(series.get(name, [])), default=None) for name in shown]
            cells = [number(value / min(bare)) if value else "–" for value in fastest]
            rows.append([workload["title"], f"{min(bare):,.0f} ns", *cells])
    if not rows:
        return []
    return [
        "## The fastest runs", "",
        "Each attacher's fastest run ÷ the fastest with nothing attached. What else runs on the host only ever",
        "adds time, so these differ less from one bench to the next; no bar is judged by them.", "",
        *table(["workload", "nothing", *shown], rows),
    ]


SINGLE = {
    "start_ms": "start to the command's exec, added, ms",
    "verdict_s": "state to verdict, beyond --stall-after, s",
    "records_per_message": "ring-buffer records per message",
    "steady_messages": "messages in which those were counted",
}
PER_EXTENT = {
    "cpu_percent_{}": "CPU, % of a core",
    "resident_mb_{}": "resident, MB",
    "sweeps_per_s_{}": "sweeps per second",
    "sweep_us_{}": "CPU per sweep, µs",
    "sweep_us_per_{}": "of that, per socket, µs",
    "sweep_rested_us_{}": "a sweep alone, 200 ms after the one before, per socket, µs",
    "sweep_at_once_us_{}": "the same at once after the one before",
    "sweep_empty_rested_us_{}": "an empty program in that iterator, 200 ms after",
    "sweep_empty_at_once_us_{}": "the same at once after",
}
"""What is measured with so many sockets or actors; {} stands for these."""


def userspace_lines(result: Result) -> list[str]:
    series: dict[str, Sequence[float]] = result["userspace"]["series"]
    extents = [name.removeprefix("cpu_percent_") for name in series if name.startswith("cpu_percent_")]
    grid = [
        [title, *(number(first(series.get(name.format(extent)))) for extent in extents)]
        for name, title in PER_EXTENT.items()
    ]
    rows = [
        [title, number(statistics.median(values)), extremes(values), str(len(values))]
        for name, title in SINGLE.items()
        if (values := series.get(name))
    ]
    if not series:
        return []
    return [
        "## unwedge itself", "",
        "At level trace, while the tree rests.", "",
        *table(["", *(title_of(extent) for extent in extents)], grid), "",
        *table(["", "median", "range", "times"], rows),
    ]


def title_of(extent: str) -> str:
    count, _, what = extent.partition("_")
    return f"{int(count):,} {what}"


def first(values: Sequence[float] | None) -> float | None:
    return values[0] if values else None


def left_out_lines(result: Result) -> list[str]:
    candidates = result["attachers"] + result["workloads"]
    left_out = [
        *(f"* {one['title']}: {one['reason']}" for one in candidates if one["reason"]),
        *(f"* {name}: {why}" for name, why in result["userspace"]["reasons"].items()),
    ]
    return ["## Not measured here", "", *left_out] if left_out else []


def host_lines(result: Result) -> list[str]:
    rows = [[key.replace("_", " "), value] for key, value in result["host"].items()]
    return ["## Host", "", *table(["", ""], rows)]


def attached(result: Result) -> list[str]:
    return [attacher["name"] for attacher in result["attachers"] if not attacher["reason"]]


def measured(result: Result) -> list[dict[str, Any]]:
    return [workload for workload in result["workloads"] if workload["name"] in result["samples"]]


def present(series: Sequence[float | None]) -> list[float]:
    return [value for value in series if value is not None]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"


def number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def extremes(values: Sequence[float]) -> str:
    return f"{number(min(values))} to {number(max(values))}" if len(values) > 1 else ""


def span(interval: Sequence[float] | None) -> str:
    return f"{number(interval[0])} to {number(interval[1])}" if interval else ""


def emphasized(verdict: str) -> str:
    return f"**{verdict}**" if verdict == MISS else f"*{verdict}*" if verdict == UNDECIDABLE else verdict
