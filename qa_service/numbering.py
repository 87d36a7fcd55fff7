"""Turns the numbers of a policy's headings into remarks: numbers that stand twice or are left out.

Counts each style at each level for itself, and lets it begin again under another heading. Does not
look at ordered lists, which Markdown numbers by itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from qa_service.clauses import half_width, read_number
from qa_service.findings import Remark, Rule
from qa_service.markdown import Block, BlockKind
from qa_service.sections import Outline

_LAST_STEP = re.compile(r"(?P<before>.*?)(?P<value>[0-9]+)(?P<unit>[^0-9]*)(?:の.+)?")
# 「第3条から第5条まで 削除」 stands for three articles.
_REACH = re.compile(r"\s*(?:から|[〜～~\-－])\s*第?\s*([0-9]+)")


@dataclass(frozen=True, slots=True)
class _Step:
    """A heading's number `key` (`第3条の2`): its style (`第_条`) and its value in a row (3).

    It stands for the numbers up to `last`; `start` is where the heading starts.
    """

    key: str
    style: str
    value: int
    last: int
    start: int


@dataclass(slots=True)
class _Row:
    """Numbers of one style at one level that follow on each other."""

    level: int
    steps: list[_Step] = field(default_factory=list)
    may_restart: bool = False


def lint_numbers(text: str, outline: Outline) -> Iterator[Remark]:
    """Yield a remark for every clause number that stands twice in its row or is left out."""
    for row in _rows(text, outline):
        yield from _duplicates(text, row)
        yield from _gaps(row)


def _rows(text: str, outline: Outline) -> list[_Row]:
    """Return the rows of numbers in a policy, in the order in which they begin."""
    rows: list[_Row] = []
    current: dict[tuple[str, int], _Row] = {}
    numbers = {section.start: section.number for section in outline.sections}
    for heading in outline.blocks:
        if heading.kind is not BlockKind.HEADING:
            continue
        step = _read_step(text, heading, numbers.get(heading.start))
        key = (step.style if step else "", heading.level)
        for other, row in current.items():
            row.may_restart |= other != key and row.level >= heading.level
        if step is None:
            continue
        if key not in current or (current[key].may_restart and step.value <= 1):
            current[key] = _Row(heading.level)
            rows.append(current[key])
        current[key].steps.append(step)
    return rows


def _read_step(text: str, heading: Block, number: str | None) -> _Step | None:
    """Return a heading's number as a step of a row; None without one, or for a list's item."""
    read = read_number(f"{number} _") if number and not heading.marker else None
    match = _LAST_STEP.fullmatch(read.key) if read else None
    if read is None or match is None:
        return None
    value = int(match["value"])
    _, _, behind = half_width(text[heading.start : heading.end]).partition(read.text)
    reach = _REACH.match(behind) if match["unit"] == "条" else None
    last = int(reach[1]) if reach else value
    return _Step(read.key, f"{match['before']}_{match['unit']}", value, last, heading.start)


def _duplicates(text: str, row: _Row) -> Iterator[Remark]:
    """Yield a remark for a number that stands twice, and one alone for a whole list that does."""
    seen: dict[str, _Step] = {}
    doubled: _Step | None = None
    for step in row.steps:
        first = seen.setdefault(step.key, step)
        if first is not step and (doubled is None or step.value != doubled.value + 1):
            line = text.count("\n", 0, first.start) + 1
            reason = f"the number {step.key} is also that of line {line}"
            yield Remark(step.start, Rule.DUPLICATE_NUMBER, reason)
        doubled = step if first is not step else None


def _gaps(row: _Row) -> Iterator[Remark]:
    """Yield a remark at the first heading behind each gap, whatever number the row begins with."""
    present = {n for step in row.steps for n in range(step.value, step.last + 1)}
    for step in {step.value: step for step in reversed(row.steps)}.values():
        before = max((n for n in present if n < step.value), default=step.value - 1)
        if before < step.value - 1:
            reason = f"{_names(step.style, before + 1, step.value - 1)} in front of {step.key}"
            yield Remark(step.start, Rule.MISSING_NUMBER, reason)


def _names(style: str, first: int, last: int) -> str:
    names = [style.replace("_", str(n)) for n in (first, last)]
    return f"{names[0]} is missing" if first == last else f"{names[0]} to {names[1]} are missing"
