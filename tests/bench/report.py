# SPDX-License-Identifier: GPL-2.0-only
"""A result as JSON and as Markdown. The Markdown is made from the JSON alone, so that it can be made again."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attachers import NOISE, NOTHING
from bars import MISS, UNDECIDABLE, Bar, Judged, in_pairs, judge, ratio
from figures import summarize
from runs import Samples

SCHEMA = "unwedge.bench/1"
BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"

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
    parts = [
        [f"Measured {result['at']}, {result['rounds']} rounds, seed {result['seed']}; the workloads run on CPU {result['cpu']}."],
        bar_lines(result),
        ratio_lines(result),
        added_lines(result),
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
    return rows and [
        "## Side by side", "",
        f"Time ÷ that of the same round with nothing attached: median (quartiles). `{NOISE}` is nothing attached, too: what",
        "differs from 1 there is the noise of this host.", "",
        *table(["workload", "nothing", *shown], rows),
        "", *(f"* `{attacher['name']}`: {attacher['title']}" for attacher in result["attachers"] if attacher["name"] in shown),
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
    return rows and [
        "## Added per message", "",
        "Nanoseconds, median (95 % interval); a message is one that is sent and received.", "",
        *table(["workload", *shown], rows),
    ]


def added_cell(series: Sequence[float]) -> str:
    figures = summarize(series)
    if figures is None:
        return "–"
    return f"{figures.median:+,.0f}" + (f" ({figures.interval[0]:+,.0f} to {figures.interval[1]:+,.0f})" if figures.interval else "")


def userspace_lines(result: Result) -> list[str]:
    series: Mapping[str, Sequence[float]] = result["userspace"]["series"]
    rows = [
        [name.replace("_", " "), number(statistics.median(values)), f"{number(min(values))}–{number(max(values))}" if len(values) > 1 else "", str(len(values))]
        for name, values in series.items()
    ]
    return rows and [
        "## unwedge itself", "",
        "At level trace. `sweep us N sockets` is the CPU time of unwedge per sweep, all told; `per socket` is what each socket",
        "adds to that.", "",
        *table(["measure", "median", "range", "times"], rows),
    ]


def left_out_lines(result: Result) -> list[str]:
    left_out = [
        *(f"* {one['title']}: {one['reason']}" for one in result["attachers"] + result["workloads"] if one["reason"]),
        *(f"* {name}: {why}" for name, why in result["userspace"]["reasons"].items()),
    ]
    return left_out and ["## Not measured here", "", *left_out]


def host_lines(result: Result) -> list[str]:
    return ["## Host", "", *table(["", ""], [[key.replace("_", " "), value] for key, value in result["host"].items()])]


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


def span(interval: Sequence[float] | None) -> str:
    return f"{number(interval[0])} to {number(interval[1])}" if interval else ""


def emphasized(verdict: str) -> str:
    return f"**{verdict}**" if verdict == MISS else f"*{verdict}*" if verdict == UNDECIDABLE else verdict


def write_between_marks(file: Path, text: str) -> None:
    """What is around the marks stays as people wrote it."""
    before, begin, rest = file.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{file} has no {BEGIN} … {END}")
    file.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}")
