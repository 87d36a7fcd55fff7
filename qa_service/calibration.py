"""Holds the trained scorers and thresholds, and the hashes of what they were trained for.

A calibration belongs to one encoder, one router and one list of topics, and is refused with any
other. One calibration belongs to no encoder: it judges by topics and words alone and serves every
model that has none of its own.
"""

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from qa_service.errors import BadModel
from qa_service.scorer import Scorer
from qa_service.topics import hash_topics

ANY_ENCODER = ""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which probabilities on something is said; chosen in `training/scorers.py`.

    A passage is shown from `shown_from`, or where nobody reviewed the policy's topic map from
    `proposed_from`, and from `shown_share` of the best. Under a reviewed map nothing is shown
    unless the question is about topics that the policy speaks of with `covered_from`. An answer
    counts as settled when a shown passage settles it with `settled_from`; a question without an
    excerpt is outside of privacy when the router says so with `outside_from`.
    """

    shown_from: float
    proposed_from: float
    shown_share: float
    covered_from: float
    settled_from: float
    outside_from: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Three scorers and their thresholds.

    `proposal` tells whether a passage bears on a topic, `acceptance` whether it may be shown for a
    question, `settlement` whether it settles it. `encoder` is the hash of its model, or
    `ANY_ENCODER`; `router` that of its router; `sha256` its own.
    """

    encoder: str
    router: str
    proposal: Scorer
    acceptance: Scorer
    settlement: Scorer
    thresholds: Thresholds
    sha256: str

    @property
    def vector_weight(self) -> float:
        """What likeness of vectors counts in the evidence: 1, or 0 under an unknown model."""
        return float(self.encoder != ANY_ENCODER)

    @classmethod
    def load(cls, path: Path, encoder: str, router: str) -> Self:
        """Return the calibration of a file for an encoder and a router, both by hash.

        Raises:
            BadModel: it cannot be read, or belongs to another encoder, router or list of topics.
        """
        arrays = _read_arrays(path)
        try:
            values = dict(zip(_THRESHOLDS, arrays["thresholds"].tolist(), strict=True))
            loaded = cls(
                encoder=str(arrays["encoder"]),
                router=str(arrays["router"]),
                proposal=Scorer.of_arrays(arrays, "proposal."),
                acceptance=Scorer.of_arrays(arrays, "acceptance."),
                settlement=Scorer.of_arrays(arrays, "settlement."),
                thresholds=Thresholds(**values),
                sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            )
        except (OSError, ValueError, KeyError) as exc:
            raise BadModel(str(path), f"the calibration cannot be read ({exc})") from exc
        if loaded.encoder not in {encoder, ANY_ENCODER}:
            raise BadModel(str(path), "the calibration belongs to another model")
        if loaded.router != router or str(arrays["topics"]) != hash_topics():
            raise BadModel(str(path), "the calibration belongs to another router or topic list")
        return loaded

    def write(self, path: Path) -> None:
        """Write everything into one file; equal calibrations give equal bytes."""
        facts = {
            "encoder": np.array(self.encoder),
            "router": np.array(self.router),
            "topics": np.array(hash_topics()),
            "thresholds": np.array([getattr(self.thresholds, name) for name in _THRESHOLDS]),
        }
        scorers = (
            self.proposal.arrays("proposal.")
            | self.acceptance.arrays("acceptance.")
            | self.settlement.arrays("settlement.")
        )
        np.savez(path, allow_pickle=False, **facts, **scorers)


def read_owner(path: Path) -> str:
    """Return the hash of the encoder that a calibration belongs to.

    Raises:
        BadModel: the file cannot be read.
    """
    return str(_read_arrays(path).get("encoder", ""))


def _read_arrays(path: Path) -> dict[str, Any]:
    try:
        with np.load(path, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except (OSError, EOFError, ValueError, zipfile.BadZipFile) as exc:
        raise BadModel(str(path), f"the calibration cannot be read ({exc})") from exc


_THRESHOLDS = tuple(Thresholds.__dataclass_fields__)
