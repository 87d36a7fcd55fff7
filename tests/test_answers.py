import dataclasses
import itertools

import pytest

from qa_service.answers import compose_answer
from qa_service.excerpts import Excerpter
from qa_service.messages import MESSAGES, SUGGESTIONS, Status
from qa_service.questions import read_question
from qa_service.relevance import Judgement
from qa_service.topics import read_topics

TOPICS = {topic.id: topic for topic in read_topics()}


@pytest.fixture(scope="module", name="excerpter")
def _excerpter(service):
    return Excerpter(service.policy(), service.reader.tokenizer)


def _compose(service, excerpter, typed, status, topic=None, missing=()):
    question = read_question(typed, service.reader.tokenizer)
    ranking = service.rank(question)
    shown = ranking.hits[:4] if status in {Status.ANSWERED, Status.PARTIAL} else ()
    judgement = Judgement(status, shown, topic, missing, ranking)
    return compose_answer(question, judgement, excerpter)


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


def test_a_silent_answer_names_its_topic_in_the_questions_language(service, excerpter):
    topic = TOPICS["retention.period"]
    japanese = _compose(service, excerpter, "保存期間は", Status.SILENT, topic)
    assert japanese.message == f"本ポリシーには『{topic.label_ja}』についての記載がありません。"
    assert (japanese.topic.id, japanese.topic.label) == (topic.id, topic.label_ja)
    english = _compose(service, excerpter, "How long?", Status.SILENT, topic)
    assert english.message == f"The privacy policy does not say anything about {topic.label_en}."


def test_parts_that_the_policy_does_not_cover_are_named_after_the_message(service, excerpter):
    missing = (TOPICS["retention.period"], TOPICS["request.fees"])
    answer = _compose(service, excerpter, "目的は", Status.ANSWERED, missing=missing)
    named = "、".join(f"『{topic.label_ja}』" for topic in missing)
    assert answer.message == (
        MESSAGES["ja"][Status.ANSWERED] + f"なお、本ポリシーには{named}についての記載がありません。"
    )


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


def test_an_english_answer_has_translations_and_a_japanese_one_has_none(service, excerpter):
    english = _compose(service, excerpter, "Do you use cookies?", Status.PARTIAL)
    japanese = _compose(service, excerpter, "クッキーを使いますか", Status.PARTIAL)
    assert all(one.translation for one in [*english.excerpts, english.contact])
    assert "Aoyama Palacio Tower 11F" in english.contact.translation.text
    assert [one.translation for one in [*japanese.excerpts, japanese.contact]] == [None] * 5
