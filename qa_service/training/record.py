"""Turns a training run into `training.json`: what went in, what made it, what came out."""

import hashlib
import json
import platform
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from qa_service.training.pairs import digest_data
from qa_service.training.table import Recipe

RECORD_FILE = "training.json"
WEIGHTS_FILE = "model.safetensors"
TOKENIZER_FILE = "tokenizer.json"
LIBRARIES = ("numpy", "safetensors", "sentence-transformers", "tokenizers", "torch", "transformers")


def write_record(out: Path, data: Path, recipe: Recipe) -> None:
    """Write the record of the model in `out`; no time, path or name of a machine is in it."""
    record = {
        "recipe": asdict(recipe),
        "data_sha256": digest_data(data),
        "code_sha256": {path.name: _sha256(path) for path in _code_files()},
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "weights_sha256": _sha256(out / WEIGHTS_FILE),
        "tokenizer_sha256": _sha256(out / TOKENIZER_FILE),
    }
    text = json.dumps(record, indent=2) + "\n"
    (out / RECORD_FILE).write_text(text, encoding="utf-8")


def _code_files() -> list[Path]:
    return sorted(Path(__file__).parent.glob("*.py"))


def _sha256(path: Path) -> str:
    # Line ends are not part of what was written: a checkout may have turned them.
    content = path.read_bytes()
    return hashlib.sha256(
        content.replace(b"\r\n", b"\n") if path.suffix == ".py" else content
    ).hexdigest()
