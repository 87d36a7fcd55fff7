"""Opens everything that reads text, and refuses parts that do not belong together.

Two readers of topics look at every text: the router at its words and letters, the head at the
encoder's vector. What they agree on counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from qa_service.calibration import Calibration, read_owner
from qa_service.embedding import Encoder, Vectors
from qa_service.head import TopicHead
from qa_service.router import Router, Voice
from qa_service.tokens import Token, Tokenizer, normalize

Floats = npt.NDArray[np.float32]

ROUTER_FILE = "router.npz"
HEAD_FILE = "head.npz"
CALIBRATION_FILE = "calibration.npz"
ANY_MODEL_FILE = "calibration-any-model.npz"

# The head's share in the mean of logarithms: eval/LOG.md, 2026-11-24 "An encoder that was taught".
HEAD_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Reader:
    """The encoder, and the parts that go with it; shared by index and service.

    `head` is None for an encoder that has none of its own.
    """

    encoder: Encoder
    tokenizer: Tokenizer
    router: Router
    head: TopicHead | None
    calibration: Calibration

    @classmethod
    def open(cls, encoder: Encoder, folder: Path) -> Self:
        """Return the reader of an encoder; `folder` has router, head and calibrations.

        An encoder without a calibration of its own is judged by topics and words alone.

        Raises:
            BadModel: a file cannot be read, or belongs to other topics, another model or another
                router.
        """
        router, head, name = Router.load(folder / ROUTER_FILE), None, ANY_MODEL_FILE
        if read_owner(folder / CALIBRATION_FILE) == encoder.sha256:
            head, name = TopicHead.load(folder / HEAD_FILE, encoder.sha256), CALIBRATION_FILE
        readers = hash_readers(router, head)
        calibration = Calibration.load(folder / name, encoder.sha256, readers)
        return cls(encoder, Tokenizer(), router, head, calibration)

    def route(self, text: str, tokens: tuple[Token, ...], vector: Vectors, voice: Voice) -> Floats:
        """Return the probability of each topic, shape `(t,)`, sum 1.

        `text` is in normal form, `vector` (1, d) is its vector as a question or as a passage.
        """
        by_words = self.router.route(text, tokens, voice)
        if self.head is None:
            return by_words
        return _mix(by_words, self.head.route(vector, voice)[0])

    def encode(self, texts: Sequence[str], voice: Voice) -> Vectors:
        """Return the vectors of texts by who wrote them, shape `(n, d)`."""
        asks = voice is Voice.QUESTION
        encode = self.encoder.encode_questions if asks else self.encoder.encode_passages
        return encode(texts)

    def route_all(self, texts: Sequence[str], vectors: Vectors, voice: Voice) -> Floats:
        """Return the probability of each topic for texts as they stand, shape `(n, t)`."""
        by_words = np.stack([
            self.router.route(text, self.tokenizer.tokenize(text), voice)
            for text in map(normalize, texts)
        ])  # fmt: skip
        return by_words if self.head is None else _mix(by_words, self.head.route(vectors, voice))

    @property
    def facts(self) -> dict[str, str]:
        """Return the hashes that an index built with this reader depends on."""
        return {
            "router": hash_readers(self.router, self.head),
            "calibration": self.calibration.sha256,
        }


def hash_readers(router: Router, head: TopicHead | None) -> str:
    """Return the hash of all that reads topics; a calibration belongs to it."""
    return router.sha256 if head is None else f"{router.sha256}+{head.sha256}"


def _mix(by_words: Floats, by_vector: Floats) -> Floats:
    """Return the weighed mean of the logarithms, as probabilities of sum 1 in the last axis."""
    mixed = by_vector**HEAD_SHARE * by_words ** (1.0 - HEAD_SHARE)
    return np.asarray(mixed / mixed.sum(axis=-1, keepdims=True), dtype=np.float32)
