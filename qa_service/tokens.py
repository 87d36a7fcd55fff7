"""Turns Japanese (and English) text into Tokens with lemmas and exact offsets, through MeCab.

The only module that knows fugashi and UniDic. Does not know what the tokens are used for.
"""

import re
import threading
import unicodedata
from dataclasses import dataclass

import fugashi

# A base character with the marks that NFKC composes with it: half-width dakuten, combining kana.
_CLUSTER = re.compile(r".[\u0300-\u036f\u3099\u309a\uff9e\uff9f]*", re.DOTALL)
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\u00ad]")
# Where UniDic 2.1 keeps part of speech and lemma. fugashi names these features too, but making the
# names takes longer than the whole analysis (docs/performance.md).
_POS1, _POS2, _LEMMA, _READING = 0, 1, 7, 17
_CONTENT_POS = frozenset({"名詞", "動詞", "形容詞", "形状詞", "副詞", "接頭辞", "代名詞"})
# Verbs, nouns and English words that every question holds: they say nothing on what it is about.
_EMPTY_WORDS = """
為る 有る 居る 成る 出来る 事 物 所 為 様 等 其れ 此れ 何 何れ 言う 於く 因る 下さる 頂く 致す
御座る 御 貰う 教える 思う 仕舞う 行く 来る 時 方 私 自分 其の 此の
a an and any are as at be been by can could do does did for from get has have how i if in is it
its me my of on or our so that the their them they this to us was we what when where which who
why will with would you your
"""
_EMPTY_LEMMAS = frozenset(_EMPTY_WORDS.split())
_MARKS = frozenset({"補助記号", "空白"})
_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


@dataclass(frozen=True, slots=True)
class Token:
    """One MeCab unit; `start:end` indexes the text that was tokenised, before normalisation.

    `lemma` is UniDic's dictionary form in lower case, or the normalised surface of unknown words;
    `reading` how it is spoken, in katakana, or its surface where UniDic does not say. `is_mark` is
    true for punctuation, `ends_sentence` for 。 ？ ！ and full stops, `is_content` for words that
    carry meaning.
    """

    surface: str
    lemma: str
    reading: str
    start: int
    end: int
    is_content: bool
    is_mark: bool
    ends_sentence: bool


def normalize(text: str) -> str:
    """Return the text in NFKC without zero-width and control characters, blanks single.

    Normalising twice changes nothing.
    """
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    if not visible.isprintable():
        visible = "".join(" " if unicodedata.category(c) in {"Cc", "Cs"} else c for c in visible)
    return unicodedata.normalize("NFKC", " ".join(visible.split()))


class Tokenizer:
    """One MeCab tagger, safe to share between threads.

    A node's features are read from memory that MeCab reuses for the next sentence, so a sentence is
    parsed and read out under one lock.
    """

    def __init__(self) -> None:
        self._tagger = fugashi.Tagger()
        self._lock = threading.Lock()

    def tokenize(self, text: str) -> tuple[Token, ...]:
        """Return the tokens of a text in order; offsets are code points of `text` as given."""
        normalized, origins = _normalize_clusters(text)
        with self._lock:
            nodes = [
                (node.surface, node.feature_raw.split(",", _READING + 1))
                for node in self._tagger(normalized)
            ]
        tokens: list[Token] = []
        position = 0
        for surface, features in nodes:
            start = normalized.find(surface, position)
            position = start + len(surface)
            # Unknown words have no lemma; that of loan words ends in their origin: チャット-chat.
            lemma = features[_LEMMA].split("-")[0] if len(features) > _LEMMA else ""
            word = (lemma or surface).lower()
            is_content = features[_POS1] in _CONTENT_POS and word not in _EMPTY_LEMMAS
            reading = features[_READING] if len(features) > _READING else ""
            tokens.append(
                Token(
                    surface,
                    word,
                    reading.strip("*") or surface.lower().translate(_TO_KATAKANA),
                    origins[start],
                    origins[position],
                    is_content,
                    is_mark=features[_POS1] in _MARKS,
                    ends_sentence=features[_POS2] == "句点",
                )
            )
        return tuple(tokens)


def content_lemmas(tokens: tuple[Token, ...]) -> list[str]:
    """Return the lemmas of the words that carry meaning, in order, repeats kept."""
    return [token.lemma for token in tokens if token.is_content]


def _normalize_clusters(text: str) -> tuple[str, list[int]]:
    """Return the text in NFKC and, for each of its positions, the offset it came from."""
    if text.isprintable() and unicodedata.is_normalized("NFKC", text):
        return text, list(range(len(text) + 1))
    pieces: list[str] = []
    origins: list[int] = []
    for match in _CLUSTER.finditer(text):
        piece = unicodedata.normalize("NFKC", match.group())
        if _INVISIBLE.match(piece) or "\0" in piece or "\ud800" <= piece[:1] <= "\udfff":
            piece = " "
        pieces.append(piece)
        origins.extend([match.start()] * len(piece))
    return "".join(pieces), [*origins, len(text)]
