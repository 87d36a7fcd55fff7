"""Finds what a question expects in a policy as it stands now, and rewrites what no longer fits.

An expectation is a quote in a section. A quote that stands elsewhere was only renumbered; one that
stands nowhere is gone, and the nearest passage is suggested. Asks nothing.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from qa_service.index import PolicyIndex
from qa_service.sections import section_at
from qa_service.tokens import Tokenizer

# A passage with a smaller share of common words is no suggestion.
SUGGESTED_FROM = 0.3


class Standing(StrEnum):
    """Whether an expected quote still stands where it is expected."""

    PRESENT = "present"
    RENUMBERED = "renumbered"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a person expects, as written: words of a section; grade 2 settles it, 1 supports."""

    section: str
    quote: str
    grade: int


@dataclass(frozen=True, slots=True)
class Expected:
    """A span of the policy that answers a case: grade 2 settles it, 1 supports."""

    start: int
    end: int
    grade: int


@dataclass(frozen=True, slots=True)
class Followed:
    """An expectation and the span that is `expected` now, None where it is gone.

    `renewed` is the expectation as it should be written: itself where it is present, the nearest
    passage where it is gone, None where nothing is near.
    """

    expectation: Expectation
    standing: Standing
    expected: Expected | None
    renewed: Expectation | None


def follow(expectation: Expectation, policy: PolicyIndex, tokenizer: Tokenizer) -> Followed:
    """Return where an expectation stands now: in its section, in another one, or nowhere.

    Words that stand in several other sections are taken to be in the first.
    """
    text, quote = policy.source.text, expectation.quote
    named = [section for section in policy.sections if section.id == expectation.section]
    for section in named:
        start = text.find(quote, section.start, section.end)
        if start >= 0:
            found = Expected(start, start + len(quote), expectation.grade)
            return Followed(expectation, Standing.PRESENT, found, expectation)
    body = policy.sections[0].start if policy.sections else 0
    start = text.find(quote, body)
    if start >= 0:
        now = replace(expectation, section=section_at(policy.sections, start).id)
        found = Expected(start, start + len(quote), expectation.grade)
        return Followed(expectation, Standing.RENUMBERED, found, now)
    return Followed(expectation, Standing.GONE, None, _nearest(expectation, policy, tokenizer))


def rewrite_cases(path: Path, agreed: Mapping[str, Sequence[Followed]]) -> int:
    """Write a file of cases anew, with these expectations of some cases, by id, as renewed.

    Lines of other cases stay as they are, byte for byte. Returns how many expectations were
    renewed: those with nothing near stay as they are.
    """
    lines = path.read_text(encoding="utf-8").split("\n")
    draft = path.with_name(f"{path.name}.new")
    draft.write_text("\n".join(_rewritten(line, agreed) for line in lines), encoding="utf-8")
    # A person's work: never left half written.
    draft.replace(path)
    return sum(one.renewed is not None for followed in agreed.values() for one in followed)


def _nearest(
    expectation: Expectation, policy: PolicyIndex, tokenizer: Tokenizer
) -> Expectation | None:
    """Return the passage with most words in common (Dice), None where none is near."""
    wanted = _count_words(expectation.quote, tokenizer)
    rated = [
        (_likeness(wanted, _count_words(span, tokenizer)), -i)
        for i, span in enumerate(policy.spans)
    ]
    likeness, place = max(rated, default=(0.0, 0))
    if likeness < SUGGESTED_FROM:
        return None
    passage = policy.passages[-place]
    return Expectation(passage.section_id, policy.spans[-place], expectation.grade)


def _count_words(text: str, tokenizer: Tokenizer) -> Counter[str]:
    return Counter(token.lemma for token in tokenizer.tokenize(text) if not token.is_mark)


def _likeness(words: Counter[str], others: Counter[str]) -> float:
    total = words.total() + others.total()
    return 2 * (words & others).total() / total if total else 0.0


def _rewritten(line: str, agreed: Mapping[str, Sequence[Followed]]) -> str:
    if not line.strip():
        return line
    case: dict[str, Any] = json.loads(line)
    now = {one.expectation: one.renewed for one in agreed.get(case["id"], ())}
    if not now:
        return line
    written = (Expectation(one["section"], one["quote"], one["grade"]) for one in case["expect"])
    kept = dict.fromkeys(now.get(one) or one for one in written)
    case["expect"] = [
        {"section": one.section, "quote": one.quote, "grade": one.grade} for one in kept
    ]
    return json.dumps(case, ensure_ascii=False)
