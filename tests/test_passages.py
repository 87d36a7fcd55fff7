import pytest

from qa_service.checks import split_source
from qa_service.markdown import plain_text
from qa_service.passages import MAX_ITEM_TOKENS, Passage, cut_passages
from qa_service.sources import make_source
from qa_service.tokens import Tokenizer

TOKENIZER = Tokenizer()


def cut(text: str) -> tuple[Passage, ...]:
    source = make_source("a.ja.md", text.encode())
    return cut_passages("a", text, split_source(source), TOKENIZER)


def shown(text: str) -> list[tuple[str, str, int | None]]:
    """Return kind, words and lead-in of every passage."""
    return [(p.kind.value, plain_text(text[p.start : p.end]), p.lead_in) for p in cut(text)]


@pytest.mark.parametrize(
    ("text", "passages"),
    [
        (
            "集めます。使います。",
            [("sentence", "集めます。", None), ("sentence", "使います。", None)],
        ),
        ("**利用目的：**  \n連絡のため", [("label", "利用目的：\n連絡のため", None)]),
        ("**利用目的：**\n\n連絡のため", [("label", "利用目的：\n連絡のため", None)]),
        ("〒100-0001\n\n東京都千代田区", [("label", "〒100-0001\n東京都千代田区", None)]),
        ("月見書店  \n相談係  \n東京都", [("address", "月見書店\n相談係\n東京都", None)]),
        ("月見書店<br>相談係<br>東京都", [("address", "月見書店\n相談係\n東京都", None)]),
        (
            "次のとおりです。\n\n- 氏名\n- 住所",
            [("sentence", "次のとおりです。", None), ("item", "氏名", 0), ("item", "住所", 0)],
        ),
        (
            "次のとおりです。\n\n氏名\n\n住所",
            [("sentence", "次のとおりです。", None), ("item", "氏名", 0), ("item", "住所", 0)],
        ),
        (
            "次のとおりです。\n・氏名\n・住所",
            [("sentence", "次のとおりです。", None), ("item", "・氏名", 0), ("item", "・住所", 0)],
        ),
        (
            "当店は守ります。\n\n制定日",
            [("sentence", "当店は守ります。", None), ("sentence", "制定日", None)],
        ),
        (
            "次のとおり。ただし任意です。\n\n- 氏名",
            [
                ("sentence", "次のとおり。", None),
                ("sentence", "ただし任意です。", None),
                ("item", "氏名", 0),
            ],
        ),
        (
            "1. 講じます。\n\n（1）研修\n\n（2）監査\n\n2. 監督します。",
            [
                ("item", "講じます。", None),
                ("item", "（1）研修", None),
                ("item", "（2）監査", None),
                ("item", "監督します。", None),
            ],
        ),
        (
            "- 連絡\n  - 電話\n- 発送",
            [("item", "連絡", None), ("item", "電話", 0), ("item", "発送", None)],
        ),
        (
            "次のとおりです。\n\n1. 国名\n\n   日本\n\n2. 制度",
            [
                ("sentence", "次のとおりです。", None),
                ("item", "国名", 0),
                ("sentence", "日本", 1),
                ("item", "制度", 0),
            ],
        ),
        (
            "|項目|目的|\n|-|-|\n|氏名|連絡<br>発送|",
            [("header_row", "項目 目的", None), ("row", "氏名 連絡\n発送", 0)],
        ),
        (
            "次の表です。\n|項目|\n|-|\n|氏名|",
            [("sentence", "次の表です。", None), ("header_row", "項目", None), ("row", "氏名", 1)],
        ),
        ("集めます。<br><br>", [("sentence", "集めます。", None)]),
        ("★★★\n\n- 。", []),
    ],
)
def test_passages_are_the_smallest_citable_spans(text, passages):
    assert shown(text) == passages


def test_a_lead_in_reaches_over_a_subheading_and_is_marked():
    text = "## 1. 目的\n\n以下の目的で使います。\n\n### 発送\n\n- 送る\n\n### 連絡\n\n- 知らせる\n"
    lead_in, first, second = cut(text)
    assert (lead_in.is_lead_in, first.lead_in, second.lead_in) == (True, 0, None)
    assert (first.headings, second.headings) == (("1. 目的", "発送"), ("1. 目的", "連絡"))


def test_a_sentence_that_limits_the_one_before_is_flagged():
    passages = cut("売りません。ただし、法令による場合を除きます。なお、記録します。守ります。")
    assert [passage.limits_previous for passage in passages] == [False, True, True, False]


def test_only_a_long_item_is_cut_into_sentences():
    sentence = "当店は住所を集めます。"
    n_tokens = len(TOKENIZER.tokenize(sentence))
    n_sentences = MAX_ITEM_TOKENS // n_tokens
    assert [p.n_tokens for p in cut(f"- {sentence * n_sentences}")] == [n_sentences * n_tokens]
    longer = cut(f"- {sentence * (n_sentences + 1)}")
    assert [p.n_tokens for p in longer] == [n_tokens] * (n_sentences + 1)


def test_spans_are_code_points_of_the_file_as_stored():
    text = "\ufeff## 1. 目的\r\n\r\n集めます。\r\n使います。\r\n"
    assert [text[p.start : p.end] for p in cut(text)] == ["集めます。", "使います。"]
