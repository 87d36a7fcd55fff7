"""Turns texts into bags of token ids, kept in two flat arrays so that batches are cut quickly."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer

TEXTS_PER_CALL = 10_000


@dataclass(frozen=True, slots=True)
class Bags:
    """Token ids of `n` texts: text `i` is `ids[starts[i] : starts[i + 1]]`."""

    ids: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class BagBatch:
    """Token ids and start offsets as `torch.nn.EmbeddingBag` takes them."""

    ids: torch.Tensor
    offsets: torch.Tensor


def bag_texts(tokenizer: Tokenizer, texts: Sequence[str]) -> Bags:
    """Tokenise the texts in order."""
    ids: list[npt.NDArray[np.int64]] = []
    lengths = [0]
    for start in range(0, len(texts), TEXTS_PER_CALL):
        for encoding in tokenizer.encode_batch_fast(texts[start : start + TEXTS_PER_CALL]):
            ids.append(np.array(encoding.ids, dtype=np.int64))
            lengths.append(len(encoding.ids))
    flat = np.concatenate(ids) if ids else np.zeros(0, dtype=np.int64)
    return Bags(flat, np.cumsum(lengths, dtype=np.int64))


def cut_batch(
    bags: Bags, rows: npt.NDArray[np.int64], dropout: float, rng: np.random.Generator
) -> BagBatch:
    """Cut the bags of `rows`, in order, and drop each token with probability `dropout`."""
    lengths = bags.starts[rows + 1] - bags.starts[rows]
    ends = np.cumsum(lengths)
    positions = np.arange(lengths.sum()) + np.repeat(bags.starts[rows] - ends + lengths, lengths)
    kept = rng.random(len(positions)) >= dropout
    n_kept_before = np.concatenate([[0], np.cumsum(kept)])
    return BagBatch(
        torch.from_numpy(bags.ids[positions[kept]]),
        torch.from_numpy(n_kept_before[ends - lengths]),
    )
