"""Proposes which passages of a policy answer which topic, without a person's review.

Every passage is compared with every topic by several kinds of evidence (what the router makes of
it, likeness to clauses of other organisations, shared words), and a scorer weighs them. A passage
may serve many topics, a topic many passages or none. Does not know questions.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from qa_service.embedding import Vectors
from qa_service.features import read_features
from qa_service.reader import Reader
from qa_service.router import Voice
from qa_service.tokens import Tokenizer, normalize
from qa_service.topics import Example, read_examples, read_topics
from qa_service.wordings import Wording

Floats = npt.NDArray[np.float32]

N_LIKE_CLAUSES = 5
# The centre of about so many of a topic's questions is nearly that of all, and takes a fifth.
N_CENTRE_QUESTIONS = 30
# A word that stands in so many example clauses says nothing about a topic.
MAX_CLAUSES_OF_A_WORD = 400
# Probabilities enter as logarithms, from this floor on.
FLOOR = 1e-6
# How much likeness counts beside the router where passages are ranked for the evidence itself.
LIKENESS_WEIGHT = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Proposer:
    """Compares passages with `t` privacy topics, by the examples of the package.

    `clauses` (c, d), `near_misses` (m, d) and `questions` (t, d) are vectors of examples under the
    encoder; `clause_topics` (c,) and `near_topics` (m,) number their topics; `words` weighs for
    each word the topics whose clauses have it.
    """

    reader: Reader
    clauses: Vectors
    clause_topics: npt.NDArray[np.int64]
    near_misses: Vectors
    near_topics: npt.NDArray[np.int64]
    questions: Vectors
    words: dict[str, Floats]

    @classmethod
    def build(cls, reader: Reader) -> Self:
        """Return the proposer of the package's own examples; takes a few seconds."""
        encoder = reader.encoder
        number = {t.id: i for i, t in enumerate(read_topics()) if not t.is_outside}
        examples = read_examples()
        asked: dict[str, list[str]] = {topic: [] for topic in number}
        for question in examples.questions:
            asked.get(question.topics[0], []).append(question.text)
        centres = np.stack([
            encoder.encode_passages(texts[:: len(texts) // N_CENTRE_QUESTIONS or 1]).mean(axis=0)
            for texts in asked.values()
        ])  # fmt: skip
        lengths = np.linalg.norm(centres, axis=1, keepdims=True)
        return cls(
            reader=reader,
            clauses=encoder.encode_passages([c.text for c in examples.clauses]),
            clause_topics=np.array([number[c.topics[0]] for c in examples.clauses]),
            near_misses=encoder.encode_passages([n.text for n in examples.near_misses]),
            near_topics=np.array([number[n.topics[0]] for n in examples.near_misses]),
            questions=np.asarray(centres / np.maximum(lengths, FLOOR), dtype=np.float32),
            words=_weigh_words(examples.clauses, number, reader.tokenizer),
        )

    def propose(self, wordings: Sequence[Wording]) -> Floats:
        """Return how likely each passage bears on each topic: shape `(t, n_passages)`, 0 to 1."""
        evidence = self.gather_evidence(wordings)
        n, t, _ = evidence.shape
        scores = self.reader.calibration.proposal.score(evidence.reshape(n * t, -1))
        return np.ascontiguousarray(scores.reshape(n, t).T)

    def gather_evidence(self, wordings: Sequence[Wording]) -> Floats:
        """Return what speaks for each passage and topic: shape `(n_passages, t, n_columns)`."""
        own = [w.own for w in wordings]
        introduced = [w.introduced for w in wordings]
        full = [w.full for w in wordings]
        titles = [w.near_titles for w in wordings]
        routed_full = self.route(full, Voice.CLAUSE)
        vectors = [self._embedded(texts) for texts in (own, introduced, full)]
        likeness = [like for v in vectors for like in self._likeness(v)]
        near = _best_of(vectors[0] @ self.near_misses.T, self.near_topics, self._n_topics)
        base = routed_full + LIKENESS_WEIGHT * likeness[-1]
        columns = [
            self.route(own, Voice.CLAUSE),
            self.route(introduced, Voice.CLAUSE),
            self.route(titles, Voice.QUESTION),
            self.route(titles, Voice.CLAUSE),
            routed_full,
            self.route(own, Voice.QUESTION),
            *likeness,
            near - likeness[0],
            vectors[2] @ self.questions.T,
            self._shared_words(introduced),
            base - base.max(axis=0, keepdims=True),
            base - base.max(axis=1, keepdims=True),
            _second_best(base) - base,
            _best_under_same_titles(base, wordings) - base.max(axis=0, keepdims=True),
            *(
                np.broadcast_to(np.array(fact, dtype=np.float32)[:, None], base.shape)
                for fact in zip(*map(_facts, wordings), strict=True)
            ),
        ]
        return np.stack(columns, axis=2).astype(np.float32)

    @property
    def _n_topics(self) -> int:
        return len(self.questions)

    def route(self, texts: Sequence[str], voice: Voice) -> Floats:
        """Return the logarithm of the router's probability of each topic, shape `(n, t)`."""
        reader = self.reader
        rows = []
        for text in map(normalize, texts):
            likely = reader.router.route(text, reader.tokenizer.tokenize(text), voice)
            rows.append(likely[: self._n_topics])
        return np.asarray(np.log(np.stack(rows) + FLOOR))

    def _embedded(self, texts: Sequence[str]) -> Vectors:
        """Return the texts' vectors, weighed as the calibration says."""
        return self.reader.encoder.encode_passages(texts) * np.float32(
            self.reader.calibration.vector_weight
        )

    def _likeness(self, vectors: Vectors) -> tuple[Floats, Floats]:
        """Return the cosine to a topic's most like clause, and the mean over its most like few."""
        cosines = vectors @ self.clauses.T
        per_topic = [
            np.sort(cosines[:, self.clause_topics == i], axis=1)[:, -N_LIKE_CLAUSES:]
            for i in range(self._n_topics)
        ]
        best = np.stack([few[:, -1] for few in per_topic], axis=1)
        return best, np.stack([few.mean(axis=1) for few in per_topic], axis=1)

    def _shared_words(self, texts: Sequence[str]) -> Floats:
        """Return the summed weights of a passage's words for each topic, shape `(n, t)`."""
        nothing = np.zeros(self._n_topics, dtype=np.float32)
        rows = [
            sum(
                (self.words.get(word, nothing) for word in _words(text, self.reader.tokenizer)),
                nothing,
            )
            for text in texts
        ]
        return np.stack(rows)


def _facts(wording: Wording) -> tuple[float, ...]:
    return (
        float(wording.is_lead_in),
        float(wording.is_sentence),
        float(np.log1p(len(wording.own))),
        float(bool(wording.lead_in)),
        float(wording.is_fragment),
    )


def _weigh_words(
    clauses: Sequence[Example], number: dict[str, int], tokenizer: Tokenizer
) -> dict[str, Floats]:
    """Return for each word the share of its clauses that belongs to each topic, shape `(t,)`."""
    found = [(number[c.topics[0]], _words(c.text, tokenizer)) for c in clauses]
    n_clauses = Counter(word for _, words in found for word in words)
    weights: dict[str, Floats] = {}
    for topic, words in found:
        for word in words:
            if n_clauses[word] < MAX_CLAUSES_OF_A_WORD:
                row = weights.setdefault(word, np.zeros(len(number), dtype=np.float32))
                row[topic] += 1.0 / n_clauses[word]
    return weights


def _words(text: str, tokenizer: Tokenizer) -> set[str]:
    """Return the single words among a text's features."""
    normal = normalize(text)
    return {f for f in read_features(normal, tokenizer.tokenize(normal)) if f[0] in "LW"}


def _best_of(cosines: Floats, topics: npt.NDArray[np.int64], n_topics: int) -> Floats:
    best = [cosines[:, topics == i].max(axis=1, initial=-1.0) for i in range(n_topics)]
    return np.stack(best, axis=1)


def _second_best(base: Floats) -> Floats:
    """Return for each topic its second best passage's value (its only one's), shape `(1, t)`."""
    ranked = np.sort(base, axis=0)
    return np.asarray(ranked[-2:-1] if len(base) > 1 else ranked)


def _best_under_same_titles(base: Floats, wordings: Sequence[Wording]) -> Floats:
    rows_of: dict[tuple[str, ...], list[int]] = {}
    for i, wording in enumerate(wordings):
        rows_of.setdefault(wording.titles, []).append(i)
    best = {titles: base[rows].max(axis=0) for titles, rows in rows_of.items()}
    return np.stack([best[wording.titles] for wording in wordings])
