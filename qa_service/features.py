"""Turns a text into the features that the topic router reads: words, readings, pieces of spelling.

Several cuts of the same text at once: lemmas make 「流れた」 one with 「流れる」, katakana readings
hold when kana or wrong kanji are typed, pieces of spelling when a word is misspelt. Does not know
topics.
"""

import re
from collections.abc import Iterable
from zlib import crc32

import numpy as np
import numpy.typing as npt

from qa_service.tokens import Token

Keys = npt.NDArray[np.uint32]

_JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
_WORD = re.compile(r"[a-z0-9']+")
_SUFFIXES = ("ing", "ies", "ed", "es", "s")
MIN_STEM_CHARS = 3
SPELLING_CHARS = (1, 2, 3, 4)
READING_CHARS = (2, 3, 4, 5)
LETTER_CHARS = (3, 4, 5)


def read_features(text: str, tokens: tuple[Token, ...]) -> list[str]:
    """Return the features of a text in normal form, repeats kept; the first letter is the kind.

    Japanese: `L` lemma, `B` two lemmas in a row, `K` piece of the reading, `S` piece of spelling.
    Latin words, in any text: `W` stem, `X` two in a row, `Y` two with one between, `E` piece.
    """
    lowered = text.lower()
    latin = _latin_features(_WORD.findall(lowered))
    if _JAPANESE.search(lowered) is None:
        return latin
    return _japanese_features(lowered, tokens) + latin


def hash_features(features: Iterable[str]) -> Keys:
    """Return the CRC-32 of each feature in order, shape `(n,)`."""
    return np.array([crc32(feature.encode()) for feature in features], dtype=np.uint32)


def _japanese_features(lowered: str, tokens: tuple[Token, ...]) -> list[str]:
    lemmas = [token.lemma for token in tokens if not token.is_mark]
    reading = "".join(["|" if token.is_mark else token.reading for token in tokens])
    return [
        *["L" + lemma for lemma in lemmas],
        *_rows("B", ["^", *lemmas, "$"], 1),
        *_pieces("K", f"^{reading}$", READING_CHARS),
        *_pieces("S", f"^{''.join(lowered.split())}$", SPELLING_CHARS),
    ]


def _latin_features(words: list[str]) -> list[str]:
    if not words:
        return []
    stems = ["^", *map(_stem, words), "$"]
    features = ["W" + stem for stem in stems[1:-1]]
    features += _rows("X", stems, 1)
    features += _rows("Y", stems, 2)
    for word in words:
        features += _pieces("E", f"<{word}>", LETTER_CHARS)
    return features


def _rows(kind: str, words: list[str], distance: int) -> list[str]:
    return [f"{kind}{one}_{other}" for one, other in zip(words, words[distance:], strict=False)]


def _pieces(kind: str, text: str, sizes: tuple[int, ...]) -> list[str]:
    # List comprehensions, not generators: every question pays for about 200 pieces.
    return [
        kind + text[start : start + size] for size in sizes for start in range(len(text) - size + 1)
    ]


def _stem(word: str) -> str:
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= MIN_STEM_CHARS:
            return word.removesuffix(suffix)
    return word
