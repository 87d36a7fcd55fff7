"""Turns a question and its hits into the Answer that the visitor gets.

Chooses excerpts, fixed messages and what to read next. Knows neither HTTP nor models.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from qa_service.excerpts import Excerpt, Excerpter, for_readers_of
from qa_service.index import PolicyIndex
from qa_service.messages import (
    LABEL_JOINS,
    MESSAGES,
    QUOTED_LABEL,
    SENTENCE_GAP,
    SILENT_ON,
    SUGGESTIONS,
    Status,
)
from qa_service.questions import Question
from qa_service.relevance import MAX_EXCERPTS, Judgement
from qa_service.retrieval import Hit
from qa_service.sections import HISTORY, PREAMBLE, Section
from qa_service.sources import Source
from qa_service.topics import Topic as AboutTopic

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


def compose_answer(question: Question, judgement: Judgement, excerpter: Excerpter) -> Answer:
    """Return the answer that a judgement earns; what is nearest comes from the whole ranking."""
    policy, lang, status = excerpter.policy, question.lang, judgement.status
    needs_help = status in {Status.PARTIAL, Status.SILENT}
    about = judgement.topic
    topic = Topic(about.id, about.label(lang)) if about else None
    return Answer(
        request_id=uuid.uuid4().hex,
        status=status,
        lang=lang,
        message=_message(judgement, lang),
        topic=topic,
        excerpts=_excerpts(question, judgement.shown, excerpter),
        nearest=_nearest(judgement.ranking.hits, policy) if needs_help else (),
        contact=_contact(excerpter, lang) if needs_help else None,
        suggestions=() if status is Status.ANSWERED else SUGGESTIONS[lang],
        policy=policy.source,
    )


def _message(judgement: Judgement, lang: str) -> str:
    """Return the fixed message of a status, naming the topics on which the policy is silent."""
    if judgement.status is Status.SILENT:
        topics = judgement.missing or ((judgement.topic,) if judgement.topic else ())
        return _name(topics, lang) if topics else MESSAGES[lang][Status.SILENT]
    message = MESSAGES[lang][judgement.status]
    if not judgement.missing:
        return message
    return message + SENTENCE_GAP[lang] + _name(judgement.missing, lang)


def _name(topics: Sequence[AboutTopic], lang: str) -> str:
    labels = LABEL_JOINS[lang].join(QUOTED_LABEL[lang].format(t.label(lang)) for t in topics)
    return SILENT_ON[lang].format(labels)


def _excerpts(
    question: Question, hits: tuple[Hit, ...], excerpter: Excerpter
) -> tuple[Excerpt, ...]:
    """Return the hits' excerpts in order, none of which repeats words of an earlier one."""
    terms = frozenset(question.terms)
    chosen: list[Excerpt] = []
    for hit in hits:
        excerpt = excerpter.excerpt(hit.ordinal, terms)
        if all(excerpt.end <= other.start or other.end <= excerpt.start for other in chosen):
            chosen.append(for_readers_of(question.lang, excerpt))
    return tuple(chosen[:MAX_EXCERPTS])


def _contact(excerpter: Excerpter, lang: str) -> Excerpt | None:
    contact = excerpter.contact()
    return for_readers_of(lang, contact) if contact else None


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
