"""Turns the package's topic files into Topics: what visitors ask about a privacy policy.

`topicdata/topics.jsonl` has a line a topic, `examples.jsonl` questions, clauses of many
organisations that answer them and near misses, `questions.jsonl` harder questions with all their
topics, `held_back.jsonl` more of them that no reader of topics learns. Knows neither policies nor
models.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_FILES = files("qa_service") / "topicdata"
# Topics of this family are about anything but a privacy policy: prices, weather, greetings.
_OUTSIDE = "offtopic."


@dataclass(frozen=True, slots=True)
class Topic:
    """What a visitor can ask about.

    A label fits into 「『…』についての記載がありません」 and into 'nothing about "…"'.
    `neighbours` are easily taken for it; a clause that answers it also bears on those it `implies`.
    """

    id: str
    label_ja: str
    label_en: str
    neighbours: tuple[str, ...]
    implies: tuple[str, ...]

    @property
    def is_outside(self) -> bool:
        """Whether questions about it have nothing to do with a privacy policy."""
        return self.id.startswith(_OUTSIDE)

    def label(self, lang: str) -> str:
        """Return its label in `ja` or `en`."""
        return self.label_ja if lang == "ja" else self.label_en


@dataclass(frozen=True, slots=True)
class Example:
    """A text about topics, the main one first: a question or a clause in `lang`."""

    text: str
    lang: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Examples:
    """What people ask about the topics, what policies say on them, and near misses.

    `confusable` questions were written for what a careless reader would take for a neighbour topic.
    A near miss has a topic's nouns but does not answer it.
    """

    questions: tuple[Example, ...]
    confusable: tuple[Example, ...]
    clauses: tuple[Example, ...]
    near_misses: tuple[Example, ...]


@cache
def read_topics() -> tuple[Topic, ...]:
    """Return the topics in their fixed order: those about privacy first, then those outside."""
    return tuple(
        Topic(
            raw["id"],
            raw["label_ja"],
            raw["label_en"],
            tuple(raw["neighbours"]),
            tuple(raw["implies"]),
        )
        for raw in _read_lines("topics.jsonl")
    )


def read_examples() -> Examples:
    """Return all examples in file order."""
    groups = list(_read_lines("examples.jsonl"))
    questions = _flatten(groups, {"q_ja": "ja", "q_en": "en"})
    return Examples(
        (*questions, *_read_questions("questions.jsonl")),
        _read_questions("confusable.jsonl"),
        _flatten(groups, {"clause_ja": "ja", "clause_en": "en"}),
        _flatten(groups, {"near_ja": "ja"}),
    )


def read_held_back() -> tuple[Example, ...]:
    """Return the questions that no reader of topics learns, for the calibration."""
    return _read_questions("held_back.jsonl")


def hash_topics() -> str:
    """Return the SHA-256 of the topics' ids in order: what numbers topics belongs to one list."""
    return hashlib.sha256("\n".join(topic.id for topic in read_topics()).encode()).hexdigest()


def _read_questions(name: str) -> tuple[Example, ...]:
    return tuple(
        Example(raw["question"], raw["lang"], tuple(raw["topics"])) for raw in _read_lines(name)
    )


def _read_lines(name: str) -> list[dict[str, Any]]:
    lines = (_FILES / name).read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


def _flatten(groups: list[dict[str, Any]], languages: dict[str, str]) -> tuple[Example, ...]:
    return tuple(
        Example(text, lang, (group["topic"],))
        for group in groups
        for key, lang in languages.items()
        for text in group[key]
    )
