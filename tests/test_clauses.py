import pytest

from qa_service.clauses import half_width, make_anchor, read_number, read_title


@pytest.mark.parametrize(
    ("heading", "number", "key", "title"),
    [
        ("1. 目的", "1", "1", "目的"),
        ("１．目的", "1", "1", "目的"),
        ("10、目的", "10", "10", "目的"),
        ("1.1 範囲", "1.1", "1.1", "範囲"),
        ("4-1. 範囲", "4-1", "4-1", "範囲"),
        ("（1）定義", "(1)", "(1)", "定義"),
        ("(２) 定義", "(2)", "(2)", "定義"),
        ("第1条（目的）", "第1条", "第1条", "目的"),
        ("第１条 目的", "第1条", "第1条", "目的"),
        ("第一条　目的", "第一条", "第1条", "目的"),
        ("第二十一条（目的）", "第二十一条", "第21条", "目的"),
        ("第百二条", "第百二条", "第102条", "第百二条"),
        ("第 3 条 目的", "第 3 条", "第3条", "目的"),
        ("第3条の2（特則）", "第3条の2", "第3条の2", "特則"),
        ("Article 5 Purpose", "Article 5", "Article5", "Purpose"),
    ],
)
def test_clause_numbers_of_every_style_are_read(heading, number, key, title):
    found = read_number(heading)
    assert found is not None
    assert (found.text, found.key, read_title(heading)) == (number, key, title)


@pytest.mark.parametrize(
    "heading", ["目的", "2024年4月1日", "3つの約束", "第三者提供", "1.5倍の速さ", ""]
)
def test_a_number_inside_the_words_is_no_clause_number(heading):
    assert read_number(heading) is None
    assert read_title(heading) == heading


def test_half_width_keeps_every_offset():
    assert half_width("第１条　（Ａ）－") == "第1条 (A)－"


def test_anchors_are_those_of_hugo():
    taken: set[str] = set()
    titles = ["1. Cookieの利用 (重要)", "a_b-c", "同じ", "同じ", "同じ", "窓口 {#contact}", "！"]
    anchors = [make_anchor(title, taken) for title in titles]
    assert anchors == [
        "1-cookieの利用-重要",
        "a_b-c",
        "同じ",
        "同じ-1",
        "同じ-2",
        "contact",
        "heading",
    ]
