"""Turns a data folder into training pairs and topics, and into the digest that names them.

Reads `pairs/*.tsv`, `parallel/*.tsv` and `intents/topics.jsonl`, and nothing else: the policies
and the evaluation questions are no training data.
"""

import hashlib
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

logger = logging.getLogger(__name__)

TOPICS_FILE = "intents/topics.jsonl"
PAIR_FILES = ("pairs/*.tsv", "parallel/*.tsv")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts that mean the same, or a question and a text that answers it."""

    file: str
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Topic:
    """What a visitor can ask about: questions, clauses that answer them, near misses.

    An off-topic topic has questions only.
    """

    name: str
    questions_ja: tuple[str, ...]
    questions_en: tuple[str, ...]
    clauses_ja: tuple[str, ...]
    clauses_en: tuple[str, ...]
    near_ja: tuple[str, ...]


def read_pairs(data: Path) -> list[Pair]:
    """Read every pair once, in the order of the sorted file names and their lines.

    A line that is not two different non-empty texts with one tab between them is skipped.
    """
    seen: set[tuple[str, str]] = set()
    pairs: list[Pair] = []
    for path in pair_files(data):
        n_before = len(pairs)
        for line in _lines(path):
            left, _, right = (part.strip() for part in line.partition("\t"))
            broken = not left or not right or "\t" in right or left == right
            if broken or (left, right) in seen:
                continue
            seen.add((left, right))
            pairs.append(Pair(path.stem, left, right))
        logger.info("%s: %d pairs", path.name, len(pairs) - n_before)
    return pairs


def read_topics(data: Path) -> list[Topic]:
    """Read the topics in file order."""
    return [_topic(line) for line in _lines(data / TOPICS_FILE) if line.strip()]


def pair_files(data: Path) -> list[Path]:
    """List the files that `read_pairs` reads, in its order."""
    return sorted(path for pattern in PAIR_FILES for path in data.glob(pattern))


def digest_data(data: Path) -> str:
    """Hash the names and contents of all files that training reads (SHA-256, hexadecimal)."""
    digest = hashlib.sha256()
    for path in [*pair_files(data), data / TOPICS_FILE]:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{content}  {path.relative_to(data).as_posix()}\n".encode())
    return digest.hexdigest()


def _lines(path: Path) -> Iterator[str]:
    # str.splitlines would also cut at U+2028 and U+0085, which stand inside some texts.
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            yield line.rstrip("\r\n")


def _topic(line: str) -> Topic:
    record = json.loads(line)
    return Topic(
        record["topic"],
        tuple(record["q_ja"]),
        tuple(record["q_en"]),
        tuple(record["clause_ja"]),
        tuple(record["clause_en"]),
        tuple(record["near_ja"]),
    )
