"""Turns a clause of one version of a policy into the clause that it became in another.

Stricter than a comparison by likeness alone: two clauses that talk of alike things are two.
"""

from collections.abc import Iterator
from functools import cache

from qa_service.changes import find_counterpart
from qa_service.excerpts import Excerpt
from qa_service.index import PolicyIndex
from qa_service.sections import Section
from qa_service.tokens import Tokenizer


class Successors:
    """Follows clauses from one version of a policy to another; remembers what was found."""

    def __init__(self, old: PolicyIndex, new: PolicyIndex, tokenizer: Tokenizer) -> None:
        self.old = old
        self.new = new
        self.tokenizer = tokenizer

        @cache
        def forward(section: Section) -> Section | None:
            return find_counterpart(old.revision, section, new.revision, tokenizer)

        @cache
        def backward(section: Section) -> Section | None:
            return find_counterpart(new.revision, section, old.revision, tokenizer)

        self._forward, self._backward = forward, backward

    def follow(self, excerpt: Excerpt) -> Section | None:
        """Return what the clause of an excerpt of the old version became; None where it is gone.

        Two clauses are one where each is the most alike of the other. Where none is, the clause
        lives on in the one that holds the excerpt's words now, as after a merger.
        """
        found = self._forward(excerpt.section)
        if found is not None and self._backward(found) == excerpt.section:
            return found
        return next(_sections_with(self.new, _span(self.old, excerpt)), None)

    def trace(self, excerpt: Excerpt) -> Section | None:
        """Return what the clause of an excerpt of the new version was; None where it is new."""
        found = self._backward(excerpt.section)
        if found is not None and self._forward(found) == excerpt.section:
            return found
        return next(_sections_with(self.old, _span(self.new, excerpt)), None)

    def is_same_clause(self, before: Excerpt, after: Excerpt) -> bool:
        """Tell whether the clause of a new excerpt is that of an old one, or was a part of it."""
        if self.follow(before) == after.section:
            return True
        return before.section in _sections_with(self.old, _span(self.new, after))


def _span(policy: PolicyIndex, excerpt: Excerpt) -> str:
    return policy.source.text[excerpt.start : excerpt.end]


def _sections_with(policy: PolicyIndex, span: str) -> Iterator[Section]:
    """Yield the sections in which a span stands as whole passages."""
    ends = {passage.end for passage in policy.passages}
    for passage in policy.passages:
        is_whole = passage.start + len(span) in ends
        if is_whole and policy.source.text.startswith(span, passage.start):
            yield policy.section(passage.section_id)
