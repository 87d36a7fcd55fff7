import pytest

from qa_service.headings import mark_headings
from qa_service.markdown import parse_markdown
from qa_service.sections import Outline, section_at, split_sections


def outline_of(text: str) -> Outline:
    return split_sections(text, mark_headings(text, parse_markdown(text).blocks))


@pytest.mark.parametrize(
    ("text", "sections"),
    [
        ("文だけ。", [("preamble", None, "")]),
        ("# 題\n\n文。\n\n## 1. 取得\n\n文。", [("preamble", None, "題"), ("1", "1", "取得")]),
        ("# 一\n\n文。\n\n# 二\n\n文。", [("一", None, "一"), ("二", None, "二")]),
        ("## 1. 章\n\n### 1.1 節\n\n文。", [("1", "1", "章"), ("1.1", "1.1", "節")]),
        ("## 2. 章\n\n### 1. 節\n\n文。", [("2", "2", "章"), ("2.1", "1", "節")]),
        (
            "## 第１条 章\n\n### （2）節\n\n文。",
            [("第1条", "第1条", "章"), ("第1条(2)", "(2)", "節")],
        ),
        ("## 1. 章\n\n### 小見出し\n\n文。", [("1", "1", "章")]),
        ("## 1. 甲\n\n文。\n\n## 1. 乙\n\n文。", [("1", "1", "甲"), ("1-2", "1", "乙")]),
        (
            "文。\n\n---\n\n**制定・改定履歴**\n\n制定日",
            [("preamble", None, ""), ("history", None, "制定・改定履歴")],
        ),
        ("（目的）\n第1条 文です。", [("第1条", "第1条", "（目的）")]),
        ("## Revision history\n\nText.", [("history", None, "Revision history")]),
    ],
)
def test_sections_carry_ids_numbers_and_titles(text, sections):
    assert [(s.id, s.number, s.title) for s in outline_of(text).sections] == sections


def test_a_section_holds_its_subsections_and_ends_where_the_next_begins():
    text = "## 1. 甲\n\n一。\n\n### 1.1 乙\n\n二。\n\n## 2. 丙\n\n三。\n"
    first, inner, second = outline_of(text).sections
    assert text[first.start : first.end] == "1. 甲\n\n一。\n\n### 1.1 乙\n\n二。\n\n## "
    assert text[inner.start : inner.end] == "1.1 乙\n\n二。\n\n## "
    assert text[second.start : second.end] == "2. 丙\n\n三。\n"
    assert text[second.body_start : second.end] == "\n\n三。\n"
    assert inner.path == ("1. 甲", "1.1. 乙")


def test_the_innermost_section_holds_a_position():
    text = "## 1. 甲\n\n### 1.1 乙\n\n二。\n"
    sections = outline_of(text).sections
    assert section_at(sections, text.index("二")).id == "1.1"
    with pytest.raises(ValueError, match="position 0"):
        section_at(sections, 0)


def test_anchors_are_unique_also_for_subheadings():
    text = "## 1. 窓口\n\n### 電話\n\n一。\n\n### 電話\n\n二。\n\n## 2. 郵便 {#post}\n\n三。\n"
    outline = outline_of(text)
    assert list(outline.anchors.values()) == ["1-窓口", "電話", "電話-1", "post"]
    assert [section.anchor for section in outline.sections] == ["1-窓口", "post"]
