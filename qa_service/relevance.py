"""Decides from the hits what kind of answer a question gets, and which hits are shown.

A first, simple rule: one relevance a hit, three thresholds. Knows scores only, no words.
"""

from qa_service.messages import Status
from qa_service.retrieval import Hit

# Chosen on the tune half of eval/questions.jsonl: eval/LOG.md, 2026-11-23 "First thresholds".
LEXICAL_SCALE = 8.0
LEXICAL_SHARE = 0.25
ANSWERED_FROM = 0.50
PARTIAL_FROM = 0.42
SILENT_FROM = 0.30
SHOWN_SHARE = 0.80
MAX_EXCERPTS = 4


def relevance(hit: Hit) -> float:
    """Return how well a hit fits its question: mostly the cosine, raised by shared words."""
    return hit.dense + LEXICAL_SHARE * hit.lexical / (hit.lexical + LEXICAL_SCALE)


def judge(hits: tuple[Hit, ...]) -> Status:
    """Return the status that the best of the first hits earns."""
    best = max((relevance(hit) for hit in hits[:MAX_EXCERPTS]), default=0.0)
    if best >= ANSWERED_FROM:
        return Status.ANSWERED
    if best >= PARTIAL_FROM:
        return Status.PARTIAL
    return Status.SILENT if best >= SILENT_FROM else Status.OFF_TOPIC


def shown(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """Return the first hits that are nearly as relevant as the best, in order; at most 4."""
    first = hits[:MAX_EXCERPTS]
    floor = SHOWN_SHARE * max((relevance(hit) for hit in first), default=0.0)
    return tuple(hit for i, hit in enumerate(first) if i == 0 or relevance(hit) >= floor)
