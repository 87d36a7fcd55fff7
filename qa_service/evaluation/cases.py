"""Turns the lines of an evaluation set into Cases: a question, and what a person expects of it.

Finds each quote in the policy, so that expectations are spans. Asks nothing.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa_service.errors import BadEvaluation, UnknownPolicy
from qa_service.index import PolicyIndex
from qa_service.messages import Status
from qa_service.service import Service


@dataclass(frozen=True, slots=True)
class Expected:
    """A span of the policy that answers a case: grade 2 settles it, 1 supports."""

    start: int
    end: int
    grade: int


@dataclass(frozen=True, slots=True)
class Case:
    """One question of the evaluation set with what a person expects of the answer."""

    id: str
    lang: str
    question: str
    status: Status
    expected: tuple[Expected, ...]
    split: str
    pair: str | None
    style: str
    policy: str


def read_cases(path: Path, service: Service) -> list[Case]:
    """Return the cases of a file, each quote found in its policy: the one named, else the default.

    Raises:
        BadEvaluation: a line is broken, or its quote does not stand in its section.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as exc:
        raise BadEvaluation(path, 1, f"the file cannot be read ({exc.strerror})") from exc
    except UnicodeDecodeError as exc:
        raise BadEvaluation(path, 1, "the file is not UTF-8") from exc
    cases = []
    for number, line in enumerate(lines, start=1):
        try:
            cases.append(_make_case(json.loads(line), service))
        except (KeyError, ValueError, TypeError, AttributeError, UnknownPolicy) as exc:
            raise BadEvaluation(path, number, f"the case cannot be used: {exc}") from exc
    if not cases:
        raise BadEvaluation(path, 1, "the set holds no question")
    return cases


def grade_span(case: Case, start: int, end: int) -> int:
    """Return the best grade of what is expected and has words in a span; 0 for none."""
    return max((e.grade for e in case.expected if start < e.end and e.start < end), default=0)


def _make_case(raw: dict[str, Any], service: Service) -> Case:
    policy = service.policy(raw.get("policy"))
    return Case(
        id=raw["id"],
        lang=raw["lang"],
        question=raw["question"],
        status=Status(raw["status"]),
        expected=tuple(_find_quote(one, policy) for one in raw["expect"]),
        split=raw["split"],
        pair=raw["pair"],
        style=raw["style"],
        policy=policy.source.policy_id,
    )


def _find_quote(raw: dict[str, Any], policy: PolicyIndex) -> Expected:
    section = next((s for s in policy.sections if s.id == raw["section"]), None)
    if section is None:
        raise ValueError(f"there is no section {raw['section']}")
    start = policy.source.text.find(raw["quote"], section.start, section.end)
    if start < 0:
        raise ValueError(f"section {section.id} does not hold {raw['quote']!r}")
    return Expected(start, start + len(raw["quote"]), int(raw["grade"]))
