"""`policy-qa diff` as people and programs use it: text, JSON, one page, exit codes."""

import json
import re
from pathlib import Path

import pytest

from qa_service.evaluation.drift_bodies import ReportBody
from qa_service.evaluation.drift_page import render_drifts
from tests.test_cli import Run, assert_mistake, run

__all__ = ["run"]

OLD = """## 1. 保存期間

取得した情報は3年間保存します。

## 2. クッキー

当社は、クッキーを利用する場合があります。
"""
HOSTILE = "5年間保存します。<script>alert(1)</script><img src=x onerror=alert(2)>[bold]"
NEW = OLD[: OLD.index("## 2.")].replace("3年間保存します。", HOSTILE)
RETENTION = "個人情報はいつまで保存されますか<b>x</b>"
COOKIES = "Do you use cookies?"


@pytest.fixture
def versions(tmp_path) -> Path:
    """Two files of a policy, and the questions."""
    for name, text in (("old.ja.md", OLD), ("new.ja.md", NEW), ("bad.ja.md", "+++\na =\n+++\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    asked = [("q1", "ja", RETENTION), ("q2", "en", COOKIES)]
    lines = [json.dumps({"id": i, "lang": lang, "question": q}) for i, lang, q in asked]
    lines.append('{"id": "q3", "lang": "ja", "question": "x", "policy": "nosuch"}')
    (tmp_path / "questions.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def arguments(folder: Path, old: str = "old.ja.md", new: str = "new.ja.md") -> list[str]:
    questions = str(folder / "questions.jsonl")
    return ["diff", str(folder / old), str(folder / new), "--questions", questions]


def test_json_and_page_tell_what_became_of_each_question(run: Run, versions):
    page = versions / "page.html"
    done = run(*arguments(versions), "--json", "--exit-code", "--html", page)
    assert (done.code, done.err) == (1, "")
    report = json.loads(done.out)
    assert list(report) == ["old", "new", "counts", "left_out", "questions"]
    assert report["old"]["version"] == str(versions / "old.ja.md")
    assert [policy["id"] for policy in report["new"]["policies"]] == ["new"]
    assert report["left_out"] == ["q3"]
    assert list(report["counts"]) == [
        "lost", "newly_silent", "moved", "reworded", "newly_answered", "other_status", "same",
    ]  # fmt: skip
    assert report["counts"]["reworded"] == {"en": 0, "ja": 1}
    assert report["counts"]["lost"] == {"en": 1, "ja": 0}

    reworded, lost = report["questions"]
    assert list(reworded) == [
        "id", "lang", "question", "kind", "other_status", "other_rest", "before", "after", "words",
        "clause",
    ]  # fmt: skip
    assert list(reworded["before"]) == [
        "status", "policy", "lang", "section", "lead_in", "text", "start", "end", "sha256",
    ]  # fmt: skip
    before = reworded["before"]
    assert OLD[before["start"] : before["end"]] == before["text"]
    assert before["section"] == {
        "id": "1",
        "number": "1",
        "title": "保存期間",
        "path": ["1. 保存期間"],
    }
    assert {"kind": "removed", "text": "3"} in reworded["words"]
    assert (lost["kind"], lost["after"]["section"], lost["after"]["text"]) == ("lost", None, None)
    assert (lost["clause"]["before"]["id"], lost["clause"]["after"]) == ("2", None)

    html = page.read_text(encoding="utf-8")
    assert html == render_drifts(ReportBody.model_validate(report))
    assert_page(html)


def assert_page(html: str) -> None:
    """Nobody's text becomes a tag, nothing is loaded, and policy words are marked as Japanese."""
    tags = set(re.findall(r"<([a-z]+\d?)", html))
    assert not tags & {"script", "img", "b", "link", "iframe"}
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert not re.search(r'(src|href)="(?!#)', html)
    assert "url(" not in html
    assert '<blockquote lang="ja">取得した情報は<del>3</del>' in html
    assert '<span lang="en">Do you use cookies?</span>' in html
    assert html.index('id="lost"') < html.index('id="reworded"')


def test_people_read_counts_and_marked_words_and_differences_are_no_failure(run: Run, versions):
    done = run(*arguments(versions))
    assert (done.code, done.err) == (0, "")
    assert "\x1b" not in done.out
    assert "1 questions left out: their policy is not on both sides" in done.out
    assert re.search(r"^ lost +1 +0 +1 *$", done.out, re.MULTILINE)
    assert f"reworded  q1  {RETENTION}\n  - 1. 保存期間  " in done.out
    assert "\n    取得した情報は[-3-]" in done.out
    assert "\n    取得した情報は{+5+}" in done.out
    assert "\n  + nothing shown  " in done.out
    assert done.out.index("lost  q2") < done.out.index("reworded  q1")


def test_what_cannot_be_compared_is_one_line(run: Run, versions):
    assert_mistake(run(*arguments(versions, new="nosuch")), "nosuch", "there is no such file")
    assert_mistake(run(*arguments(versions, old="bad.ja.md")), f"{versions}/bad.ja.md:2: ")
    (versions / "questions.jsonl").write_text(
        '{"id": "q3", "lang": "ja", "question": "x", "policy": "nosuch"}', encoding="utf-8"
    )
    assert_mistake(run(*arguments(versions)), "questions.jsonl:1: ", "both sides")
