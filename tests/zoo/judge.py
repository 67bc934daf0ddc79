# SPDX-License-Identifier: GPL-2.0-only
"""Judges what unwedge said against what the case knows. Pure: no process, no clock, no file."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness import Truth
from pace import SLOW, TOO_SLOW

ENDED_FOR_A_HANG = 124
WEDGED = 3
"""Exit status of `unwedge triage`."""
VERDICT_SLACK_S = 1.5 * SLOW
"""What a verdict may take beyond the stall: sweeps, and the rule that it is met twice."""

HEALTHY = "healthy"
NONE = "none"
NO_ANSWER = "no answer"
NOT_ANNOUNCED = "not announced"

_TIME_TO_VERDICT = "time to verdict: "
_NOT_IN_TIME = "not in its time: "

Verdict = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What was seen of one run of unwedge over one case."""

    truth: Truth | None
    """None: the case never announced its state."""
    exit_status: int | None
    """None: it had to be ended."""
    seconds_to_verdict: float | None
    """From the truth's arrival to the first line that announced a wedge; None: no such line."""
    diagnosis: dict[str, Any] | None
    """None: no JSON, or none that the schema allows."""
    trouble: Sequence[str] = ()
    """What the run itself showed to be wrong."""


@dataclass(frozen=True)
class Judgement:
    """What was said, and all that is wrong with it."""

    truth: str
    said: str
    problems: list[str] = field(default_factory=list)
    hit: bool = False
    """The wedge's own culprit was named, with its kind."""
    false_alarms: int = 0
    """Culprits named that are none."""
    judged_seconds: float | None = None
    """The time to a verdict that was right, where it counts: with no timer due."""


def is_late(judgement: Judgement) -> bool:
    """A case that took too long, or a wedge not told in its time, and nobody was accused wrongly."""
    late = all(
        problem.startswith((_TIME_TO_VERDICT, _NOT_IN_TIME)) for problem in judgement.problems
    )
    missed = judgement.truth != HEALTHY and judgement.said == NONE
    return bool(judgement.problems) and not judgement.false_alarms and (late or missed)


def row(truth: Truth) -> str:
    """Of the confusion matrix."""
    return truth.kind or HEALTHY


def judge(outcome: Outcome, expected_s: float) -> Judgement:
    """`expected_s`: how long the state must have stood before unwedge may speak."""
    problems = list(outcome.trouble)
    truth, diagnosis = outcome.truth, outcome.diagnosis
    culprits = standing_culprits(diagnosis) if diagnosis else []
    announced = outcome.seconds_to_verdict is not None
    unfounded = int(announced and not (truth and truth.wedged))  # also if it was taken back
    if truth is None:
        problems.append(
            f"{_if_late(outcome)}the case never announced its state; "
            f"exit status {outcome.exit_status}"
        )
        false_alarms = len(culprits) or unfounded
        return Judgement(NOT_ANNOUNCED, NO_ANSWER, problems, false_alarms=false_alarms)
    if diagnosis is None:
        problems.append(f"there is no diagnosis; exit status {outcome.exit_status}")
        return Judgement(row(truth), NO_ANSWER, problems, false_alarms=unfounded)
    right, wrong = _split(truth, culprits)
    if truth.wedged:
        problems += _wedge_problems(truth, outcome, diagnosis, expected_s)
    else:
        problems += _decoy_problems(outcome, diagnosis)
    false_alarms = len(wrong) or unfounded
    said = _said(truth, right, wrong)
    judged_seconds = outcome.seconds_to_verdict if right and not truth.timer_due else None
    return Judgement(row(truth), said, problems, bool(right), false_alarms, judged_seconds)


def judge_look(truth: Truth, exit_status: int, diagnosis: dict[str, Any]) -> Judgement:
    """One look of `unwedge triage`: a wedge may be missed, but not misjudged."""
    right, wrong = _split(truth, standing_culprits(diagnosis))
    problems = []
    if wrong:
        names = " or ".join(map(str, sorted(truth.accused()))) or NONE
        problems.append(f"culprit: expected {names}, saw {', '.join(map(_brief, wrong))}")
    if diagnosis["wedged"] != bool(right or wrong):
        problems.append(f"wedged: saw {diagnosis['wedged']} beside {len(right + wrong)} culprits")
    if exit_status != (WEDGED if diagnosis["wedged"] else 0):
        problems.append(f"exit status: saw {exit_status} beside wedged: {diagnosis['wedged']}")
    return Judgement(row(truth), _said(truth, right, wrong), problems, bool(right), len(wrong))


