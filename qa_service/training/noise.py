"""Turns a question into how somebody else might have typed it: kana only, no marks, a slip."""

import random
import unicodedata

from qa_service.tokens import Token, Tokenizer
from qa_service.topics import Example

KANA_ONLY, NO_MARKS = 0.06, 0.06
LOWER_CASE, LOWER_BARE = 0.2, 0.05
SLIP = 0.08
MIN_SLIP_CHARS = 6
_MARKS = str.maketrans("", "", "?。、")
_TO_HIRAGANA = {ord("ァ") + i: ord("ぁ") + i for i in range(86)}


class Noise:
    """Changes a small share of the questions it is given; repeatable by its random numbers."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._tokenizer = Tokenizer()

    def type_again(self, question: Example) -> str:
        """Return the question's text in normal form, now and then typed otherwise."""
        text = unicodedata.normalize("NFKC", question.text)
        drawn = self._rng.random()
        if question.lang == "ja":
            if drawn < KANA_ONLY:
                text = "".join(map(_kana, self._tokenizer.tokenize(text)))
            elif drawn < KANA_ONLY + NO_MARKS:
                text = text.translate(_MARKS)
        elif drawn < LOWER_CASE:
            text = text.lower()
        elif drawn < LOWER_CASE + LOWER_BARE:
            text = text.lower().rstrip("?.!")
        return self._slip(text) if self._rng.random() < SLIP else text

    def _slip(self, text: str) -> str:
        """Leave one character out, or swap two."""
        if len(text) <= MIN_SLIP_CHARS:
            return text
        at = self._rng.randrange(len(text) - 1)
        if self._rng.random() < 0.5:
            return text[:at] + text[at + 1 :]
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _kana(token: Token) -> str:
    is_plain = token.is_mark or token.surface.isascii()
    return token.surface if is_plain else token.reading.translate(_TO_HIRAGANA)
