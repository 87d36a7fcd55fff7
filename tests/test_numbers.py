"""Clause numbers as agents type them, and the sections that bear them."""

import pytest

from qa_service.checks import split_source
from qa_service.numbers import WantedNumber, find_numbered, read_wanted_number
from qa_service.sources import make_source

PLAIN = "## 1. 目的\n\nあ。\n\n### 1.2 範囲\n\nい。\n\n## 5. 外部\n\nう。\n"
ARTICLES = (
    "## 第2章 総則\n\n### 第１条（目的）\n\nあ。\n\n### 第二条（定義）\n\nい。\n\n"
    "#### （1） 氏名\n\nう。\n\n### 第3条の2（特則）\n\nえ。\n"
)


@pytest.mark.parametrize(
    ("typed", "steps", "unit", "words"),
    [
        ("5", "5", "", ""),
        ("５", "5", "", ""),
        (" 5. ", "5", "", ""),
        ("第5条", "5", "条", ""),
        ("第５条", "5", "条", ""),
        ("第五条", "5", "条", ""),
        ("5条", "5", "条", ""),
        ("第二十一条", "21", "条", ""),
        ("第3条の2", "3の2", "条", ""),
        ("第2章", "2", "章", ""),
        ("section 5", "5", "", ""),
        ("Section 1.2", "1.2", "", ""),
        ("Article 7", "7", "", ""),
        ("§ 4", "4", "", ""),
        ("1.2", "1.2", "", ""),
        ("4-1", "4.1", "", ""),
        ("（1）", "1", "", ""),
        ("第3条第2項", "3.2", "条", ""),
        ("第3条(2)", "3.2", "条", ""),
        ("第5条 利用目的", "5", "条", "利用目的"),
        ("第5条の利用目的は？", "5", "条", "利用目的は?"),
        ("section 5 cookies", "5", "", "cookies"),
    ],
)
def test_a_clause_number_is_read_in_every_way_of_writing_it(typed, steps, unit, words):
    assert read_wanted_number(typed) == WantedNumber(steps, unit, words)


@pytest.mark.parametrize(
    "typed",
    [
        "5年",
        "3条件",
        "第三者提供",
        "2025-09-11",
        "五",
        "クッキー",
        "5 years",
        "sections",
        "",
        "1億",
    ],
)
def test_other_words_and_figures_are_no_clause_number(typed):
    assert read_wanted_number(typed) is None


@pytest.mark.parametrize(
    ("text", "typed", "ids"),
    [
        (PLAIN, "5", ["5"]),
        (PLAIN, "第五条", ["5"]),
        (PLAIN, "1.2", ["1.2"]),
        (PLAIN, "第5条第3項", ["5"]),
        (PLAIN, "9", []),
        (ARTICLES, "1", ["第1条"]),
        (ARTICLES, "2", ["第2章", "第2条"]),
        (ARTICLES, "第2条", ["第2条"]),
        (ARTICLES, "第二章", ["第2章"]),
        (ARTICLES, "第2条(1)", ["第2条(1)"]),
        (ARTICLES, "第三条の二", ["第3条の2"]),
    ],
)
def test_the_sections_of_a_number_are_found(text, typed, ids):
    sections = split_source(make_source("p.ja.md", text.encode())).sections
    wanted = read_wanted_number(typed)
    assert wanted is not None
    assert [section.id for section in find_numbered(wanted, sections)] == ids
