from qa_service.messages import Status
from qa_service.relevance import (
    ANSWERED_FROM,
    PARTIAL_FROM,
    SILENT_FROM,
    judge,
    relevance,
    shown,
)
from qa_service.retrieval import Hit


def _hit(dense: float, lexical: float = 0.0) -> Hit:
    return Hit(ordinal=0, score=1.0, dense=dense, lexical=lexical)


def test_each_threshold_parts_two_statuses():
    for threshold, above, below in [
        (ANSWERED_FROM, Status.ANSWERED, Status.PARTIAL),
        (PARTIAL_FROM, Status.PARTIAL, Status.SILENT),
        (SILENT_FROM, Status.SILENT, Status.OFF_TOPIC),
    ]:
        assert judge((_hit(threshold + 0.001),)) is above
        assert judge((_hit(threshold - 0.001),)) is below


def test_no_hits_are_off_topic():
    assert judge(()) is Status.OFF_TOPIC


def test_shared_words_raise_relevance_within_bounds():
    assert relevance(_hit(0.4)) < relevance(_hit(0.4, 5.0)) < relevance(_hit(0.4, 50.0)) < 0.65


def test_weak_hits_beside_a_strong_one_are_not_shown():
    strong, near, weak = _hit(0.8), _hit(0.75), _hit(0.2)
    assert shown((strong, near, weak)) == (strong, near)
