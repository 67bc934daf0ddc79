# SPDX-License-Identifier: GPL-2.0-only
"""A few numbers that say what a series of measurements says, and how surely."""

from __future__ import annotations

import random
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

RESAMPLES = 2000
FEWEST = 3
"""Of so few measurements no interval is told."""


@dataclass(frozen=True)
class Figures:
    median: float
    quartiles: tuple[float, float]
    interval: tuple[float, float] | None
    """Where the median lies, with 95 % probability; None: too few measurements."""
    count: int


def summarize(series: Sequence[float]) -> Figures | None:
    if not series:
        return None
    return Figures(statistics.median(series), quartiles(series), interval(series), len(series))


def quartiles(series: Sequence[float]) -> tuple[float, float]:
    if len(series) < 2:
        return series[0], series[0]
    low, _, high = statistics.quantiles(series, n=4, method="inclusive")
    return low, high


def interval(series: Sequence[float]) -> tuple[float, float] | None:
    """By bootstrap. Always the same for the same series."""
    if len(series) < FEWEST:
        return None
    chance = random.Random(0)
    medians = sorted(
        statistics.median(chance.choices(series, k=len(series))) for _ in range(RESAMPLES)
    )
    return medians[round(RESAMPLES * 0.025)], medians[round(RESAMPLES * 0.975) - 1]
