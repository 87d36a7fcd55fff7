"""Turns the text of one block into the spans of its sentences and pseudo-bullet lines.

Also tells what words do: introduce a list, limit the sentence before, name a value. MeCab's tokens
say where a full stop is; brackets, links, code and emphasis say where it does not end a sentence.
Does not know blocks, sections or passages.
"""

import re
from collections.abc import Iterator

from qa_service.markdown import plain_text
from qa_service.tokens import Token

BULLET = re.compile(
    r"[・※○●◯◎■□◆◇①-⑳＊]|[（(][0-9０-９一二三四五六七八九十ア-ンa-z]{1,2}[)）]"
    r"|[0-9０-９]{1,2}[)）．]|[a-z][)）]"
)
NEWLINE = re.compile(r"[ \t]*\\?(?:\r\n?|\n)[ \t　>]*")
# `**広告。** 当社は…`: a bold lead word is no sentence of its own.
_RUN_IN = re.compile(r"\s*(?:\*\*|__)[^*_\n]{1,30}(?:\*\*|__)")
_ATOM = re.compile(
    r"!?\[(?:!\[[^\]\n]*\]\([^)\n]*\)|[^\]\n])*\]\([^)\n]*\)|<[^<>\n]+>|`[^`\n]*`"
    r"|https?://[^\s、。）)]+|\{[:#{][^{}\n]*\}|(?<!\*)\*(?![\s*])[^*\n]+\*(?!\*)"
)
_INTRODUCES = re.compile(
    r"以下(?!\s*[「『、，,“\"])|次の|次に掲げ|下記|つぎの|右記|上記の目的"
    r"|following|as follows|below",
    re.IGNORECASE,
)
# Words with which a sentence limits the one before it; no excerpt may be cut between the two.
_LIMITS = re.compile(
    r"[*_]*(?:ただし|但し|(?:なお|尚|もっとも)[、,，]|この限り|前[各二三四0-9０-９]*[項号]"
    r"|However,|Provided that|Notwithstanding|This does not apply)"
)
_LABEL_LINE = re.compile(
    r"(?:\*\*|__)?\s*(?:[^\s。、][^。\n]{0,30}?[:：]|〒\s*[0-9０-９]{3}[-－ー‐][0-9０-９]{4})"
    r"\s*(?:\*\*|__)?[:：]?\s*$"
)
_COLON_END = re.compile(r"[:：]\s*(?:\*\*|__)?\s*$")
_SENTENCE_END = re.compile(r"[。．.！？!?][」』）)】”\"*_\s]*$")
# A line that starts with `<br>` would be HTML, in which a link is no link.
_LEADING_BLANKS = re.compile(r"(?:\s|<br\s*/?>)*", re.IGNORECASE)
# Names that end with an exclamation mark, as they stand before it.
_NAMES_WITH_MARK = ("Yahoo", "yahoo")
_CLOSERS = "」』）)】］]〉》\"'”’"
# A bracket may be closed in the other width: 「(以下「当社」という。）」.
_WIDTHS = str.maketrans("()[]", "（）［］")
_OPENING = dict(zip("「『（【［〈《", "」』）】］〉》", strict=True))


def sentence_spans(
    text: str, tokens: tuple[Token, ...], *, by_line: bool
) -> Iterator[tuple[int, int]]:
    """Yield the spans of a text's sentences and pseudo-bullet lines, without blanks around them.

    A span always holds a letter that is shown: marks alone join the sentence after them.
    """
    closed = _closed_positions(text)
    ends = {
        _with_closers(text, token.end)
        for token in tokens
        if token.ends_sentence and not closed[token.start] and _is_full_stop(text, token)
    }
    ends |= {
        match.start()
        for match in NEWLINE.finditer(text)
        if not closed[match.start()] and (by_line or BULLET.match(text, match.end()))
    }
    begin = 0
    for end in sorted(ends | {len(text)}):
        piece = text[begin:end]
        if any(map(str.isalnum, plain_text(piece))):
            blanks = _LEADING_BLANKS.match(piece)
            yield begin + (blanks.end() if blanks else 0), begin + len(piece.rstrip())
            begin = end


def introduces(words: str) -> bool:
    """Tell 「次の目的で利用します。」 or 「利用目的：」, which a list follows."""
    return bool(_INTRODUCES.search(words)) or ends_with_colon(words)


def limits_previous(words: str) -> bool:
    """Tell a sentence that restricts the one before it: ただし, なお, 前項 …."""
    return _LIMITS.match(words) is not None


def ends_sentence(words: str) -> bool:
    """Tell a text that ends with a full stop, closing brackets and marks aside."""
    return _SENTENCE_END.search(words) is not None


def ends_with_colon(words: str) -> bool:
    """Tell a text that ends with a colon, bold marks aside."""
    return _COLON_END.search(words) is not None


def is_label(words: str) -> bool:
    """Tell `**利用目的：**` or a post code, whose value stands below."""
    return _LABEL_LINE.fullmatch(words) is not None


def _is_full_stop(text: str, token: Token) -> bool:
    """Tell a sentence's end from the marks in `s.r.o.`, `1.2`, `www.example.jp` and `Yahoo!`."""
    mark = text[token.start : token.end]
    if mark == "!":
        is_inside = text[token.end : token.end + 1].isalnum()
        return not is_inside and not text.endswith(_NAMES_WITH_MARK, 0, token.start)
    if mark == "．":
        return not re.search(r"(?:^|[\s　])[0-9０-９]{1,2}$", text[: token.start])
    if mark != ".":
        return True
    after = text[token.end : token.end + 2]
    word = re.search(r"\S*$", text[: token.start])
    is_abbreviation = word is not None and (len(word.group()) <= 1 or "." in word.group())
    starts_new = after == "" or (
        after[0] in " \r\n" and (after[1:].isupper() or after[1:] > "\u2e7f")
    )
    return starts_new and (not is_abbreviation or after == "")


def _closed_positions(text: str) -> list[bool]:
    """Tell for each position whether it is inside brackets, a link, code or emphasis."""
    closed = [False] * (len(text) + 1)
    for atom in _ATOM.finditer(text):
        closed[atom.start() : atom.end()] = [True] * (atom.end() - atom.start())
    if run_in := _RUN_IN.match(text):
        closed[: run_in.end()] = [True] * run_in.end()
    stack: list[tuple[str, int]] = []
    for i, character in enumerate(text.translate(_WIDTHS)):
        if character in _OPENING:
            stack.append((_OPENING[character], i))
        elif stack and character == stack[-1][0]:
            _, opened = stack.pop()
            closed[opened:i] = [True] * (i - opened)
    return closed


def _with_closers(text: str, end: int) -> int:
    """Return the end of a sentence with the closing brackets and marks that belong to it."""
    while end < len(text) and text[end] in _CLOSERS + "。！？!?":
        end += 1
    if text.startswith("**", end) and text.count("**", 0, end) % 2:
        end += 2
    return end
