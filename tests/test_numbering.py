import pytest

from qa_service.checks import split_source
from qa_service.numbering import lint_numbers
from qa_service.sources import make_source


def remarks(*lines: str) -> list[tuple[int, str, str]]:
    """Return line, rule and message of what is said about headings with a sentence under each."""
    text = "\n".join(line if line == "---" else f"{line}\n\n集めます。\n" for line in lines)
    source = make_source("a.md", text.encode())
    return [
        (text.count("\n", 0, one.start) + 1, one.rule.value, one.message)
        for one in lint_numbers(source.text, split_source(source))
    ]


def messages(*lines: str) -> list[str]:
    return [message for _, _, message in remarks(*lines)]


def test_a_number_that_stands_twice_is_named_with_the_line_of_the_first():
    assert remarks("## 1. 目的", "## 2. 取得", "## 2. 利用", "## 3. 保管") == [
        (9, "duplicate-number", "the number 2 is also that of line 5")
    ]


def test_a_missing_number_is_named_at_the_heading_behind_it():
    assert remarks("## 1. 目的", "## 2. 取得", "## 4. 利用") == [
        (9, "missing-number", "3 is missing in front of 4")
    ]


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (["## 第1条 目的", "## 第3条 取得"], ["第2条 is missing in front of 第3条"]),
        (["## 第一条 目的", "## 第1条 取得"], ["the number 第1条 is also that of line 1"]),
        (["第1条（目的）", "第５条（取得）"], ["第2条 to 第4条 are missing in front of 第5条"]),
        (["## （1）目的", "## (3) 取得"], ["(2) is missing in front of (3)"]),
        (["## 1. 取得", "### 1.1 範囲", "### 1.3 方法"], ["1.2 is missing in front of 1.3"]),
        (["## Article 1", "## Article 3"], ["Article2 is missing in front of Article3"]),
        (["## 1. 甲", "## 3. 乙", "## 3. 丙"], ["the number 3 is also that of line 5"]),
    ],
)
def test_every_style_of_number_is_counted(headings, expected):
    assert [one for one in messages(*headings) if one in expected] == expected


@pytest.mark.parametrize(
    "headings",
    [
        # A list below each clause begins again.
        ["## 1. 甲", "### (1) 子", "### (2) 丑", "## 2. 乙", "### (1) 寅"],
        # So does the numbering of an appendix.
        ["## 1. 甲", "## 2. 乙", "## 附則", "## 1. 施行", "## 2. 経過"],
        # Articles run on through chapters, or begin again in each.
        ["# 第1章 総則", "## 第1条 甲", "# 第2章 雑則", "## 第2条 乙"],
        ["# 第1章 総則", "## 第1条 甲", "# 第2章 雑則", "## 第1条 乙"],
        # An article put in between later, and articles that were struck out.
        ["## 第1条 甲", "## 第1条の2 乙", "## 第1条の3 丙", "## 第2条 丁"],
        ["## 第1条 甲", "## 第2条から第4条まで 削除", "## 第5条 乙"],
        # Whoever begins with another number than 1 means it.
        ["## 0. 前書き", "## 1. 甲"],
        ["## 3. 甲", "## 4. 乙"],
        # Out of order, but all there.
        ["## 1. 甲", "## 3. 丙", "## 2. 乙"],
    ],
)
def test_ordinary_numbering_gives_no_remark(headings):
    assert messages(*headings) == []


def test_an_ordered_list_is_numbered_by_markdown_and_not_looked_at():
    text = "1. 氏名\n\n   集めます。\n\n1. 住所\n\n   集めます。\n"
    source = make_source("a.md", text.encode())
    assert list(lint_numbers(text, split_source(source))) == []


def test_numbers_behind_a_break_go_on():
    assert messages("## 1. 甲", "---", "## 1. 乙") == ["the number 1 is also that of line 1"]


def test_a_whole_list_that_stands_twice_is_one_remark():
    assert messages("## 1. 甲", "## 2. 乙", "## 1. 丙", "## 2. 丁", "## 3. 戊") == [
        "the number 1 is also that of line 1"
    ]


def test_two_numbers_that_both_stand_twice_are_two_remarks():
    assert messages("## 1. 甲", "## 1. 乙", "## 2. 丙", "## 2. 丁") == [
        "the number 1 is also that of line 1",
        "the number 2 is also that of line 9",
    ]
