"""Proposes which passages of a policy answer which topic, without a person's review.

Every passage is compared with every topic by several kinds of evidence (what the reader makes of
its words, its titles and its lead-in, shared words), and a scorer weighs them. A passage
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
from qa_service.topicmap import privacy_topics
from qa_service.topics import Example, read_examples
from qa_service.wordings import Wording

Floats = npt.NDArray[np.float32]

# A word that stands in so many example clauses says nothing about a topic.
MAX_CLAUSES_OF_A_WORD = 400
# Probabilities enter as logarithms, from this floor on.
FLOOR = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Proposer:
    """Compares passages with `t` privacy topics.

    `words` weighs for each word the topics whose example clauses have it.
    """

    reader: Reader
    words: dict[str, Floats]

    @classmethod
    def build(cls, reader: Reader) -> Self:
        """Return the proposer of the package's own examples."""
        number = {topic.id: i for i, topic in enumerate(privacy_topics())}
        return cls(reader, _weigh_words(read_examples().clauses, number, reader.tokenizer))

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
        titles = [w.near_titles for w in wordings]
        full = [w.full for w in wordings]
        vectors = [self.reader.encode(texts, Voice.CLAUSE) for texts in (introduced, full)]
        base = self._log(full, vectors[1], Voice.CLAUSE)
        columns = [
            self.route(own, Voice.CLAUSE),
            self._log(introduced, vectors[0], Voice.CLAUSE),
            self.route(titles, Voice.QUESTION),
            self.route(titles, Voice.CLAUSE),
            base,
            self.route(own, Voice.QUESTION),
            *self._likeness(*vectors),
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

    def route(self, texts: Sequence[str], voice: Voice) -> Floats:
        """Return the logarithm of the probability of each topic, shape `(n, t)`."""
        # Titles repeat from passage to passage.
        distinct = {text: i for i, text in enumerate(dict.fromkeys(texts))}
        found = self._log(list(distinct), self.reader.encode(list(distinct), voice), voice)
        return found[[distinct[text] for text in texts]]

    def _log(self, texts: Sequence[str], vectors: Vectors, voice: Voice) -> Floats:
        likely = self.reader.route_all(texts, vectors, voice)[:, : len(privacy_topics())]
        return np.asarray(np.log(likely + FLOOR))

    def _likeness(self, introduced: Vectors, full: Vectors) -> list[Floats]:
        """Return what speaks for each topic regardless of the others, five times `(n, t)`.

        A passage on five rights at once is likely about none of them alone.
        """
        n_topics = len(privacy_topics())
        head = self.reader.head
        if head is None:
            return [np.zeros((len(full), n_topics), dtype=np.float32)] * 5
        return [
            head.score(introduced, Voice.CLAUSE)[:, :n_topics],
            head.score(full, Voice.CLAUSE)[:, :n_topics],
            head.score(full, Voice.QUESTION)[:, :n_topics],
            head.compare(introduced, n_topics),
            head.compare(full, n_topics),
        ]

    def _shared_words(self, texts: Sequence[str]) -> Floats:
        """Return the summed weights of a passage's words for each topic, shape `(n, t)`."""
        nothing = np.zeros(len(privacy_topics()), dtype=np.float32)
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
