"""Turns questions and passages into vectors, through sentence-transformers.

The only module that knows the model. Vectors are float32, rows of unit length. Does not know FAISS.
A model folder with a file `LEMMAS` embeds the lemmas of MeCab's tokens instead of the text itself.
"""

import hashlib
import math
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

from qa_service.errors import BadModel
from qa_service.tokens import Token, Tokenizer, lemma_text, normalize

Vectors = npt.NDArray[np.float32]

# Models of the E5 family need these words before every text but do not carry them in their config.
_E5_PROMPTS = {"query": "query: ", "passage": "passage: "}
# An empty file of this name in a model's folder says that the model was trained on lemmas.
LEMMAS_FILE = "LEMMAS"


class Encoder:
    """A loaded model; safe to share between threads."""

    def __init__(
        self,
        name: str,
        model: SentenceTransformer,
        prompts: dict[str, str],
        tokenizer: Tokenizer | None,
    ) -> None:
        self.name = name
        self.sha256 = _hash_model(model, reads_lemmas=tokenizer is not None)
        self._model = model
        self._prompts = prompts
        # Set for a model that reads lemmas.
        self._tokenizer = tokenizer
        self._lock = threading.Lock()
        self._static = _StaticTable.of(model)

    @classmethod
    def load(
        cls, model: str, query_prompt: str | None = None, passage_prompt: str | None = None
    ) -> Self:
        """Return the encoder of a model folder, which needs no network, or of a hub's model name.

        A prompt that is None is the model's own.

        Raises:
            BadModel: there is no such model, it cannot be read, or the network is not there.
        """
        is_folder = Path(model).is_dir()
        try:
            loaded = SentenceTransformer(
                model, device="cpu", trust_remote_code=False, local_files_only=is_folder
            ).float()
        except Exception as exc:  # The library raises anything from OSError to KeyError here.
            reason = (
                f"{type(exc).__name__}, {str(exc).splitlines()[0] if str(exc) else 'no reason'}"
            )
            raise BadModel(model, reason[:200]) from exc
        prompts = _own_prompts(model, loaded)
        if query_prompt is not None:
            prompts["query"] = query_prompt
        if passage_prompt is not None:
            prompts["passage"] = passage_prompt
        tokenizer = Tokenizer() if (Path(model) / LEMMAS_FILE).is_file() else None
        return cls(Path(model).name if is_folder else model, loaded, prompts, tokenizer)

    @property
    def prompts(self) -> dict[str, str]:
        """The words put before a `query` and before a `passage`."""
        return dict(self._prompts)

    @property
    def is_static(self) -> bool:
        """Whether a question takes microseconds: its vector is read from a table."""
        return self._static is not None

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return the passages' vectors, shape `(len(texts), d)`."""
        prompted = [self._prompts["passage"] + self._words(text) for text in texts]
        with self._lock:
            vectors = self._model.encode(
                prompted, normalize_embeddings=True, show_progress_bar=False
            )
        return _checked(self.name, np.asarray(vectors, dtype=np.float32))

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Return the questions' vectors, shape `(len(texts), d)`."""
        return np.concatenate([self.encode_question(text) for text in texts])

    def encode_question(self, text: str, tokens: tuple[Token, ...] = ()) -> Vectors:
        """Return the question's vector, shape `(1, d)`; its `tokens` spare a second analysis."""
        words = lemma_text(tokens) if tokens and self._tokenizer else self._words(text)
        prompted = self._prompts["query"] + words
        if self._static is not None:
            return self._static.encode(prompted)
        with self._lock:
            vector = self._model.encode(
                [prompted], normalize_embeddings=True, show_progress_bar=False
            )
        return _checked(self.name, np.asarray(vector, dtype=np.float32))

    def _words(self, text: str) -> str:
        """Return what the model reads of a text."""
        if self._tokenizer is None:
            return text
        return lemma_text(self._tokenizer.tokenize(normalize(text)))


def limit_threads(n_threads: int) -> None:
    """Let every model of this process use so many threads for one text."""
    torch.set_num_threads(n_threads)


class _StaticTable:
    """A static model's token table read directly: the same vector without `encode`'s overhead.

    Measured in docs/performance.md; a test holds it equal to the library's own result.
    """

    def __init__(self, embedding: StaticEmbedding) -> None:
        self.tokenizer = embedding.tokenizer
        self.table = np.asarray(embedding.embedding.weight.detach().numpy(), dtype=np.float32)

    @classmethod
    def of(cls, model: SentenceTransformer) -> Self | None:
        """Return the table of a model of `StaticEmbedding` (+ `Normalize`), None for any other."""
        first, *rest = model
        if not isinstance(first, StaticEmbedding):
            return None
        return cls(first) if all(isinstance(module, Normalize) for module in rest) else None

    def encode(self, text: str) -> Vectors:
        ids = self.tokenizer.encode(text, add_special_tokens=False).ids
        if not ids:
            return np.zeros((1, self.table.shape[1]), dtype=np.float32)
        total = self.table[ids].sum(axis=0)
        length = math.sqrt(total @ total) or 1.0
        return np.asarray(total / length, dtype=np.float32)[np.newaxis]


def _own_prompts(name: str, model: SentenceTransformer) -> dict[str, str]:
    known = {key: text for key, text in model.prompts.items() if text}
    if "e5" in Path(name).name.lower().split("-"):
        return {**_E5_PROMPTS, **known}
    return {
        "query": known.get("query", ""),
        "passage": known.get("document", known.get("passage", "")),
    }


def _hash_model(model: SentenceTransformer, *, reads_lemmas: bool) -> str:
    """Return a SHA-256 over weights, tokeniser and what is read: equal models, equal hash."""
    digest = hashlib.sha256(b"lemmas" if reads_lemmas else b"")
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(tensor.cpu().numpy()).data)
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", model.tokenizer)
    digest.update(tokenizer.to_str().encode())
    return digest.hexdigest()


def _checked(name: str, vectors: Vectors) -> Vectors:
    """Return the vectors after checking that rows are finite and of unit length (or all zero)."""
    lengths = np.linalg.norm(vectors, axis=1)
    if not np.all(np.isfinite(lengths) & ((np.abs(lengths - 1.0) < 1e-3) | (lengths == 0.0))):
        raise BadModel(name, "its vectors are not of unit length")
    return vectors
