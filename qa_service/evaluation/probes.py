"""Turns the lines of an evaluation set into Probes: its questions, without what is expected.

Quotes need not stand in the policy: what is asked of two versions may stand in neither.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa_service.errors import BadEvaluation, BadQuestion
from qa_service.questions import read_question
from qa_service.tokens import Tokenizer


@dataclass(frozen=True, slots=True)
class Probe:
    """A question to be asked of two versions; `policy` is None where it names none."""

    id: str
    lang: str
    question: str
    policy: str | None


def read_probes(path: Path, tokenizer: Tokenizer) -> tuple[Probe, ...]:
    """Return the questions of a file, in order; blank lines count as none.

    Raises:
        BadEvaluation: a line is broken, or its question cannot be asked.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as exc:
        raise BadEvaluation(path, 1, f"the file cannot be read ({exc.strerror})") from exc
    except UnicodeDecodeError as exc:
        raise BadEvaluation(path, 1, "the file is not UTF-8") from exc
    probes = []
    for number, line in enumerate(lines, start=1):
        try:
            probes += [_make_probe(json.loads(line), tokenizer)] if line.strip() else []
        except KeyError as exc:
            raise BadEvaluation(path, number, f"the question lacks {exc}") from exc
        except (ValueError, TypeError, BadQuestion) as exc:
            raise BadEvaluation(path, number, f"the question cannot be asked: {exc}") from exc
    if not probes:
        raise BadEvaluation(path, 1, "the set holds no question")
    return tuple(probes)


def _make_probe(raw: dict[str, Any], tokenizer: Tokenizer) -> Probe:
    values = raw["id"], raw["lang"], raw["question"], raw.get("policy") or ""
    if not all(isinstance(value, str) for value in values):
        raise TypeError("id, lang, question and policy are texts")
    read_question(raw["question"], tokenizer)
    return Probe(raw["id"], raw["lang"], raw["question"], raw.get("policy"))
