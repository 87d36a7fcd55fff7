import pytest

from qa_service.sentences import (
    ends_sentence,
    ends_with_colon,
    introduces,
    is_label,
    limits_previous,
    sentence_spans,
)
from qa_service.tokens import Tokenizer

TOKENIZER = Tokenizer()


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("集めます。使います。", ["集めます。", "使います。"]),
        ("「送ります。」と書きます。", ["「送ります。」と書きます。"]),
        (
            "当店（以下「当店」という。）は売りません。",
            ["当店（以下「当店」という。）は売りません。"],
        ),
        (
            "当店(以下「当店」という。）は売りません。",
            ["当店(以下「当店」という。）は売りません。"],
        ),
        ("**広告。** 使いません。", ["**広告。** 使いません。"]),
        ("**売りません。**集めます。", ["**売りません。**集めます。"]),
        ("集めます。**売りません。**", ["集めます。", "**売りません。**"]),
        ("Quality Unit s.r.o.と共有します。", ["Quality Unit s.r.o.と共有します。"]),
        ("See www.example.com. We keep it.", ["See www.example.com. We keep it."]),
        ("Google広告とYahoo!広告です。", ["Google広告とYahoo!広告です。"]),
        ("Yahoo! JAPANです。使います!", ["Yahoo! JAPANです。", "使います!"]),
        ("Thanks! We keep it.", ["Thanks!", "We keep it."]),
        ("We ask. We keep it.", ["We ask.", "We keep it."]),
        ("版は1.2です。", ["版は1.2です。"]),
        ("１．住所を集めます。", ["１．住所を集めます。"]),
        ("集めます．使います．", ["集めます．", "使います．"]),
        ("次のとおりです。\n・氏名\n・住所", ["次のとおりです。", "・氏名", "・住所"]),
        ("除きます。\n（1）同意\n（2）法令", ["除きます。", "（1）同意", "（2）法令"]),
        ("除きます。\n※統計", ["除きます。", "※統計"]),
        ("改行しても\n一文です。", ["改行しても\n一文です。"]),
        ("[窓口。](https://a.jp/。)へ。", ["[窓口。](https://a.jp/。)へ。"]),
        ("集めます。<br><br>", ["集めます。"]),
        ("集めます。<br>\n[窓口](https://a.jp)", ["集めます。", "[窓口](https://a.jp)"]),
        ("集めます。\n{: #id }", ["集めます。"]),
        ("。。。", []),
    ],
)
def test_sentences_end_at_full_stops_outside_brackets_links_and_numbers(text, sentences):
    spans = sentence_spans(text, TOKENIZER.tokenize(text), by_line=False)
    assert [text[start:end] for start, end in spans] == sentences


def test_literal_text_is_cut_by_line():
    text = "一行目\n二行目"
    spans = sentence_spans(text, TOKENIZER.tokenize(text), by_line=True)
    assert [text[start:end] for start, end in spans] == ["一行目", "二行目"]


@pytest.mark.parametrize(
    ("words", "is_true"),
    [
        ("以下の目的で利用します。", True),
        ("下記までご連絡ください。", True),
        ("利用目的：", True),
        ("We use it for the following purposes.", True),
        ("当店（以下「当店」といいます。）は守ります。", False),
        ("守ります。", False),
    ],
)
def test_a_sentence_that_introduces_a_list_is_told_from_a_definition(words, is_true):
    assert introduces(words) is is_true


@pytest.mark.parametrize(
    ("words", "is_true"),
    [
        ("ただし、法令による場合を除きます。", True),
        ("なお、手数料がかかります。", True),
        ("尚，手数料がかかります。", True),
        ("前2項にかかわらず、消去します。", True),
        ("この限りではありません。", True),
        ("However, this does not apply.", True),
        ("なおす方法を示します。", False),
        ("前払いです。", False),
    ],
)
def test_a_sentence_that_limits_the_one_before_is_known_by_its_first_word(words, is_true):
    assert limits_previous(words) is is_true


@pytest.mark.parametrize(
    ("words", "is_true"),
    [
        ("**利用目的：**", True),
        ("〒100-0001", True),
        ("利用目的", False),
        ("集めます。次：", False),
    ],
)
def test_a_label_ends_with_a_colon_or_is_a_post_code(words, is_true):
    assert is_label(words) is is_true


def test_ends_are_seen_through_brackets_and_bold():
    assert ends_sentence("**守ります。**")
    assert not ends_sentence("守ること")
    assert ends_with_colon("**目的：**")
