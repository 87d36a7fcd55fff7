"""Decides from the hits what kind of answer a question gets, and which hits are shown.

A first, simple rule: the cosine of a hit, and thresholds. Knows scores only, no words.
"""

from qa_service.messages import Status
from qa_service.retrieval import Hit

# Chosen on the tune half of eval/questions.jsonl: eval/LOG.md, 2026-11-23 "First thresholds" and
# "First scope". SHOWN_SHARE was set by eye.
ANSWERED_FROM = 0.24
PARTIAL_FROM = 0.18
OUTSIDE_FROM = 0.0
SHOWN_SHARE = 0.70
MAX_EXCERPTS = 4


def judge(hits: tuple[Hit, ...], distance: float) -> Status:
    """Return the status that the best of the first hits earns.

    `distance` tells how far the question is outside of privacy (`Scope.distance`).
    """
    if distance >= OUTSIDE_FROM:
        return Status.OFF_TOPIC
    best = max((hit.dense for hit in hits[:MAX_EXCERPTS]), default=0.0)
    if best >= ANSWERED_FROM:
        return Status.ANSWERED
    return Status.PARTIAL if best >= PARTIAL_FROM else Status.SILENT


def shown(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """Return the first hits that are nearly as relevant as the best, in order; at most 4."""
    first = hits[:MAX_EXCERPTS]
    floor = SHOWN_SHARE * max((hit.dense for hit in first), default=0.0)
    return tuple(hit for i, hit in enumerate(first) if i == 0 or hit.dense >= floor)
