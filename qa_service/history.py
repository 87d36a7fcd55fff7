"""Turns a policy's revisions into Editions: each revision with the sections that changed in it.

Sections are told by their ids alone; what a section of one revision became in another, and which
of its words, is the matter of `changes`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from qa_service.changes import section_words
from qa_service.revisions import Revision
from qa_service.sections import Section


@dataclass(frozen=True, slots=True)
class Edition:
    """A revision, and the ids of sections changed, added or removed since the one before it.

    `changed` is None for the oldest kept revision, with which nothing can be compared.
    """

    revision: Revision
    changed: tuple[str, ...] | None


def read_history(revisions: Sequence[Revision]) -> tuple[Edition, ...]:
    """Return the editions of revisions that are given newest first, in the same order."""
    pairs = zip_longest(revisions, revisions[1:])
    return tuple(Edition(new, _find_changed(new, old) if old else None) for new, old in pairs)


def _find_changed(new: Revision, old: Revision) -> tuple[str, ...]:
    """Return ids in the order of the new revision, then those that are gone.

    A section changed where its words did, those of its sub-sections included; marks of Markdown are
    no words.
    """
    present = {section.id: section for section in new.sections}
    before = {section.id: section for section in old.sections}
    changed = (
        name
        for name, section in present.items()
        if name not in before or _differs(new, section, old, before[name])
    )
    return (*changed, *(name for name in before if name not in present))


def _differs(new: Revision, section: Section, old: Revision, before: Section) -> bool:
    words = new.source.text[section.start : section.end]
    # The plain text is made only where it can differ: it is slow beside this comparison.
    if words == old.source.text[before.start : before.end]:
        return False
    return section_words(new, section) != section_words(old, before)
