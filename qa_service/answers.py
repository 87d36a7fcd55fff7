"""Turns a question and its hits into the Answer that the visitor gets.

Chooses excerpts, fixed messages and what to read next. Knows neither HTTP nor models.
"""

import uuid
from dataclasses import dataclass

from qa_service.excerpts import Excerpt, Excerpter
from qa_service.index import PolicyIndex
from qa_service.messages import MESSAGES, SUGGESTIONS, Status
from qa_service.questions import Question
from qa_service.relevance import MAX_EXCERPTS, shown
from qa_service.retrieval import Hit
from qa_service.sections import HISTORY, PREAMBLE, Section
from qa_service.sources import Source

MAX_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Topic:
    """What a question is about, in the visitor's language."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a visitor gets: only fixed strings and proven spans of the policy.

    `excerpts` has 1-4 entries, best first, when the status is answered or partial, else none;
    `nearest` and `contact` are filled when it is partial or silent.
    """

    request_id: str
    status: Status
    lang: str
    message: str
    topic: Topic | None
    excerpts: tuple[Excerpt, ...]
    nearest: tuple[Section, ...]
    contact: Excerpt | None
    suggestions: tuple[str, ...]
    policy: Source


def compose_answer(
    question: Question, hits: tuple[Hit, ...], status: Status, excerpter: Excerpter
) -> Answer:
    """Return the answer of this status from the ranked hits."""
    policy = excerpter.policy
    has_excerpts = status in {Status.ANSWERED, Status.PARTIAL}
    needs_help = status in {Status.PARTIAL, Status.SILENT}
    return Answer(
        request_id=uuid.uuid4().hex,
        status=status,
        lang=question.lang,
        message=MESSAGES[question.lang][status],
        topic=None,
        excerpts=_excerpts(question, shown(hits), excerpter) if has_excerpts else (),
        nearest=_nearest(hits, policy) if needs_help else (),
        contact=excerpter.contact() if needs_help else None,
        suggestions=() if status is Status.ANSWERED else SUGGESTIONS[question.lang],
        policy=policy.source,
    )


def _excerpts(
    question: Question, hits: tuple[Hit, ...], excerpter: Excerpter
) -> tuple[Excerpt, ...]:
    """Return the hits' excerpts in order, none of which repeats words of an earlier one."""
    terms = frozenset(question.terms)
    chosen: list[Excerpt] = []
    for hit in hits:
        excerpt = excerpter.excerpt(hit.ordinal, terms)
        if all(excerpt.end <= other.start or other.end <= excerpt.start for other in chosen):
            chosen.append(excerpt)
    return tuple(chosen[:MAX_EXCERPTS])


def _nearest(hits: tuple[Hit, ...], policy: PolicyIndex) -> tuple[Section, ...]:
    """Return the sections of the best hits, each once; the preamble and the history do not help."""
    ids: list[str] = []
    for hit in hits:
        section_id = policy.passages[hit.ordinal].section_id
        if section_id not in {*ids, PREAMBLE, HISTORY}:
            ids.append(section_id)
        if len(ids) == MAX_NEAREST:
            break
    return tuple(policy.section(section_id) for section_id in ids)
