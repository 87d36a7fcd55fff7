import pytest

from qa_service.checks import split_source
from qa_service.passages import cut_passages
from qa_service.sources import make_source
from qa_service.tokens import Tokenizer
from qa_service.wordings import Wording, read_wordings

POLICY = """# 方針

## 1. 取得

### **情報**

当社は、以下の情報を取得します。

- [氏名](https://example.com)
- 住所

## 2. 結び

以上
"""


@pytest.fixture(scope="module")
def wordings() -> dict[str, Wording]:
    """The wordings of the policy by their own words."""
    source = make_source("p.md", POLICY.encode())
    passages = cut_passages("p", source.text, split_source(source), Tokenizer())
    return {wording.own: wording for wording in read_wordings(source.text, passages)}


def test_words_titles_and_lead_in_are_plain_text(wordings):
    name = wordings["氏名"]
    assert name.lead_in == "当社は、以下の情報を取得します。"
    assert name.titles == ("1. 取得", "情報")
    assert name.introduced == "当社は、以下の情報を取得します。\n氏名"
    assert name.full == "1. 取得\n情報\n当社は、以下の情報を取得します。\n氏名"
    assert name.near_titles == "1. 取得 情報"


def test_a_passage_without_lead_in_is_introduced_by_nothing(wordings):
    sentence = wordings["当社は、以下の情報を取得します。"]
    assert (sentence.lead_in, sentence.introduced) == ("", sentence.own)


def test_a_passage_tells_what_it_is(wordings):
    kinds = [(w.own, w.is_lead_in, w.is_fragment, w.is_sentence) for w in wordings.values()]
    assert kinds == [
        ("当社は、以下の情報を取得します。", True, False, True),
        ("氏名", False, False, False),
        ("住所", False, False, False),
        ("以上", False, True, True),
    ]


@pytest.mark.parametrize(("titles", "near"), [((), "-"), (("A",), "A"), (("A", "B", "C"), "B C")])
def test_the_last_two_titles_are_near(titles, near):
    wording = Wording("x", "", titles, is_lead_in=False, is_fragment=False, is_sentence=True)
    assert wording.near_titles == near
    assert wording.full == "\n".join([*titles, "x"])
