"""Turns what a visitor typed into a Question that can be searched. Knows limits, not policies."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from qa_service.errors import BadQuestion
from qa_service.languages import detect_language
from qa_service.tokens import Token, Tokenizer, content_lemmas, normalize

MAX_QUESTION_CHARS = 500
MAX_PREVIOUS = 3

# Letters by their Unicode category that nobody sees: Hangul fillers and the empty Braille cell.
_INVISIBLE_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_POINTS_BACK = re.compile(
    r"(それ(?!ぞれ)|これ(?!まで|から)|その(?!他|ほか)|この(?!ポリシー|サイト|サービス)|そこ|あれ)"
    r"|(they|that|those|it|there)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question in normal form (NFKC, no invisible characters) with its words.

    `lang` is the language in which the visitor is answered, `terms` the lemmas of content words.
    `leans` tells a follow-up, whose text begins with the question it leans on.
    """

    text: str
    lang: str
    tokens: tuple[Token, ...]
    terms: tuple[str, ...]
    leans: bool


def read_question(
    typed: str, tokenizer: Tokenizer, lang: str | None = None, previous: Sequence[str] = ()
) -> Question:
    """Return the question; one that leans on those before it is put after them.

    It leans when it points back (「それは…」) or has at most one content word.

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
    tokens = tokenizer.tokenize(text)
    for earlier in filter(None, map(normalize, reversed(previous))):
        if not _leans_on_previous(text, content_lemmas(tokens)):
            break
        text = f"{earlier} {text}"
        tokens = tokenizer.tokenize(text)
    terms = tuple(content_lemmas(tokens))
    return Question(text, lang or detect_language(own), tokens, terms, leans=text != own)


def read_part(question: Question, text: str, tokenizer: Tokenizer) -> Question:
    """Return a part of a question, by its text in normal form, as a question of its own."""
    tokens = tokenizer.tokenize(text)
    return Question(text, question.lang, tokens, tuple(content_lemmas(tokens)), leans=False)


def _is_visible(character: str) -> bool:
    """Tell a character that shows something of its own from separators, controls and marks."""
    category = unicodedata.category(character)
    is_empty = category[0] in "ZM" or category in {"Cc", "Cf", "Cs"}
    return not is_empty and character not in _INVISIBLE_LETTERS


def _leans_on_previous(text: str, terms: Sequence[str]) -> bool:
    """Tell a follow-up like 「それはどこの会社？」 from a question that stands on its own."""
    return len(set(terms)) <= 1 or _POINTS_BACK.match(text) is not None
