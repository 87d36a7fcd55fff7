"""Turns the lines of an evaluation set into Cases: a question, and what a person expects of it.

Finds each quote in the policy, so that expectations are spans; those that no longer stand where
they are expected are kept beside them. Asks nothing.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa_service.errors import BadEvaluation, UnknownPolicy
from qa_service.evaluation.expectations import Expectation, Expected, Followed, Standing, follow
from qa_service.messages import Status
from qa_service.service import Service


@dataclass(frozen=True, slots=True)
class Case:
    """One question of the evaluation set with what a person expects of the answer.

    `strayed` are the expectations whose words stand under another number now, or are gone; the
    latter have no span in `expected`.
    """

    id: str
    lang: str
    question: str
    status: Status
    expected: tuple[Expected, ...]
    split: str
    pair: str | None
    style: str
    policy: str
    strayed: tuple[Followed, ...] = ()


def read_cases(path: Path, service: Service) -> list[Case]:
    """Return the cases of a file, each quote found in its policy: the one named, else the default.

    Raises:
        BadEvaluation: a line is broken.
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
    written = [
        Expectation(str(one["section"]), str(one["quote"]), int(one["grade"]))
        for one in raw["expect"]
    ]
    followed = [follow(one, policy, service.reader.tokenizer) for one in written]
    return Case(
        id=raw["id"],
        lang=raw["lang"],
        question=raw["question"],
        status=Status(raw["status"]),
        expected=tuple(one.expected for one in followed if one.expected is not None),
        split=raw["split"],
        pair=raw["pair"],
        style=raw["style"],
        policy=policy.source.policy_id,
        strayed=tuple(one for one in followed if one.standing is not Standing.PRESENT),
    )
