"""Compares what a maintainer reviewed with what the program proposes, and renews the review.

Shows topic by topic what a policy answers and what it is silent about. Does not know questions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from qa_service.checks import split_source
from qa_service.errors import BadSource
from qa_service.findings import Finding, Rule, Severity, report_error
from qa_service.index import PolicyIndex
from qa_service.messages import Status
from qa_service.passages import cut_passages
from qa_service.reviews import (
    Entry,
    Review,
    ReviewedQuote,
    find_stale,
    known_name,
    new_quote,
    read_review,
    review_path,
)
from qa_service.sources import authoritative, hash_span, read_sources
from qa_service.tokens import Tokenizer
from qa_service.topicmap import BEARS_FROM, Floats, privacy_topics
from qa_service.topics import Topic

# From which likelihood on the program itself would call a topic answered.
ANSWERS_FROM = 0.5
MAX_QUOTES = 4


class Origin(StrEnum):
    """What an answer about a topic rests on."""

    REVIEWED = "reviewed"
    STALE = "stale"
    REOPENED = "reopened"
    PROPOSED = "proposed"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a policy says on one topic: as reviewed (None where it was not), and as proposed.

    `section_ids` are those of the passages that count now, best first, `proposed_ids` those of the
    proposal. `reason` says why a person should look at the entry, else it is "".
    """

    topic: Topic
    origin: Origin
    reviewed: Status | None
    proposed: Status
    section_ids: tuple[str, ...]
    proposed_ids: tuple[str, ...]
    reason: str

    @property
    def status(self) -> Status:
        """What visitors are told: the review where it counts, else the proposal."""
        counts = self.origin is Origin.REVIEWED and self.reviewed is not None
        return self.reviewed if counts and self.reviewed else self.proposed


def read_coverage(policy: PolicyIndex, review: Review | None) -> tuple[Coverage, ...]:
    """Return what a policy says on every privacy topic, in the order of the topics."""
    stale = find_stale(review, policy.spans) if review else {}
    rows = []
    for i, topic in enumerate(privacy_topics()):
        entry = review.entries.get(topic.id) if review else None
        origin, reason = _origin(policy, i, entry, review, stale.get(topic.id))
        rows.append(
            Coverage(
                topic=topic,
                origin=origin,
                reviewed=entry.status if entry else None,
                proposed=_proposed_entry(policy, i).status,
                section_ids=_section_ids(policy, policy.topic_map.likely[i]),
                proposed_ids=_section_ids(policy, policy.topic_map.proposed[i]),
                reason=reason,
            )
        )
    return tuple(rows)


def accept_proposals(policy: PolicyIndex, review: Review | None) -> Review:
    """Return the review renewed: what was decided stays, but for quotes that are gone.

    Every entry gains the proposed passages that were written since; a topic without an entry
    becomes what is proposed.
    """
    entries = dict(review.entries) if review else {}
    for i, topic in enumerate(privacy_topics()):
        if review is not None and topic.id in review.entries:
            entries[topic.id] = _renewed(policy, i, review.entries[topic.id], review)
        else:
            entries[topic.id] = _proposed_entry(policy, i)
    return Review(entries, frozenset(map(known_name, policy.spans)))


def find_stale_entries(folder: Path, tokenizer: Tokenizer) -> list[Finding]:
    """Return a finding for every broken review and stale entry of a folder.

    Raises:
        BadSource: a policy file cannot be read.
    """
    findings = []
    for source in authoritative(read_sources(folder)):
        path = review_path(folder, source)
        try:
            review = read_review(path)
        except BadSource as exc:
            findings.append(report_error(exc, Rule.BROKEN_REVIEW))
            continue
        if review is None:
            continue
        outline = split_source(source)
        passages = cut_passages(source.policy_id, source.text, outline, tokenizer)
        spans = [source.text[p.start : p.end] for p in passages]
        lines = path.read_text(encoding="utf-8").split("\n")
        for topic, quote in find_stale(review, spans).items():
            line = lines.index(f'id = "{topic}"') + 1 if f'id = "{topic}"' in lines else 1
            reason = f"{topic} is stale: {_gone(quote)}; see policy-qa topics"
            findings.append(Finding(str(path), line, Severity.ERROR, Rule.STALE_REVIEW, reason))
    return findings


def _section_ids(policy: PolicyIndex, likely: Floats) -> tuple[str, ...]:
    """Return the sections of the likeliest passages, each once."""
    best = [j for j in np.argsort(-likely, kind="stable") if likely[j] >= BEARS_FROM]
    return tuple(dict.fromkeys(policy.passages[j].section_id for j in best[:MAX_QUOTES]))


def _origin(
    policy: PolicyIndex,
    number: int,
    entry: Entry | None,
    review: Review | None,
    gone: ReviewedQuote | None,
) -> tuple[Origin, str]:
    if entry is None or review is None:
        return Origin.PROPOSED, ""
    if gone is not None:
        return Origin.STALE, _gone(gone)
    reason = "a passage written since the review may answer it"
    if policy.topic_map.statuses[number] is None:
        return Origin.REOPENED, reason
    return Origin.REVIEWED, reason if _proposed_since(policy, number, review, entry) else ""


def _gone(quote: ReviewedQuote) -> str:
    words = quote.text.replace("\n", " ")
    return f"「{words[:30]}{'…' if len(words) > 30 else ''}」 is no passage of the policy now"


def _proposed_entry(policy: PolicyIndex, number: int) -> Entry:
    """Return the entry that the proposal alone would make."""
    quotes = _proposed_quotes(policy, number)[:MAX_QUOTES]
    return _entry(privacy_topics()[number].id, quotes, Status.ANSWERED)


def _proposed_quotes(policy: PolicyIndex, number: int) -> list[ReviewedQuote]:
    """Return the passages that the proposal gives a topic, best first."""
    proposed = policy.topic_map.proposed[number]
    return [
        new_quote(policy.spans[j], 2 if proposed[j] >= ANSWERS_FROM else 1)
        for j in np.argsort(-proposed, kind="stable")
        if proposed[j] >= BEARS_FROM
    ]


def _proposed_since(
    policy: PolicyIndex, number: int, review: Review, entry: Entry
) -> list[ReviewedQuote]:
    """Return the proposed passages that neither the review knew nor the entry quotes."""
    quoted = {quote.sha256 for quote in entry.quotes}
    return [
        quote
        for quote in _proposed_quotes(policy, number)
        if not review.knows(quote.text) and quote.sha256 not in quoted
    ][:MAX_QUOTES]


def _renewed(policy: PolicyIndex, number: int, entry: Entry, review: Review) -> Entry:
    present = set(map(hash_span, policy.spans))
    kept = [quote for quote in entry.quotes if quote.sha256 in present]
    since = _proposed_since(policy, number, review, entry)
    if len(kept) == len(entry.quotes) and not since:
        return entry
    best = Status.PARTIAL if entry.status is Status.PARTIAL else Status.ANSWERED
    return _entry(entry.topic, [*kept, *since], best)


def _entry(topic: str, quotes: Sequence[ReviewedQuote], best: Status) -> Entry:
    """Return an entry whose status is at most `best` and follows from its quotes."""
    if not quotes:
        return Entry(topic, Status.SILENT, ())
    settles = any(quote.grade > 1 for quote in quotes)
    return Entry(topic, best if settles else Status.PARTIAL, tuple(quotes))
