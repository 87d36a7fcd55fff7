"""Turns a text into how likely it is about each topic: a question's topics, or a clause's.

A small network over the text's features (`features`), trained by `training/router.py` and stored
as plain arrays. Several topics at once are normal. Does not know policies.
"""

import hashlib
from dataclasses import dataclass, fields
from enum import IntEnum
from pathlib import Path
from typing import Self
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from qa_service.errors import BadModel
from qa_service.features import hash_features, read_features
from qa_service.tokens import Token
from qa_service.topics import hash_topics

Floats = npt.NDArray[np.float32]


class Voice(IntEnum):
    """Who wrote a text: a visitor who asks, or an organisation that declares."""

    QUESTION = 0
    CLAUSE = 1


@dataclass(frozen=True, slots=True, eq=False)
class Router:
    """The arrays of the network for `n` known features, `h` hidden units and `t` topics.

    `keys` (n,) are sorted feature hashes with their weight `idf` (n,); `rows` (n, h) are int8 and
    count `scales` (n,) each; `voices` (2, h) is added for who speaks; `output` (t, h) and `bias`
    (t,) lead to the topics.
    """

    keys: npt.NDArray[np.uint32]
    idf: Floats
    rows: npt.NDArray[np.int8]
    scales: Floats
    voices: Floats
    output: Floats
    bias: Floats
    sha256: str

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the router of a file.

        Raises:
            BadModel: the file cannot be read, or numbers another list of topics.
        """
        try:
            content = path.read_bytes()
            with np.load(path, allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in _ARRAYS}
                topics = str(stored["topics_sha256"])
        except (OSError, EOFError, ValueError, KeyError, BadZipFile) as exc:
            raise BadModel(str(path), f"the topic router cannot be read ({exc})") from exc
        if topics != hash_topics():
            raise BadModel(str(path), "the topic router was trained for another list of topics")
        return cls(**arrays, sha256=hashlib.sha256(content).hexdigest())

    def write(self, path: Path) -> None:
        """Write the arrays; equal routers give equal bytes."""
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        np.savez(path, topics_sha256=np.array(hash_topics()), **arrays)

    def route(self, text: str, tokens: tuple[Token, ...], voice: Voice) -> Floats:
        """Return the probability of each topic, shape `(t,)`, sum 1; `text` is in normal form."""
        keys, counts = np.unique(hash_features(read_features(text, tokens)), return_counts=True)
        # The sorted keys stay in the processor's cache; a dict of them would not.
        places = np.minimum(self.keys.searchsorted(keys), len(self.keys) - 1)
        known = self.keys[places] == keys
        places = places[known]
        weights = (1.0 + np.log(counts[known])) * self.idf[places]
        length = np.sqrt(weights @ weights) or 1.0
        rows = self.rows[places].astype(np.float32)
        hidden = (weights / length * self.scales[places]).astype(np.float32) @ rows
        logits = self.output @ np.maximum(hidden + self.voices[voice], 0.0) + self.bias
        likely = np.exp(logits - logits.max())
        return np.asarray(likely / likely.sum(), dtype=np.float32)


_ARRAYS = tuple(field.name for field in fields(Router) if field.name != "sha256")
