"""Turns a question into Hits: a policy's passages ranked by meaning and by shared words.

Does not decide whether a hit answers the question.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_service.embedding import Vectors
from qa_service.index import PolicyIndex
from qa_service.questions import Question

# Weights of the fused ranks: eval/LOG.md, 2026-11-23 "First fusion".
RANK_OFFSET = 1.0
LEXICAL_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage by its ordinal, with its fused score and the two scores it was fused from.

    Higher is better in all three; `dense` is a cosine, `lexical` a BM25 score.
    """

    ordinal: int
    score: float
    dense: float
    lexical: float


def retrieve(
    question: Question, policy: PolicyIndex, vector: Vectors, k: int | None = None
) -> tuple[Hit, ...]:
    """Return the k best passages as hits, or all, best first; equal scores in reading order.

    `vector` is the question's, shape `(1, d)`.

    Ranks are fused by weighted reciprocal rank (Cormack, Clarke and Büttcher, SIGIR 2009); a
    passage that shares no word with the question has no lexical rank.
    """
    dense = policy.dense.scores(vector)
    lexical = policy.lexical.scores(question.terms)
    fused = _reciprocal_ranks(dense) + LEXICAL_WEIGHT * np.where(
        lexical > 0, _reciprocal_ranks(lexical), 0.0
    )
    order = np.argsort(-fused, kind="stable")[:k]
    columns = (order, fused[order], dense[order], lexical[order])
    return tuple(map(Hit, *(column.tolist() for column in columns)))


def _reciprocal_ranks(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Return 1 / (offset + rank) a passage, rank 1 for the best; ties in reading order."""
    ranks = np.empty(len(scores), dtype=np.float64)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return 1.0 / (RANK_OFFSET + ranks)
