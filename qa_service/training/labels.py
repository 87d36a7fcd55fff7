"""Reads what was labelled on policies: which passages answer which topic and question.

The labels are this project's own (`labels/`), and so are the policies in `policies/`; those of real
organisations stay in the data folder, and some, whose licence is unknown, serve for checks only.
"""

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Any

from qa_service.checks import split_source
from qa_service.messages import Status
from qa_service.passages import Passage, cut_passages
from qa_service.sources import Source, read_source
from qa_service.tokens import Tokenizer

_FILES = files("qa_service") / "training" / "labels"
_OWN_POLICIES = Path(__file__).parent / "policies"
Grades = dict[int, int]


class Use(StrEnum):
    """What a labelled policy is for: no two steps of the training see the same one."""

    ENCODER = "encoder"
    CALIBRATION = "calibration"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class LabelledTopic:
    """What a policy says on a topic: its passages by ordinal with their grade, best first."""

    topic: str
    status: Status
    grades: Grades


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """What a visitor asked a policy, and the passages that may be shown, with their grade."""

    question: str
    lang: str
    status: Status
    grades: Grades


@dataclass(frozen=True, slots=True)
class LabelledPolicy:
    """A policy, cut into passages, with all labels; topics without one are silent."""

    source: Source
    passages: tuple[Passage, ...]
    topics: tuple[LabelledTopic, ...]
    questions: tuple[LabelledQuestion, ...]
    use: Use


def read_labelled_policies(data: Path, tokenizer: Tokenizer) -> list[LabelledPolicy]:
    """Return the labelled policies, ours and those of `data/policies`, by file name.

    Raises:
        ValueError: a policy is no longer cut into the passages that were labelled.
    """
    wanted = json.loads((_FILES / "policies.json").read_text(encoding="utf-8"))
    topics, questions = _read_rows("topics.jsonl"), _read_rows("questions.jsonl")
    policies = []
    for name, facts in sorted(wanted.items()):
        source = read_source(policy_path(data, name))
        passages = cut_passages(source.policy_id, source.text, split_source(source), tokenizer)
        spans = "\0".join(source.text[p.start : p.end] for p in passages)
        if hashlib.sha256(spans.encode()).hexdigest() != facts["spans_sha256"]:
            raise ValueError(f"{name} is not cut into the passages that were labelled")
        policies.append(
            LabelledPolicy(
                source,
                passages,
                tuple(
                    LabelledTopic(row["topic"], Status(row["status"]), dict(row["passages"]))
                    for row in topics
                    if row["policy"] == name
                ),
                tuple(
                    LabelledQuestion(
                        row["question"], row["lang"], Status(row["status"]), dict(row["expect"])
                    )
                    for row in questions
                    if row["policy"] == name
                ),
                use=Use(facts["use"]),
            )
        )
    return policies


def policy_path(data: Path, name: str) -> Path:
    """Return where a labelled policy stands: in the package, else in the data folder."""
    own = _OWN_POLICIES / name
    return own if own.is_file() else data / "policies" / name


def policies_for(use: Use) -> list[str]:
    """Return the file names of the policies for a use."""
    facts = json.loads((_FILES / "policies.json").read_text(encoding="utf-8"))
    return sorted(name for name, fact in facts.items() if Use(fact["use"]) is use)


def digest_labels(use: Use) -> str:
    """Hash the labels of the policies for a use (SHA-256, hexadecimal)."""
    names = set(policies_for(use))
    rows = [*_read_rows("topics.jsonl"), *_read_rows("questions.jsonl")]
    of_use = [json.dumps(row, ensure_ascii=False) for row in rows if row["policy"] in names]
    return hashlib.sha256("\n".join(of_use).encode()).hexdigest()


def _read_rows(name: str) -> list[dict[str, Any]]:
    lines = (_FILES / name).read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]
