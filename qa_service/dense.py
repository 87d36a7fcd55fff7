"""Keeps passage vectors in FAISS and finds the nearest. The only module that knows FAISS."""

from pathlib import Path
from typing import Any, Self

import faiss
import numpy as np
import numpy.typing as npt

from qa_service.embedding import Vectors


class DenseStore:
    """Exact inner-product search over one policy's passages; a policy has tens to thousands."""

    def __init__(self, index: Any) -> None:  # noqa: ANN401 - faiss has no types
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> Self:
        """Return a store of vectors, shape `(n, d)`, rows of unit length, in passage order."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return cls(index)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return a store from its file; a damaged one is noticed by the manifest, not here."""
        return cls(faiss.read_index(str(path)))

    def write(self, path: Path) -> None:
        """Write the store into a file."""
        faiss.write_index(self._index, str(path))

    @property
    def n_passages(self) -> int:
        """How many vectors the store holds."""
        return int(self._index.ntotal)

    def scores(self, vector: Vectors) -> npt.NDArray[np.float32]:
        """Return every passage's cosine with a question's vector `(1, d)`, in passage order."""
        scores, ordinals = self._index.search(vector, self.n_passages)
        ordered = np.empty(self.n_passages, dtype=np.float32)
        ordered[ordinals[0]] = scores[0]
        return ordered
