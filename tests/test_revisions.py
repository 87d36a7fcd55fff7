"""What earlier builds say a policy was, read from small folders made by hand."""

import json

import pytest

from qa_service.builds import Build
from qa_service.checks import split_source
from qa_service.errors import UnknownRevision, UnknownSection
from qa_service.revisions import (
    POLICIES,
    Revision,
    find_cited,
    find_revision,
    find_revision_on,
    find_section,
    read_day,
    read_earlier,
    read_revision,
    write_revision,
)
from qa_service.sources import hash_span, make_source

TEXT = "+++\nlastmod = 2025-01-01\n+++\n\n## 1. 取得\n\n氏名を取得します。\n"


def revise(text: str, name: str = "p.ja.md") -> Revision:
    source = make_source(name, text.encode())
    return Revision(source, split_source(source).sections)


def build(folder, *revisions: Revision) -> Build:
    for revision in revisions:
        path = folder / POLICIES / revision.source.policy_id
        path.mkdir(parents=True)
        write_revision(path, revision)
    return Build(folder, {})


def test_a_written_revision_is_read_back_as_it_was(tmp_path):
    revision = revise(TEXT.replace("\n", "\r\n"))
    build(tmp_path, revision)
    assert read_revision(tmp_path / POLICIES / "p") == revision
    assert revision.date == "2025-01-01"


def test_earlier_revisions_come_in_order_each_text_once_without_the_present(tmp_path):
    texts = [TEXT, TEXT.replace("氏名", "住所"), TEXT.replace("氏名", "役職")]
    present, newer, oldest = map(revise, texts)
    kept = (newer, present, newer, oldest)
    builds = [build(tmp_path / str(i), one) for i, one in enumerate(kept)]
    assert read_earlier(builds, present.source) == (newer, oldest)


def test_builds_without_the_policy_or_of_another_make_are_left_out(tmp_path):
    present, other = revise(TEXT), revise(TEXT, "other.ja.md")
    strange = build(tmp_path / "strange", revise(TEXT.replace("氏名", "住所")))
    path = strange.path / POLICIES / "p" / "source.json"
    facts = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**facts, "lang": None}), "utf-8")
    assert read_earlier([build(tmp_path / "a", other), strange], present.source) == ()


def test_a_missing_file_is_an_error_of_reading(tmp_path):
    with pytest.raises(OSError, match=r"source\.json"):
        read_revision(tmp_path)


def dated(day: str | None) -> Revision:
    return revise(TEXT.replace("lastmod = 2025-01-01", f"lastmod = {day}" if day else ""))


NEWEST_FIRST = [dated("2025-09-11"), dated(None), dated("2025-06-01"), dated("2025-01-01")]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2025-01-01", "2025-01-01"),
        ("2025-05-31", "2025-01-01"),
        ("2025-06-01", "2025-06-01"),
        ("2025-09-10", "2025-06-01"),
        ("2025-09-11", "2025-09-11"),
        ("9999-12-31", "2025-09-11"),
    ],
)
def test_the_revision_of_a_day_is_the_newest_dated_on_or_before_it(day, expected):
    assert find_revision_on(NEWEST_FIRST, read_day(day)).date == expected


def test_no_revision_stood_before_the_oldest_date_nor_where_none_says_its_date():
    for revisions in (NEWEST_FIRST, [dated(None)]):
        with pytest.raises(UnknownRevision, match="policy p of 2024-12-31 or before is kept"):
            find_revision_on(revisions, read_day("2024-12-31"))


def test_of_two_revisions_of_one_date_the_newer_counts_and_so_does_one_put_back():
    first, mended = dated("2025-01-01"), revise(TEXT.replace("氏名", "住所"))
    assert find_revision_on([mended, first], read_day("2025-01-02")) == mended
    put_back = [first, dated("2025-06-01")]
    assert find_revision_on(put_back, read_day("2025-07-01")) == first


@pytest.mark.parametrize(
    "typed",
    ["", "2025", "2025-9-9", "20250909", "2025-02-30", "２０２５-09-09", "2025-09-09T00:00"],
)
def test_what_is_no_day_is_refused(typed):
    with pytest.raises(ValueError, match=r"."):
        read_day(typed)


def test_a_revision_is_found_by_its_hash_alone():
    wanted = NEWEST_FIRST[2]
    assert find_revision(NEWEST_FIRST, wanted.source.sha256.upper()) == wanted
    with pytest.raises(UnknownRevision, match="with this SHA-256 is kept"):
        find_revision(NEWEST_FIRST, "0" * 64)


def test_a_section_is_that_of_its_revision():
    revision = revise(TEXT)
    section = find_section(revision, "1")
    assert revision.source.text[section.start : section.end].startswith("1. 取得\n")
    with pytest.raises(UnknownSection):
        find_section(revision, "2")


def test_a_cited_span_is_found_in_the_first_revision_that_has_it():
    present, old = revise(TEXT.replace("氏名", "住所")), revise(TEXT)
    start, end = TEXT.index("氏名"), TEXT.index("氏名") + 2
    assert find_cited([present, old], start, end, hash_span("氏名").upper()) == old
    heading = TEXT.index("取得")
    assert find_cited([present, old], heading, heading + 2, hash_span("取得")) == present
    for span in [(start, end + 1), (end, start), (-3, end), (start, 10**40)]:
        assert find_cited([present, old], *span, hash_span("氏名")) is None
