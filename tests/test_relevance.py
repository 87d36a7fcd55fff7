from qa_service.messages import Status
from qa_service.relevance import (
    ANSWERED_FROM,
    OUTSIDE_FROM,
    PARTIAL_FROM,
    judge,
    shown,
)
from qa_service.retrieval import Hit


def _hit(dense: float) -> Hit:
    return Hit(ordinal=0, score=1.0, dense=dense, lexical=0.0)


def test_each_threshold_parts_two_statuses():
    for threshold, above, below in [
        (ANSWERED_FROM, Status.ANSWERED, Status.PARTIAL),
        (PARTIAL_FROM, Status.PARTIAL, Status.SILENT),
    ]:
        assert judge((_hit(threshold + 0.001),), -0.1) is above
        assert judge((_hit(threshold - 0.001),), -0.1) is below


def test_a_question_outside_of_privacy_is_off_topic_whatever_it_hits():
    assert judge((_hit(0.9),), OUTSIDE_FROM) is Status.OFF_TOPIC
    assert judge((_hit(0.9),), OUTSIDE_FROM - 0.001) is Status.ANSWERED


def test_no_hits_are_silence():
    assert judge((), -0.1) is Status.SILENT


def test_weak_hits_beside_a_strong_one_are_not_shown():
    strong, near, weak = _hit(0.8), _hit(0.75), _hit(0.2)
    assert shown((strong, near, weak)) == (strong, near)
