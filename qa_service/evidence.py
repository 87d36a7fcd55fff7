"""Turns a question and a policy into evidence: one row of numbers for every passage.

Each column is one reason to think that a passage answers: topics in common, likeness, shared words,
and what the question and the policy are like altogether. Weighs nothing itself.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_service.embedding import Vectors
from qa_service.index import PolicyIndex
from qa_service.questions import Question

Floats = npt.NDArray[np.float32]

FLOOR = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What speaks for each passage, shape `(n_passages, n_columns)`, and what it was made from.

    `dense` are cosines, `lexical` BM25 scores, `mapped` the passages' values in the topic map
    under the question's topics; all shape `(n_passages,)`, higher is better.
    """

    columns: Floats
    dense: Floats
    lexical: Floats
    mapped: Floats


def gather_evidence(
    question: Question,
    policy: PolicyIndex,
    vector: Vectors,
    routed: Floats,
    vector_weight: float,
) -> Evidence:
    """Return the evidence of every passage, in passage order.

    `vector` (1, d) is the question's, `routed` (topics,) the router's probabilities for it;
    `vector_weight` is 0 where likeness of vectors shall not count, else 1.
    """
    dense = policy.dense.scores(vector)
    weighed = np.float32(vector_weight) * dense
    lexical = policy.lexical.scores(question.terms)
    terms = tuple(dict.fromkeys(question.terms))
    shared, asked = policy.lexical.shared_weights(terms)
    covered = shared / max(asked, FLOOR)
    topics = _topic_columns(policy, routed)
    likeness = [weighed, weighed - weighed.max(), lexical, lexical - lexical.max(), covered, shared]
    facts = (
        float(topics[0].max()),
        float(topics[1].max()),
        *_topic_facts(policy, routed),
        float(weighed.max()),
        float(lexical.max()),
        float(covered.max()),
        float(question.lang == "ja"),
        float(len(terms)),
        float(np.log1p(len(question.text))),
        float(np.log(len(dense))),
    )
    of_passages = np.array([*topics, *likeness, *policy.shape], dtype=np.float32).T
    of_question = np.tile(np.array(facts, dtype=np.float32), (len(dense), 1))
    return Evidence(np.hstack([of_passages, of_question]), dense, lexical, topics[0])


def _topic_columns(policy: PolicyIndex, routed: Floats) -> list[Floats]:
    """Return what the topics that the question and a passage have in common say of the passage.

    The first column is the passage's value in the topic map under the question's topics.
    """
    likely = policy.topic_map.likely
    inside, spread = _split_topics(routed, len(likely))
    mapped, spread_mapped = inside @ likely, spread @ likely
    return [
        mapped,
        spread_mapped,
        likely[int(inside.argmax())],
        np.log(mapped + FLOOR),
        mapped - mapped.max(),
        spread_mapped - spread_mapped.max(),
        _ranks(mapped),
        policy.routed @ inside,
        policy.routed_shares @ inside,
    ]


def _topic_facts(policy: PolicyIndex, routed: Floats) -> tuple[float, ...]:
    """Return what the question's topics are like altogether, and what the policy says on them."""
    topic_map = policy.topic_map
    inside = routed[: len(topic_map.best)]
    second, first = np.sort(inside)[-2:].tolist()
    return (
        float(inside @ topic_map.best),
        float(inside @ topic_map.covered),
        float(inside @ topic_map.reviewed),
        1.0 - float(inside.sum()),
        first,
        second,
        -float(routed @ np.log(routed + 1e-9)),
    )


def _split_topics(routed: Floats, n_inside: int) -> tuple[Floats, Floats]:
    """Return the probabilities of the privacy topics, as they are and spread.

    Spreading by the square root lets a question's second and third topic speak too.
    """
    inside = routed[:n_inside]
    spread = np.sqrt(inside)
    return inside, spread * np.float32(inside.sum() / max(float(spread.sum()), FLOOR))


def _ranks(values: Floats) -> Floats:
    """Return each value's rank from the lowest, 0 to 1."""
    ranks = np.empty(len(values), dtype=np.float32)
    ranks[np.argsort(values, kind="stable")] = np.arange(len(values)) / len(values)
    return ranks
