"""What earlier builds say a policy was, read from small folders made by hand."""

import json

import pytest

from qa_service.builds import Build
from qa_service.checks import split_source
from qa_service.revisions import POLICIES, Revision, read_earlier, read_revision, write_revision
from qa_service.sources import make_source

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
