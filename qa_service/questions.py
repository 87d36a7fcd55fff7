"""Turns what a visitor typed into a Question that can be searched. Knows limits, not policies."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from qa_service.errors import BadQuestion
from qa_service.languages import detect_language
from qa_service.tokens import Tokenizer, content_lemmas, normalize

MAX_QUESTION_CHARS = 500
MAX_PREVIOUS = 3

# Letters by their Unicode category that nobody sees: Hangul fillers and the empty Braille cell.
_INVISIBLE_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_POINTING_WORDS = (
    *("それ", "これ", "その", "この", "そこ", "あれ"),
    *("they", "that", "those", "it ", "there"),
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question in normal form (NFKC, no invisible characters) with its content words' lemmas.

    `lang` is the language in which the visitor is answered.
    """

    text: str
    lang: str
    terms: tuple[str, ...]


def read_question(
    typed: str, tokenizer: Tokenizer, lang: str | None = None, previous: Sequence[str] = ()
) -> Question:
    """Return the question; one without content words of its own takes them from the one before.

    Raises:
        BadQuestion: more than 500 characters as typed, nothing visible among them, or more than 3
            earlier questions.
    """
    if len(typed) > MAX_QUESTION_CHARS:
        raise BadQuestion(f"A question may have at most {MAX_QUESTION_CHARS} characters.")
    if len(previous) > MAX_PREVIOUS:
        raise BadQuestion(f"At most {MAX_PREVIOUS} earlier questions may be sent along.")
    own = normalize(typed)
    if not any(map(_is_visible, own)):
        raise BadQuestion("A question needs at least one visible character.")
    text = own
    terms = tuple(content_lemmas(tokenizer.tokenize(text)))
    earlier = normalize(previous[-1])[:MAX_QUESTION_CHARS] if previous else ""
    if earlier and _leans_on_previous(own, terms):
        text = f"{earlier} {own}"
        terms = tuple(content_lemmas(tokenizer.tokenize(text)))
    return Question(text, lang or detect_language(own), terms)


def _is_visible(character: str) -> bool:
    """Tell a character that shows something of its own from separators, controls and marks."""
    category = unicodedata.category(character)
    is_empty = category[0] in "ZM" or category in {"Cc", "Cf", "Cs"}
    return not is_empty and character not in _INVISIBLE_LETTERS


def _leans_on_previous(text: str, terms: Sequence[str]) -> bool:
    """Tell a follow-up like 「それはどこの会社？」 from a question that stands on its own."""
    return len(set(terms)) <= 1 or text.lower().startswith(_POINTING_WORDS)
