"""Turns the blocks of a policy into Sections: the parts that a person would point at by number.

Knows how headings nest and how they are numbered. Does not know sentences or passages.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from qa_service.clauses import ClauseNumber, make_anchor, read_number, read_title
from qa_service.markdown import Block, BlockKind, inline_text

PREAMBLE = "preamble"
HISTORY = "history"

_HISTORY_TITLE = re.compile(
    r"(制定|改定|改訂|変更|更新).*(履歴|歴)|^(revision|change) history", re.I
)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it, sub-sections included.

    `start:end` is the span in the source, `body_start` where the text below the heading starts.
    `path` holds the titles from the top down to this section.
    """

    id: str
    number: str | None
    title: str
    path: tuple[str, ...]
    anchor: str
    level: int
    start: int
    body_start: int
    end: int


@dataclass(frozen=True, slots=True)
class Outline:
    """A policy's sections, its blocks with headings marked, and the anchor of every heading.

    A heading that opens no section of its own (a plain sub-heading inside a numbered section, or
    the file's title) is in `anchors` too; keys are the headings' start offsets.
    """

    sections: tuple[Section, ...]
    blocks: tuple[Block, ...]
    anchors: dict[int, str]


def split_sections(text: str, blocks: tuple[Block, ...]) -> Outline:
    """Return the sections of a policy from blocks whose headings are marked.

    Text before the first heading is the section `preamble`; a title heading that stands alone above
    all others belongs to it. Inside a numbered section a heading without a number opens no section
    of its own: it stays a sub-heading. Every section id is unique.
    """
    headings = [block for block in blocks if block.kind is BlockKind.HEADING]
    taken: set[str] = set()
    anchors = {h.start: make_anchor(text[h.start : h.end], taken) for h in headings}
    builder = _Builder(text, anchors)
    title = _document_title(text, blocks, headings)
    first_start = next((b.start for b in blocks if b.kind is not BlockKind.RULE), 0)
    if title is not None or not headings or headings[0].start > first_start:
        builder.open_preamble(first_start, title)
    for heading in headings:
        if heading is not title:
            builder.open(heading)
    return Outline(_with_ends(builder.sections, len(text)), blocks, anchors)


def section_at(sections: Iterable[Section], position: int) -> Section:
    """Return the innermost section whose span holds a position of the source.

    Raises:
        ValueError: no section does, which `split_sections` never leaves for a block's position.
    """
    holding = [s for s in sections if s.start <= position < s.end]
    if not holding:
        raise ValueError(f"no section holds position {position}")
    return max(holding, key=lambda section: section.start)


class _Builder:
    """Collects sections while keeping the chain of open ones."""

    def __init__(self, text: str, anchors: dict[int, str]) -> None:
        self.text = text
        self.anchors = anchors
        self.sections: list[Section] = []
        self.open_chain: list[Section] = []

    def open_preamble(self, start: int, title: Block | None) -> None:
        name = inline_text(self.text[title.start : title.end]) if title else ""
        anchor = self.anchors[title.start] if title else PREAMBLE
        body_start = title.end if title else start
        self.sections.append(
            Section(PREAMBLE, None, name, (name,) if name else (), anchor, 0, start, body_start, -1)
        )

    def open(self, heading: Block) -> None:
        self.open_chain = [s for s in self.open_chain if s.level < heading.level]
        parent = self.open_chain[-1] if self.open_chain else None
        words = inline_text(self.text[heading.start : heading.end])
        number = read_number(f"{heading.marker} {words}" if heading.marker else words)
        number = number or self._number_below(heading, words)
        is_subheading = number is None and any(s.number for s in self.open_chain)
        if is_subheading:
            return
        title = words if heading.marker else read_title(words)
        section = Section(
            id=self._unique_id(number, title, self.anchors[heading.start], parent),
            number=number.text if number else None,
            title=title,
            path=(*(parent.path if parent else ()), _label(number, title)),
            anchor=self.anchors[heading.start],
            level=heading.level,
            start=heading.start,
            body_start=heading.end,
            end=-1,
        )
        self.sections.append(section)
        self.open_chain.append(section)

    def _number_below(self, heading: Block, words: str) -> ClauseNumber | None:
        """Return the number of an article whose caption 「（目的）」 stands above its 第N条."""
        if not re.fullmatch(r"[（(].+[)）]", words):
            return None
        below = self.text[heading.end :].lstrip("*_ \t\r\n　")[:20]
        number = read_number(below)
        return number if number and number.text.startswith("第") else None

    def _unique_id(
        self, number: ClauseNumber | None, title: str, anchor: str, parent: Section | None
    ) -> str:
        section_id = anchor if number is None else _qualified(number.key, parent)
        if number is None and _HISTORY_TITLE.search(title):
            section_id = HISTORY
        taken = {section.id for section in self.sections}
        candidate, n = section_id, 1
        while candidate in taken:
            n += 1
            candidate = f"{section_id}-{n}"
        return candidate


def _label(number: ClauseNumber | None, title: str) -> str:
    if number is None or number.text == title:
        return title
    return f"{number.text}. {title}" if number.text[-1].isdigit() else f"{number.text} {title}"


def _qualified(key: str, parent: Section | None) -> str:
    """Return a number that is unique below its parent: `(1)` in 第3条 is 第3条(1)."""
    if parent is None or parent.number is None or re.match(r"第|Article|Section", key):
        return key
    if key.startswith("("):
        return f"{parent.id}{key}"
    is_full = re.match(rf"{re.escape(parent.id)}[.-]", key) or "." in key or "-" in key
    return key if is_full else f"{parent.id}.{key}"


def _document_title(text: str, blocks: tuple[Block, ...], headings: list[Block]) -> Block | None:
    """Return the file's title: a first heading without number, above every other heading."""
    if not headings:
        return None
    first, others = headings[0], headings[1:]
    body = [b for b in blocks if b.kind is not BlockKind.RULE]
    is_first = bool(body) and body[0] is first
    has_number = read_number(inline_text(text[first.start : first.end])) is not None
    is_above = bool(others) and all(h.level > first.level for h in others)
    return first if is_first and is_above and not has_number else None


def _with_ends(sections: list[Section], text_end: int) -> tuple[Section, ...]:
    closed = []
    for i, section in enumerate(sections):
        later = (
            s.start for s in sections[i + 1 :] if s.level <= section.level or not section.level
        )
        closed.append(replace(section, end=next(later, text_end)))
    return tuple(closed)
