"""Finds the headings of a policy: Markdown's own, and lines that people use as headings.

Turns blocks into blocks, some of them promoted to headings. Does not know which text belongs to
which heading.
"""

import re
from collections.abc import Iterator

from qa_service.clauses import ARTICLE, ClauseNumber, half_width, read_number
from qa_service.markdown import Block, BlockKind, inline_text, plain_text

MAX_HEADING_CHARS = 60
MIN_BODY_CHARS = 15

_ARTICLE_LINE = re.compile(
    rf"\s*{ARTICLE}(?:\s*[（(【\[「].{{1,40}}[)）】\]」]|\s+[^。、]{{1,30}})?\s*"
)
_ARTICLE_START = re.compile(rf"\s*({ARTICLE})[\s　]+")
_HASHES = re.compile(r"(#{1,6})([^#\s].*)")
_BOLD_LINE = re.compile(r"(?:\*\*|__)(?P<title>[^*\n]+?)(?:\*\*|__)\s*")
_DATE_END = re.compile(r"[0-9]{4}(?:年[0-9 ]+月(?:[0-9 ]+日)?|[-/.][0-9]{1,2}[-/.][0-9]{1,2})$")
_TOPIC_LINE = re.compile(
    r"[^。、:：\s][^。、:：]{1,28}(?:について|に関して)|附則|お問い?合わ?せ(?:先|窓口)?"
)
_BULLET_TITLE = re.compile(r"[■◆●▼□◇【].{1,40}")
_CAPTION = re.compile(r"[（(].+[)）]")


