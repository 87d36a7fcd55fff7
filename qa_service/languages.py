"""Tells Japanese text from English. Knows scripts only, no dictionary."""

import re

_KANA = re.compile(r"[\u3041-\u30ff\uff66-\uff9f]")
_KANJI = re.compile(r"[\u3400-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")


def detect_language(text: str) -> str:
    """Return `"ja"` or `"en"`: the one that the larger part of the text's words are written in.

    Any kana beside only a few Latin words is Japanese; so is a text of kanji alone. A text without
    letters counts as Japanese, the language of the policy.
    """
    n_japanese = len(_KANA.findall(text)) + len(_KANJI.findall(text))
    n_latin = len(_LATIN_WORD.findall(text))
    # A Japanese word takes about two characters; product names in Latin letters are common.
    return "en" if n_latin > n_japanese / 2 else "ja"
