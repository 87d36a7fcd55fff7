"""Turns what an agent types for a clause into its number, and tells which sections bear it.

第5条, ５, 第五条, `5.`, `section 5` and `1.2` are numbers; 「第5条 利用目的」 is one with words.
Does not know passages or ranking.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa_service.clauses import read_number
from qa_service.sections import Section
from qa_service.tokens import normalize

_FIGURE = r"[0-9]{1,3}"
_KANJI = r"[〇一二三四五六七八九十百]{1,5}"
_BRANCH = rf"(?:の(?:{_FIGURE}|{_KANJI}))?"
_UNIT = r"[条章節項号]"
_WORD = r"(?:section|sec\.?|article|art\.?|clause|chapter|§)"
_STEPS = rf"{_FIGURE}(?:[.\-]{_FIGURE}|\({_FIGURE}\))*"
# A number that nothing else stands beside: `5`, `5.`, `(1)`, `1.2`, `第5`.
_BARE = re.compile(rf"(?:第\s*)?({_STEPS}|\({_FIGURE}\))\s*[.、:)]?")
# A number that says itself that it is one, whatever follows.
_NAMED = re.compile(
    rf"(?P<article>第\s*(?:{_FIGURE}|{_KANJI})\s*{_UNIT}{_BRANCH})"
    rf"|(?P<short>(?:{_FIGURE}|{_KANJI})\s*[条章節]{_BRANCH})(?=[\s第の(、。0-9]|$)"
    rf"|{_WORD}\s*(?P<word>{_STEPS})\b"
)
# 「第3条第2項」, 「3条(2)」: a place inside the article.
_INSIDE = re.compile(rf"\s*(?:第?\s*({_FIGURE}|{_KANJI})\s*[項号]|\(({_FIGURE})\))")
_LINK = re.compile(r"^(?:の|、|,|:|\s)+|\s+$")
_UNIT_OF = re.compile(r"第?[^条章節]*([条章節])")
_SIGNS = str.maketrans({"(": ".", ")": "", "-": ".", "－": ".", "ー": "."})


@dataclass(frozen=True, slots=True)
class WantedNumber:
    """A clause number to look for: `steps` like `5`, `1.2` or `3の2`; `unit` is 条, 章, 節 or "".

    `words` is what was typed behind it.
    """

    steps: str
    unit: str
    words: str


def read_wanted_number(typed: str) -> WantedNumber | None:
    """Return the clause number that a query is or begins with, or None."""
    query = normalize(typed).lower()
    if bare := _BARE.fullmatch(query):
        return WantedNumber(_steps(bare[1]), "", "")
    named = _NAMED.match(query)
    if named is None:
        return None
    if named["word"]:
        return WantedNumber(_steps(named["word"]), "", _words(query[named.end() :]))
    article = named["article"] or "第" + named["short"]
    rest = query[named.end() :]
    inside = _INSIDE.match(rest)
    steps = _steps(article)
    if inside:
        steps = f"{steps}.{_steps(f'第{inside[1]}条' if inside[1] else inside[2])}"
        rest = rest[inside.end() :]
    return WantedNumber(steps, _unit(article), _words(rest))


def find_numbered(wanted: WantedNumber, sections: Sequence[Section]) -> tuple[Section, ...]:
    """Return the sections that bear a number, in order, else those of the clause around it.

    第5条 finds `5.` too, but no chapter: 第5章.
    """
    steps = wanted.steps
    while steps:
        for name in (_id_steps, _number_steps):
            found = tuple(s for s in sections if name(s) == steps and _fits(wanted, s))
            if found:
                return found
        steps = steps.rpartition(".")[0]
    return ()


def _id_steps(section: Section) -> str:
    return _steps(section.id) if section.number else ""


def _number_steps(section: Section) -> str:
    return _steps(section.number) if section.number else ""


def _fits(wanted: WantedNumber, section: Section) -> bool:
    unit = _unit(section.number or "")
    return not wanted.unit or not unit or wanted.unit == unit


def _steps(number: str) -> str:
    """Return a number without what stands around its figures: 第三条(1) becomes 3.1."""
    key = number.replace(" ", "").lower()
    if key.startswith("第") and (read := read_number(key)):
        key = read.key + key[len(read.text) :]
    key = re.sub(r"^(?:第|section|article)|[条章節項号]", "", key)
    return key.translate(_SIGNS).strip(".")


def _unit(number: str) -> str:
    match = _UNIT_OF.match(number)
    return match[1] if match else ""


def _words(rest: str) -> str:
    return _LINK.sub("", rest)
