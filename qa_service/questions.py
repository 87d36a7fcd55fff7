"""Turns what a visitor typed into a Question that can be searched. Knows limits, not policies."""

from collections.abc import Sequence
from dataclasses import dataclass

from qa_service.errors import BadQuestion
from qa_service.languages import detect_language
from qa_service.tokens import Tokenizer, content_lemmas, normalize

MAX_QUESTION_CHARS = 500
MAX_PREVIOUS = 3


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
        BadQuestion: more than 500 characters as typed, nothing left after normalising, or more than
            3 earlier questions.
    """
    if len(typed) > MAX_QUESTION_CHARS:
        raise BadQuestion(f"A question may have at most {MAX_QUESTION_CHARS} characters.")
    if len(previous) > MAX_PREVIOUS:
        raise BadQuestion(f"At most {MAX_PREVIOUS} earlier questions may be sent along.")
    text = normalize(typed)
    if not any(map(str.isalnum, text)):
        raise BadQuestion("A question needs at least one letter or digit.")
    terms = tuple(content_lemmas(tokenizer.tokenize(text)))
    earlier = normalize(previous[-1])[:MAX_QUESTION_CHARS] if previous else ""
    if earlier and _leans_on_previous(text, terms):
        text = f"{earlier} {text}"
        terms = tuple(content_lemmas(tokenizer.tokenize(text)))
    return Question(text, lang or detect_language(normalize(typed)), terms)


def _leans_on_previous(text: str, terms: Sequence[str]) -> bool:
    """Tell a follow-up like 「それはどこの会社？」 from a question that stands on its own."""
    pointing = (
        "それ",
        "これ",
        "その",
        "この",
        "そこ",
        "あれ",
        "they",
        "that",
        "those",
        "it ",
        "there",
    )
    return len(set(terms)) <= 1 or text.lower().startswith(pointing)
