"""The evaluation sets are large, mixed and apart from what the program learnt from."""

import json
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from qa_service.errors import BadEvaluation
from qa_service.evaluation.cases import grade_span, read_cases
from qa_service.evaluation.expectations import Expected
from qa_service.messages import Status
from qa_service.service import build_index, open_service
from qa_service.settings import read_settings
from qa_service.topics import read_examples

ROOT = Path(__file__).parent.parent
QUESTIONS = ROOT / "eval" / "questions.jsonl"
POLICIES = ROOT / "eval" / "policies"


@pytest.fixture(scope="module")
def cases(service):
    return read_cases(QUESTIONS, service)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """A service over the policies that the program was not made for."""
    chosen = read_settings(sources=POLICIES, index=tmp_path_factory.mktemp("index"))
    build_index(chosen)
    return open_service(chosen)


@pytest.fixture(scope="module")
def cases_elsewhere(elsewhere):
    return read_cases(POLICIES / "questions.jsonl", elsewhere)


def _count(cases, **facts):
    return sum(all(getattr(case, key) == value for key, value in facts.items()) for case in cases)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).lower()))


def test_the_set_is_large_and_mixed_enough(cases):
    assert len(cases) >= 400
    assert _count(cases, lang="ja") >= 240
    assert _count(cases, lang="en") >= 160
    assert _count(cases, status=Status.ANSWERED) >= 150
    assert _count(cases, status=Status.PARTIAL) >= 100
    assert _count(cases, status=Status.SILENT) >= 50
    assert _count(cases, status=Status.OFF_TOPIC) >= 50


def test_the_other_policies_have_sixty_questions_each_of_their_own(cases_elsewhere, elsewhere):
    assert Counter(case.policy for case in cases_elsewhere) == {"app": 60, "clinic": 60, "shop": 60}
    for case in cases_elsewhere:
        passages = elsewhere.policy(case.policy).passages
        whole = {(passage.start, passage.end) for passage in passages}
        assert {(one.start, one.end) for one in case.expected} <= whole


@pytest.mark.parametrize("name", ["cases", "cases_elsewhere"])
def test_half_is_for_tuning_and_half_for_the_report(request, name):
    cases = request.getfixturevalue(name)
    for lang in ("ja", "en"):
        n_tune, n_test = (_count(cases, lang=lang, split=split) for split in ("tune", "test"))
        assert n_tune + n_test == _count(cases, lang=lang)
        assert abs(n_tune - n_test) <= 0.1 * (n_tune + n_test)


@pytest.mark.parametrize("name", ["cases", "cases_elsewhere"])
def test_only_questions_with_an_answer_expect_clauses(request, name):
    for case in request.getfixturevalue(name):
        assert bool(case.expected) == (case.status in {Status.ANSWERED, Status.PARTIAL})


def test_every_clause_of_the_policy_is_expected_by_two_questions(cases, service):
    policy = service.policy()
    unasked = [
        policy.source.text[passage.start : passage.end]
        for passage in policy.passages
        if sum(grade_span(case, passage.start, passage.end) > 0 for case in cases) < 2
    ]
    # The signature under the revision history says nothing that could be asked for.
    assert unasked == ["インターワーク株式会社"]


def test_questions_and_ids_stand_once(cases, cases_elsewhere):
    both = [*cases, *cases_elsewhere]
    assert len({case.id for case in both}) == len(both)
    # A question of question marks alone has no letters.
    assert len({_letters(case.question) or case.question for case in both}) == len(both)


def test_pairs_point_at_each_other_and_stand_in_one_half(cases):
    by_id = {case.id: case for case in cases}
    paired = [case for case in cases if case.pair]
    assert len(paired) == 164
    for case in paired:
        other = by_id[case.pair]
        assert (other.pair, other.split) == (case.id, case.split)
        assert {other.lang, case.lang} == {"ja", "en"}


def test_no_question_stands_among_those_the_program_learnt_from(cases, cases_elsewhere):
    labelled = (ROOT / "qa_service/training/labels/questions.jsonl").read_text(encoding="utf-8")
    learnt = {_letters(example.text) for example in read_examples().questions}
    learnt |= {_letters(json.loads(line)["question"]) for line in labelled.splitlines()}
    assert len(learnt) > 15_000
    known = learnt - {""}
    assert not [one.id for one in (*cases, *cases_elsewhere) if _letters(one.question) in known]


def _write(path, **changes):
    case = {
        "id": "a", "lang": "ja", "question": "クッキーは使いますか", "status": "answered",
        "expect": [{"section": "8", "quote": "クッキー等の技術を利用する", "grade": 2}],
        "split": "tune", "pair": None, "style": "plain",
    }  # fmt: skip
    path.write_text(json.dumps({**case, **changes}, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_quote_becomes_a_span_of_the_default_policy(service, tmp_path):
    (case,) = read_cases(_write(tmp_path / "one.jsonl"), service)
    source = service.policy().source
    assert case.policy == source.policy_id
    (expected,) = case.expected
    assert source.text[expected.start : expected.end] == "クッキー等の技術を利用する"
    assert expected.grade == 2


def test_a_case_that_names_a_policy_expects_its_words(elsewhere, tmp_path):
    policy = elsewhere.policy("shop")
    passage = policy.passages[3]
    quote = policy.source.text[passage.start : passage.end]
    expect = [{"section": passage.section_id, "quote": quote, "grade": 1}]
    path = _write(tmp_path / "shop.jsonl", policy="shop", expect=expect)
    (case,) = read_cases(path, elsewhere)
    assert case.policy == "shop"
    assert case.expected == (Expected(passage.start, passage.end, 1),)


def test_a_span_has_the_best_grade_that_it_touches(service, tmp_path):
    expect = [
        {"section": "8", "quote": "クッキー等の技術", "grade": 1},
        {"section": "8", "quote": "を利用する", "grade": 2},
    ]
    (case,) = read_cases(_write(tmp_path / "two.jsonl", expect=expect), service)
    first, second = case.expected
    assert first.end == second.start
    assert grade_span(case, first.start, first.end) == 1
    assert grade_span(case, first.start, second.end) == 2
    assert grade_span(case, second.end, second.end + 5) == 0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"expect": [{"section": "8", "quote": "クッキー"}]}, "grade"),
        ({"status": "maybe"}, "maybe"),
        ({"policy": "elsewhere"}, "no policy of this id"),
    ],
)
def test_a_case_that_cannot_be_used_is_named_by_line(service, tmp_path, changes, reason):
    path = _write(tmp_path / "bad.jsonl", **changes)
    with pytest.raises(BadEvaluation, match=f"bad.jsonl:1: .*{reason}"):
        read_cases(path, service)


def test_a_line_that_is_no_case_is_named_by_line(service, tmp_path):
    path = _write(tmp_path / "bad.jsonl")
    path.write_text(path.read_text(encoding="utf-8") + "\n[]\n", encoding="utf-8")
    with pytest.raises(BadEvaluation, match=r"bad\.jsonl:2: "):
        read_cases(path, service)
