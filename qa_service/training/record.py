"""Turns training runs into `training.json`: what went in, what made it, what came out."""

import hashlib
import json
import platform
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from qa_service.training.fitting import ScorerRecipe
from qa_service.training.labels import digest_labels, training_policies
from qa_service.training.pairs import digest_data, digest_topicdata
from qa_service.training.router import RouterRecipe
from qa_service.training.table import Recipe

RECORD_FILE = "training.json"
WEIGHTS_FILE = "model.safetensors"
TOKENIZER_FILE = "tokenizer.json"
_READING = ("evidence", "features", "passages", "proposals", "router", "tokens", "wordings")
LIBRARIES = ("numpy", "safetensors", "sentence-transformers", "tokenizers", "torch", "transformers")


def write_record(out: Path, data: Path, recipe: Recipe) -> None:
    """Write the record of the model in `out`; no time, path or name of a machine is in it."""
    record = {
        "recipe": asdict(recipe),
        "data_sha256": digest_data(data),
        "code_sha256": _hash_code(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "weights_sha256": _sha256(out / WEIGHTS_FILE),
        "tokenizer_sha256": _sha256(out / TOKENIZER_FILE),
    }
    text = json.dumps(record, indent=2) + "\n"
    (out / RECORD_FILE).write_text(text, encoding="utf-8")


def write_reader_record(
    out: Path, data: Path, model: Path, router: RouterRecipe, scorer: ScorerRecipe
) -> None:
    """Write the record of router and calibrations in `out`, which were fitted on `data`."""
    record = {
        "router_recipe": asdict(router),
        "scorer_recipe": asdict(scorer),
        "encoder_sha256": _sha256(model / WEIGHTS_FILE),
        "topicdata_sha256": digest_topicdata(),
        "labels_sha256": digest_labels(),
        "policies_sha256": {
            name: _sha256(data / "policies" / name) for name in training_policies()
        },
        "code_sha256": _hash_code(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "files_sha256": {path.name: _sha256(path) for path in sorted(out.glob("*.npz"))},
    }
    text = json.dumps(record, indent=2) + "\n"
    (out / RECORD_FILE).write_text(text, encoding="utf-8")


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
