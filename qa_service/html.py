"""Reads the HTML that people mix into Markdown: what is a mark, and the runs of text between.

Knows tag names only; it does not check that tags are closed. Spans index the text given.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape


@dataclass(frozen=True, slots=True)
class HtmlRun:
    """Text `start:end` between two block-level tags; `tag` is the one that opened it, if any."""

    start: int
    end: int
    tag: str


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TAG = r"</?[a-zA-Z][a-zA-Z0-9-]*(?:\s(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)?/?>"
_HTML_MARK = re.compile(rf"<style\b.*?</style>|<!--.*?-->|{_TAG}", re.DOTALL | re.IGNORECASE)
_INLINE_TAGS = _names(
    "a abbr b big center cite code del em font i ins kbd mark ruby rb rt rp s small span strike "
    "strong sub sup time tt u wbr"
)
_BLOCK_TAGS = _names(
    "address article aside blockquote body br caption col colgroup dd details div dl dt figcaption "
    "figure footer h1 h2 h3 h4 h5 h6 head header hr html li list main nav ol p pre section summary "
    "table tbody td tfoot th thead title tr ul"
)


def html_runs(text: str, start: int, end: int) -> Iterator[HtmlRun]:
    """Yield the runs of text between block-level tags of a piece of HTML, blanks cut off."""
    opened, run_start = "", start
    for mark in _HTML_MARK.finditer(text, start, end):
        name = _tag_name(mark.group())
        if name in _INLINE_TAGS or (name == "br" and opened != ""):
            continue
        yield HtmlRun(*trimmed(text, run_start, mark.start()), opened)
        run_start = mark.end()
        opened = "" if mark.group().startswith("</") else name
    yield HtmlRun(*trimmed(text, run_start, end), opened)


def without_html(html: str) -> str:
    """Return the text without formatting tags, block-level ones as newlines; others stay."""

    def replace(match: re.Match[str]) -> str:
        mark = match.group()
        if not _is_formatting(mark):
            return mark
        return "\n" if _tag_name(mark) in _BLOCK_TAGS else ""

    return unescape(_HTML_MARK.sub(replace, html))


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span without the blanks at its ends."""
    piece = text[start:end].lstrip()
    return end - len(piece), end - len(piece) + len(piece.rstrip())


def _tag_name(mark: str) -> str:
    match = re.match(r"</?([a-zA-Z][\w-]*)", mark)
    return match.group(1).lower() if match else ""


def _is_formatting(mark: str) -> bool:
    name = _tag_name(mark)
    # A comment, <style>, formatting, and the component tags of site generators (`my-tag`).
    return not name or name == "style" or name in _INLINE_TAGS | _BLOCK_TAGS or "-" in name
