"""Turns a policy into an HTML page with the anchors that citations point at.

Policy text enters the page escaped, as text only, whatever Markdown or HTML it holds.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from qa_service.checks import split_source
from qa_service.index import PolicyIndex
from qa_service.markdown import BlockKind, inline_text, plain_text
from qa_service.passages import Passage, PassageKind
from qa_service.web.templating import render

_BLANK_LINE = re.compile(r"\n[ \t]*\r?\n")


@dataclass(frozen=True, slots=True)
class Part:
    """One element of the page: a heading with its anchor, a paragraph, a list or table rows."""

    tag: str
    lines: tuple[str, ...]
    anchor: str = ""
    level: int = 0


def render_policy_page(policy: PolicyIndex) -> str:
    """Return the page of a policy: title, revision, every heading and every passage in order."""
    parts = tuple(_with_preamble_anchor(policy, _parts(policy)))
    # The file's own first heading, where it is the title, stands for the title.
    has_title = bool(parts) and parts[0].level == 1
    return render(
        "policy.html",
        policy=policy.source,
        title=parts[0] if has_title else Part("h1", (policy.source.title,), level=1),
        parts=parts[1:] if has_title else parts,
        sections=policy.sections,
    )


def _with_preamble_anchor(policy: PolicyIndex, parts: Iterator[Part]) -> Iterator[Part]:
    """Give the first element the anchor of a preamble that no heading opens."""
    for i, part in enumerate(parts):
        is_anchored = i > 0 or part.level > 0 or policy.sections[0].level > 0
        yield part if is_anchored else replace(part, anchor=policy.sections[0].anchor)


def _parts(policy: PolicyIndex) -> Iterator[Part]:
    text = policy.source.text
    outline = split_source(policy.source)
    headings = [block for block in outline.blocks if block.kind is BlockKind.HEADING]
    remaining = list(policy.passages)
    for i, heading in enumerate([None, *headings]):
        if heading is not None:
            title = inline_text(text[heading.start : heading.end])
            is_title = i == 1 and heading.level == 1 and len(remaining) == len(policy.passages)
            level = 1 if is_title else min(max(heading.level, 2), 6)
            yield Part(f"h{level}", (title,), outline.anchors[heading.start], level)
        end = headings[i].start if i < len(headings) else len(text)
        below = [passage for passage in remaining if passage.start < end]
        remaining = remaining[len(below) :]
        yield from _elements(text, below)


def _elements(text: str, passages: list[Passage]) -> Iterator[Part]:
    """Yield the passages below one heading as elements, neighbouring items and rows joined."""
    run: list[Passage] = []
    for passage in passages:
        if run and not _continues(text, run[-1], passage):
            yield _element(text, run)
            run = []
        run.append(passage)
    if run:
        yield _element(text, run)


def _continues(text: str, before: Passage, passage: Passage) -> bool:
    """Tell whether a passage belongs to the element of the one before it."""
    tag = _tag(passage)
    is_apart = tag == "p" and _BLANK_LINE.search(text, before.end, passage.start)
    return tag == _tag(before) and not is_apart


def _element(text: str, run: list[Passage]) -> Part:
    """Return a run as one element; a paragraph's sentences keep what stands between them."""
    tag = _tag(run[0])
    if tag == "p":
        return Part(tag, (plain_text(text[run[0].start : run[-1].end]),))
    return Part(tag, tuple(plain_text(text[one.start : one.end]) for one in run))


def _tag(passage: Passage) -> str:
    if passage.kind is PassageKind.ITEM:
        return "ul"
    is_row = passage.kind in {PassageKind.ROW, PassageKind.HEADER_ROW}
    return "table" if is_row else "p"
