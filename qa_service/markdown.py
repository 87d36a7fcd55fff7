"""Turns the Markdown of a policy into blocks with exact source spans, and a span into plain text.

Knows Markdown (through markdown-it) and the HTML that people mix into it. Does not know what a
section, a label or a sentence is. Every span is `source_text[start:end]` in code points of the
file as stored: CRLF and byte-order marks count.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from html import unescape

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from qa_service.html import HtmlRun, html_runs, trimmed, without_html


class BlockKind(StrEnum):
    """What a block is in the Markdown."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    HEADER_ROW = "header_row"
    ROW = "row"
    LITERAL = "literal"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Block:
    """One leaf of the Markdown tree.

    `level` is 1-6 for headings, else how deep in lists the block stands (0 outside).
    `marker` is an ordered item's number as written (`"1."`); `n_siblings` counts its list's items.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    marker: str = ""
    n_siblings: int = 0


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The metadata block at the head of a file; `line` is where its content starts, from 1."""

    content: str
    is_toml: bool
    line: int


@dataclass(frozen=True, slots=True)
class ParsedMarkdown:
    """A file's front matter, if any, and its blocks in reading order."""

    front_matter: FrontMatter | None
    blocks: tuple[Block, ...]


# Indented code is off because in policies four spaces are an accident, never code, and reference
# definitions are off because 「[注]: …」 would disappear from the text.
_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_PARSER.disable(["code", "reference"]).use(front_matter_plugin)

# Hugo shortcodes, and the attribute lists of goldmark and kramdown: marks, never words.
_TEMPLATE_MARK = re.compile(r"\{\{[<%].*?[>%]\}\}|\{:[^{}\n]*\}|[ \t]*\{#[\w:.-]+\}", re.DOTALL)
_ITEM_NUMBER = re.compile(r"\A(\s*[0-9]{1,9})([.)])(?=\s|\Z)")
_GLUED_EMPHASIS = re.compile(r"(?<![A-Za-z0-9_])__([^_\s](?:[^_\n]*[^_\s])?)__(?=[\u3040-\u9fff])")
_LINE_END = re.compile(r"\r\n?|\n")


def parse_markdown(text: str) -> ParsedMarkdown:
    """Return front matter and blocks of a policy file; their spans index `text` itself."""
    bom = 1 if text.startswith("\ufeff") else 0
    body = text[bom:]
    tokens = _PARSER.parse(_with_yaml_fences(body))
    lines = _Lines(body)
    front_matter = None
    if tokens and tokens[0].type == "front_matter":
        front_matter = FrontMatter(tokens[0].content, is_toml=body.startswith("+++"), line=2)
    blocks = tuple(
        Block(b.kind, b.start + bom, b.end + bom, b.level, b.marker, b.n_siblings)
        for b in _walk(tokens, lines)
        if b.kind is BlockKind.RULE or any(map(str.isalnum, plain_text(body[b.start : b.end])))
    )
    return ParsedMarkdown(front_matter, blocks)


def plain_text(span: str) -> str:
    """Return the words of a Markdown span without its marks; this is what visitors are shown.

    The rule anyone can repeat: parse the span alone as CommonMark with tables; keep the text of
    inline tokens (a link's label, an image's description, code), of fences, and a number that it
    starts with; drop formatting HTML, comments, shortcodes, `{#id}`, `{: …}` and leftover `**` and
    `__`. A hard break, a block end and `<br>` become a newline, a soft break nothing between
    Japanese characters, else a space, a cell's end a space. Other tags (`<script>`) stay as text.
    """
    marked = _ITEM_NUMBER.sub(r"\1\\\2", _TEMPLATE_MARK.sub("", span))
    marked = "\n".join(_cells_to_text(line) for line in _LINE_END.split(marked))
    pieces: list[str] = []
    for token in _PARSER.parse(marked.lstrip("-+\n ") if marked[:3] in ("---", "+++") else marked):
        if token.type == "inline":
            pieces.append(_inline_text(token.children or []))
        elif token.type in {"fence", "html_block"}:
            is_html = token.type == "html_block"
            pieces.append(without_html(token.content) if is_html else token.content)
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in "\n".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def inline_text(span: str) -> str:
    """Return the words of one line's Markdown, such as a heading's: a leading `1.` stays."""
    tokens = _PARSER.parseInline(_TEMPLATE_MARK.sub("", span.strip()))
    return " ".join(_inline_text(tokens[0].children or []).split(" ")).strip()


def visible_characters(text: str) -> str:
    """Return the letters and digits a browser would show of a whole file, in reading order.

    Rendered by markdown-it and stripped of tags, hence independent of `parse_markdown`'s spans:
    `policy-qa check` compares the two to prove that no letter is lost.
    """
    body = _TEMPLATE_MARK.sub("", text.removeprefix("\ufeff"))
    html = _PARSER.render(_with_yaml_fences(body))
    html = re.sub(r'<img src="[^"]*" alt="([^"]*)"[^>]*>', r"\1", html)
    return "".join(filter(str.isalnum, unescape(without_html(html))))


