"""The gate lets an unchanged policy through and blocks what changes what visitors are told."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from math import nan
from pathlib import Path

import pytest

from qa_service.evaluation.asking import ask_cases, open_beside
from qa_service.evaluation.baseline import Outcome, State
from qa_service.evaluation.cases import read_cases
from qa_service.evaluation.evaluations import Evaluation, make_evaluation
from qa_service.evaluation.gate import Fall, FallKind, find_drops, find_falls, is_worse

ROOT = Path(__file__).parent.parent
POLICY = "privacy-policy.ja.md"
# So many questions of each language are asked: the gate needs no more to be seen at work.
N_ASKED = 25


@pytest.fixture(scope="module")
def questions(tmp_path_factory) -> Path:
    """The first questions of each language that expect a clause."""
    lines = (ROOT / "eval" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if '"expect": [{' in line]
    chosen = [
        line
        for lang in ("ja", "en")
        for line in [one for one in wanted if f'"lang": "{lang}"' in one][:N_ASKED]
    ]
    path = tmp_path_factory.mktemp("questions") / "questions.jsonl"
    path.write_text("\n".join(chosen) + "\n", encoding="utf-8")
    return path


Evaluate = Callable[[Callable[[str], str], State | None], Evaluation]


@pytest.fixture(scope="module")
def evaluate(reader, questions, tmp_path_factory) -> Evaluate:
    """Evaluate the real policy after a change of its text."""

    def evaluate_changed(change: Callable[[str], str], accepted: State | None) -> Evaluation:
        folder = tmp_path_factory.mktemp("policies")
        shutil.copytree(ROOT / "policy_sources", folder, dirs_exist_ok=True)
        text = (folder / POLICY).read_text(encoding="utf-8")
        changed = change(text)
        (folder / POLICY).write_text(changed, encoding="utf-8")
        service = open_beside(folder, reader, None)
        return make_evaluation(ask_cases(read_cases(questions, service), service), [], accepted)

    return evaluate_changed


@pytest.fixture(scope="module")
def accepted(evaluate) -> State:
    return evaluate(lambda text: text, None).state


def test_an_unchanged_policy_passes(evaluate, accepted):
    assert evaluate(lambda text: text, accepted).falls == ()


def _drop(text: str) -> str:
    start, end = text.index("## 8. "), text.index("## 9. ")
    return text[:start] + text[end:]


def _renumber(text: str) -> str:
    for number in range(10, 6, -1):
        text = text.replace(f"## {number}. ", f"## {number + 1}. ")
    added = "## 7. 安全管理の見直し\n\n当社は、安全管理措置を毎年見直します。\n\n"
    return text.replace("## 8. ", f"{added}## 8. ", 1)


def _reword(text: str) -> str:
    old = "本人確認のうえ、関係法令に従い適切に対応いたします。"
    assert old in text
    return text.replace(old, "ご本人であることを確かめたあとに、法律に沿って応じます。")


def _merge(text: str) -> str:
    start, end = text.index("---\n\n## 8. "), text.index("SmartWebでは、サービス向上や")
    return text[:start] + text[end:]


def _split(text: str) -> str:
    label = "**管理責任者：**"
    assert label in text
    return text.replace(label, f"## 4の2. 管理責任者\n\n{label}")


@pytest.mark.parametrize(
    ("change", "kind", "section"),
    [
        (_drop, FallKind.CLAUSE_GONE, "section 8 "),
        (_renumber, FallKind.CLAUSE_RENUMBERED, "stands in section 8 now"),
        (_reword, FallKind.CLAUSE_GONE, "nearest is section 7 "),
        (_merge, FallKind.CLAUSE_RENUMBERED, "stands in section 7 now"),
        (_split, FallKind.CLAUSE_RENUMBERED, "section 4 "),
    ],
)
def test_each_change_of_a_clause_is_blocked_and_named(evaluate, accepted, change, kind, section):
    falls = evaluate(change, accepted).falls
    named = [fall.message for fall in falls if fall.kind is kind]
    assert [message for message in named if section in message]


def test_a_dropped_clause_fails_the_questions_that_it_answered(evaluate, accepted):
    falls = evaluate(_drop, accepted).falls
    failing = {fall.name for fall in falls if fall.kind is FallKind.QUESTION}
    answered = {name for name, one in accepted.outcomes.items() if one.section == "8"}
    assert answered & failing
    assert FallKind.METRIC in {fall.kind for fall in falls}


def _state(**figures: float) -> State:
    outcomes = {"a": Outcome("answered", "5", passes=True)}
    return State({"p": "0"}, {"ja": figures}, outcomes)


def test_a_metric_falls_only_beyond_the_tolerance():
    before = _state(AUC=0.97)
    assert find_falls(_state(AUC=0.961), before, []) == ()
    assert find_falls(_state(AUC=0.99), before, []) == ()
    (fall,) = find_falls(_state(AUC=0.95), before, [])
    assert fall == Fall(FallKind.METRIC, "ja, AUC", "0.970 → 0.950")


def test_false_answers_fall_when_they_rise():
    assert is_worse("false answer", 0.2, 0.1)
    assert not is_worse("false answer", 0.1, 0.2)
    before = State({}, {"ja": {"false answer": 0.1}}, {})
    now = State({}, {"ja": {"false answer": 0.2}}, {})
    assert [fall.kind for fall in find_falls(now, before, [])] == [FallKind.METRIC]


def test_a_lost_question_and_a_lost_figure_are_missing():
    now = State({}, {"ja": {}}, {})
    kinds = {(fall.kind, fall.name) for fall in find_falls(now, _state(AUC=0.97), [])}
    assert kinds == {(FallKind.MISSING, "ja, AUC"), (FallKind.MISSING, "a")}


def test_a_value_that_is_no_number_falls_without_a_baseline():
    (fall,) = find_falls(_state(AUC=nan), None, [])
    assert (fall.kind, fall.name) == (FallKind.NOT_A_NUMBER, "ja, AUC")


def test_languages_too_far_apart_fall_without_a_baseline():
    apart = {
        lang: {"first excerpt acceptable": value} for lang, value in (("ja", 0.9), ("en", 0.8))
    }
    assert [fall.kind for fall in find_falls(State({}, apart, {}), None, [])] == [FallKind.GAP]
    apart["en"]["first excerpt acceptable"] = 0.85
    assert find_falls(State({}, apart, {}), None, []) == ()


def test_a_question_that_failed_before_may_go_on_failing():
    failing = {"a": Outcome("silent", None, passes=False)}
    before = State({}, {}, failing)
    assert find_falls(State({}, {}, failing), before, []) == ()


def test_a_question_that_fails_now_is_named_with_what_it_was_told():
    now = replace(_state(AUC=0.97), outcomes={"a": Outcome("silent", None, passes=False)})
    (fall,) = find_falls(now, _state(AUC=0.97), [])
    message = "was answered, section 5, is silent, no excerpt"
    assert fall == Fall(FallKind.QUESTION, "a", message)


@pytest.mark.parametrize("changed", [{"text": "他の言葉"}, {"sha256": "0" * 64}, {"end": 10**9}])
def test_a_quote_that_is_not_verbatim_is_noticed(evaluate, accepted, changed):
    done = evaluate(lambda text: text, None)
    one = next(asked for asked in done.asked if asked.answer.excerpts)
    first, *others = one.answer.excerpts
    forged = replace(one.answer, excerpts=(replace(first, **changed), *others))
    falls = find_falls(done.state, accepted, [replace(one, answer=forged)])
    assert [(fall.kind, fall.name) for fall in falls] == [(FallKind.NOT_VERBATIM, one.case.id)]


def test_accepting_names_even_the_smallest_drop():
    drops = find_drops(_state(AUC=0.9699), _state(AUC=0.97))
    assert [fall.kind for fall in drops] == [FallKind.METRIC]
    assert find_drops(_state(AUC=0.97), _state(AUC=0.97)) == ()
