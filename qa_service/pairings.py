"""Pairs the sections of a policy with those of its translation, and says how each pair stands.

A pair counts while the policy's section is bound, by its SHA-256, to the words that were
translated. Does not know who is shown a translation.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from qa_service.bindings import read_bindings
from qa_service.checks import split_source
from qa_service.markdown import Block, BlockKind
from qa_service.passages import Passage
from qa_service.sections import Outline, Section, section_at
from qa_service.sources import Source, hash_span

Span = tuple[int, int]


class State(StrEnum):
    """How the translation of a section stands; only a current one is shown."""

    CURRENT = "current"
    STALE = "stale"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class TranslatedSection:
    """A section of the policy, or one that only the translation has, and how it stands.

    `line` (from 1) of the translation's file is where to mend it; `reason` is "" when current.
    """

    section_id: str
    title: str
    state: State
    line: int
    reason: str


class Pairing:
    """A policy and its translation, section by section.

    `hashes` has the SHA-256 of each section of the policy as stored, by id.

    Raises:
        BadSource: the bindings of the translation are malformed.
    """

    def __init__(self, policy: Source, translation: Source) -> None:
        self.bindings = read_bindings(Path(translation.path), translation.text)
        ours, theirs = split_source(policy), split_source(translation)
        self._text = translation.text
        self._sections = ours.sections
        self.hashes = {s.id: hash_span(policy.text[s.start : s.end]) for s in ours.sections}
        self._counterparts = _pair(ours.sections, theirs.sections)
        paired = {section.id for section in self._counterparts.values()}
        self._unpaired = tuple(s for s in theirs.sections if s.id not in paired)
        self._our_blocks, self._their_blocks = _blocks(ours), _blocks(theirs)

    def has_words(self, section_id: str) -> bool:
        """Whether the translation has the section, with text where the policy's has any."""
        other = self._counterparts.get(section_id)
        is_bare = section_id not in self._our_blocks
        return other is not None and (is_bare or other.id in self._their_blocks)

    def hashes_of_both(self) -> dict[str, str]:
        """Return the hash of each section that both have, in the policy's order."""
        return {key: value for key, value in self.hashes.items() if self.has_words(key)}

    def states(self) -> tuple[TranslatedSection, ...]:
        """Return how each section stands."""
        bound = self.bindings.by_section
        gone = [_unknown(key, "", one.line) for key, one in bound.items() if key not in self.hashes]
        foreign = [_unknown(s.id, s.title, self._line(s)) for s in self._unpaired]
        known = {one.section_id for one in gone}
        own = [self._state(section) for section in self._sections]
        return (*own, *gone, *(one for one in foreign if one.section_id not in known))

    def span(self, passage: Passage) -> Span:
        """Return what the translation says of a passage whose section is current.

        That is its block where the section's blocks correspond, else the text of the section.
        """
        other = self._counterparts[passage.section_id]
        ours, theirs = self._our_blocks[passage.section_id], self._their_blocks[other.id]
        if [block.kind for block in ours] != [block.kind for block in theirs]:
            return other.body_start, theirs[-1].end
        starts = [block.start for block in ours]
        first = bisect_right(starts, passage.start) - 1
        last = bisect_right(starts, passage.end - 1) - 1
        return theirs[first].start, theirs[last].end

    def _state(self, section: Section) -> TranslatedSection:
        binding = self.bindings.by_section.get(section.id)
        if not self.has_words(section.id):
            line = binding.line if binding else self.bindings.line
            state, reason = State.MISSING, "the translation has no words for it"
        elif binding is None:
            line = self._line(self._counterparts[section.id])
            state, reason = State.MISSING, "[translates] does not bind it to the policy's words"
        else:
            is_current = binding.sha256 == self.hashes[section.id]
            state = State.CURRENT if is_current else State.STALE
            line = binding.line
            reason = "" if is_current else "the policy's words have changed since"
        return TranslatedSection(section.id, section.title, state, line, reason)

    def _line(self, section: Section) -> int:
        return self._text.count("\n", 0, section.start) + 1


def _pair(ours: Iterable[Section], theirs: Iterable[Section]) -> dict[str, Section]:
    """Return the translation's sections by the ids of the policy's."""
    by_id = {_common_id(section.id): section for section in reversed(tuple(theirs))}
    pairs = {section.id: by_id.get(_common_id(section.id)) for section in ours}
    return {key: section for key, section in pairs.items() if section is not None}


def _common_id(section_id: str) -> str:
    """Return an id that 第3条, Article 3 and Section 3 share."""
    return re.sub(r"第(\d+)条|(?:Article|Section)(\d+)", r"第\1\2条", section_id)


def _blocks(outline: Outline) -> dict[str, list[Block]]:
    """Return the blocks of each section that has any, its own heading and sub-sections left out."""
    found: dict[str, list[Block]] = {}
    for block in outline.blocks:
        if block.kind is not BlockKind.RULE:
            section = section_at(outline.sections, block.start)
            if block.kind is not BlockKind.HEADING or block.end != section.body_start:
                found.setdefault(section.id, []).append(block)
    return found


def _unknown(section_id: str, title: str, line: int) -> TranslatedSection:
    reason = "the policy has no such section"
    return TranslatedSection(section_id, title, State.UNKNOWN, line, reason)
