"""Turns the links of a policy into remarks: those that lead nowhere, break, or are not encrypted.

Looks at the text outside of front matter, comments and code. Follows no link and does not know
other files.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from qa_service.findings import Remark, Rule
from qa_service.markdown import BlockKind
from qa_service.sections import Outline

# A title may stand behind the target: [a](b "c").
_TITLE = r"""(?:\s+(?:"[^"\n]*"|'[^'\n]*'))?"""
_LINK = re.compile(
    rf"(?<!\\)\]\(\s*(?:<(?P<angled>[^<>\n]*)>|(?P<bare>[^\s()<>]*(?:\([^\s()]*\)[^\s()]*)*))"
    rf"{_TITLE}\s*\)"
    r"""|<a\s[^>]*?\bhref\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')"""
)
# An explicit anchor: an attribute in HTML, {#id} in goldmark, {: #id } in kramdown.
_ID = re.compile(r"\b(?:id|name)\s*=\s*[\"']?([^\"'\s>]+)|\{:?[^{}\n]*#([\w:.-]+)")
# CommonMark reads no link in [様式](開示 請求.pdf): the brackets stay in the text.
_SPACED = re.compile(
    r"""(?<!\\)\]\((?=[^()\n]*[./])\s*(?P<target>[^()<>\n"'\s]+[ \t]+[^()<>\n"'\s][^()<>\n"']*)\)"""
)
_INSECURE = re.compile(
    r"(?<![A-Za-z0-9])(?<!xmlns=[\"'])http://[A-Za-z0-9/.:?&=#%~_+,;@!$-]*[A-Za-z0-9/]",
    re.IGNORECASE,
)
_NOT_TEXT = re.compile(
    r"\A\ufeff?(\+\+\+|---)[ \t]*\r?\n.*?\n\1[ \t]*\r?$"
    r"|<!--.*?-->|\{\{[<%].*?[>%]\}\}|(?<!`)(`+)(?!`)[^\n]*?(?<!`)\2(?!`)",
    re.DOTALL | re.MULTILINE,
)


def lint_links(text: str, outline: Outline) -> Iterator[Remark]:
    """Yield a remark for every link that leads nowhere, has blanks in it, or is `http:`."""
    visible = _visible(text, outline)
    anchors = {"top", *outline.anchors.values(), *map(_first_group, _ID.finditer(visible))}
    for link in _LINK.finditer(visible):
        target = _first_group(link).strip()
        if target in {"", "#"}:
            yield Remark(link.start(), Rule.BROKEN_LINK, "the link has no target")
        elif target.startswith("#") and unquote(target[1:]) not in anchors:
            reason = f"no heading of this file has the anchor {unquote(target)}"
            yield Remark(link.start(), Rule.BROKEN_LINK, reason)
        elif " " in target and not re.match(r"[a-z]+:", target):
            yield _spaced(link.start(), target)
    for link in _SPACED.finditer(visible):
        yield _spaced(link.start(), link["target"].strip())
    for link in _INSECURE.finditer(visible):
        yield Remark(link.start(), Rule.INSECURE_LINK, f"{link.group()} is not encrypted")


def _visible(text: str, outline: Outline) -> str:
    """Return the text, as long as it was, with all that Markdown reads no link in crossed out."""
    for block in outline.blocks:
        if block.kind is BlockKind.LITERAL:
            text = text[: block.start] + _crossed(text[block.start : block.end]) + text[block.end :]
    return _NOT_TEXT.sub(lambda match: _crossed(match.group()), text)


def _crossed(span: str) -> str:
    return re.sub(r"[^\n]", "x", span)


def _first_group(match: re.Match[str]) -> str:
    return next((group for group in match.groups() if group is not None), "")


def _spaced(start: int, target: str) -> Remark:
    reason = f"the target 「{target}」 has a blank; write %20 in its place"
    return Remark(start, Rule.LINK_SPACE, reason)
