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
from qa_service.sentences import (
    BULLET,
    NEWLINE,
    ends_sentence,
    ends_with_colon,
    introduces,
    is_label,
    limits_previous,
    sentence_spans,
)
from qa_service.tokens import Tokenizer

# Items and rows up to this long stay whole; longer ones are cut into their sentences.
MAX_ITEM_TOKENS = 160
# A line with fewer tokens, outside of lists and labels, is no statement.
MIN_SENTENCE_TOKENS = 5


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

    @property
    def is_fragment(self) -> bool:
        """Whether it says nothing by itself: a signature, 「以上」. Never shown as an answer."""
        stands_alone = self.kind is PassageKind.SENTENCE and self.lead_in is None
        return stands_alone and self.n_tokens < MIN_SENTENCE_TOKENS


_LABELLED = frozenset({PassageKind.LABEL, PassageKind.ADDRESS})
_HARD_BREAK = re.compile(r"(?: {2,}|\\)(?:\r\n?|\n)|<br\s*/?>")


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


class _Cutter:
    """Walks the blocks, remembering the sub-headings and lead-ins above the next passage."""

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
        elif block.kind is BlockKind.RULE:
            self.lead_ins.clear()
        elif self._is_open_label(block, following):
            self.label = block
        else:
            start = self.label.start if self.label else block.start
            self._append(block, tuple(self._drafts(block, start)))
            self.label = None
            self.after_heading = False

    def _enter_heading(self, block: Block) -> None:
        self.after_heading = True
        if block.start in self.section_starts:
            self.subheadings = []
            self.lead_ins.clear()
        else:
            self.subheadings = [h for h in self.subheadings if h.level < block.level] + [block]
            # 「以下の目的のため…取得します。」 still introduces the list below a sub-heading.
            kept = self.lead_ins.get(0)
            is_last = kept is not None and kept == len(self.passages) - 1
            self.lead_ins = {0: kept} if is_last and kept is not None else {}

    def _is_open_label(self, block: Block, following: Block | None) -> bool:
        """Tell a paragraph that is only `**label：**`, whose value is the paragraph below."""
        if block.kind is not BlockKind.PARAGRAPH or self.label or following is None:
            return False
        is_beside = following.kind is BlockKind.PARAGRAPH and following.level == block.level
        return is_beside and is_label(self.text[block.start : block.end])

    def _append(self, block: Block, drafts: tuple[Passage, ...]) -> None:
        outer = self._lead_in_of(block, drafts)
        inner: int | None = None
        first = len(self.passages)
        for draft in drafts:
            is_bullet = BULLET.match(self.text, draft.start) is not None
            inner = inner if is_bullet else None
            lead_in = outer if inner is None else inner
            if lead_in is not None:
                self.passages[lead_in] = replace(self.passages[lead_in], is_lead_in=True)
            self.passages.append(replace(draft, lead_in=lead_in))
            # 「次の場合を除きます。（1）… （2）…」 in one paragraph.
            if not is_bullet and introduces(self._words(len(self.passages) - 1)):
                inner = len(self.passages) - 1
        self._remember_lead_in(block, first)

    def _lead_in_of(self, block: Block, drafts: tuple[Passage, ...]) -> int | None:
        if block.kind is BlockKind.HEADER_ROW or not drafts:
            return None
        if block.kind is BlockKind.ROW:
            return self.lead_ins.get(-1)
        item = self.lead_ins.get(block.level) if block.level else None
        if block.kind is BlockKind.PARAGRAPH and item is not None and self._is_title_item(item):
            return item
        outer = [depth for depth in self.lead_ins if 0 <= depth < max(block.level, 1)]
        if not outer:
            return None
        candidate = self.lead_ins[max(outer)]
        # A line （2） above an item `2.` is its neighbour, unless it says that something follows.
        is_neighbour = max(outer) == 0 and self.passages[candidate].kind is PassageKind.ITEM
        closed = is_neighbour or self.passages[candidate].kind in _LABELLED
        if block.kind is BlockKind.ITEM and not closed:
            return candidate
        is_listed = block.kind is BlockKind.ITEM or drafts[0].kind in {*_LABELLED, PassageKind.ITEM}
        return candidate if is_listed and introduces(self._words(candidate)) else None

    def _is_title_item(self, ordinal: int) -> bool:
        """Tell an item 「外国の名称」 whose own text is the paragraph under it."""
        is_item = self.passages[ordinal].kind is PassageKind.ITEM
        return is_item and not ends_sentence(self._words(ordinal))

    def _words(self, ordinal: int) -> str:
        return self.text[self.passages[ordinal].start : self.passages[ordinal].end]

    def _remember_lead_in(self, block: Block, first: int) -> None:
        """Keep the block's last passage as the one that may introduce what follows."""
        last = len(self.passages) - 1
        # 「次の情報を取得します。ただし…」: the list belongs to the first of the two.
        spoken = (i for i in range(last, first - 1, -1) if introduces(self._words(i)))
        introducing = next(spoken, last)
        if block.kind is BlockKind.HEADER_ROW:
            self.lead_ins[-1] = last
        elif block.kind is BlockKind.ITEM:
            self.lead_ins = {d: o for d, o in self.lead_ins.items() if 0 <= d < block.level}
            self.lead_ins[block.level] = last
        elif block.kind is not BlockKind.ROW and first <= last:
            is_listed = self.passages[first].kind in {*_LABELLED, PassageKind.ITEM}
            if not (is_listed and self.passages[first].lead_in is not None):
                self.lead_ins = {d: o for d, o in self.lead_ins.items() if 0 <= d < block.level}
                self.lead_ins[block.level] = introducing

    def _drafts(self, block: Block, start: int) -> Iterator[Passage]:
        """Yield the passages of one block, without their lead-ins."""
        text = self.text[start : block.end]
        tokens = self.tokenizer.tokenize(text)
        kind = _whole_kind(block, text, labelled=start != block.start)
        is_short = len(tokens) <= MAX_ITEM_TOKENS
        if kind is not None and (is_short or kind not in {PassageKind.ITEM, PassageKind.ROW}):
            yield self._draft(start, block.end, kind, len(tokens))
            return
        by_line = block.kind is BlockKind.LITERAL
        spans = tuple(sentence_spans(text, tokens, by_line=by_line))
        if len(spans) == 1 and self._is_fragment(block, text):
            kind = PassageKind.ITEM
        for begin, end in spans:
            n_tokens = sum(begin <= token.start < end for token in tokens)
            bullet = BULLET.match(text, begin) is not None
            piece_kind = PassageKind.ITEM if bullet else kind or PassageKind.SENTENCE
            yield self._draft(start + begin, start + end, piece_kind, n_tokens)

    def _draft(self, start: int, end: int, kind: PassageKind, n_tokens: int) -> Passage:
        section = section_at(self.outline.sections, start)
        titles = (inline_text(self.text[h.start : h.end]) for h in self.subheadings)
        headings = (*section.path, *titles)
        limits = limits_previous(self.text[start:end])
        return Passage(
            self.policy_id, section.id, start, end, kind, headings, n_tokens, None, False, limits
        )

    def _is_fragment(self, block: Block, text: str) -> bool:
        """Tell a list entry without a mark: no sentence, right under 「次の目的で利用します。」."""
        lead_in = self.lead_ins.get(0)
        if block.kind is not BlockKind.PARAGRAPH or block.level or self.after_heading:
            return False
        is_open = not ends_sentence(text) and not ends_with_colon(text)
        return is_open and lead_in is not None and introduces(self._words(lead_in))


def _whole_kind(block: Block, text: str, *, labelled: bool) -> PassageKind | None:
    """Return the kind of a block that is one passage, or None for one of sentences."""
    if block.kind is BlockKind.ITEM:
        return PassageKind.ITEM
    if block.kind in {BlockKind.ROW, BlockKind.HEADER_ROW}:
        return PassageKind(block.kind.value)
    if labelled:
        return PassageKind.LABEL
    lines = [line for line in NEWLINE.split(_HARD_BREAK.sub("\n", text)) if line.strip()]
    if any(BULLET.match(line) for line in lines):
        return None
    if len(lines) > 1 and is_label(lines[0]):
        return PassageKind.LABEL
    n_sentences = sum(line.rstrip("*_ ").endswith(("。", "．", "！", "？")) for line in lines)
    if len(lines) > 1 and _HARD_BREAK.search(text) and n_sentences * 2 < len(lines):
        return PassageKind.ADDRESS
    return None
