"""Turns a policy's sections into Passages: the smallest spans that can be cited on their own.

A passage is a sentence, a list item, a label with its value, a table row or an address block.
MeCab's tokens decide where a sentence ends and how long a passage is. Does not know questions.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from qa_service.markdown import Block, BlockKind, inline_text
from qa_service.sections import Outline, section_at
from qa_service.tokens import Token, Tokenizer

# Items and rows up to this long stay whole; longer ones are cut into their sentences.
MAX_ITEM_TOKENS = 160


class PassageKind(StrEnum):
    """What a passage is to a reader."""

    SENTENCE = "sentence"
    ITEM = "item"
    LABEL = "label"
    ROW = "row"
    HEADER_ROW = "header_row"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Passage:
    """A citable span `start:end` of one policy's source.

    `headings` is the path of titles above it, sub-headings included. `lead_in` is the ordinal of
    the passage that introduces it (「以下の目的のため…」, a table's header row), `is_lead_in` tells
    that it introduces others itself.
    `limits_previous` tells a sentence that restricts the one before it (ただし, なお, 前項 …).
    """

    policy_id: str
    section_id: str
    start: int
    end: int
    kind: PassageKind
    headings: tuple[str, ...]
    n_tokens: int
    lead_in: int | None
    is_lead_in: bool
    limits_previous: bool


_INTRODUCES = re.compile(
    r"(以下|次の|次に掲げ|下記|つぎの|右記|上記の目的|following|as follows|below)", re.IGNORECASE
)
# Words with which a sentence limits the one before it; no excerpt may be cut between the two.
_LIMITS = re.compile(
    r"[*_]*(ただし|但し|なお[、,]|もっとも[、,]|この限り|前項|前二項|前各号|前号|However,|Provided that|"
    r"Notwithstanding|This does not apply)"
)
_COLON_END = re.compile(r"[:：]\s*(?:\*\*|__)?\s*$")
_LABEL_LINE = re.compile(r"(?:\*\*|__)?\s*[^\s。、].{0,30}?[:：]\s*(?:\*\*|__)?[:：]?\s*$")
_BULLET = re.compile(
    r"[・※○●◯◎■□◆◇①-⑳＊]|[（(][0-9０-９一二三四五六七八九十ア-ンa-z]{1,2}[)）]"
    r"|[0-9]{1,2}\)"
)
_HARD_BREAK = re.compile(r"(?: {2,}|\\)(?:\r\n?|\n)|<br\s*/?>")
_NEWLINE = re.compile(r"[ \t]*\\?(?:\r\n?|\n)[ \t　>]*")
_ATOM = re.compile(
    r"!?\[[^\]\n]*\]\([^)\n]*\)|<[^<>\n]+>|`[^`\n]*`|https?://[^\s、。）)]+|(?<!\*)\*(?![\s*])[^*\n]+\*(?!\*)"
)
_CLOSERS = "」』）)】］]〉》\"'”’"
_OPENING = dict(zip("「『（(【［[〈《", "」』）)】］]〉》", strict=True))


def cut_passages(
    policy_id: str, text: str, outline: Outline, tokenizer: Tokenizer
) -> tuple[Passage, ...]:
    """Return the passages of a policy in reading order.

    Together with the headings they hold every letter of the body, each exactly once. None ends
    inside a sentence, splits a label from its value or an address over its hard breaks.
    """
    cutter = _Cutter(policy_id, text, outline, tokenizer)
    for i, block in enumerate(outline.blocks):
        following = outline.blocks[i + 1] if i + 1 < len(outline.blocks) else None
        cutter.add(block, following)
    return tuple(cutter.passages)


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    kind: PassageKind
    n_tokens: int


class _Cutter:
    """Walks the blocks, remembering the sub-headings and lead-ins that the next passage stands under."""

    def __init__(self, policy_id: str, text: str, outline: Outline, tokenizer: Tokenizer) -> None:
        self.policy_id = policy_id
        self.text = text
        self.outline = outline
        self.tokenizer = tokenizer
        self.passages: list[Passage] = []
        self.section_starts = {section.start for section in outline.sections}
        self.subheadings: list[Block] = []
        # The passage that introduces what follows, per list depth at which it stands.
        self.lead_ins: dict[int, int] = {}
        self.label: Block | None = None
        self.after_heading = False

    def add(self, block: Block, following: Block | None) -> None:
        """Append the passages of one block."""
        if block.kind is BlockKind.HEADING:
            self._enter_heading(block)
            return
        if block.kind is BlockKind.RULE:
            self.lead_ins.clear()
            return
        if self._is_open_label(block, following):
            self.label = block
            return
        start = self.label.start if self.label else block.start
        self._append(block, tuple(self._pieces(block, start)))
        self.label = None

    def _enter_heading(self, block: Block) -> None:
        if block.start in self.section_starts:
            self.subheadings = []
            self.lead_ins.clear()
        else:
            self.subheadings = [h for h in self.subheadings if h.level < block.level] + [block]
            # 「以下の目的のため…取得します。」 still introduces the list below a sub-heading.
            kept = self.lead_ins.get(0)
            introduces = kept is not None and kept == len(self.passages) - 1
            self.lead_ins = {0: kept} if introduces and kept is not None else {}

    def _is_open_label(self, block: Block, following: Block | None) -> bool:
        """Tell a paragraph that is only `**label：**`, whose value is the paragraph below."""
        if block.kind is not BlockKind.PARAGRAPH or self.label or following is None:
            return False
        is_label = _LABEL_LINE.fullmatch(self.text[block.start : block.end]) is not None
        return is_label and following.kind is BlockKind.PARAGRAPH and following.level == block.level

    def _append(self, block: Block, pieces: tuple[_Piece, ...]) -> None:
        section = section_at(self.outline.sections, block.start)
        titles = [inline_text(self.text[h.start : h.end]) for h in self.subheadings]
        lead_in = self._lead_in_of(block, pieces)
        if lead_in is not None:
            self._mark_lead_in(lead_in)
        first = len(self.passages)
        for piece in pieces:
            self.passages.append(
                Passage(
                    policy_id=self.policy_id,
                    section_id=section.id,
                    start=piece.start,
                    end=piece.end,
                    kind=piece.kind,
                    headings=(*section.path, *titles),
                    n_tokens=piece.n_tokens,
                    lead_in=lead_in,
                    is_lead_in=False,
                    limits_previous=_LIMITS.match(self.text, piece.start, piece.end) is not None,
                )
            )
        self._remember_lead_in(block, first)

    def _lead_in_of(self, block: Block, pieces: tuple[_Piece, ...]) -> int | None:
        if block.kind is BlockKind.HEADER_ROW:
            return None
        if block.kind is BlockKind.ROW:
            return self.lead_ins.get(-1)
        is_item = block.kind is BlockKind.ITEM
        outer = [depth for depth in self.lead_ins if 0 <= depth < max(block.level, 1)]
        if not outer:
            return None
        candidate = self.lead_ins[max(outer)]
        is_labelled = pieces[0].kind in {PassageKind.LABEL, PassageKind.ADDRESS, PassageKind.ITEM}
        return candidate if is_item or (is_labelled and self._introduces(candidate)) else None

    def _introduces(self, ordinal: int) -> bool:
        words = self.text[self.passages[ordinal].start : self.passages[ordinal].end]
        return bool(_INTRODUCES.search(words) or _COLON_END.search(words))

    def _mark_lead_in(self, ordinal: int) -> None:
        old = self.passages[ordinal]
        if not old.is_lead_in:
            self.passages[ordinal] = replace(old, is_lead_in=True)

    def _remember_lead_in(self, block: Block, first: int) -> None:
        """Keep the block's last passage as the one that may introduce what follows."""
        last = len(self.passages) - 1
        if block.kind is BlockKind.HEADER_ROW:
            self.lead_ins[-1] = last
        elif block.kind is BlockKind.ITEM:
            self.lead_ins = {d: o for d, o in self.lead_ins.items() if 0 <= d < block.level}
            self.lead_ins[block.level] = last
        elif block.kind in {BlockKind.PARAGRAPH, BlockKind.LITERAL}:
            is_labelled = self.passages[first].kind in {PassageKind.LABEL, PassageKind.ADDRESS}
            if not (is_labelled and self.passages[first].lead_in is not None):
                self.lead_ins = {block.level: last}

    def _pieces(self, block: Block, start: int) -> Iterator[_Piece]:
        text = self.text[start : block.end]
        tokens = self.tokenizer.tokenize(text)
        kind = _whole_kind(block, text, labelled=start != block.start)
        is_short = len(tokens) <= MAX_ITEM_TOKENS
        if kind is not None and (is_short or kind not in {PassageKind.ITEM, PassageKind.ROW}):
            yield _Piece(start, block.end, kind, len(tokens))
            return
        for begin, end in _sentence_spans(text, tokens, by_line=block.kind is BlockKind.LITERAL):
            n_tokens = sum(begin <= token.start < end for token in tokens)
            bullet = _BULLET.match(text, begin) is not None
            piece_kind = PassageKind.ITEM if bullet else kind or PassageKind.SENTENCE
            yield _Piece(start + begin, start + end, piece_kind, n_tokens)


def _whole_kind(block: Block, text: str, *, labelled: bool) -> PassageKind | None:
    """Return the kind of a block that is one passage, or None for one of sentences."""
    if block.kind is BlockKind.ITEM:
        return PassageKind.ITEM
    if block.kind in {BlockKind.ROW, BlockKind.HEADER_ROW}:
        return PassageKind(block.kind.value)
    if labelled:
        return PassageKind.LABEL
    lines = [line for line in _NEWLINE.split(text) if line.strip()]
    if any(_BULLET.match(line) for line in lines):
        return None
    if len(lines) > 1 and _LABEL_LINE.fullmatch(lines[0]):
        return PassageKind.LABEL
    n_sentences = sum(line.rstrip("*_ ").endswith(("。", "．", "！", "？")) for line in lines)
    if len(lines) > 1 and _HARD_BREAK.search(text) and n_sentences * 2 < len(lines):
        return PassageKind.ADDRESS
    return None


def _sentence_spans(
    text: str, tokens: tuple[Token, ...], *, by_line: bool
) -> Iterator[tuple[int, int]]:
    """Yield the spans of a text's sentences and pseudo-bullet lines, without blanks around them."""
    closed = _closed_positions(text)
    ends = {
        _with_closers(text, token.end)
        for token in tokens
        if token.ends_sentence and not closed[token.start] and _is_full_stop(text, token)
    }
    ends |= {
        match.start()
        for match in _NEWLINE.finditer(text)
        if not closed[match.start()] and (by_line or _BULLET.match(text, match.end()))
    }
    begin = 0
    for end in sorted(ends | {len(text)}):
        piece = text[begin:end]
        if any(map(str.isalnum, piece)):
            left = len(piece) - len(piece.lstrip(" \t\r\n　"))
            yield begin + left, begin + len(piece.rstrip())
            begin = end


def _is_full_stop(text: str, token: Token) -> bool:
    """Tell a sentence's end from the dots in `s.r.o.`, `1.2` and `www.example.jp`."""
    if text[token.start : token.end] != ".":
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
    stack: list[tuple[str, int]] = []
    for i, character in enumerate(text):
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
