"""Turns a cited span into the clause around it: all its passages, citations and what changed.

A span of an earlier text is followed to where its words, or its clause, stand now.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal
from urllib.parse import urlencode, urljoin

from qa_service.changes import Change, find_change, find_counterpart
from qa_service.checks import split_source
from qa_service.excerpts import Excerpt
from qa_service.index import PolicyIndex
from qa_service.lookups import Lookups
from qa_service.markdown import Block, BlockKind, inline_text, plain_text
from qa_service.passages import Passage
from qa_service.revisions import Revision, find_cited
from qa_service.sections import Section, section_at
from qa_service.web.bodies import Addresses, policy_body
from qa_service.web.citations import cite, with_text_fragment
from qa_service.web.console_bodies import (
    ChangeBody,
    CitationsBody,
    ClauseBody,
    ElementBody,
    NeighbourBody,
    RevisionBody,
    SegmentBody,
)

# A clause inside a longer one is shown with all of that, up to this length.
MAX_CLAUSE_CHARS = 2500

State = Literal["present", "moved", "changed", "gone"]


@dataclass(frozen=True, slots=True)
class Cited:
    """A span of a policy as cited; `sha256` is None where no proof was given."""

    start: int
    end: int
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of cited words, and the earlier revision that they stood in, where known."""

    state: State
    excerpt: Excerpt
    revision: Revision | None = None


class ClauseViews:
    """Makes the view of a clause; `base` in its methods is this server's own address."""

    def __init__(self, lookups: Lookups, addresses: Addresses) -> None:
        self._lookups = lookups
        self._addresses = addresses

        @cache
        def blocks(policy: PolicyIndex) -> tuple[Block, ...]:
            return split_source(policy.source).blocks

        self._blocks = blocks

    def view(self, policy: PolicyIndex, cited: Cited, base: str, lang: str) -> ClauseBody:
        """Return the clause around a cited span, or the one it has become."""
        followed = self._follow(policy, cited)
        excerpt, past = followed.excerpt, followed.revision
        policy_id = policy.source.policy_id
        section = _clause_around(policy, excerpt)
        change = find_change(policy.revision, section, policy.earlier, self._lookups.tokenizer)
        own = self._addresses.section(policy_id, excerpt.section)
        url = with_text_fragment(urljoin(base, own.url), excerpt.text)
        citations = cite(excerpt, policy.source, url, lang)
        return ClauseBody.model_construct(
            policy=policy_body(policy.source),
            section=self._addresses.section(policy_id, section),
            state=followed.state,
            cited=_revision_body(past, _section_holding(past, cited.start)) if past else None,
            excerpt=self._addresses.excerpt(policy_id, excerpt),
            elements=list(_elements(policy, section, self._blocks(policy), excerpt)),
            citations=CitationsBody.model_construct(
                plain=citations.plain, markdown=citations.markdown, html=citations.html
            ),
            url=url,
            permalink=urljoin(base, permalink(policy_id, excerpt)),
            change=_change_body(change) if change else None,
            previous=_neighbour(
                policy, [p for p in policy.passages if p.start < section.start][-1:]
            ),
            next=_neighbour(policy, [p for p in policy.passages if p.start >= section.end][:1]),
        )

    def _follow(self, policy: PolicyIndex, cited: Cited) -> Followed:
        """Return the excerpt at a span, or where its words or its clause stand now."""
        at_span = self._lookups.excerpt_at(policy, cited.start, cited.end)
        if cited.sha256 is None:
            return Followed("present", at_span)
        past = find_cited(policy.revisions, cited.start, cited.end, cited.sha256)
        if past == policy.revision:
            return Followed("present", at_span)
        moved = self._lookups.find_words(policy, cited.sha256.lower())
        if moved is not None:
            return Followed("moved", moved)
        if past is None:
            return Followed("changed", at_span)
        clause = _section_holding(past, cited.start)
        now = clause and find_counterpart(past, clause, policy.revision, self._lookups.tokenizer)
        if not now:
            return Followed("gone", at_span, past)
        return Followed("changed", self._lookups.excerpt_at(policy, now.body_start, now.end), past)


def permalink(policy_id: str, excerpt: Excerpt) -> str:
    """Return the console's address of an excerpt; it says when the words have changed."""
    proof = {"start": excerpt.start, "end": excerpt.end, "sha256": excerpt.sha256}
    return f"/console?{urlencode({'policy': policy_id, **proof})}"


def _clause_around(policy: PolicyIndex, excerpt: Excerpt) -> Section:
    """Return the section around an excerpt; a numbered part of a clause, 第3条(1), with all of it.

    A part of a very long clause is shown alone.
    """
    inner = excerpt.section
    wider = [
        s
        for s in policy.sections
        if s.start <= inner.start < s.end
        and s.number
        and inner.id.startswith(s.id)
        and s.end - s.start <= MAX_CLAUSE_CHARS
    ]
    return min(wider, key=lambda s: s.start, default=inner)


def _neighbour(policy: PolicyIndex, passages: Sequence[Passage]) -> NeighbourBody | None:
    """Return the clause of the passage, if there is one."""
    for passage in passages:
        section = section_at(policy.sections, passage.start)
        title = section.path[-1] if section.path else section.title
        return NeighbourBody.model_construct(title=title, start=passage.start, end=passage.end)
    return None


def _elements(
    policy: PolicyIndex, section: Section, blocks: Sequence[Block], excerpt: Excerpt
) -> Iterator[ElementBody]:
    """Yield headings and passages of a section in order."""
    text = policy.source.text
    starts = [block.start for block in blocks]
    headings = [
        (block.start, block.end, "heading", block)
        for block in blocks
        if block.kind is BlockKind.HEADING and section.start <= block.start < section.end
    ]
    passages = [
        (p.start, p.end, p.kind.value, blocks[max(bisect_right(starts, p.start) - 1, 0)])
        for p in policy.passages
        if section.start <= p.start < section.end
    ]
    for start, end, kind, block in sorted(headings + passages, key=lambda one: one[0]):
        words = inline_text(text[start:end]) if kind == "heading" else plain_text(text[start:end])
        is_numbered = block.marker[:1].isdigit() and start == block.start and kind != "heading"
        yield ElementBody.model_construct(
            kind=kind,
            text=words,
            marker=block.marker if is_numbered else "",
            depth=block.level,
            block=block.start,
            line=text.count("\n", 0, start) + 1,
            start=start,
            end=end,
            hit=kind != "heading" and _is_hit(start, end, excerpt),
        )


def _is_hit(start: int, end: int, excerpt: Excerpt) -> bool:
    return start < excerpt.end and excerpt.start < end


def _change_body(change: Change) -> ChangeBody:
    return ChangeBody.model_construct(
        revision=_revision_body(change.revision, change.section),
        changed=change.is_change,
        segments=[
            SegmentBody.model_construct(kind=segment.kind.value, text=segment.text)
            for segment in change.segments
        ],
    )


def _revision_body(revision: Revision, section: Section | None) -> RevisionBody:
    title = (section.path[-1] if section.path else section.title) if section else None
    return RevisionBody.model_construct(
        date=revision.date, sha256=revision.source.sha256, title=title
    )


def _section_holding(revision: Revision, position: int) -> Section | None:
    """Return the innermost section that holds a position of a revision's text."""
    holding = [s for s in revision.sections if s.start <= position < s.end]
    return holding[-1] if holding else None
