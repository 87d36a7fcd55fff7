"""Looks at coverage both ways: which clauses questions expect, and which clauses answers show.

A clause here is a passage that may be quoted: lead-ins and fragments are never shown alone, and are
left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from qa_service.evaluation.asking import Asked
from qa_service.evaluation.cases import grade_span
from qa_service.excerpts import Excerpt
from qa_service.index import PolicyIndex
from qa_service.markdown import plain_text
from qa_service.passages import Passage
from qa_service.topicmap import privacy_topics
from qa_service.topics import Topic

LANGUAGES = ("ja", "en")


@dataclass(frozen=True, slots=True)
class Reach:
    """One clause, and the ids of the questions that have to do with it.

    `expected_by` has for each language those that expect it; `first_for` those to which it is shown
    first, `shown_to` those to which it is shown at all. `contested_by` are those to which it is
    shown first although they expect others, while some question does expect it.
    """

    section_id: str
    text: str
    expected_by: dict[str, tuple[str, ...]]
    first_for: tuple[str, ...]
    shown_to: tuple[str, ...]
    contested_by: tuple[str, ...]

    @property
    def lacks(self) -> tuple[str, ...]:
        """The languages in which no question expects it."""
        return tuple(lang for lang in LANGUAGES if not self.expected_by[lang])


def find_reach(policy: PolicyIndex, asked: Sequence[Asked]) -> tuple[Reach, ...]:
    """Return the clauses of a policy in order, with the questions that were asked of it."""
    of_policy = [one for one in asked if one.policy is policy]
    return tuple(
        _reach(policy, passage, of_policy)
        for passage in policy.passages
        if not passage.is_lead_in and not passage.is_fragment
    )


def find_silent_topics(policy: PolicyIndex) -> tuple[Topic, ...]:
    """Return the privacy topics on which a policy says nothing."""
    covered = policy.topic_map.covered
    return tuple(topic for i, topic in enumerate(privacy_topics()) if not covered[i])


def _reach(policy: PolicyIndex, passage: Passage, asked: Sequence[Asked]) -> Reach:
    start, end = passage.start, passage.end
    expecting = [one for one in asked if grade_span(one.case, start, end)]
    first_for = [one for one in asked if _shows(one.answer.excerpts[:1], passage)]
    contested = [one for one in first_for if one.case.expected and not any(one.fits[:1])]
    return Reach(
        section_id=passage.section_id,
        text=plain_text(policy.source.text[start:end]),
        expected_by={
            lang: _ids([one for one in expecting if one.case.lang == lang]) for lang in LANGUAGES
        },
        first_for=_ids(first_for),
        shown_to=_ids([one for one in asked if _shows(one.answer.excerpts, passage)]),
        contested_by=_ids(contested) if expecting else (),
    )


def _shows(excerpts: Sequence[Excerpt], passage: Passage) -> bool:
    return any(one.start < passage.end and passage.start < one.end for one in excerpts)


def _ids(asked: Sequence[Asked]) -> tuple[str, ...]:
    return tuple(one.case.id for one in asked)
