"""Asks the questions of an evaluation set and measures the answers.

Ranking measures come from ir-measures over all hits; what the visitor is told is measured over the
answers. The service never imports this.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ir_measures
from ir_measures import RR, R, Success, nDCG

from qa_service.answers import Answer
from qa_service.errors import BadEvaluation
from qa_service.index import PolicyIndex
from qa_service.messages import Status
from qa_service.questions import read_question
from qa_service.service import Service

_RANKING = {
    "first hit acceptable": Success @ 1,
    "recall@1": R @ 1,
    "recall@3": R @ 3,
    "nDCG@5": nDCG @ 5,
    "MRR": RR,
}


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


def read_cases(path: Path, service: Service) -> list[Case]:
    """Return the cases of a file, each quote found in the policy.

    Raises:
        BadEvaluation: a line is broken, or its quote does not stand in its section.
    """
    policy = service.policy()
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as exc:
        raise BadEvaluation(path, 1, f"the file cannot be read ({exc.strerror})") from exc
    except UnicodeDecodeError as exc:
        raise BadEvaluation(path, 1, "the file is not UTF-8") from exc
    cases = []
    for number, line in enumerate(lines, start=1):
        try:
            cases.append(_make_case(json.loads(line), policy))
        except (KeyError, ValueError, TypeError) as exc:
            raise BadEvaluation(path, number, f"the case cannot be used: {exc}") from exc
    if not cases:
        raise BadEvaluation(path, 1, "the set holds no question")
    return cases


def measure(cases: Sequence[Case], service: Service) -> dict[str, float]:
    """Return the figures of some cases by name; shares are 0-1, higher is better but for the rates.

    `false answer` is the share of silent and off-topic questions that got an excerpt, `false
    silence` that of answerable ones that got none; `excerpt precision` the share of shown excerpts
    that have words of an expected span, over answerable and partly answerable questions.
    """
    answers = {case.id: service.ask(case.question) for case in cases}
    answerable = [case for case in cases if case.status is Status.ANSWERED]
    with_clause = [case for case in cases if case.expected]
    without = [case for case in cases if not case.expected]
    shown = [fits for case in with_clause for fits in _fits(case, answers[case.id])]
    firsts = [any(_fits(case, answers[case.id])[:1]) for case in answerable]
    return {
        "questions": len(cases),
        **_ranking(answerable, service),
        "first excerpt acceptable": _share(firsts),
        "excerpt precision": _share(shown),
        "false answer": _share([bool(answers[case.id].excerpts) for case in without]),
        "false silence": _share([not answers[case.id].excerpts for case in answerable]),
        "status as expected": _share([answers[c.id].status is c.status for c in cases]),
    }


def _make_case(raw: dict[str, Any], policy: PolicyIndex) -> Case:
    return Case(
        id=raw["id"],
        lang=raw["lang"],
        question=raw["question"],
        status=Status(raw["status"]),
        expected=tuple(_find_quote(one, policy) for one in raw["expect"]),
        split=raw["split"],
        pair=raw["pair"],
    )


def _find_quote(raw: dict[str, Any], policy: PolicyIndex) -> Expected:
    section = next((s for s in policy.sections if s.id == raw["section"]), None)
    if section is None:
        raise ValueError(f"there is no section {raw['section']}")
    start = policy.source.text.find(raw["quote"], section.start, section.end)
    if start < 0:
        raise ValueError(f"section {section.id} does not hold {raw['quote']!r}")
    return Expected(start, start + len(raw["quote"]), int(raw["grade"]))


def _ranking(cases: Sequence[Case], service: Service) -> dict[str, float]:
    """Return the ranking measures over all hits of the answerable cases."""
    if not cases:
        return dict.fromkeys(_RANKING, 0.0)
    passages = service.policy().passages
    qrels, run = [], []
    for case in cases:
        for i, passage in enumerate(passages):
            grade = max(
                (e.grade for e in case.expected if e.start < passage.end and passage.start < e.end),
                default=0,
            )
            qrels.append(ir_measures.Qrel(case.id, str(i), grade))
        hits = service.rank(read_question(case.question, service.tokenizer))
        run += [
            ir_measures.ScoredDoc(case.id, str(h.ordinal), -rank) for rank, h in enumerate(hits)
        ]
    figures = ir_measures.calc_aggregate(_RANKING.values(), qrels, run)
    return {name: float(figures[measure]) for name, measure in _RANKING.items()}


def _fits(case: Case, answer: Answer) -> list[bool]:
    """Return for each excerpt whether it has words of a span that the case expects."""
    return [
        any(_overlaps(excerpt.start, excerpt.end, expected) for expected in case.expected)
        or (
            excerpt.lead_in is not None
            and any(_overlaps(excerpt.lead_in.start, excerpt.lead_in.end, e) for e in case.expected)
        )
        for excerpt in answer.excerpts
    ]


def _overlaps(start: int, end: int, expected: Expected) -> bool:
    return start < expected.end and expected.start < end


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 0.0