class _Lines:
    """The line starts of a text, as markdown-it counts lines."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(match.end() for match in _LINE_END.finditer(text)), len(text)]

    def bounds(self, line: int) -> tuple[int, int]:
        """Return the span of a line (from 0) without surrounding blanks."""
        start, end = self.starts[line], self.starts[min(line + 1, len(self.starts) - 1)]
        return trimmed(self.text, start, end)

    def content(self, token: Token) -> tuple[int, int]:
        """Return the span of a token's own text, free of list markers, `>` and `#`."""
        first, _ = token.map or (0, 0)
        content = token.content.split("\n")
        start, end = self.bounds(first)
        at = self.text.rfind(content[0].strip(), start, end)
        last_start, last_end = self.bounds(first + len(content) - 1)
        last_at = self.text.rfind(content[-1].strip(), last_start, last_end)
        tail = last_at + len(content[-1].strip()) if last_at >= 0 else last_end
        return (at if at >= 0 else start), tail


def _with_yaml_fences(text: str) -> str:
    """Return the text with Hugo's `+++` fences as `---`, so that one plugin reads both."""
    if not text.startswith("+++"):
        return text
    fences = r"\A\+\+\+([ \t]*\r?\n.*?^)\+\+\+([ \t]*\r?)$"
    return re.sub(fences, r"---\1---\2", text, flags=re.DOTALL | re.MULTILINE)


def _walk(tokens: list[Token], lines: _Lines) -> Iterator[Block]:
    lists: list[int] = []
    item_marker = ""
    for i, token in enumerate(tokens):
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            lists.append(_count_items(tokens, i))
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            lists.pop()
        elif token.type == "list_item_open":
            item_marker = f"{token.info}{token.markup}" if token.info else token.markup
        elif token.type == "inline" and tokens[i - 1].type == "heading_open":
            start, end = lines.content(token)
            yield Block(BlockKind.HEADING, start, end, int(tokens[i - 1].tag[1]))
        elif token.type == "inline" and tokens[i - 1].type == "paragraph_open":
            start, end = lines.content(token)
            if tokens[i - 2].type == "list_item_open":
                yield Block(BlockKind.ITEM, start, end, len(lists), item_marker, lists[-1])
            else:
                yield Block(BlockKind.PARAGRAPH, start, end, len(lists))
        elif token.type == "tr_open" and token.map:
            is_header = tokens[i - 1].type == "thead_open"
            kind = BlockKind.HEADER_ROW if is_header else BlockKind.ROW
            yield Block(kind, *lines.bounds(token.map[0]), len(lists))
        else:
            yield from _walk_opaque(token, lines, len(lists))


def _count_items(tokens: list[Token], opening: int) -> int:
    level = tokens[opening].level
    count = 0
    for token in tokens[opening + 1 :]:
        if token.level == level and token.nesting == -1:
            break
        count += token.type == "list_item_open" and token.level == level + 1
    return count


def _walk_opaque(token: Token, lines: _Lines, depth: int) -> Iterator[Block]:
    """Yield the blocks of tokens that markdown-it does not look into."""
    if token.map is None:
        return
    first, last = token.map
    start, end = lines.starts[first], lines.starts[min(last, len(lines.starts) - 1)]
    if token.type == "hr":
        yield Block(BlockKind.RULE, *trimmed(lines.text, start, end))
    elif token.type == "fence":
        inner = lines.starts[first + 1], lines.bounds(first + 1 + token.content.count("\n") - 1)[1]
        yield Block(BlockKind.LITERAL, *trimmed(lines.text, *inner), depth)
    elif token.type == "html_block":
        runs = html_runs(lines.text, start, end)
        yield from (_html_block(run) for run in runs if run.start < run.end)


def _html_block(run: HtmlRun) -> Block:
    if re.fullmatch(r"h[1-6]", run.tag):
        return Block(BlockKind.HEADING, run.start, run.end, int(run.tag[1]))
    if run.tag in {"li", "td", "th", "dd"}:
        return Block(BlockKind.ITEM, run.start, run.end, 1, "-")
    return Block(BlockKind.PARAGRAPH, run.start, run.end)


def _inline_text(children: list[Token]) -> str:
    text = ""
    for i, child in enumerate(children):
        if child.type == "hardbreak":
            text += "\n"
        elif child.type == "softbreak":
            rest = children[i + 1].content if i + 1 < len(children) else ""
            text += "" if _is_wide(text[-1:]) and _is_wide(rest[:1]) else " "
        elif child.type == "html_inline":
            text += without_html(child.content)
        elif child.type in {"text", "code_inline", "image"}:
            text += child.content
    # `__製品__は` is no emphasis in CommonMark; `__utma` is a cookie's name.
    return _GLUED_EMPHASIS.sub(r"\1", text.replace("**", ""))


def _is_wide(character: str) -> bool:
    return character > "\u2e7f"


def _cells_to_text(line: str) -> str:
    """Return a table row as its cells with spaces between; any other line unchanged."""
    row = line.strip()
    if not (row.startswith("|") or row.endswith("|")):
        return line
    return re.sub(r"\s*(?<!\\)\|\s*", " ", row).strip()
