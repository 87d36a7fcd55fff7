import pytest

from qa_service.excerpts import Excerpter, Translation, for_readers_of
from qa_service.index import Index
from qa_service.sources import hash_span, make_source

# The address has hard breaks: two blanks at a line's end.
POLICY = """## 第1条（提供）

当社は、同意なく第三者に提供しません。ただし、次の場合は、この限りではありません。

- 法令に基づく場合
- 生命の保護に必要な場合

## 第2条（取得）

当社は、以下の情報を取得します。

- 氏名
- 住所

## 第3条（表）

| 項目 | 目的 |
|---|---|
| 氏名 | 連絡 |

## 第4条（お問い合わせ）

下記までご連絡ください。

例株式会社<br>
〒100-0001 東京都
"""


LIMITS = "Aを行うことがあります。ただし、Bの場合は行いません。なお、Cの場合も行いません。"
LEAD_IN = "当社は、次の情報を取得します。ただし、同意のない場合は取得しません。"
CLAUSE = POLICY[POLICY.index("第2条") : POLICY.index("第3条")]
ENGLISH = f"""+++
[translates]
"第2条" = "{hash_span(CLAUSE)}"
+++

## Article 2 (Acquisition)

We acquire the following information.

- Name
- Address
"""
TEXTS = {
    "p.en.md": ENGLISH,
    "p.md": POLICY,
    "limits.md": f"## 1. 提供\n\n{LIMITS}\n",
    "lead-in.md": f"## 1. 取得\n\n{LEAD_IN}\n\n- 氏名\n- 住所\n",
    "no-contact.md": "## 1. 取得\n\n氏名を取得します。\n",
}


@pytest.fixture(scope="module")
def index(reader):
    return Index.build([make_source(n, t.encode()) for n, t in TEXTS.items()], reader, {})


@pytest.fixture(scope="module")
def policy(index):
    return index.policy("p")


@pytest.fixture(scope="module")
def excerpter(policy, tokenizer):
    return Excerpter(policy, tokenizer)


def _excerpt(policy, excerpter, start_of_text, terms=()):
    ordinal = next(
        i
        for i, p in enumerate(policy.passages)
        if policy.source.text[p.start : p.end].startswith(start_of_text)
    )
    return excerpter.excerpt(ordinal, frozenset(terms))


def test_a_sentence_is_never_shown_without_its_exception(policy, excerpter):
    expected = (
        "当社は、同意なく第三者に提供しません。ただし、次の場合は、この限りではありません。\n"
        "法令に基づく場合\n生命の保護に必要な場合"
    )
    assert _excerpt(policy, excerpter, "当社は、同意").text == expected


@pytest.mark.parametrize("start", ["Aを", "ただし、B", "なお、C"])
def test_a_chain_of_limits_is_shown_from_its_beginning(index, tokenizer, start):
    policy = index.policy("limits")
    assert _excerpt(policy, Excerpter(policy, tokenizer), start).text == LIMITS


def test_a_lead_in_is_never_shown_without_its_exception(index, tokenizer):
    policy = index.policy("lead-in")
    excerpter = Excerpter(policy, tokenizer)
    for start in ("氏名", "当社は"):
        assert _excerpt(policy, excerpter, start).lead_in.text == LEAD_IN
    shown = _excerpt(policy, excerpter, "ただし")
    assert shown.text == f"{LEAD_IN}\n氏名\n住所"


def test_an_item_is_shown_under_its_lead_in(policy, excerpter):
    excerpt = _excerpt(policy, excerpter, "住所")
    assert excerpt.text == "住所"
    assert excerpt.lead_in.text == "当社は、以下の情報を取得します。"


def test_a_lead_in_is_shown_with_its_whole_list(policy, excerpter):
    excerpt = _excerpt(policy, excerpter, "当社は、以下")
    assert excerpt.text == "氏名\n住所"
    assert excerpt.lead_in.text == "当社は、以下の情報を取得します。"


def test_a_row_is_shown_under_its_header(policy, excerpter):
    for start in ("| 氏名", "| 項目"):
        excerpt = _excerpt(policy, excerpter, start)
        assert (excerpt.lead_in.text, excerpt.text) == ("項目 目的", "氏名 連絡")


def test_asked_words_are_marked_in_the_text(policy, excerpter):
    excerpt = _excerpt(policy, excerpter, "当社は、同意", {"第三", "提供"})
    marked = [excerpt.text[start:end] for start, end in excerpt.highlights]
    assert "提供" in "".join(marked)
    assert all(word in excerpt.text for word in marked)


def test_the_contact_clause_is_found(excerpter):
    contact = excerpter.contact()
    assert contact.section.id == "第4条"
    assert contact.text == "下記までご連絡ください。\n例株式会社\n〒100-0001 東京都"


def test_a_policy_without_contact_has_none(index, tokenizer):
    assert Excerpter(index.policy("no-contact"), tokenizer).contact() is None


def test_a_translation_has_the_lead_in_and_what_stands_under_it(policy, excerpter):
    item = _excerpt(policy, excerpter, "住所").translation
    assert item == Translation("en", "We acquire the following information.\nAddress")
    whole = _excerpt(policy, excerpter, "当社は、以下").translation
    assert whole.text == "We acquire the following information.\nName\nAddress"


def test_an_excerpt_with_marked_words_keeps_its_translation(policy, excerpter):
    marked = _excerpt(policy, excerpter, "住所", {"住所"})
    assert marked.highlights
    assert marked.translation == _excerpt(policy, excerpter, "住所").translation


def test_an_excerpt_of_a_section_that_is_not_translated_has_no_translation(policy, excerpter):
    assert _excerpt(policy, excerpter, "当社は、同意").translation is None
    assert excerpter.contact().translation is None


def test_a_translation_is_for_readers_of_its_language(policy, excerpter):
    excerpt = _excerpt(policy, excerpter, "住所")
    assert for_readers_of("en", excerpt) is excerpt
    japanese = for_readers_of("ja", excerpt)
    assert (japanese.translation, japanese.text) == (None, "住所")
