"""Tells Japanese text from English. Knows scripts only, no dictionary."""

import re

_KANA = re.compile(r"[\u3041-\u30ff\uff66-\uff9f]")
_KANJI = re.compile(r"[\u3400-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")


def detect_language(text: str) -> str:
    """Return `"ja"` or `"en"`: the one in which the text is written.

    Kana beside up to three Latin words (product names) is Japanese, else the larger part decides. A
    text without letters counts as Japanese, the language of the policy.
    """
    n_japanese = len(_KANA.findall(text)) + len(_KANJI.findall(text))
    n_latin = len(_LATIN_WORD.findall(text))
    if n_latin <= 3 and _KANA.search(text):
        return "ja"
    # A Japanese word takes about two characters.
    return "en" if n_latin > n_japanese / 2 else "ja"
