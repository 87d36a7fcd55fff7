import pytest

from qa_service.cli.findings import annotation
from qa_service.findings import Finding, Rule, Severity


def test_an_annotation_names_severity_place_rule_and_message():
    finding = Finding("/legal/a.md", 7, Severity.ERROR, Rule.NOT_SERVED, "the file is empty")
    expected = "::error file=/legal/a.md,line=7,title=not-served::the file is empty"
    assert annotation(finding) == expected


@pytest.mark.parametrize(
    ("path", "message", "expected"),
    [
        ("/a,b:c.md", "x", "::warning file=/a%2Cb%3Ac.md,line=1,title=stray-text::x"),
        (
            "/100%.md",
            "50%, at: x",
            "::warning file=/100%25.md,line=1,title=stray-text::50%25, at: x",
        ),
        ("/a.md", "x\r\n::y", "::warning file=/a.md,line=1,title=stray-text::x%0D%0A::y"),
    ],
)
def test_signs_that_github_would_read_are_escaped(path, message, expected):
    finding = Finding(path, 1, Severity.WARNING, Rule.STRAY_TEXT, message)
    assert annotation(finding) == expected


def test_a_path_below_the_working_folder_is_relative_to_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = str(tmp_path / "legal" / "a.md")
    finding = Finding(path, 1, Severity.WARNING, Rule.STRAY_TEXT, "x")
    assert annotation(finding).startswith("::warning file=legal/a.md,")
