import dataclasses
import itertools

import pytest

from qa_service.answers import compose_answer
from qa_service.excerpts import Excerpter
from qa_service.messages import MESSAGES, SUGGESTIONS, Status
from qa_service.questions import read_question


@pytest.fixture(scope="module")
def excerpter(service):
    return Excerpter(service.policy(), service.tokenizer)


def _compose(service, excerpter, typed, status):
    question = read_question(typed, service.tokenizer)
    return compose_answer(question, service.rank(question)[:12], status, excerpter)


def test_each_status_fills_what_the_contract_says(service, excerpter):
    filled = {}
    for status in Status:
        answer = _compose(service, excerpter, "クッキーを使いますか", status)
        filled[status] = (
            bool(answer.excerpts),
            bool(answer.nearest),
            answer.contact is not None,
            bool(answer.suggestions),
        )
    assert filled == {
        Status.ANSWERED: (True, False, False, False),
        Status.PARTIAL: (True, True, True, True),
        Status.SILENT: (False, True, True, True),
        Status.OFF_TOPIC: (False, False, False, True),
    }


def test_messages_and_suggestions_are_in_the_questions_language(service, excerpter):
    for typed, language in [("保存期間は", "ja"), ("How long is it kept?", "en")]:
        answer = _compose(service, excerpter, typed, Status.SILENT)
        assert answer.message == MESSAGES[language][Status.SILENT]
        assert answer.suggestions == SUGGESTIONS[language]


def test_no_two_excerpts_share_a_word_of_the_policy(service, excerpter):
    for typed in ("個人情報の利用目的", "共同利用", "お問い合わせ"):
        excerpts = _compose(service, excerpter, typed, Status.ANSWERED).excerpts
        spans = sorted((excerpt.start, excerpt.end) for excerpt in excerpts)
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))
        assert 1 <= len(excerpts) <= 4


def test_nearest_sections_are_at_most_three_and_each_once(service, excerpter):
    nearest = _compose(service, excerpter, "チャットの保存期間", Status.SILENT).nearest
    ids = [section.id for section in nearest]
    assert len(ids) == len(set(ids)) == 3


def test_the_same_question_gets_the_same_answer(service):
    first, second = (service.ask("Is my chat history shared?") for _ in range(2))
    assert first.request_id != second.request_id
    assert dataclasses.replace(first, request_id="") == dataclasses.replace(second, request_id="")
