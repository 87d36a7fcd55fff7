"""Turns a question into a Ranking: a policy's passages ordered by how likely they answer it.

Topics, likeness and shared words are gathered as evidence, and the calibration's scorers weigh it.
Does not decide what is shown.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_service.evidence import gather_evidence
from qa_service.index import PolicyIndex
from qa_service.questions import Question
from qa_service.reader import Reader
from qa_service.router import Voice

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage by its ordinal with what speaks for it; higher is better in all.

    `score` is the probability that it may be shown for the question, `settles` that it settles it,
    `dense` a cosine, `lexical` a BM25 score.
    """

    ordinal: int
    score: float
    settles: float
    dense: float
    lexical: float


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Passages as hits, best first, equal scores in reading order.

    `routed` has the probability of each topic for the question, shape `(topics,)`.
    """

    hits: tuple[Hit, ...]
    routed: Floats


def retrieve(
    question: Question, policy: PolicyIndex, reader: Reader, k: int | None = None
) -> Ranking:
    """Return the ranking of a policy's k best passages for a question, or of all."""
    vector = reader.encoder.encode_questions([question.text])
    routed = reader.route(question.text, question.tokens, vector, Voice.QUESTION)
    calibration = reader.calibration
    found = gather_evidence(question, policy, vector, routed, calibration.vector_weight)
    scores = calibration.acceptance.score(found.columns)
    settles = calibration.settlement.score(found.columns)
    order = np.argsort(-scores, kind="stable")[:k]
    values = (order, scores[order], settles[order], found.dense[order], found.lexical[order])
    return Ranking(tuple(map(Hit, *(column.tolist() for column in values))), routed)
