"""Tells questions about a privacy policy from all others, by the examples they resemble.

The examples are `topics.jsonl`, written for this project: what visitors ask about privacy, topic by
topic, and what has nothing to do with it (greetings, prices, weather). Does not know the policy
that is asked.
"""

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Self

import numpy as np

from qa_service.embedding import Encoder, Vectors

# A question resembles a side as much as its nearest few examples there.
N_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Scope:
    """Vectors of examples, rows of unit length.

    `inside` has the centre of each privacy topic's questions, in each language; `outside` has every
    question about anything else.
    """

    inside: Vectors
    outside: Vectors

    @classmethod
    def build(cls, encoder: Encoder) -> Self:
        """Return the scope of the package's own examples under a model."""
        lines = (files("qa_service") / "topics.jsonl").read_text(encoding="utf-8").splitlines()
        topics = [json.loads(line) for line in lines]
        asked = [
            (bool(topic["clause_ja"]), encoder.encode_questions(topic[language]))
            for topic in topics
            for language in ("q_ja", "q_en")
        ]
        centres = [vectors.mean(axis=0) for is_inside, vectors in asked if is_inside]
        outside = [vectors for is_inside, vectors in asked if not is_inside]
        return cls(_unit(np.stack(centres)), np.concatenate(outside))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return a scope from its folder."""
        return cls(np.load(folder / "inside.npy"), np.load(folder / "outside.npy"))

    def write(self, folder: Path) -> None:
        """Write the scope into a new folder."""
        folder.mkdir()
        np.save(folder / "inside.npy", self.inside)
        np.save(folder / "outside.npy", self.outside)

    def distance(self, vector: Vectors) -> float:
        """Return how far a question `(1, d)` is outside: -2 to 2, above 0 nearer to the outside."""
        return _nearest(self.outside @ vector[0]) - _nearest(self.inside @ vector[0])


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def _nearest(cosines: Vectors) -> float:
    return float(np.partition(cosines, -N_NEAREST)[-N_NEAREST:].sum()) / N_NEAREST
