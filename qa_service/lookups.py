"""Looks up passages for agents: by clause number, words or a whole question, in many policies.

Never abstains. Knows no HTTP and does not know how a passage is cited.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from qa_service.excerpts import Excerpt, Excerpter
from qa_service.index import PolicyIndex
from qa_service.numbers import WantedNumber, find_numbered, read_wanted_number
from qa_service.questions import read_question
from qa_service.service import Service
from qa_service.tokens import Tokenizer
from qa_service.topicmap import BEARS_FROM, privacy_topics
from qa_service.topics import Topic


@dataclass(frozen=True, slots=True)
class Match:
    """A passage that was looked up; `topic` is what it answers best, if anything.

    `score` is that of the search, None in the clause whose number was typed.
    """

    policy: PolicyIndex
    excerpt: Excerpt
    score: float | None
    topic: Topic | None


class Lookups:
    """Looks up in the policies of one service; safe to share between threads."""

    def __init__(self, service: Service) -> None:
        self._service = service

        @cache
        def excerpter(policy_id: str) -> Excerpter:
            return Excerpter(service.policy(policy_id), self.tokenizer)

        self._excerpter = excerpter

    @property
    def tokenizer(self) -> Tokenizer:
        """What cuts the policies' words."""
        return self._service.reader.tokenizer

    def search(self, typed: str, policies: Sequence[PolicyIndex], k: int) -> tuple[Match, ...]:
        """Return at most k matches: those of a clause number in order, then the best of the rest.

        Raises:
            BadQuestion: what was typed is blank or too long.
        """
        wanted = read_wanted_number(typed)
        ranked = [match for policy in policies for match in self._ranked(typed, policy, k)]
        ranked.sort(key=lambda match: -(match.score or 0.0))
        numbered = [m for p in policies for m in self._numbered(wanted, p)] if wanted else []
        return tuple(_without_repeats([*numbered, *ranked]))[:k]

    def excerpt_at(self, policy: PolicyIndex, start: int, end: int) -> Excerpt:
        """Return the excerpt that is this span, else that of the first passage there or behind."""
        excerpter = self._excerpter(policy.source.policy_id)
        passages = policy.passages
        inside = [i for i, p in enumerate(passages) if p.start < end and start < p.end]
        behind = next((i for i, p in enumerate(passages) if p.end > start), len(passages) - 1)
        first = inside[0] if inside else behind
        # An excerpt of a whole list is that of the lead-in above it.
        lead_in = passages[first].lead_in
        around = [first, *inside, *([] if lead_in is None else [lead_in])]
        found = [excerpter.excerpt(i, frozenset()) for i in around]
        known = [*found, *filter(None, [excerpter.contact()])]
        exact = (one for one in known if (one.start, one.end) == (start, end))
        return next(exact, found[0])

    def find_words(self, policy: PolicyIndex, sha256: str) -> Excerpt | None:
        """Return the excerpt with this hash, wherever its words stand now."""
        excerpter = self._excerpter(policy.source.policy_id)
        found = (excerpter.excerpt(i, frozenset()) for i in range(len(policy.passages)))
        return next((one for one in found if one.sha256 == sha256), None)

    def _ranked(self, typed: str, policy: PolicyIndex, k: int) -> Iterator[Match]:
        for found in self._service.search(typed, k, policy.source.policy_id):
            topic = find_topic(policy, found.hit.ordinal)
            yield Match(policy, found.excerpt, found.hit.score, topic)

    def _numbered(self, wanted: WantedNumber, policy: PolicyIndex) -> Iterator[Match]:
        """Yield the passages of the clauses that bear a number, by the words behind it if any."""
        sections = find_numbered(wanted, policy.sections)
        inside = [
            i
            for i, passage in enumerate(policy.passages)
            if any(section.start <= passage.start < section.end for section in sections)
        ]
        terms: frozenset[str] = frozenset()
        if inside and wanted.words:
            question = read_question(wanted.words, self.tokenizer)
            hits = self._service.rank(question, policy.source.policy_id).hits
            inside = [hit.ordinal for hit in hits if hit.ordinal in set(inside)]
            terms = frozenset(question.terms)
        excerpter = self._excerpter(policy.source.policy_id)
        for i in inside:
            yield Match(policy, excerpter.excerpt(i, terms), None, find_topic(policy, i))


def find_topic(policy: PolicyIndex, ordinal: int) -> Topic | None:
    """Return the topic that a passage answers best, None where it answers none."""
    likely = policy.topic_map.likely[:, ordinal]
    best = int(likely.argmax())
    return privacy_topics()[best] if likely[best] >= BEARS_FROM else None


def _without_repeats(matches: Sequence[Match]) -> Iterator[Match]:
    """Yield the matches but those that repeat words of an earlier one."""
    shown: dict[str, list[tuple[int, int]]] = {}
    for match in matches:
        spans = shown.setdefault(match.policy.source.policy_id, [])
        start, end = match.excerpt.start, match.excerpt.end
        if all(end <= first or last <= start for first, last in spans):
            spans.append((start, end))
            yield match
