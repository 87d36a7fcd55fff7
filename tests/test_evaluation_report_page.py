import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from qa_service.evaluation.asking import ask_cases
from qa_service.evaluation.baseline import Outcome
from qa_service.evaluation.cases import Case
from qa_service.evaluation.evaluations import Evaluation, make_evaluation
from qa_service.evaluation.expectations import Expected
from qa_service.evaluation.gate import FallKind
from qa_service.evaluation.report_page import render_report
from qa_service.evaluation.report_strings import REPORT
from qa_service.messages import Status

HOSTILE = '<script>alert("クッキー")</script>'
VOID = {"meta", "input", "br"}


class _Balance(HTMLParser):
    """Notes every closing tag that does not close the last open one."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag, _attrs):
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, _attrs):
        pass

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


@pytest.fixture(scope="module")
def evaluation(service) -> Evaluation:
    """Two questions that do not pass, the first of which passed before."""
    start = service.policy().source.text.index("個人情報保護お問い合わせ窓口")
    wrong = (Expected(start, start + 14, 2),)
    cases = [
        Case("fell-1", "ja", "クッキーは使いますか", Status.ANSWERED, wrong, "tune", None, "plain",
             "privacy-policy"),
        Case("hostile-1", "en", HOSTILE, Status.ANSWERED, wrong, "tune", None, "plain",
             "privacy-policy"),
    ]  # fmt: skip
    asked = ask_cases(cases, service)
    state = make_evaluation(asked, [], None).state
    figures = {"ja": {**state.figures["ja"], "first excerpt acceptable": 1.0}}
    before = {**state.outcomes, "fell-1": Outcome("answered", "99", passes=True)}
    return make_evaluation(asked, [], replace(state, outcomes=before, figures=figures))


@pytest.fixture(scope="module")
def page(evaluation) -> str:
    return render_report(evaluation)


def test_everything_that_fell_is_named_with_its_question_before_and_now(evaluation, page):
    assert {FallKind.QUESTION, FallKind.METRIC} <= {fall.kind for fall in evaluation.falls}
    for fall in evaluation.falls:
        assert page.count(f"<code>{fall.name}</code>") >= 2
    flat = " ".join(page.split())
    assert "Before: answered, Section 99" in flat
    assert "以前: 回答あり, 条項 99" in flat
    assert "▼ down from 1.000 (worse)" in flat


def test_an_evaluation_in_which_nothing_fell_says_so(evaluation):
    page = render_report(replace(evaluation, falls=(), accepted=None))
    assert "Nothing fell." in page
    assert "悪化した項目はありません。" in page
    assert "There is no accepted state to compare with." in page


def test_a_hostile_question_is_text(page):
    assert HOSTILE not in page
    assert "&lt;script&gt;alert(&#34;クッキー&#34;)&lt;/script&gt;" in page
    assert page.count("<script") == 1


def test_the_page_needs_nothing_else(page):
    links = re.findall(r"(?:src|href)\s*=\s*[\"']?([^\"'\s>]+)", page)
    assert [link for link in links if not link.startswith("#")] == []
    assert "url(" not in page
    assert "@import" not in page


def test_every_tag_is_closed_in_order(page):
    balance = _Balance()
    balance.feed(page)
    assert (balance.wrong, balance.open) == ([], [])


def test_both_languages_have_the_same_strings():
    assert REPORT["ja"].keys() == REPORT["en"].keys()
    assert all(text for strings in REPORT.values() for text in strings.values())
