"""Turns a hit's passage into the Excerpt that is shown: grown so that nothing misleads, with proof.

Every word is the policy's: `source_text[start:end]`, its SHA-256, and that span without Markdown.
"""

import re
from dataclasses import dataclass, replace

from qa_service.index import PolicyIndex
from qa_service.markdown import plain_text
from qa_service.passages import Passage, PassageKind
from qa_service.sections import Section
from qa_service.sources import hash_span
from qa_service.tokens import Token, Tokenizer
from qa_service.translations import translated_words

# A list is shown whole up to this length, else up to the item where it is reached.
MAX_EXCERPT_CHARS = 600

Span = tuple[int, int]
# The first and last passage of an excerpt, and that of its lead-in.
_Key = tuple[int, int, int | None]

_CONTACT_TITLE = re.compile(r"(問い?合わ?せ|窓口|連絡先|相談|苦情|contact|inquir)", re.IGNORECASE)
_ADDRESS = re.compile(r"(〒|TEL|電話|メール|mail|@|フォーム|ボタン|form)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quote:
    """A proven span: `text` is `source_text[start:end]` without marks, the hash is of that span."""

    text: str
    start: int
    end: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Translation:
    """A reference translation of an excerpt; it never answers on its own."""

    lang: str
    text: str
    reference: bool = True


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A quote with its section, the quote that introduces it, and the matched words in `text`."""

    text: str
    section: Section
    start: int
    end: int
    sha256: str
    lead_in: Quote | None
    highlights: tuple[Span, ...]
    translation: Translation | None


def quote(policy: PolicyIndex, start: int, end: int) -> Quote:
    """Return a span of the policy with its proof."""
    span = policy.source.text[start:end]
    return Quote(plain_text(span), start, end, hash_span(span))


def for_readers_of(lang: str, excerpt: Excerpt) -> Excerpt:
    """Return the excerpt, its translation only where it is in the language of its readers."""
    if excerpt.translation is None or excerpt.translation.lang == lang:
        return excerpt
    return replace(excerpt, translation=None)


class Excerpter:
    """Makes excerpts of one policy and remembers those made: they depend on the passage alone."""

    def __init__(self, policy: PolicyIndex, tokenizer: Tokenizer) -> None:
        self.policy = policy
        self._tokenizer = tokenizer
        self._made: dict[_Key, tuple[Excerpt, dict[str, tuple[Span, ...]]]] = {}
        self._contact = _find_contact(policy)

    def excerpt(self, ordinal: int, terms: frozenset[str]) -> Excerpt:
        """Return the excerpt of a passage, with the words of these lemmas marked.

        A lead-in or a table's header is never shown alone: its list stands for it, under it.
        """
        passages = self.policy.passages
        first, last = _span_of_ordinals(passages, ordinal)
        return self._excerpt(first, last, passages[first].lead_in, terms)

    def contact(self) -> Excerpt | None:
        """Return the clause that says whom to contact, or None where the policy has none."""
        if self._contact is None:
            return None
        return self._excerpt(*self._contact, None, frozenset())

    def _excerpt(
        self, first: int, last: int, lead_in: int | None, terms: frozenset[str]
    ) -> Excerpt:
        key = first, last, lead_in
        if key not in self._made:
            plain = self._plain_excerpt(first, last, lead_in)
            self._made[key] = plain, _words(self._tokenizer.tokenize(plain.text))
        plain, words = self._made[key]
        marks = _highlights(words, terms)
        return Excerpt(plain.text, plain.section, plain.start, plain.end, plain.sha256,
                       plain.lead_in, marks, plain.translation) if marks else plain  # fmt: skip

    def _plain_excerpt(self, first: int, last: int, lead_in: int | None) -> Excerpt:
        policy = self.policy
        body = quote(policy, policy.passages[first].start, policy.passages[last].end)
        return Excerpt(
            text=body.text,
            section=policy.section(policy.passages[first].section_id),
            start=body.start,
            end=body.end,
            sha256=body.sha256,
            lead_in=self._lead_in(lead_in) if lead_in is not None else None,
            highlights=(),
            translation=self._translation(first, last, lead_in),
        )

    def _translation(self, first: int, last: int, lead_in: int | None) -> Translation | None:
        """Return the reference translation of an excerpt and the lead-in above it."""
        translation, passages = self.policy.translation, self.policy.passages
        if translation is None:
            return None
        above = () if lead_in is None else range(lead_in, _last_limit(passages, lead_in) + 1)
        words = translated_words(translation, [*above, *range(first, last + 1)])
        return Translation(translation.lang, words) if words else None

    def _lead_in(self, ordinal: int) -> Quote:
        """Return the quote of a lead-in with the sentences that limit it: 「ただし、…」."""
        passages = self.policy.passages
        end = passages[_last_limit(passages, ordinal)].end
        return quote(self.policy, passages[ordinal].start, end)


def _span_of_ordinals(passages: tuple[Passage, ...], ordinal: int) -> tuple[int, int]:
    """Return the first and last passage of the excerpt that shows this one without misleading."""
    passage = passages[ordinal]
    if passage.is_lead_in or passage.kind is PassageKind.HEADER_ROW:
        first = next((i for i, p in enumerate(passages) if p.lead_in == ordinal), ordinal)
        if first > ordinal:
            return first, _last_dependent(passages, ordinal, first)
    first = ordinal
    while _limits(passages, first):
        first -= 1
    last = ordinal
    if passages[first].is_lead_in and first < ordinal:
        last = _last_dependent(passages, first, ordinal)
    while last + 1 < len(passages) and _limits(passages, last + 1):
        last += 1
        if passages[last].is_lead_in:
            last = _last_dependent(passages, last, last + 1)
            break
    return first, last


def _limits(passages: tuple[Passage, ...], ordinal: int) -> bool:
    """Tell whether a passage limits the sentence directly before it."""
    if ordinal == 0:
        return False
    passage, before = passages[ordinal], passages[ordinal - 1]
    return passage.limits_previous and before.section_id == passage.section_id


def _last_limit(passages: tuple[Passage, ...], ordinal: int) -> int:
    """Return the last of the passages that directly follow this one and limit it, or itself."""
    while ordinal + 1 < len(passages) and _limits(passages, ordinal + 1):
        ordinal += 1
    return ordinal


def _last_dependent(passages: tuple[Passage, ...], lead_in: int, first: int) -> int:
    """Return the last passage that a lead-in introduces, or the one where the limit is reached."""
    last = first
    for i in range(first, len(passages)):
        is_over = passages[i].end - passages[first].start > MAX_EXCERPT_CHARS
        if passages[i].section_id != passages[lead_in].section_id or (is_over and i > first):
            break
        if passages[i].lead_in == lead_in:
            last = i
    return last


def _words(tokens: tuple[Token, ...]) -> dict[str, tuple[Span, ...]]:
    """Return the spans of each content word's lemma."""
    spans: dict[str, tuple[Span, ...]] = {}
    for token in tokens:
        if token.is_content:
            spans[token.lemma] = (*spans.get(token.lemma, ()), (token.start, token.end))
    return spans


def _highlights(words: dict[str, tuple[Span, ...]], terms: frozenset[str]) -> tuple[Span, ...]:
    """Return the spans of the lemmas that are asked for, in order, neighbours joined."""
    joined: list[Span] = []
    for start, end in sorted(span for term in terms & words.keys() for span in words[term]):
        if joined and joined[-1][1] == start:
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return tuple(joined)


def _find_contact(policy: PolicyIndex) -> tuple[int, int] | None:
    """Return the first and last passage of the clause with the contact, best section first."""
    rated = []
    for section in policy.sections:
        inside = [i for i, p in enumerate(policy.passages) if p.section_id == section.id]
        words = " ".join(policy.source.text[policy.passages[i].start : policy.passages[i].end]
                         for i in inside)  # fmt: skip
        rating = 2 * bool(_CONTACT_TITLE.search(section.title)) + bool(_ADDRESS.search(words))
        if inside and rating >= 2:
            rated.append((rating, inside[0], inside))
    if not rated:
        return None
    _, first, inside = max(rated)
    last = first
    for i in inside:
        if policy.passages[i].end - policy.passages[first].start <= MAX_EXCERPT_CHARS:
            last = i
    return first, _last_limit(policy.passages, last)