def mark_headings(text: str, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return the blocks with every line that serves as a heading made one, in order.

    Promoted: lines with `#` glued to the title, bold-only paragraphs, bare `第N条（…）` lines,
    `■` lines, and ordered items that head a text of their own. Demoted: sentences that an
    underline of `---` turned into a heading by accident.
    """
    marked: list[Block] = []
    atx_level = 1
    for i, block in enumerate(blocks):
        following = blocks[i + 1] if i + 1 < len(blocks) else None
        for part in _split_heading(text, block, following, atx_level, marked):
            marked.append(part)
            if part.kind is BlockKind.HEADING and block.kind is BlockKind.HEADING:
                atx_level = part.level
    return tuple(marked)


def _split_heading(
    text: str, block: Block, following: Block | None, atx_level: int, before: list[Block]
) -> Iterator[Block]:
    """Yield the block itself, or its first line as a heading and what is left of it."""
    if block.kind is BlockKind.HEADING:
        yield _checked_heading(text, block)
        return
    promoted = _promoted(text, block, following, atx_level, before)
    if promoted is None:
        yield block
        return
    yield promoted
    rest = text[promoted.end : block.end]
    body = rest.lstrip("*_ \t\r\n　")
    if any(map(str.isalnum, plain_text(body))):
        kind = BlockKind.PARAGRAPH if block.kind is BlockKind.ITEM else block.kind
        yield Block(kind, block.end - len(body), block.end)


def _checked_heading(text: str, block: Block) -> Block:
    """Return a heading, or a paragraph when a line of `---` below made a heading of a sentence."""
    title = text[block.start : block.end]
    is_sentence = title.endswith(("。", "．")) and len(title) > MAX_HEADING_CHARS // 2
    if is_sentence or "\n" in title:
        return Block(BlockKind.PARAGRAPH, block.start, block.end)
    return block


def _promoted(
    text: str, block: Block, following: Block | None, atx_level: int, before: list[Block]
) -> Block | None:
    """Return the heading that stands in the block's first line, or None."""
    content = text[block.start : block.end]
    line = re.split(r"\r\n?|\n", content, maxsplit=1)[0]
    end = block.start + len(line.rstrip())
    if block.kind is BlockKind.ITEM:
        is_title = _heads_own_text(text, block, following, line)
        heading = Block(BlockKind.HEADING, block.start, end, atx_level + 1, block.marker)
        return heading if is_title else None
    if block.kind is not BlockKind.PARAGRAPH or block.level > 0:
        return None
    if hashes := _HASHES.fullmatch(line.strip()):
        level = len(hashes.group(1))
        return Block(BlockKind.HEADING, block.start + level, end, level)
    if _is_bold_title(line, content, following):
        after_rule = bool(before) and before[-1].kind is BlockKind.RULE
        return Block(BlockKind.HEADING, block.start, end, 2 if after_rule else atx_level + 1)
    return _promoted_line(text, block, following, atx_level, before)


def _is_bold_title(line: str, content: str, following: Block | None) -> bool:
    """Tell a title (`**3. 第三者提供**`) from a label, an emphasised sentence or an address."""
    bold = _BOLD_LINE.fullmatch(line)
    if bold is None or line.strip() != content.strip():
        return False
    title = bold["title"].strip()
    heads_text = following is not None and following.kind is not BlockKind.HEADING
    is_label = title.endswith((":", "：", "。", "．")) or bool(_DATE_END.search(half_width(title)))
    return heads_text and not is_label and len(title) <= MAX_HEADING_CHARS


def _promoted_line(
    text: str, block: Block, following: Block | None, atx_level: int, before: list[Block]
) -> Block | None:
    """Return the heading in a line without any mark: `第１条（目的）`, `■…`, `1-1 …`."""
    content = text[block.start : block.end]
    line = re.split(r"\r\n?|\n", content, maxsplit=1)[0]
    end = block.start + len(line.rstrip())
    plain = half_width(inline_text(line))
    is_short = len(plain) <= MAX_HEADING_CHARS and not plain.endswith("。")
    is_title = _is_bullet_title(line, content) or _is_topic_line(text, block, following, before)
    below = half_width(text[end : end + MAX_HEADING_CHARS])
    is_title = is_title or bool(_CAPTION.fullmatch(plain) and _ARTICLE_START.match(below))
    if is_short and (_ARTICLE_LINE.fullmatch(plain) or is_title):
        return Block(BlockKind.HEADING, block.start, end, atx_level + 1)
    if is_short and _is_numbered_title(text, block, following, before):
        depth = len(re.findall(r"[.-](?=[0-9])", plain.split(" ")[0]))
        return Block(BlockKind.HEADING, block.start, end, atx_level + 1 + depth)
    article = _ARTICLE_START.match(half_width(line))
    if article is None or _has_caption(before, text):
        return None
    return Block(BlockKind.HEADING, block.start, block.start + article.end(1), atx_level + 1)


def _is_numbered_title(
    text: str, block: Block, following: Block | None, before: list[Block]
) -> bool:
    """Tell `2.第三者提供について` above its text from an entry of a numbered enumeration."""
    plain = half_width(inline_text(text[block.start : block.end]))
    if following is None or following.kind is BlockKind.HEADING or len(plain) > 40:
        return False
    if "\n" in text[block.start : block.end].strip() or plain.endswith(("。", "、", ":", ";")):
        return False
    next_line = half_width(text[following.start : following.end]).strip()
    is_enumeration = "\n" not in next_line and len(next_line) <= 40 and read_number(next_line)
    number = read_number(plain) if re.match(r"[0-9]{1,2}[.\-]", plain) else None
    return number is not None and not is_enumeration and _continues(number, before, text)


def _continues(number: ClauseNumber, before: list[Block], text: str) -> bool:
    """Tell whether 3 follows a heading 2: else it is the third entry of an enumeration."""
    last = int(number.key.split("-")[-1].split(".")[-1])
    headings = (b for b in before if b.kind is BlockKind.HEADING)
    earlier = (read_number(inline_text(text[b.start : b.end])) for b in headings)
    return last <= 1 or any(n.key[-len(str(last - 1)) :] == str(last - 1) for n in earlier if n)


def _is_bullet_title(line: str, content: str) -> bool:
    is_alone = line.strip() == content.strip()
    return is_alone and bool(_BULLET_TITLE.fullmatch(line.strip()))


def _is_topic_line(text: str, block: Block, following: Block | None, before: list[Block]) -> bool:
    """Tell 「情報の削除について」 alone above its sentences."""
    if following is None or following.kind is BlockKind.HEADING:
        return False
    if not _TOPIC_LINE.fullmatch(text[block.start : block.end]):
        return False
    is_first = all(b.kind is BlockKind.RULE for b in before)
    below = text[following.start : following.end]
    return not is_first and len(below) >= MIN_BODY_CHARS and not _TOPIC_LINE.fullmatch(below)


def _has_caption(before: list[Block], text: str) -> bool:
    """Tell whether the article's caption 「（目的）」 stands as a heading right before it."""
    if not before or before[-1].kind is not BlockKind.HEADING:
        return False
    return bool(_CAPTION.fullmatch(inline_text(text[before[-1].start : before[-1].end])))


def _heads_own_text(text: str, item: Block, following: Block | None, line: str) -> bool:
    """Tell an ordered item that is really a section title: short, and followed by its own text."""
    if not item.marker[:-1].isdigit() or item.level != 1:
        return False
    title = inline_text(line)
    if not 0 < len(title) <= 40 or title.endswith(("。", "．", ".", "、", "：", ":", "；", ";")):
        return False
    if line.strip() != text[item.start : item.end].strip():
        return True
    if following is None or following.kind is not BlockKind.PARAGRAPH:
        return False
    is_bold = bool(_BOLD_LINE.fullmatch(line))
    return item.n_siblings == 1 or (is_bold and following.level > 0)
