"""Turns a section and the same section of earlier revisions into what changed, word by word.

Words are MeCab's tokens. Does not know where revisions are kept.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import pairwise

from qa_service.markdown import plain_text
from qa_service.revisions import Revision
from qa_service.sections import Section
from qa_service.tokens import Tokenizer

# From which share of common words on a section under another title is taken for the same one.
ALIKE_FROM = 0.5
# Two texts whose words give more pairs than this are shown as replaced altogether: comparing them
# word by word would take seconds.
MAX_PAIRS = 4_000_000
# Letters that stand unchanged between two changes only tear a replaced phrase into pieces.
MAX_TORN_CHARS = 2


class SegmentKind(StrEnum):
    """Whether words stand in both texts, or in one only."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Segment:
    """Words in a row of one kind."""

    kind: SegmentKind
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """How a section differs from `revision`, where it was `section`, or None where it is new.

    `segments` joined without those removed are the present words, without those added the earlier.
    """

    revision: Revision
    section: Section | None
    segments: tuple[Segment, ...]

    @property
    def is_change(self) -> bool:
        """Whether any word differs."""
        return any(segment.kind is not SegmentKind.SAME for segment in self.segments)


def find_change(
    present: Revision, section: Section, earlier: Sequence[Revision], tokenizer: Tokenizer
) -> Change | None:
    """Return what changed since the newest earlier revision in which the section was another.

    Where it never was, all segments are the same and the revision is the oldest. None where there
    is no earlier revision.
    """
    words = section_words(present, section)
    change = None
    for revision in earlier:
        before = find_counterpart(present, section, revision, tokenizer)
        old = section_words(revision, before) if before else ""
        change = Change(revision, before, compare_words(old, words, tokenizer))
        if change.is_change:
            break
    return change


def find_counterpart(
    revision: Revision, section: Section, other: Revision, tokenizer: Tokenizer
) -> Section | None:
    """Return the section of another revision that a section was, or became; None where none is.

    Number and title decide where both are equal, else the words: a number alone says little once a
    clause was put in between.
    """
    same = next((one for one in other.sections if one.id == section.id), None)
    if same is not None and same.title == section.title:
        return same
    words = _count_words(section_words(revision, section), tokenizer)
    rated = [
        (_likeness(words, _count_words(section_words(other, one), tokenizer)), one is same, -i)
        for i, one in enumerate(other.sections)
    ]
    likeness, _, place = max(rated, default=(0.0, False, 0))
    return other.sections[-place] if likeness >= ALIKE_FROM else None


def section_words(revision: Revision, section: Section) -> str:
    """Return the words of a section with its heading, without Markdown."""
    return plain_text(revision.source.text[section.start : section.end])


def compare_words(before: str, after: str, tokenizer: Tokenizer) -> tuple[Segment, ...]:
    """Return how one text became another: first line by line, then word by word where they differ.

    Neighbouring segments are of different kinds; what was removed stands before what was added.
    """
    hunks: list[tuple[str, str]] = []
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for one, other in _pair(old, new):
        if one == other or not one or not other:
            hunks.append((one, other))
        else:
            hunks += _pair(_units(one, tokenizer), _units(other, tokenizer))
    return tuple(_join(_without_torn(hunks)))


def _pair(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield pieces that correspond, as one text each: equal, or replaced."""
    if len(old) * len(new) > MAX_PAIRS:
        yield "".join(old), "".join(new)
        return
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for _, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        yield "".join(old[old_start:old_end]), "".join(new[new_start:new_end])


def _units(text: str, tokenizer: Tokenizer) -> list[str]:
    """Return the text cut before every token, so that no blank is lost."""
    starts = sorted({0, *(token.start for token in tokenizer.tokenize(text)), len(text)})
    return [text[start:end] for start, end in pairwise(starts)]


def _without_torn(hunks: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the hunks with a change, a word that stayed and a change again made one change."""
    kept: list[tuple[str, str]] = []
    for old, new in hunks:
        is_torn = len(kept) > 1 and old != new and _is_torn(*kept[-2:])
        if is_torn:
            (first_old, first_new), (same, _) = kept.pop(-2), kept.pop()
            kept.append((first_old + same + old, first_new + same + new))
        else:
            kept.append((old, new))
    return kept


def _is_torn(change: tuple[str, str], between: tuple[str, str]) -> bool:
    is_small = between[0] == between[1] and len(between[0]) <= MAX_TORN_CHARS
    return change[0] != change[1] and is_small and "\n" not in between[0]


def _join(hunks: Iterable[tuple[str, str]]) -> Iterator[Segment]:
    removed = added = same = ""
    for old, new in [*hunks, ("", "")]:
        if old == new and old:
            yield from _changed(removed, added)
            removed = added = ""
            same += old
            continue
        if same:
            yield Segment(SegmentKind.SAME, same)
            same = ""
        removed, added = removed + old, added + new
    yield from _changed(removed, added)


def _changed(removed: str, added: str) -> Iterator[Segment]:
    if removed:
        yield Segment(SegmentKind.REMOVED, removed)
    if added:
        yield Segment(SegmentKind.ADDED, added)


def _count_words(text: str, tokenizer: Tokenizer) -> Counter[str]:
    return Counter(token.lemma for token in tokenizer.tokenize(text) if not token.is_mark)


def _likeness(words: Counter[str], others: Counter[str]) -> float:
    """Return the share of words that two texts have in common, 0 to 1 (Dice's coefficient)."""
    total = words.total() + others.total()
    return 2 * (words & others).total() / total if total else 0.0
