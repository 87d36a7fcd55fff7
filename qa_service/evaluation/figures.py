"""Turns counts and scores into Figures: shares with their intervals, the area under a ROC curve.

Pure arithmetic, and what a report of an evaluation holds. Knows neither questions nor answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

# The standard normal distribution has 95 % of its weight within so many deviations.
_Z_95 = 1.959964


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value over `n` observations, 0 of them where there was nothing to measure.

    A share has its 95 % interval `low` to `high`; other figures have none.
    """

    value: float
    n: int
    low: float | None = None
    high: float | None = None


Figures = dict[str, Figure]


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions whose best hits have scores within a tenth: their mean, and the share right."""

    score: float
    right: Figure


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of an evaluation by name, for each language, style, expected status and section.

    `ablations` has for each language how often the first hit is acceptable, by way of ranking;
    `elsewhere` the figures by language on policies that the program was not made for. `agreement`
    is the share of pairs that cite the same clause in both languages, `reliability` has the scores
    in tenths beside what they should say, lowest first.
    """

    by_language: dict[str, Figures]
    by_style: dict[str, Figures]
    by_status: dict[str, Figures]
    by_section: dict[str, Figures]
    ablations: dict[str, Figures]
    elsewhere: dict[str, Figures]
    agreement: Figure
    reliability: tuple[Bin, ...]


def share(values: Sequence[bool]) -> Figure:
    """Return the share of true values with its interval; of no values it is 0, from 0 to 1."""
    n, successes = len(values), sum(values)
    low, high = wilson_interval(successes, n)
    return Figure(successes / n if n else 0.0, n, low, high)


def wilson_interval(successes: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, lower end first, both within 0 to 1.

    Follows Wilson (1927), without correction for continuity; it holds for few observations and
    near 0 and 1 too. Observations count as independent.
    """
    if not n:
        return 0.0, 1.0
    value, square = successes / n, _Z_95**2
    middle = (value + square / (2 * n)) / (1 + square / n)
    half = _Z_95 / (1 + square / n) * sqrt(value * (1 - value) / n + square / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def area_under_curve(positives: Sequence[float], negatives: Sequence[float]) -> Figure:
    """Return how often a positive scores above a negative, over all pairs, a tie as half.

    That is the area under the ROC curve (Hanley and McNeil 1982): 1 parts them, 0.5 is chance.
    """
    if not positives or not negatives:
        return Figure(0.0, 0)
    above = sum((p > n) + (p == n) / 2 for p in positives for n in negatives)
    return Figure(above / (len(positives) * len(negatives)), len(positives) + len(negatives))
