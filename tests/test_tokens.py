from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.tokens import Tokenizer, content_lemmas, normalize

TOKENIZER = Tokenizer()


@pytest.mark.parametrize(
    ("text", "lemmas"),
    [
        ("個人情報を利用します。", ["個人", "情報", "利用"]),
        ("クッキーを拒否できますか？", ["クッキー", "拒否"]),
        ("ｸｯｷｰを拒否", ["クッキー", "拒否"]),
        ("ＣＯＯＫＩＥの利用", ["cookie", "利用"]),
        ("何をしていますか", []),
        ("Do you share the data?", ["share", "data"]),
        ("", []),
    ],
)
def test_content_lemmas_are_the_words_that_carry_meaning(text, lemmas):
    assert content_lemmas(TOKENIZER.tokenize(text)) == lemmas


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("ﾃﾞｰﾀを消す", ["ﾃﾞｰﾀ", "を", "消す"]),
        ("会社㈱", ["会社", "㈱"]),
        ("  a  b", ["a", "b"]),
        ("住\u200b所", ["住", "所"]),
    ],
)
def test_offsets_index_the_text_as_given(text, surfaces):
    spans = [text[token.start : token.end] for token in TOKENIZER.tokenize(text)]
    assert [span for span in spans if span.strip("\u200b")] == surfaces


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("保存期間", ["ホゾン", "キカン"]),
        ("ｸｯｷｰ", ["クッキー"]),
        ("zzz、9", ["zzz", "、", "9"]),
    ],
)
def test_a_reading_is_katakana_or_the_surface_where_none_is_known(text, readings):
    assert [token.reading for token in TOKENIZER.tokenize(text)] == readings


def test_punctuation_is_a_mark_and_words_are_not():
    tokens = TOKENIZER.tokenize("氏名、住所。")
    assert [token.surface for token in tokens if token.is_mark] == ["、", "。"]


def test_full_stops_end_sentences():
    tokens = TOKENIZER.tokenize("送ります。届きます！")
    assert [token.surface for token in tokens if token.ends_sentence] == ["。", "!"]


def test_six_threads_sharing_a_tokenizer_read_what_one_thread_reads():
    texts = [f"個人情報を{n}年間保存し、第{n}条により消去します。" for n in range(60)] * 5
    alone = [TOKENIZER.tokenize(text) for text in texts]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(TOKENIZER.tokenize, texts))
    assert together == alone


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("ｸｯｷｰ　１２", "クッキー 12"),
        ("が", "が"),
        ("a\u200bb\x07c\n d", "ab c d"),
        ("①", "1"),
        ("\ud800", ""),
    ],
)
def test_normalising_gives_one_form(text, normal):
    assert normalize(text) == normal


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    once = normalize(text)
    assert normalize(once) == once


@given(st.text(alphabet="個人ｶﾞはa1。 \n\u200b\u3099０㈱\0\ud800"))
def test_tokens_are_ordered_disjoint_and_inside_the_text(text):
    position = 0
    for token in TOKENIZER.tokenize(text):
        assert position <= token.start <= token.end <= len(text)
        position = token.end