def _said(truth: Truth, right: list[Verdict], wrong: list[Verdict]) -> str:
    """The kind, for the confusion matrix; the right kind of the wrong actor is no hit."""
    if right:
        return str(right[0]["kind"])
    if not wrong:
        return NONE
    kind = str(wrong[0]["kind"])
    return f"{kind} (other actor)" if kind == truth.kind else kind


def standing_culprits(diagnosis: dict[str, Any]) -> list[Verdict]:
    """The verdicts that accuse somebody, and mean it now."""
    return [
        verdict
        for verdict in _culprits(diagnosis)
        if verdict["confidence"] in ("certain", "likely") and verdict["state"] == "confirmed"
    ]


def _culprits(diagnosis: dict[str, Any]) -> list[Verdict]:
    return [verdict for verdict in diagnosis["verdicts"] if verdict["role"] == "culprit"]


def _split(truth: Truth, verdicts: list[Verdict]) -> tuple[list[Verdict], list[Verdict]]:
    """Those that name the true culprit and its kind, and the others."""
    accused = truth.accused()
    right = [v for v in verdicts if v["pid"] in accused and v["kind"] == truth.kind]
    return right, [v for v in verdicts if v not in right]


def _wedge_problems(
    truth: Truth, outcome: Outcome, diagnosis: dict[str, Any], expected_s: float
) -> Iterator[str]:
    if outcome.exit_status != ENDED_FOR_A_HANG:
        yield f"exit status: expected {ENDED_FOR_A_HANG}, saw {outcome.exit_status}"
    if diagnosis["wedged"] is not True:
        yield f"wedged: expected true, saw {diagnosis['wedged']}"
    yield from _culprit_problems(truth, diagnosis)
    victims = {v["pid"] for v in diagnosis["verdicts"] if v["role"] == "victim"}
    if missing := set(truth.victims) - victims:
        yield f"victims: expected {truth.victims}, did not see {sorted(missing)}"
    yield from _time_problems(truth, outcome.seconds_to_verdict, expected_s)


def _culprit_problems(truth: Truth, diagnosis: dict[str, Any]) -> Iterator[str]:
    accused = truth.accused()
    right, wrong = _split(truth, standing_culprits(diagnosis))
    if not right or wrong:
        seen = ", ".join(map(_brief, right + wrong)) or NONE
        names = " or ".join(map(str, sorted(accused)))
        yield f"culprit: expected {truth.kind} of {names}, saw {seen}"
    if others := [v for v in _culprits(diagnosis) if v["pid"] not in accused and v not in wrong]:
        yield f"culprit: expected no other, saw {', '.join(map(_brief, others))}"
    kinds = {channel["id"]: channel["kind"] for channel in diagnosis["channels"]}
    for verdict in right:
        if truth.blocked_on is not None and verdict["blocked_on"] != truth.blocked_on:
            yield f"blocked_on: expected {truth.blocked_on}, saw {verdict['blocked_on']}"
        channel = verdict["channel"]
        if channel is not None and kinds.get(channel) != truth.channel:
            yield f"channel: expected {truth.channel}, saw {kinds.get(channel)}"


def _time_problems(truth: Truth, seconds: float | None, expected_s: float) -> Iterator[str]:
    """A culprit with a timer due may wake yet: it is judged by the final diagnosis alone."""
    limit = expected_s + VERDICT_SLACK_S
    if truth.timer_due:
        return
    if seconds is None:
        yield f"{_TIME_TO_VERDICT}expected at most {limit:g} s, saw no verdict announced"
    elif not 0 <= seconds <= limit:
        yield f"{_TIME_TO_VERDICT}expected at most {limit:g} s, saw {seconds:.2f} s"


