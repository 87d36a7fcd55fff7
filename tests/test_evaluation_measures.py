import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from qa_service.cli.program import main
from qa_service.evaluation.asking import Asked, ask_cases, open_beside
from qa_service.evaluation.cases import Case, read_cases
from qa_service.evaluation.expectations import Expected
from qa_service.evaluation.figures import Figure
from qa_service.evaluation.measures import ablate, measure, report_on
from qa_service.messages import Status
from qa_service.retrieval import Hit
from qa_service.topicmap import TopicMap

COOKIES = "クッキーは使いますか"

# Scores by a passage's ordinal.
Scores = Mapping[int, float]
NONE: Scores = {}


def _span(service, quote: str) -> Expected:
    start = service.policy().source.text.index(quote)
    return Expected(start, start + len(quote), 2)


def _case(*expected: Expected, **changes: Any) -> Case:
    case = Case(
        "a", "ja", COOKIES, Status.ANSWERED, expected, "tune", None, "plain", "privacy-policy"
    )
    return replace(case, **changes)


@pytest.fixture(scope="module")
def asked(service) -> Asked:
    """A question whose first excerpt is the clause that settles it."""
    (one,) = ask_cases([_case(_span(service, "クッキー等の技術を利用する"))], service)
    return one


def _values(figures) -> dict[str, float]:
    return {name: figure.value for name, figure in figures.items()}


def test_figures_of_one_question_are_those_a_person_computes(asked):
    assert asked.answer.excerpts[0].section.id == "8"
    n_excerpts = len(asked.answer.excerpts)
    assert _values(measure([asked])) == {
        "questions": 1,
        "first hit acceptable": 1.0,
        "recall@1": 1.0,
        "recall@3": 1.0,
        "nDCG@5": 1.0,
        "MRR": 1.0,
        "first excerpt acceptable": 1.0,
        "acceptable within three": 1.0,
        "excerpt precision": 1 / n_excerpts,
        "false silence": 0.0,
        "status as expected": 1.0,
    }


def test_a_wrong_expectation_lowers_the_figures(asked, service):
    wrong = replace(asked, case=_case(_span(service, "個人情報保護お問い合わせ窓口")))
    figures = _values(measure([wrong]))
    assert figures["first hit acceptable"] == figures["recall@1"] == 0.0
    assert figures["first excerpt acceptable"] == figures["acceptable within three"] == 0.0
    assert figures["excerpt precision"] == 0.0


def test_an_acceptable_excerpt_counts_within_three_wherever_it_stands(asked, service):
    other = service.ask("開示を請求できますか").excerpts[0]
    assert other.section.id == "7"
    right = asked.answer.excerpts[0]
    third = replace(asked.answer, excerpts=(other, other, right))
    fourth = replace(asked.answer, excerpts=(other, other, other, right))
    figures = measure([asked, replace(asked, answer=third), replace(asked, answer=fourth)])
    assert figures["first excerpt acceptable"].value == pytest.approx(1 / 3)
    assert figures["acceptable within three"].value == pytest.approx(2 / 3)


def test_an_answer_to_an_off_topic_question_is_a_false_answer(asked):
    off_topic = replace(asked, case=_case(status=Status.OFF_TOPIC))
    empty = replace(off_topic, answer=replace(asked.answer, status=Status.OFF_TOPIC, excerpts=()))
    figures = measure([off_topic, empty])
    assert figures["false answer"].value == figures["status as expected"].value == 0.5
    assert set(figures) == {"questions", "false answer", "status as expected"}


def test_no_excerpt_for_an_answerable_question_is_false_silence(asked):
    silent = replace(asked, answer=replace(asked.answer, status=Status.SILENT, excerpts=()))
    figures = measure([asked, asked, asked, silent])
    assert figures["false silence"].value == 0.25
    assert figures["first excerpt acceptable"].value == 0.75
    assert figures["first hit acceptable"].value == 1.0


def _with_hits(asked: Asked, score: Scores, dense: Scores = NONE, lexical: Scores = NONE) -> Asked:
    """Return a question whose passages have these scores, by ordinal, and else none."""
    hits = [
        Hit(i, score.get(i, 0.0), 0.0, dense.get(i, 0.0), lexical.get(i, 0.0))
        for i in range(len(asked.policy.passages))
    ]
    hits.sort(key=lambda hit: -hit.score)
    return replace(asked, ranking=replace(asked.ranking, hits=tuple(hits)))


def test_the_area_under_the_curve_is_that_of_the_best_hits(asked):
    high, low = (_with_hits(asked, score={3: score}) for score in (0.9, 0.4))
    off_topic = replace(
        _with_hits(asked, score={5: 0.6}),
        case=_case(id="b", status=Status.SILENT),
    )
    assert measure([high, low, off_topic])["AUC"] == Figure(0.5, 3)


