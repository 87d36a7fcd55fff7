import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.features import hash_features, read_features
from qa_service.tokens import Tokenizer, normalize

TOKENIZER = Tokenizer()


def features(text: str) -> list[str]:
    normal = normalize(text)
    return read_features(normal, TOKENIZER.tokenize(normal))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Lemmas, also of bent verbs; two in a row, the edges of the text included.
        ("情報を流した", {"L情報", "Lを", "L流す", "B^_情報", "B情報_を"}),
        ("流れた", {"L流れる", "K^ナ", "Kナガ", "Kナガレ", "S^", "S流れ"}),
        # A mark ends a piece of the reading and is no lemma.
        ("氏名、住所", {"L氏名", "L住所", "B氏名_住所", "Kイ|", "K|ジ"}),
        # Latin words in stems, in rows and in pieces, beside Japanese too.
        ("Cookies", {"Wcook", "X^_cook", "Xcook_$", "Y^_$", "E<co", "Eokie", "Eies>"}),
        ("storing my data", {"Wstor", "Xstor_my", "Ystor_data", "Ymy_$"}),
        ("Cookieを拒否", {"Wcookie", "L拒否", "E<coo"}),
    ],
)
def test_a_text_has_these_features(text, expected):
    assert expected <= set(features(text))


def test_repeats_are_kept_and_latin_text_has_latin_features_only():
    found = features("data and data")
    assert found.count("Wdata") == 2
    assert {feature[0] for feature in found} == set("WXYE")


def test_a_short_word_keeps_its_ending():
    words = [feature for feature in features("yes used ads") if feature[0] == "W"]
    assert words == ["Wyes", "Wused", "Wads"]


def test_kana_and_kanji_of_the_same_words_share_pieces_of_the_reading():
    kanji, kana = (
        {f for f in features(text) if f[0] == "K"} for text in ("保存期間", "ほぞんきかん")
    )
    assert kanji == kana
    assert "Kホゾンキカ" in kanji


@pytest.mark.parametrize("text", ["", "？？", "🍪"])
def test_text_without_words_has_no_features(text):
    assert features(text) == []


def test_hashes_are_the_crc_32_of_the_features_bytes():
    # The check value that the CRC-32 standard gives for these nine digits.
    assert hash_features(["123456789", "123456789"]).tolist() == [0xCBF43926, 0xCBF43926]
    assert hash_features(["123456789"]).dtype == np.uint32
    assert hash_features([]).shape == (0,)


@given(st.text())
def test_any_text_can_be_read_twice_alike(text):
    assert features(text) == features(text)
    assert len(hash_features(features(text))) == len(features(text))
