"""Scores passages by shared words with BM25. The only module that knows bm25s.

Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), in Lucene's
variant; both sides are MeCab lemmas.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import bm25s
import numpy as np
import numpy.typing as npt


class LexicalStore:
    """BM25 scores of one policy's passages."""

    def __init__(self, model: Any) -> None:  # noqa: ANN401 - bm25s has no types
        self._model = model

    @classmethod
    def build(cls, terms: Sequence[Sequence[str]]) -> Self:
        """Return a store of passages given as lists of lemmas, in passage order."""
        # A vocabulary in sorted order makes the written files the same on every build.
        vocabulary = {term: i for i, term in enumerate(sorted({t for ts in terms for t in ts}))}
        ids = [[vocabulary[term] for term in passage] for passage in terms]
        if not vocabulary:  # BM25 needs a mean length above 0; no question has an empty term.
            vocabulary, ids = {"": 0}, [[0] for _ in terms]
        model = bm25s.BM25(k1=1.2, b=0.75, method="lucene")
        model.index(bm25s.tokenization.Tokenized(ids, vocabulary), show_progress=False)
        return cls(model)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return a store from its folder."""
        return cls(bm25s.BM25.load(str(folder)))

    def write(self, folder: Path) -> None:
        """Write the store into a folder."""
        self._model.save(str(folder), show_progress=False)

    def shared_weights(self, terms: Sequence[str]) -> tuple[npt.NDArray[np.float32], float]:
        """Return how much of some words, each once, stands in each passage, and all they weigh.

        A word weighs log(1 + passages / passages that have it); one that no passage has weighs as
        if one passage had it.
        """
        starts, ordinals = self._model.scores["indptr"], self._model.scores["indices"]
        n_passages = self._model.scores["num_docs"]
        shared = np.zeros(n_passages, dtype=np.float32)
        total = 0.0
        for term in terms:
            token = self._model.vocab_dict.get(term)
            having = () if token is None else ordinals[starts[token] : starts[token + 1]]
            weight = float(np.log1p(n_passages / max(len(having), 1)))
            total += weight
            if token is not None:
                shared[having] += weight
        return shared, total

    def scores(self, terms: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return every passage's score, in passage order; 0 where no term is shared."""
        known = [term for term in terms if term in self._model.vocab_dict]
        if not known:
            return np.zeros(self._model.scores["num_docs"], dtype=np.float32)
        return np.asarray(self._model.get_scores(known), dtype=np.float32)
