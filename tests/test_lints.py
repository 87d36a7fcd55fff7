import datetime as dt
from pathlib import Path

import pytest

from qa_service.errors import BadSource
from qa_service.findings import Finding, Rule, Severity
from qa_service.lints import lint_file, lint_folder

ROOT = Path(__file__).parent.parent
TODAY = dt.date(2026, 4, 1)
BODY = "## 1. 目的\n\n集めます。\n"


@pytest.fixture(name="lint")
def _lint(tmp_path):
    """Lints a text; returns line, rule and message of each warning."""

    def lint(text: str) -> list[tuple[int, str, str]]:
        path = tmp_path / "a.md"
        path.write_bytes(text.encode())
        found = lint_file(path, TODAY)
        assert {one.severity for one in found} <= {Severity.WARNING}
        return [(one.line, one.rule.value, one.message) for one in found]

    return lint


@pytest.mark.parametrize(
    "front_matter",
    [
        "+++\ntitle = '方針'\ndate = 2026-04-02\n+++\n",
        "---\ntitle: 方針\ndate: 2026-04-02\n---\n",
        "\ufeff---\r\ntitle: 方針\r\n'date': 2026-04-02T09:00:00+09:00\r\n---\r\n",
    ],
)
def test_a_date_in_the_future_is_named_with_its_line(lint, front_matter):
    assert lint(front_matter + BODY) == [(3, "future-date", "date 2026-04-02 is in the future")]


def test_a_date_of_today_is_not_in_the_future(lint):
    assert lint("+++\ndate = 2026-04-01\nlastmod = 2026-04-01\n+++\n" + BODY) == []


def test_a_last_change_in_the_future_is_named(lint):
    assert lint("+++\ndate = 2026-04-01\nlastmod = 2026-05-01\n+++\n" + BODY) == [
        (3, "future-date", "lastmod 2026-05-01 is in the future")
    ]


def test_a_last_change_before_the_date_is_named(lint):
    assert lint("+++\nlastmod = 2025-01-01\ndate = 2025-02-01\n+++\n" + BODY) == [
        (2, "date-order", "lastmod 2025-01-01 is before date 2025-02-01")
    ]


def test_dates_in_the_text_are_no_front_matter(lint):
    assert lint(BODY + "\ndate: 2030-01-01\n\nlastmod: 2020-01-01\n") == []


def test_a_level_that_is_left_out_is_named_at_the_lower_heading(lint):
    assert lint("## 目的\n\n集めます。\n\n#### 範囲\n\n使います。\n") == [
        (5, "heading-level", "a heading of level 4 stands under one of level 2")
    ]
    assert lint("##目的\n\n集めます。\n\n####範囲\n\n使います。\n") == [
        (5, "heading-level", "a heading of level 4 stands under one of level 2")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "### 目的\n\n集めます。\n\n### 範囲\n\n使います。\n",
        "### 目的\n\n集めます。\n\n# 範囲\n\n使います。\n",
        "## 1. 目的\n\n集めます。\n\n**範囲**\n\n使います。\n\n第1条（目的）\n\n集めます。\n",
    ],
)
def test_a_first_heading_a_way_up_and_a_line_without_mark_leave_no_level_out(lint, text):
    assert [one for one in lint(text) if one[1] == "heading-level"] == []


def test_sentences_behind_a_break_without_a_heading_are_stray(lint):
    assert lint(BODY + "\n---\n\n集めた情報は消します。\n") == [
        (7, "stray-text", "text behind a break has no heading; it counts as part of 1")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "当社は、集めます。\n\n---\n\n次のとおりです。\n\n" + BODY,
        BODY + "\n---\n\n## 2. 保管\n\n消します。\n",
        BODY + "\n---\n\n**制定・改定履歴**\n\n2025年4月1日に定めました。\n",
        BODY + "\n---\n\n以上\n\n2025年4月1日 制定\n\n株式会社スマート\n",
        BODY + "\n---\n\n*Last updated: April 1, 2025*\n",
        BODY + "\n---\n",
        "集めます。\n\n---\n\n使います。\n",
    ],
)
def test_the_preamble_a_heading_and_closing_lines_are_not_stray(lint, text):
    assert lint(text) == []


def test_numbers_and_links_are_looked_at_and_findings_come_by_line(lint):
    text = BODY + "\n## 3. 窓口\n\n[a](#b) [a](#b)\n"
    assert [(line, rule) for line, rule, _ in lint(text)] == [
        (5, "missing-number"),
        (7, "broken-link"),
    ]


def test_a_folder_gives_the_findings_of_its_files_and_none_of_unreadable_ones(tmp_path):
    (tmp_path / "a.md").write_bytes(b"\xff")
    (tmp_path / "b.md").write_text(BODY + "\n## 3. 窓口\n\n集めます。\n", encoding="utf-8")
    reason = "2 is missing in front of 3"
    path = str(tmp_path / "b.md")
    assert lint_folder(tmp_path, TODAY) == (
        Finding(path, 5, Severity.WARNING, Rule.MISSING_NUMBER, reason),
    )
    with pytest.raises(BadSource, match="no such folder"):
        lint_folder(tmp_path / "no", TODAY)


@pytest.mark.parametrize("folder", ["policy_sources", "eval/policies", "tests/policies"])
def test_our_own_policies_have_no_finding(folder):
    assert lint_folder(ROOT / folder, TODAY) == ()