def _decoy_problems(outcome: Outcome, diagnosis: dict[str, Any]) -> Iterator[str]:
    if outcome.exit_status != 0:
        yield (
            f"{_if_late(outcome)}exit status: expected the case's own 0, saw {outcome.exit_status}"
        )
    if diagnosis["wedged"] is not False:
        yield f"wedged: expected false, saw {diagnosis['wedged']}"
    if accused := standing_culprits(diagnosis):
        yield f"culprit: expected {NONE}, saw {', '.join(map(_brief, accused))}"
    if outcome.seconds_to_verdict is not None:
        yield f"expected no wedge announced, saw one after {outcome.seconds_to_verdict:.2f} s"


def _if_late(outcome: Outcome) -> str:
    """How a problem begins that a machine with too much to do may be to blame for."""
    return _NOT_IN_TIME if outcome.exit_status in (TOO_SLOW, ENDED_FOR_A_HANG) else ""


def _brief(verdict: Verdict) -> str:
    return "{kind} of {pid} ({confidence}, {state})".format(**verdict)


# Many runs


@dataclass(frozen=True)
class Score:
    """How well a level did over many runs."""

    confusion: Counter[tuple[str, str]]
    precision: float | None
    recall: float | None
    worst_s: float | None
    median_s: float | None


def score(judgements: Sequence[Judgement]) -> Score:
    """Precision over all culprits named, recall over all wedges run; None where there were none."""
    hits = sum(judgement.hit for judgement in judgements)
    named = hits + sum(judgement.false_alarms for judgement in judgements)
    wedges = sum(judgement.truth not in (HEALTHY, NOT_ANNOUNCED) for judgement in judgements)
    times = [
        judgement.judged_seconds for judgement in judgements if judgement.judged_seconds is not None
    ]
    return Score(
        confusion=Counter((judgement.truth, judgement.said) for judgement in judgements),
        precision=hits / named if named else None,
        recall=hits / wedges if wedges else None,
        worst_s=max(times, default=None),
        median_s=statistics.median(times) if times else None,
    )


@dataclass(frozen=True)
class Run:
    """One of many of a healthy case."""

    case: str
    judgement: Judgement
    tries: int = 1


def rounds_table(runs: Mapping[str, Sequence[Run]]) -> list[str]:
    """What came of healthy cases, each run as often as the others, by level."""
    lines = [
        "| level | rounds | runs | false alarms | late, tried again "
        "| failed otherwise | accused wrongly |",
        "|---|---|---|---|---|---|---|",
    ]
    for level, chosen in runs.items():
        judgements = [run.judgement for run in chosen]
        accused = sorted({run.case for run in chosen if run.judgement.false_alarms})
        cells = (
            len(chosen) // len({run.case for run in chosen}),
            len(chosen),
            sum(judgement.false_alarms for judgement in judgements),
            sum(run.tries > 1 for run in chosen),
            sum(bool(one.problems) and not one.false_alarms for one in judgements),
            code_list(accused),
        )
        lines.append(f"| {level} | {' | '.join(map(str, cells))} |")
    return lines


def code_list(names: Sequence[str]) -> str:
    """Names as a page has them."""
    return ", ".join(f"`{name}`" for name in names) or NONE


def percent(share: float | None) -> str:
    return "n/a" if share is None else f"{share:.1%}"


def recall_by_kind(judgements: Sequence[Judgement]) -> dict[str, tuple[int, int]]:
    """Kind of wedge → how many were found, of how many."""
    wedges = [one for one in judgements if one.truth not in (HEALTHY, NOT_ANNOUNCED)]
    return {
        kind: (
            sum(one.hit for one in wedges if one.truth == kind),
            sum(one.truth == kind for one in wedges),
        )
        for kind in sorted({one.truth for one in wedges})
    }


def confusion_table(confusion: Counter[tuple[str, str]]) -> list[str]:
    """Rows: the truth; columns: what was said."""
    truths = sorted({truth for truth, _ in confusion})
    columns = sorted({said for _, said in confusion})
    label = "truth \\ said"
    width = max(map(len, [label, *truths]))
    lines = ["  ".join([f"{label:{width}}", *columns])]
    for truth in truths:
        cells = (f"{confusion[truth, column] or '.':>{len(column)}}" for column in columns)
        lines.append("  ".join([f"{truth:{width}}", *cells]))
    return lines
