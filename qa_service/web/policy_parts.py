"""Turns a policy into the elements of its page: headings, paragraphs, lists and rows of tables.

Every passage stands unbroken inside one element, so that a browser that is sent to its words finds
them. Does not know HTML.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from qa_service.checks import split_source
from qa_service.clauses import read_title
from qa_service.markdown import Block, BlockKind, inline_text, plain_text
from qa_service.passages import Passage, PassageKind
from qa_service.sentences import BULLET
from qa_service.sources import Source

_CELL_WALL = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as written; `number` is what it begins with, `text` the rest."""

    number: str
    text: str
    anchor: str
    level: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences, or lines; `label` is the line above a value (「利用目的：」)."""

    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a list; `more` are the paragraphs below it.

    `number` is that of an ordered list. `has_mark` tells that the words bring their own: （1）, ・.
    """

    text: str
    depth: int
    number: int | None = None
    has_mark: bool = False
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Items:
    """Neighbouring entries of one kind."""

    entries: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A table's row; with a space between them its cells are the passage."""

    cells: tuple[str, ...]
    is_header: bool


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below each other; `labels` are the cells of the header row, where there is one."""

    rows: tuple[Row, ...]
    labels: tuple[str, ...]


Part = Paragraph | Items | Table
_Piece = Paragraph | Item | Row


@dataclass(frozen=True, slots=True)
class Clause:
    """A heading, or None above the first, and what stands below it."""

    heading: Heading | None
    parts: tuple[Part, ...]


def split_clauses(source: Source, passages: tuple[Passage, ...]) -> tuple[Clause, ...]:
    """Return every heading and every passage of a policy in order.

    The first clause has no heading. A first heading that names the whole file has level 1, all
    others have 2 to 6.
    """
    text = source.text
    outline = split_source(source)
    headings = [block for block in outline.blocks if block.kind is BlockKind.HEADING]
    starts = [0, *(heading.start for heading in headings), len(text) + 1]
    clauses: list[Clause] = []
    for i, heading in enumerate([None, *headings]):
        below = [p for p in passages if starts[i] <= p.start < starts[i + 1]]
        is_first = i == 1 and not clauses[0].parts
        named = _heading(text, heading, outline.anchors, is_first) if heading else None
        clauses.append(Clause(named, tuple(_join(_pieces(text, below, outline.blocks)))))
    return tuple(clauses)


def _heading(text: str, block: Block, anchors: dict[int, str], is_first: bool) -> Heading:
    words = inline_text(text[block.start : block.end])
    title = read_title(words)
    number = words.removesuffix(title) if words.endswith(title) else ""
    level = 1 if is_first and block.level == 1 else min(max(block.level, 2), 6)
    return Heading(number.rstrip(), words[len(number) :], anchors[block.start], level)


def _pieces(text: str, passages: list[Passage], blocks: tuple[Block, ...]) -> Iterator[_Piece]:
    starts = [block.start for block in blocks]
    in_blocks = groupby(passages, lambda p: max(bisect_right(starts, p.start) - 1, 0))
    for at, inside in in_blocks:
        block = blocks[at]
        if block.kind is BlockKind.ITEM:
            yield _item(text, block, list(inside))
        elif block.kind in {BlockKind.ROW, BlockKind.HEADER_ROW}:
            yield _row(text, block, list(inside))
        elif block.kind is BlockKind.LITERAL:
            yield Paragraph("\n".join(plain_text(text[p.start : p.end]) for p in inside))
        else:
            yield from _paragraphs(text, block, list(inside))


def _item(text: str, block: Block, passages: list[Passage]) -> Item:
    words = plain_text(text[passages[0].start : passages[-1].end])
    number = re.match(r"[0-9]+", block.marker)
    return Item(words, block.level, int(number[0]) if number else None, _has_mark(words))


def _row(text: str, block: Block, passages: list[Passage]) -> Row:
    """Return a row with its cells, or as one cell where they do not give its words again."""
    span = text[passages[0].start : passages[-1].end]
    words = plain_text(span)
    cells = tuple(plain_text(cell) for cell in _CELL_WALL.split(span.strip().strip("|")))
    is_header = block.kind is BlockKind.HEADER_ROW
    return Row(cells if " ".join(filter(None, cells)) == words else (words,), is_header)


def _paragraphs(text: str, block: Block, passages: list[Passage]) -> Iterator[_Piece]:
    """Yield a paragraph's sentences joined, and its lines that are entries of a list apart."""
    for kind, run in groupby(passages, lambda p: p.kind):
        if kind is PassageKind.ITEM:
            for passage in run:
                words = plain_text(text[passage.start : passage.end])
                yield Item(words, block.level + 1, None, _has_mark(words))
            continue
        inside = list(run)
        words = plain_text(text[inside[0].start : inside[-1].end])
        label, _, value = words.partition("\n")
        is_labelled = kind is PassageKind.LABEL and value and not block.level
        if is_labelled:
            yield Paragraph(value, label)
        elif block.level:
            yield Item("", block.level, more=(words,))
        else:
            yield Paragraph(words)


def _has_mark(words: str) -> bool:
    return BULLET.match(words) is not None


def _join(pieces: Iterator[_Piece]) -> Iterator[Part]:
    """Join neighbouring entries to lists, and rows to tables."""
    for _, run in groupby(_with_more(pieces), _look):
        inside = list(run)
        entries = tuple(one for one in inside if isinstance(one, Item))
        rows = tuple(one for one in inside if isinstance(one, Row))
        if entries:
            yield Items(entries)
        elif rows:
            yield Table(rows, rows[0].cells if rows[0].is_header else ())
        else:
            yield from (one for one in inside if isinstance(one, Paragraph))


def _with_more(pieces: Iterator[_Piece]) -> Iterator[_Piece]:
    """Put the paragraphs inside a list's entry below its own words."""
    before: _Piece | None = None
    for piece in pieces:
        is_more = isinstance(piece, Item) and piece.more
        if isinstance(before, Item) and isinstance(piece, Item) and is_more:
            before = replace(before, more=(*before.more, *piece.more))
            continue
        if before is not None:
            yield before
        before = Paragraph(piece.more[0]) if isinstance(piece, Item) and is_more else piece
    if before is not None:
        yield before


def _look(piece: _Piece) -> tuple[object, ...]:
    """Return what neighbours must have in common to stand in one list."""
    if isinstance(piece, Item):
        return Item, piece.depth, piece.number is None, piece.has_mark
    return (type(piece),)
