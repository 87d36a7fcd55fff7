from dataclasses import replace

import pytest

from qa_service.web.feedback import Feedback, Vote


@pytest.fixture
def answer(service):
    return service.ask("クッキーを使っていますか")


def test_a_vote_counts_once_for_the_section_shown_first(answer):
    feedback = Feedback()
    feedback.remember(answer)
    assert feedback.count(answer.request_id, Vote.UP)
    assert not feedback.count(answer.request_id, Vote.UP)
    section_id = answer.excerpts[0].section.id
    assert feedback.counts(answer.policy.policy_id) == {section_id: {Vote.UP: 1, Vote.DOWN: 0}}
    assert feedback.counts("another") == {}


def test_silence_is_counted_under_no_section(answer):
    feedback = Feedback()
    feedback.remember(replace(answer, excerpts=()))
    feedback.count(answer.request_id, Vote.DOWN)
    assert feedback.counts(answer.policy.policy_id) == {"": {Vote.UP: 0, Vote.DOWN: 1}}


def test_only_the_newest_answers_are_remembered(answer):
    feedback = Feedback(max_remembered=2)
    for name in ("a", "b", "c"):
        feedback.remember(replace(answer, request_id=name))
    assert [feedback.count(name, Vote.UP) for name in ("a", "b", "c")] == [False, True, True]