def test_each_way_of_ranking_is_measured_by_its_own_scores(asked):
    right = next(i for i, grade in enumerate(asked.grades) if grade)
    wrong = right - 1
    n_inside, n_passages = asked.policy.topic_map.likely.shape
    proposed, likely = (np.zeros((n_inside, n_passages), dtype=np.float32) for _ in range(2))
    proposed[4, wrong], likely[4, right] = 0.9, 0.9
    routed = np.zeros_like(asked.ranking.routed)
    routed[4] = 1.0
    one = _with_hits(asked, score={right: 0.7}, dense={right: 0.2, wrong: 0.1})
    topic_map = TopicMap(likely, proposed, (None,) * n_inside)
    one = replace(
        one,
        policy=replace(asked.policy, topic_map=topic_map),
        ranking=replace(one.ranking, routed=routed),
    )
    assert _values(ablate([one])) == {
        "lexical": 0.0,
        "dense": 1.0,
        "proposed map": 0.0,
        "reviewed map": 1.0,
        "calibration": 1.0,
    }


def test_passages_without_a_shared_word_are_no_lexical_hit(asked):
    first = asked.policy.passages[0]
    case = _case(Expected(first.start, first.end, 2))
    one = replace(_with_hits(asked, score={0: 0.5}), case=case)
    assert ablate([one])["lexical"].value == 0.0
    assert ablate([one])["calibration"].value == 1.0


def test_a_report_has_figures_by_language_style_and_status(asked):
    english = replace(asked, case=replace(asked.case, id="b", lang="en", style="typo"))
    partial = replace(asked, case=replace(asked.case, id="c", status=Status.PARTIAL))
    report = report_on([english, asked, partial], [english])
    groups = (report.by_language, report.by_style, report.by_status, report.elsewhere)
    assert [{name: of["questions"].value for name, of in group.items()} for group in groups] == [
        {"ja": 2, "en": 1},
        {"plain": 2, "typo": 1},
        {"answered": 2, "partial": 1},
        {"en": 1},
    ]
    assert list(report.by_language) == ["ja", "en"]
    assert report.by_status["partial"]["status as expected"].value == 0.0
    assert report.ablations["en"]["calibration"].n == 1


@pytest.fixture
def folder(tmp_path):
    """A policy of one clause with one question to it."""
    folder = tmp_path / "policies"
    folder.mkdir()
    clause = "当サイトはクッキーを利用します。"
    (folder / "tiny.ja.md").write_text(f"## 1. クッキー\n\n{clause}\n", encoding="utf-8")
    case = {
        "id": "tiny-1", "lang": "ja", "question": COOKIES, "status": "answered",
        "expect": [{"section": "1", "quote": clause, "grade": 2}],
        "split": "tune", "pair": None, "style": "plain", "policy": "tiny",
    }  # fmt: skip
    line = json.dumps(case, ensure_ascii=False)
    (folder / "questions.jsonl").write_text(line + "\n", encoding="utf-8")
    return folder


def test_a_folder_of_policies_is_asked_as_it_is_now_without_an_index(reader, folder):
    beside = open_beside(folder, reader, None)
    (one,) = ask_cases(read_cases(folder / "questions.jsonl", beside), beside)
    assert (one.case.policy, one.policy.source.policy_id) == ("tiny", "tiny")
    assert one.grades == [2]
    assert [hit.ordinal for hit in one.ranking.hits] == [0]
    assert sorted(path.name for path in folder.iterdir()) == ["questions.jsonl", "tiny.ja.md"]


@pytest.fixture
def run_eval(settings, tmp_path, monkeypatch, capfd):
    """Run `policy-qa eval` over one question to the tests' policy."""
    questions = tmp_path / "one.jsonl"
    case = {
        "id": "a", "lang": "ja", "question": COOKIES, "status": "answered",
        "expect": [{"section": "8", "quote": "クッキー等の技術を利用する", "grade": 2}],
        "split": "tune", "pair": None, "style": "plain",
    }  # fmt: skip
    questions.write_text(json.dumps(case, ensure_ascii=False), encoding="utf-8")
    monkeypatch.setenv("QA_INDEX", str(settings.index))
    monkeypatch.setenv("QA_SOURCES", str(settings.sources))

    def run(*arguments: object) -> str:
        files = ["--questions", questions, "--report", tmp_path / "report"]
        files += ["--baseline", tmp_path / "baseline.json"]
        shown = ["policy-qa", "eval", *map(str, files), *map(str, arguments)]
        monkeypatch.setattr(sys, "argv", shown)
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code
        return str(capfd.readouterr().out)

    return run


def test_the_program_prints_every_figure_as_one_object(run_eval, folder):
    report = json.loads(run_eval("--policies", folder, "--json"))
    figures = report["by_language"]["ja"]
    share = {"value": 1.0, "n": 1, "low": pytest.approx(0.2065, abs=1e-4), "high": 1.0}
    assert figures["first excerpt acceptable"] == share
    assert figures["questions"] == {"value": 1, "n": 1, "low": None, "high": None}
    assert report["by_status"]["answered"] == report["by_style"]["plain"] == figures
    assert report["ablations"]["ja"]["calibration"] == share
    assert report["elsewhere"]["ja"]["recall@1"]["value"] == 1.0


def test_the_program_prints_tables_and_names_a_folder_that_is_not_there(run_eval, tmp_path):
    printed = run_eval("--policies", tmp_path / "nowhere")
    assert "first excerpt acceptable 1.000 (0.21–1.00)" in printed
    assert "nowhere: there is no such folder, skipped" in printed
    assert run_eval("--policies", tmp_path / "nowhere", "--split", "test").count("1.000") == 0
