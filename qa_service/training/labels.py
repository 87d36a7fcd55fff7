"""Reads what people labelled on real policies: which passages answer which topic and question.

The labels are this project's own (`labels/`); the policies themselves stay in the data folder. Some
policies, whose licence is unknown, serve for checks only.
"""

import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from qa_service.checks import split_source
from qa_service.messages import Status
from qa_service.passages import Passage, cut_passages
from qa_service.sources import Source, read_source
from qa_service.tokens import Tokenizer

_FILES = files("qa_service") / "training" / "labels"
Grades = dict[int, int]


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
    """A real policy, cut into passages, with all labels; topics without one are silent."""

    source: Source
    passages: tuple[Passage, ...]
    topics: tuple[LabelledTopic, ...]
    questions: tuple[LabelledQuestion, ...]
    is_check: bool


def read_labelled_policies(data: Path, tokenizer: Tokenizer) -> list[LabelledPolicy]:
    """Return the labelled policies of `data/policies`, by file name.

    Raises:
        ValueError: a policy is no longer cut into the passages that were labelled.
    """
    wanted = json.loads((_FILES / "policies.json").read_text(encoding="utf-8"))
    topics, questions = _read_rows("topics.jsonl"), _read_rows("questions.jsonl")
    policies = []
    for name, facts in sorted(wanted.items()):
        source = read_source(data / "policies" / name)
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
                is_check=facts["use"] == "check",
            )
        )
    return policies


def training_policies() -> list[str]:
    """Return the file names of the policies that training may see."""
    facts = json.loads((_FILES / "policies.json").read_text(encoding="utf-8"))
    return sorted(name for name, fact in facts.items() if fact["use"] == "train")


def digest_labels() -> str:
    """Hash the label files (SHA-256, hexadecimal)."""
    names = ("policies.json", "questions.jsonl", "topics.jsonl")
    return hashlib.sha256(b"".join((_FILES / name).read_bytes() for name in names)).hexdigest()


def _read_rows(name: str) -> list[dict[str, Any]]:
    lines = (_FILES / name).read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]
