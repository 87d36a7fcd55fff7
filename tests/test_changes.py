"""What changed between two texts of a clause, and which clause is which."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.changes import SegmentKind, compare_words, find_change, find_counterpart
from qa_service.tokens import Tokenizer
from tests.test_revisions import revise

SAME, REMOVED, ADDED = SegmentKind.SAME, SegmentKind.REMOVED, SegmentKind.ADDED
TOKENIZER = Tokenizer()

OLD = """## 1. 取得

当社は、氏名を取得します。

## 2. 保存

取得した情報は3年間保存します。
"""


def kinds_and_texts(before: str, after: str) -> list[tuple[SegmentKind, str]]:
    return [(s.kind, s.text) for s in compare_words(before, after, TOKENIZER)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("同じです。", "同じです。", [(SAME, "同じです。")]),
        ("", "新設", [(ADDED, "新設")]),
        ("削除", "", [(REMOVED, "削除")]),
        (
            "情報は3年間保存します。",
            "情報は5年間保存します。",
            [(SAME, "情報は"), (REMOVED, "3"), (ADDED, "5"), (SAME, "年間保存します。")],
        ),
        # A particle that stayed does not tear a replaced phrase into pieces.
        (
            "住所の変更を届ける",
            "氏名の訂正を届ける",
            [(REMOVED, "住所の変更"), (ADDED, "氏名の訂正"), (SAME, "を届ける")],
        ),
        ("a\nb\nc", "a\nc", [(SAME, "a\n"), (REMOVED, "b\n"), (SAME, "c")]),
    ],
)
def test_words_that_changed_stand_apart_from_those_that_stayed(before, after, expected):
    assert kinds_and_texts(before, after) == expected


@given(st.text("個人情報ab \n。を", max_size=40), st.text("個人情報ab \n。を", max_size=40))
def test_segments_rebuild_both_texts(before, after):
    segments = compare_words(before, after, TOKENIZER)
    assert "".join(s.text for s in segments if s.kind is not ADDED) == before
    assert "".join(s.text for s in segments if s.kind is not REMOVED) == after
    assert all(s.text for s in segments)


def change_of(section_id: str, text: str, *earlier: str):
    present = revise(text)
    section = next(one for one in present.sections if one.id == section_id)
    return find_change(present, section, [revise(one) for one in earlier], TOKENIZER)


def test_without_an_earlier_revision_nothing_is_known():
    assert change_of("2", OLD) is None


def test_a_clause_is_compared_with_the_newest_revision_in_which_it_was_another():
    new = OLD.replace("3年間", "5年間")
    only_other_clause = new.replace("氏名", "住所")
    change = change_of("2", only_other_clause, new, OLD)
    assert change is not None
    assert "3年間" in change.revision.source.text
    assert [s.text for s in change.segments if s.kind is not SAME] == ["3", "5"]


def test_a_clause_that_never_changed_says_so():
    change = change_of("2", OLD.replace("氏名", "住所"), OLD)
    assert change is not None
    assert not change.is_change
    assert change.section is not None


def test_a_clause_that_was_not_there_is_new():
    change = change_of("3", OLD + "\n## 3. 窓口\n\n電話でご連絡ください。\n", OLD)
    assert change is not None
    assert change.section is None
    assert [s.kind for s in change.segments] == [ADDED]


def test_a_clause_is_followed_through_another_number_and_another_title():
    put_between = OLD.replace("## 2. 保存", "## 2. 窓口\n\n電話でどうぞ。\n\n## 3. 保存")
    renamed = OLD.replace("## 2. 保存", "## 2. 保存期間")
    for text, section_id in ((put_between, "3"), (renamed, "2")):
        present, old = revise(text), revise(OLD)
        section = next(one for one in present.sections if one.id == section_id)
        found = find_counterpart(present, section, old, TOKENIZER)
        assert found is not None
        assert found.title == "保存"
