"""Which sections changed from one revision to the next."""

from qa_service.history import Edition, read_history
from tests.test_revisions import revise

FIRST = """## 1. 取得

氏名を取得します。

## 2. 保存

3年間保存します。

### 2.1 消去

その後は消去します。

## 3. 窓口

電話でどうぞ。
"""


def changed_in(*texts: str) -> list[tuple[str, ...] | None]:
    return [edition.changed for edition in read_history([revise(text) for text in texts])]


def test_every_revision_stands_in_its_place_and_nothing_is_known_before_the_oldest():
    revisions = [revise(FIRST.replace("氏名", name)) for name in ("住所", "役職", "氏名")]
    editions = read_history(revisions)
    assert editions == tuple(map(Edition, revisions, [("1",), ("1",), None]))


def test_a_section_changes_with_its_sub_section():
    assert changed_in(FIRST.replace("その後は", "直ちに"), FIRST) == [("2", "2.1"), None]


def test_sections_added_stand_in_order_and_those_removed_behind():
    added = FIRST.replace("## 3. 窓口", "## 3. 委託\n\n委託します。\n\n## 4. 窓口")
    assert changed_in(added, FIRST) == [("3", "4"), None]
    assert changed_in(FIRST, added) == [("3", "4"), None]


def test_marks_of_markdown_and_front_matter_are_no_words():
    marked = '+++\ntitle = "T"\n+++\n\n' + FIRST.replace("氏名", "**氏名**")
    assert changed_in(marked, FIRST) == [(), None]
