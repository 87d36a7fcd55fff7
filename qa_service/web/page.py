"""Turns a policy into an HTML page with the anchors that citations point at.

Policy text enters the page escaped, as text only, whatever Markdown or HTML it holds.
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files

from jinja2 import Environment, select_autoescape

from qa_service.checks import split_source
from qa_service.index import PolicyIndex
from qa_service.markdown import BlockKind, inline_text, plain_text
from qa_service.passages import Passage, PassageKind

_TEMPLATES = files("qa_service.web") / "templates"
_STYLE = (_TEMPLATES / "policy.css").read_text(encoding="utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

PAGE_HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One element of the page: a heading with its anchor, a paragraph, a list or table rows."""

    tag: str
    lines: tuple[str, ...]
    anchor: str = ""
    level: int = 0


@dataclass(slots=True)
class _Run:
    """Neighbouring passages that become one element."""

    tag: str
    lines: list[str] = field(default_factory=list)


def render_page(policy: PolicyIndex) -> str:
    """Return the page of a policy: title, revision, every heading and every passage in order."""
    environment = Environment(autoescape=select_autoescape(default=True))
    template = environment.from_string((_TEMPLATES / "policy.html").read_text(encoding="utf-8"))
    return template.render(
        policy=policy.source, style=_STYLE, parts=tuple(_parts(policy)), sections=policy.sections
    )


def _parts(policy: PolicyIndex) -> Iterator[Part]:
    text = policy.source.text
    outline = split_source(policy.source)
    headings = [block for block in outline.blocks if block.kind is BlockKind.HEADING]
    remaining = list(policy.passages)
    for i, heading in enumerate([None, *headings]):
        if heading is not None:
            title = inline_text(text[heading.start : heading.end])
            level = min(max(heading.level, 2), 6)
            yield Part(f"h{level}", (title,), outline.anchors[heading.start], level)
        end = headings[i].start if i < len(headings) else len(text)
        below = [passage for passage in remaining if passage.start < end]
        remaining = remaining[len(below) :]
        yield from _elements(text, below)


def _elements(text: str, passages: list[Passage]) -> Iterator[Part]:
    """Yield the passages below one heading as elements, neighbouring items and rows joined."""
    run: _Run | None = None
    for passage, before in zip(passages, [None, *passages], strict=False):
        tag = _tag(passage)
        gap = text[before.end : passage.start] if before else "\n\n"
        continues = run is not None and run.tag == tag and (tag != "p" or "\n" not in gap)
        if run is None or not continues:
            if run is not None:
                yield Part(run.tag, tuple(run.lines))
            run = _Run(tag)
        run.lines.append(plain_text(text[passage.start : passage.end]))
    if run is not None:
        yield Part(run.tag, tuple(run.lines))


def _tag(passage: Passage) -> str:
    if passage.kind is PassageKind.ITEM:
        return "ul"
    is_row = passage.kind in {PassageKind.ROW, PassageKind.HEADER_ROW}
    return "table" if is_row else "p"
