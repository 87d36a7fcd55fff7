"""Turns the vectors of one encoder into how likely a text is about each topic.

A linear layer, trained together with the encoder (`training/encoder.py`), which therefore reads
order and negation as the encoder does; and vectors of example clauses, to be alike to. Useless with
vectors of any other encoder.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from qa_service.embedding import Vectors
from qa_service.errors import BadModel
from qa_service.router import Voice
from qa_service.topics import hash_topics

Floats = npt.NDArray[np.float32]

N_LIKE_CLAUSES = 5


@dataclass(frozen=True, slots=True, eq=False)
class TopicHead:
    """`output` (2, t, d) and `bias` (2, t) lead from a vector to the topics, for each voice.

    `clauses` (c, d) are unit vectors of clauses of many organisations, at least one on each privacy
    topic; `clause_topics` (c,) numbers these. `encoder` is the hash of the model whose vectors it
    reads, `sha256` its own.
    """

    output: Floats
    bias: Floats
    clauses: Floats
    clause_topics: npt.NDArray[np.int64]
    encoder: str
    sha256: str

    @classmethod
    def load(cls, path: Path, encoder: str) -> Self:
        """Return the head of a file for an encoder, by hash.

        Raises:
            BadModel: it cannot be read, or belongs to another encoder or list of topics.
        """
        try:
            content = path.read_bytes()
            with np.load(path, allow_pickle=False) as stored:
                arrays = {name: stored[name].astype(np.float32) for name in _ARRAYS}
                clause_topics = stored["clause_topics"].astype(np.int64)
                owner, topics = str(stored["encoder"]), str(stored["topics_sha256"])
        except (OSError, EOFError, ValueError, KeyError, BadZipFile) as exc:
            raise BadModel(str(path), f"the topic head cannot be read ({exc})") from exc
        if topics != hash_topics() or owner != encoder:
            raise BadModel(str(path), "the topic head belongs to another model or topic list")
        lengths = np.linalg.norm(arrays["clauses"], axis=1, keepdims=True)
        arrays["clauses"] = arrays["clauses"] / np.maximum(lengths, 1e-6)
        return cls(
            **arrays,
            clause_topics=clause_topics,
            encoder=owner,
            sha256=hashlib.sha256(content).hexdigest(),
        )

    def write(self, path: Path) -> None:
        """Write the layer in 16 bits, the clauses in 8; equal heads give equal bytes."""
        # A direction needs no scale: rows are brought to unit length again when they are read.
        largest = np.abs(self.clauses).max(axis=1, keepdims=True, initial=1e-6)
        arrays = {
            "output": self.output.astype(np.float16),
            "bias": self.bias.astype(np.float16),
            "clauses": np.round(self.clauses / largest * 127).astype(np.int8),
            "clause_topics": self.clause_topics.astype(np.uint8),
        }
        facts = {"encoder": np.array(self.encoder), "topics_sha256": np.array(hash_topics())}
        np.savez(path, allow_pickle=False, **facts, **arrays)

    def route(self, vectors: Vectors, voice: Voice) -> Floats:
        """Return the probability of each topic, shape `(n, t)`, rows of sum 1."""
        logits = self.score(vectors, voice)
        likely = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(likely / likely.sum(axis=1, keepdims=True), dtype=np.float32)

    def score(self, vectors: Vectors, voice: Voice) -> Floats:
        """Return what speaks for each topic by itself, shape `(n, t)`: several may be high."""
        return np.asarray(vectors @ self.output[voice].T + self.bias[voice])

    def compare(self, vectors: Vectors, n_topics: int) -> Floats:
        """Return the mean cosine to the most like clauses of each topic, shape `(n, n_topics)`."""
        cosines = vectors @ self.clauses.T
        columns = [
            np.sort(cosines[:, self.clause_topics == i], axis=1)[:, -N_LIKE_CLAUSES:].mean(axis=1)
            for i in range(n_topics)
        ]
        return np.stack(columns, axis=1)


_ARRAYS = ("output", "bias", "clauses")
