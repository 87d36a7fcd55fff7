"""Turns policy files that can be served into warnings: what looks wrong in them.

Looks at dates, heading levels and stray text; numbers and links have modules of their own. What
cannot be served is left to `checks`.
"""

import datetime as dt
import re
from collections.abc import Iterator
from itertools import chain, pairwise, takewhile
from pathlib import Path

from qa_service.checks import split_source
from qa_service.errors import BadSource
from qa_service.findings import Finding, Remark, Rule, Severity
from qa_service.links import lint_links
from qa_service.markdown import Block, BlockKind, parse_markdown
from qa_service.numbering import lint_numbers
from qa_service.sections import PREAMBLE, Outline, section_at
from qa_service.sources import Source, find_key, find_policy_files, read_source

_SENTENCE_END = re.compile(r"[。．]|[a-z)][.!?](?:\s|$)")


def lint_folder(folder: Path, today: dt.date) -> tuple[Finding, ...]:
    """Return the warnings of every readable policy file of a folder, by file and line.

    Raises:
        BadSource: there is no such folder, or it holds no policy file.
    """
    files = find_policy_files(folder)
    return tuple(chain.from_iterable(lint_file(path, today) for path in files))


def lint_file(path: Path, today: dt.date) -> tuple[Finding, ...]:
    """Return the warnings of one file by line, each once; none of a file that cannot be read."""
    try:
        source = read_source(path)
    except BadSource:
        return ()
    found = {_finding(path, source.text, remark) for remark in _remarks(source, today)}
    return tuple(sorted(found, key=lambda one: (one.line, one.rule, one.message)))


def _finding(path: Path, text: str, remark: Remark) -> Finding:
    line = text.count("\n", 0, remark.start) + 1
    return Finding(str(path), line, Severity.WARNING, remark.rule, remark.message)


def _remarks(source: Source, today: dt.date) -> Iterator[Remark]:
    text, outline = source.text, split_source(source)
    yield from _lint_dates(source, today)
    yield from _lint_levels(text, outline)
    yield from _lint_stray_text(text, outline)
    yield from lint_numbers(text, outline)
    yield from lint_links(text, outline)


def _lint_dates(source: Source, today: dt.date) -> Iterator[Remark]:
    dates = {"date": source.date, "lastmod": source.last_modified}
    for key, date in dates.items():
        start = find_key(source.text, key)
        if start is not None and date is not None and date > today.isoformat():
            yield Remark(start, Rule.FUTURE_DATE, f"{key} {date} is in the future")
    if source.date and source.last_modified and source.last_modified < source.date:
        start = find_key(source.text, "lastmod") or 0
        reason = f"lastmod {source.last_modified} is before date {source.date}"
        yield Remark(start, Rule.DATE_ORDER, reason)


def _lint_levels(text: str, outline: Outline) -> Iterator[Remark]:
    """Yield a remark where Markdown's own headings leave a level out on the way down."""
    parsed = parse_markdown(text).blocks
    marked = {block.start for block in parsed if block.kind is BlockKind.HEADING}
    headings = [
        block
        for block in outline.blocks
        if block.kind is BlockKind.HEADING
        and (block.start in marked or text[: block.start].endswith("#"))
    ]
    for above, below in pairwise(headings):
        if below.level > above.level + 1:
            reason = f"a heading of level {below.level} stands under one of level {above.level}"
            yield Remark(below.start, Rule.HEADING_LEVEL, reason)


def _lint_stray_text(text: str, outline: Outline) -> Iterator[Remark]:
    """Yield a remark where a thematic break ends a section and sentences without heading follow.

    What is no sentence is let pass: 以上, dates of revision and a signature end many policies.
    """
    for apart in _behind_breaks(outline.blocks):
        section = section_at(outline.sections, apart[0].start)
        has_sentence = any(_SENTENCE_END.search(text[one.start : one.end]) for one in apart)
        if has_sentence and section.id != PREAMBLE:
            reason = f"text behind a break has no heading; it counts as part of {section.id}"
            yield Remark(apart[0].start, Rule.STRAY_TEXT, reason)


def _behind_breaks(blocks: tuple[Block, ...]) -> Iterator[tuple[Block, ...]]:
    """Yield the blocks that stand between a thematic break and the next heading or break."""
    ends = {BlockKind.RULE, BlockKind.HEADING}
    for i, block in enumerate(blocks):
        if block.kind is BlockKind.RULE:
            apart = tuple(takewhile(lambda one: one.kind not in ends, blocks[i + 1 :]))
            yield from [apart] if apart else []
