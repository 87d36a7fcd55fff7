"""Turns the answers of two versions to a question into a Drift: what visitors are told otherwise.

Compares the first excerpt and the status. Asks nothing.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from qa_service.answers import Answer
from qa_service.changes import Segment, SegmentKind, compare_words, section_words
from qa_service.evaluation.probes import Probe
from qa_service.evaluation.successors import Successors
from qa_service.excerpts import Excerpt
from qa_service.index import PolicyIndex
from qa_service.sections import Section
from qa_service.tokens import Tokenizer


class DriftKind(StrEnum):
    """How an answer differs, what a maintainer should look at first standing first."""

    LOST = "lost"
    NEWLY_SILENT = "newly_silent"
    MOVED = "moved"
    REWORDED = "reworded"
    NEWLY_ANSWERED = "newly_answered"
    OTHER_STATUS = "other_status"
    SAME = "same"


# After these a visitor who was told something is told nothing.
FAILURES = (DriftKind.LOST, DriftKind.NEWLY_SILENT)


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """What became of a clause, word by word; a section is None where the clause is new, or gone."""

    before: Section | None
    after: Section | None
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """A question with both answers; `words` tells how the first excerpt became the new one.

    `clause` is the clause behind the first excerpt; None where neither answer has one.
    """

    probe: Probe
    kind: DriftKind
    before: Answer
    after: Answer
    words: tuple[Segment, ...]
    clause: ClauseChange | None

    @property
    def has_other_status(self) -> bool:
        """Whether visitors read another message, such as partial instead of answered."""
        return self.before.status is not self.after.status

    @property
    def has_other_rest(self) -> bool:
        """Whether the excerpts below the first one have other words."""
        before, after = (
            [shown_words(one) for one in answer.excerpts[1:]]
            for answer in (self.before, self.after)
        )
        return before != after


def find_drift(probe: Probe, before: Answer, after: Answer, successors: Successors) -> Drift:
    """Return how the answer of the old version became that of the new one."""
    kind = _find_kind(before, after, successors)
    old, new = (shown_words(one) if one else "" for one in (first(before), first(after)))
    if kind is DriftKind.REWORDED:
        words = compare_texts(old, new, successors.tokenizer)
    else:
        words = _replaced(old, new)
    return Drift(probe, kind, before, after, words, _find_change(before, after, successors))


def first(answer: Answer) -> Excerpt | None:
    """Return the first excerpt of an answer, if there is one."""
    return answer.excerpts[0] if answer.excerpts else None


def shown_words(excerpt: Excerpt) -> str:
    """Return what a visitor reads of an excerpt: its lead-in, and itself."""
    return f"{excerpt.lead_in.text}\n{excerpt.text}" if excerpt.lead_in else excerpt.text


def _find_kind(before: Answer, after: Answer, successors: Successors) -> DriftKind:
    old, new = first(before), first(after)
    if old and new:
        kind = _compare(old, new, successors)
    elif old:
        is_gone = successors.follow(old) is None
        kind = DriftKind.LOST if is_gone else DriftKind.NEWLY_SILENT
    else:
        kind = DriftKind.NEWLY_ANSWERED if new else DriftKind.SAME
    if kind is DriftKind.SAME and before.status is not after.status:
        return DriftKind.OTHER_STATUS
    return kind


def _compare(old: Excerpt, new: Excerpt, successors: Successors) -> DriftKind:
    """Return how an excerpt became another; under another title the same words are moved."""
    if not successors.is_same_clause(old, new):
        return DriftKind.MOVED
    if shown_words(old) != shown_words(new):
        return DriftKind.REWORDED
    headings = [(one.section.id, one.section.title) for one in (old, new)]
    return DriftKind.SAME if headings[0] == headings[1] else DriftKind.MOVED


def _find_change(before: Answer, after: Answer, successors: Successors) -> ClauseChange | None:
    """Return what became of the clause that answered, or else of the one that answers now."""
    old, new = first(before), first(after)
    if old and new and successors.is_same_clause(old, new):
        return _change(old.section, new.section, successors)
    if old:
        return _change(old.section, successors.follow(old), successors)
    return _change(successors.trace(new), new.section, successors) if new else None


def _change(old: Section | None, new: Section | None, successors: Successors) -> ClauseChange:
    before, after = _words(successors.old, old), _words(successors.new, new)
    return ClauseChange(old, new, compare_texts(before, after, successors.tokenizer))


def compare_texts(old: str, new: str, tokenizer: Tokenizer) -> tuple[Segment, ...]:
    """Return how one text became another, its last line unchanged where more lines follow it now.

    Without a line break at its end a last line would be another line than the same one further up.
    """
    if not old or not new:
        return _replaced(old, new)
    segments = list(compare_words(f"{old}\n", f"{new}\n", tokenizer))
    last = segments.pop()
    ending = [replace(last, text=last.text.removesuffix("\n"))]
    if segments and last.kind is not SegmentKind.SAME:
        before = segments.pop()
        ending.insert(0, replace(before, text=before.text.removesuffix("\n")))
        if before.kind is SegmentKind.SAME:
            ending[1] = replace(last, text="\n" + ending[1].text)
    return tuple(segment for segment in (*segments, *ending) if segment.text)


def _words(policy: PolicyIndex, section: Section | None) -> str:
    return section_words(policy.revision, section) if section else ""


def _replaced(old: str, new: str) -> tuple[Segment, ...]:
    """Return one text in place of another as a whole."""
    if old == new:
        return (Segment(SegmentKind.SAME, old),) if old else ()
    changed = (Segment(SegmentKind.REMOVED, old), Segment(SegmentKind.ADDED, new))
    return tuple(segment for segment in changed if segment.text)
