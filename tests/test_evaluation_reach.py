from dataclasses import replace

import pytest

from qa_service.evaluation.asking import Asked, ask_cases
from qa_service.evaluation.cases import Case
from qa_service.evaluation.expectations import Expected
from qa_service.evaluation.parity import agreement, find_pairs
from qa_service.evaluation.reach import Reach, find_reach, find_silent_topics
from qa_service.messages import Status

COOKIES, CONTACT = "クッキー等の技術を利用する", "個人情報保護お問い合わせ窓口"


@pytest.fixture(scope="module")
def ja(service) -> Asked:
    return _ask(service, "ja-1", "ja", "クッキーは使いますか", COOKIES)


@pytest.fixture(scope="module")
def en(service) -> Asked:
    return _ask(service, "en-1", "en", "Do you use cookies?", COOKIES)


def _ask(service, name: str, lang: str, question: str, quote: str) -> Asked:
    start = service.policy().source.text.index(quote)
    expected = (Expected(start, start + len(quote), 2),)
    other = {"ja-1": "en-1", "en-1": "ja-1"}[name]
    case = Case(name, lang, question, Status.ANSWERED, expected, "tune", other, "plain",
                service.policy().source.policy_id)  # fmt: skip
    return ask_cases([case], service)[0]


def _cookie_clause(service, *asked: Asked) -> Reach:
    (clause,) = [one for one in find_reach(service.policy(), asked) if COOKIES in one.text]
    return clause


def test_a_clause_knows_who_expects_it_and_who_gets_it(service, ja, en):
    clause = _cookie_clause(service, ja, en)
    assert clause.section_id == "8"
    assert clause.expected_by == {"ja": ("ja-1",), "en": ("en-1",)}
    assert clause.first_for == clause.shown_to == ("ja-1", "en-1")
    assert clause.contested_by == clause.lacks == ()


def test_a_clause_that_is_expected_in_one_language_lacks_the_other(service, ja):
    assert _cookie_clause(service, ja).lacks == ("en",)


def test_a_question_that_gets_the_clause_of_another_contests_it(service, ja, en):
    start = service.policy().source.text.index(CONTACT)
    elsewhere = (Expected(start, start + len(CONTACT), 2),)
    wrong = replace(en, case=replace(en.case, expected=elsewhere))
    assert _cookie_clause(service, ja, wrong).contested_by == ("en-1",)
    # Where nobody expects the clause there is nobody to contest it with.
    assert _cookie_clause(service, wrong).contested_by == ()


def test_a_clause_that_no_answer_shows_is_never_shown(service, ja):
    (clause,) = [one for one in find_reach(service.policy(), [ja]) if "暗号化" in one.text]
    assert (clause.shown_to, clause.lacks) == ((), ("ja", "en"))


def test_a_policy_is_silent_on_the_topics_without_any_passage(service):
    silent = {topic.id for topic in find_silent_topics(service.policy())}
    assert "retention.period" in silent
    assert "cookie.use" not in silent


def test_a_pair_agrees_when_both_cite_the_same_words(ja, en):
    (pair,) = find_pairs([en, ja])
    assert (pair.ja, pair.en, pair.agrees) == (ja, en, True)
    assert agreement([pair]).value == 1.0


def test_a_pair_disagrees_when_one_gets_nothing_and_agrees_when_both_do(ja, en):
    silent = replace(en, answer=replace(en.answer, excerpts=()))
    (pair,) = find_pairs([ja, silent])
    assert not pair.agrees
    (pair,) = find_pairs([replace(ja, answer=replace(ja.answer, excerpts=())), silent])
    assert pair.agrees


def test_a_question_whose_other_half_was_not_asked_is_no_pair(ja):
    assert find_pairs([ja]) == ()
