"""Reads clause numbers, titles and anchors out of the text of a heading.

Turns `第１条（目的）` into the number 第1条 and the title 目的. Does not know blocks or sections.
"""

import re
import unicodedata
from dataclasses import dataclass

_KANJI_DIGITS = "〇一二三四五六七八九"
ARTICLE = r"第\s*(?:[0-9]+|[〇一二三四五六七八九十百]+)\s*[条章節](?:の[0-9一二三四五六七八九十]+)?"
_NUMBER = re.compile(
    rf"(?P<article>{ARTICLE})"
    r"|\((?P<paren>[0-9]{1,2})\)"
    r"|(?P<word>(?:Article|Section)\s+[0-9]+)"
    r"|(?P<plain>[0-9]{1,2}(?:[.\-－ー][0-9]{1,2})*)(?:[.、:)]\s*(?![0-9])|\s+)(?=\S)",
)


@dataclass(frozen=True, slots=True)
class ClauseNumber:
    """A clause number: as written in half width (`第一条`), and as an id (`第1条`)."""

    text: str
    key: str


def read_number(title: str) -> ClauseNumber | None:
    """Return the clause number that a heading's text starts with, or None.

    Half and full width are alike: `１．`, `1.`, `4-1`, `（1）`, `第１条`, `第一条`, `Article 5`.
    """
    match = _NUMBER.match(half_width(title).strip())
    if match is None:
        return None
    if match["paren"]:
        return ClauseNumber(f"({match['paren']})", f"({match['paren']})")
    text = re.sub(r"\s+", " ", match["article"] or match["word"] or match["plain"])
    key = re.sub(r"[〇一二三四五六七八九十百]+", _kanji_to_digits, text).replace(" ", "")
    return ClauseNumber(text, re.sub(r"[－ー]", "-", key))


def read_title(title: str) -> str:
    """Return a heading's text without its clause number; the whole text when nothing else is left.

    The title is a piece of the policy's own text, in the width in which it was written.
    """
    stripped = title.strip()
    match = _NUMBER.match(half_width(stripped))
    if match is None:
        return stripped
    rest = stripped[match.end() :].strip(" 　.．、:：")
    caption = re.fullmatch(r"[（(【]([^（(【）)】]+)[)）】]", rest)
    return (caption.group(1) if caption else rest) or stripped


def make_anchor(title: str, taken: set[str]) -> str:
    """Return the id that Hugo (goldmark, GitHub style) gives a heading, and add it to `taken`.

    Letters, digits and `_` stay, in lower case; blanks and hyphens become `-`; the rest goes. A
    repeated id gets `-1`, `-2` … An explicit `{#id}` is used as it stands.
    """
    explicit = re.search(r"\{#([\w:.-]+)\}\s*$", title)
    anchor = explicit.group(1) if explicit else "".join(map(_anchor_char, title.strip()))
    anchor = anchor or "heading"
    candidate, n = anchor, 0
    while candidate in taken:
        n += 1
        candidate = f"{anchor}-{n}"
    taken.add(candidate)
    return candidate


def half_width(text: str) -> str:
    """Return the text with full-width letters, digits and signs in half width, length unchanged."""
    return "".join(
        chr(ord(c) - 0xFEE0) if "！" <= c <= "～" and c != "－" else " " if c == "　" else c
        for c in text
    )


def _kanji_to_digits(match: re.Match[str]) -> str:
    value = 0
    digit = 0
    for character in match.group():
        if character in "十百":
            value += max(digit, 1) * (10 if character == "十" else 100)
            digit = 0
        else:
            digit = _KANJI_DIGITS.index(character)
    return str(value + digit)


def _anchor_char(character: str) -> str:
    if character in " -":
        return "-"
    is_word = character == "_" or unicodedata.category(character)[0] == "L"
    return character.lower() if is_word or unicodedata.category(character) == "Nd" else ""
