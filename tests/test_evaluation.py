import json
from pathlib import Path

import pytest

from qa_service.errors import BadEvaluation
from qa_service.evaluation import measure, read_cases
from qa_service.messages import Status
from qa_service.tokens import normalize

QUESTIONS = Path(__file__).parent.parent / "eval" / "questions.jsonl"


@pytest.fixture(scope="module")
def cases(service):
    return read_cases(QUESTIONS, service)


def _count(cases, **facts):
    return sum(all(getattr(case, key) == value for key, value in facts.items()) for case in cases)


def test_the_set_is_large_and_mixed_enough(cases):
    assert _count(cases, lang="ja") >= 100
    assert _count(cases, lang="en") >= 60
    assert _count(cases, status=Status.ANSWERED) >= 100
    assert _count(cases, status=Status.PARTIAL) >= 30
    assert _count(cases, status=Status.SILENT) + _count(cases, status=Status.OFF_TOPIC) >= 30


def test_half_is_for_tuning_and_half_for_the_report(cases):
    for lang in ("ja", "en"):
        n_tune, n_test = (_count(cases, lang=lang, split=split) for split in ("tune", "test"))
        assert abs(n_tune - n_test) <= 0.1 * (n_tune + n_test)


def test_every_clause_of_the_policy_is_expected_by_two_questions(cases, service):
    unasked = []
    for passage in service.policy().passages:
        asked = [
            case.id
            for case in cases
            if any(e.start < passage.end and passage.start < e.end for e in case.expected)
        ]
        if len(asked) < 2:
            unasked.append(service.policy().source.text[passage.start : passage.end])
    # The signature under the revision history says nothing that could be asked for.
    assert unasked == ["インターワーク株式会社"]


def test_questions_and_ids_stand_once_and_pairs_point_at_each_other(cases):
    by_id = {case.id: case for case in cases}
    assert len(by_id) == len(cases) == len({case.question for case in cases})
    for case in cases:
        if case.pair:
            other = by_id[case.pair]
            assert (other.pair, other.split) == (case.id, case.split)
            assert {other.lang, case.lang} == {"ja", "en"}


def test_only_questions_with_an_answer_expect_clauses(cases):
    for case in cases:
        assert bool(case.expected) == (case.status in {Status.ANSWERED, Status.PARTIAL})


def test_no_evaluation_question_stands_among_the_examples_the_program_learnt_from(cases):
    topics = (QUESTIONS.parent.parent / "qa_service" / "topics.jsonl").read_text(encoding="utf-8")
    learnt = {
        normalize(question).lower()
        for line in topics.splitlines()
        for question in (*json.loads(line)["q_ja"], *json.loads(line)["q_en"])
    }
    assert len(learnt) > 13_000
    assert not [case.id for case in cases if normalize(case.question).lower() in learnt]


def _write(path, **changes):
    case = {
        "id": "a", "lang": "ja", "question": "クッキーは使いますか", "status": "answered",
        "expect": [{"section": "8", "quote": "クッキー等の技術を利用する", "grade": 2}],
        "split": "tune", "pair": None,
    }  # fmt: skip
    path.write_text(json.dumps({**case, **changes}, ensure_ascii=False), encoding="utf-8")


def test_figures_of_one_question_are_those_a_person_computes(service, tmp_path):
    path = tmp_path / "one.jsonl"
    _write(path)
    figures = measure(read_cases(path, service), service)
    first = service.ask("クッキーは使いますか").excerpts[0]
    assert first.section.id == "8"
    assert figures["questions"] == 1
    assert figures["first hit acceptable"] == figures["recall@1"] == figures["MRR"] == 1.0
    assert figures["first excerpt acceptable"] == 1.0
    assert figures["false silence"] == 0.0


def test_a_wrong_expectation_lowers_the_figures(service, tmp_path):
    path = tmp_path / "wrong.jsonl"
    _write(path, expect=[{"section": "10", "quote": "個人情報保護お問い合わせ窓口", "grade": 2}])
    figures = measure(read_cases(path, service), service)
    assert figures["first excerpt acceptable"] == figures["recall@1"] == 0.0


def test_an_answer_to_an_off_topic_question_is_a_false_answer(service, tmp_path):
    path = tmp_path / "off.jsonl"
    _write(path, status="off_topic", expect=[])
    assert measure(read_cases(path, service), service)["false answer"] == 1.0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"expect": [{"section": "8", "quote": "無い文", "grade": 2}]}, "does not hold"),
        ({"expect": [{"section": "99", "quote": "クッキー", "grade": 2}]}, "no section 99"),
        ({"status": "maybe"}, "maybe"),
    ],
)
def test_a_case_that_cannot_be_used_is_named_by_line(service, tmp_path, changes, reason):
    path = tmp_path / "bad.jsonl"
    _write(path, **changes)
    with pytest.raises(BadEvaluation, match=f"bad.jsonl:1: .*{reason}"):
        read_cases(path, service)
