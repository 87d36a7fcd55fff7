"""Turns questions and passages into vectors, through sentence-transformers.

Vectors are float32, rows of unit length. Does not know FAISS.
"""

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize
from torch import nn

from qa_service.errors import BadModel
from qa_service.transformer import CONFIG_FILE, QuantizedBert

Vectors = npt.NDArray[np.float32]

# Models of the E5 family need these words before every text; ours reads a question without any.
QUERY_PROMPT, PASSAGE_PROMPT = "query: ", "passage: "
_E5_PROMPTS = {"query": QUERY_PROMPT, "passage": PASSAGE_PROMPT}
_OWN_PROMPTS = {"query": "", "passage": PASSAGE_PROMPT}


class Encoder:
    """A loaded model; safe to share between threads."""

    def __init__(self, name: str, model: SentenceTransformer, prompts: dict[str, str]) -> None:
        self.name = name
        self.sha256 = _hash_model(model)
        self._model = model
        self._prompts = prompts
        # Tokenisers of the library must not be used by two threads at once; ours may.
        self._lock = threading.Lock()
        self._own = model[0] if isinstance(model[0], QuantizedBert) else None

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
            loaded = open_model(model)
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
        return cls(Path(model).name if is_folder else model, loaded, prompts)

    @property
    def prompts(self) -> dict[str, str]:
        """The words put before a `query` and before a `passage`."""
        return dict(self._prompts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return the passages' vectors, shape `(len(texts), d)`."""
        return self._encode([self._prompts["passage"] + text for text in texts])

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Return the questions' vectors, shape `(len(texts), d)`."""
        return self._encode([self._prompts["query"] + text for text in texts])

    def _encode(self, texts: list[str]) -> Vectors:
        if self._own is not None:
            return self._own.embed(texts)
        with self._lock:
            vectors = self._model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        return _checked(self.name, np.asarray(vectors, dtype=np.float32))


def open_model(model: str) -> SentenceTransformer:
    """Return the model of a folder, ours or any other of the library, or of a hub's name.

    Raises whatever the library raises.
    """
    if (Path(model) / CONFIG_FILE).is_file():
        # The library runs classes that it does not know only with `trust_remote_code`.
        modules: list[nn.Module] = [QuantizedBert.load(model), Normalize()]
        return SentenceTransformer(modules=modules, prompts=dict(_OWN_PROMPTS), device="cpu")
    is_folder = Path(model).is_dir()
    return SentenceTransformer(
        model, device="cpu", trust_remote_code=False, local_files_only=is_folder
    ).float()


def limit_threads(n_threads: int) -> None:
    """Let every model of this process use so many threads for one text."""
    torch.set_num_threads(n_threads)


def _own_prompts(name: str, model: SentenceTransformer) -> dict[str, str]:
    if isinstance(model[0], QuantizedBert):
        return dict(_OWN_PROMPTS)
    known = {key: text for key, text in model.prompts.items() if text}
    if "e5" in Path(name).name.lower().split("-"):
        return {**_E5_PROMPTS, **known}
    return {
        "query": known.get("query", ""),
        "passage": known.get("document", known.get("passage", "")),
    }


def _hash_model(model: SentenceTransformer) -> str:
    """Return a SHA-256 over weights and tokeniser: equal models have equal hashes."""
    digest = hashlib.sha256()
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
