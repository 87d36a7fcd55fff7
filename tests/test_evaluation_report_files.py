import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

from qa_service.evaluation.asking import Asked, ask_cases
from qa_service.evaluation.baseline import Outcome, State
from qa_service.evaluation.cases import Case
from qa_service.evaluation.evaluations import Evaluation, make_evaluation
from qa_service.evaluation.expectations import Expected
from qa_service.evaluation.report_files import as_junit, as_log_lines, as_summary, write_report
from qa_service.messages import Status

COOKIES = "クッキー等の技術を利用する"
BEFORE = State({}, {"ja": {"AUC": 0.9}}, {"gone": Outcome("answered", "8", passes=True)})


@pytest.fixture(scope="module")
def asked(service) -> Asked:
    start = service.policy().source.text.index(COOKIES)
    expected = (Expected(start, start + len(COOKIES), 2),)
    case = Case("a", "ja", "クッキーは使いますか", Status.ANSWERED, expected, "tune", None,
                "plain", service.policy().source.policy_id)  # fmt: skip
    return ask_cases([case], service)[0]


@pytest.fixture(scope="module")
def fallen(asked) -> Evaluation:
    """A question that passes, one that never did, and one that is missing."""
    failing = replace(asked, case=replace(asked.case, id="b"),
                      answer=replace(asked.answer, status=Status.SILENT, excerpts=()))  # fmt: skip
    return make_evaluation([asked, failing], [], BEFORE)


def test_a_build_server_sees_what_fell_as_failures(fallen):
    suite = as_junit(fallen)
    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "4", "failures": "2", "errors": "0", "skipped": "1"}
    failed = {case.get("name") for case in suite if case.find("failure") is not None}
    assert failed == {"gone", "ja, AUC"}
    (skipped,) = [case.get("name") for case in suite if case.find("skipped") is not None]
    assert skipped == "b"


def test_a_pull_request_sees_what_fell_and_figures_beside_those_before(fallen):
    lines = list(as_summary(fallen))
    assert lines[0] == "### Policy answers: 2 fell"
    assert "- `gone`: the question was asked before" in lines
    assert "| | ja |" in lines
    assert "| first excerpt acceptable | 0.500 |" in lines


def test_a_figure_that_changed_shows_what_it_was(asked):
    before = State({}, {"ja": {"first excerpt acceptable": 0.5}}, {})
    lines = list(as_summary(make_evaluation([asked], [], before)))
    assert lines[0] == "### Policy answers: nothing fell"
    assert "| first excerpt acceptable | 1.000 (was 0.500) |" in lines


def test_a_log_entry_names_what_was_lowered(fallen):
    lines = as_log_lines(fallen, fallen.falls)
    assert lines[0] == "*Numbers.*"
    assert lines[lines.index("*Lowered.*") + 2 :] == [
        f"- {fall.kind}: {fall.name}: {fall.message}" for fall in fallen.falls
    ]
    assert "*Lowered.*" not in as_log_lines(fallen, [])


def test_the_files_hold_every_question_and_can_be_read_back(fallen, tmp_path: Path):
    write_report(tmp_path / "report", fallen)
    report = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
    assert [(one["id"], one["passes"]) for one in report["questions"]] == [
        ("a", True),
        ("b", False),
    ]
    assert [fall["name"] for fall in report["falls"]] == [fall.name for fall in fallen.falls]
    suite = ET.parse(tmp_path / "report" / "junit.xml").getroot()
    assert (suite.tag, len(suite)) == ("testsuite", 4)
    assert (tmp_path / "report" / "summary.md").read_text(encoding="utf-8").startswith("### ")
