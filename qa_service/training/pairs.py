"""Turns a data folder and the package's examples into training pairs and topics, and a digest.

Reads `pairs/*.tsv`, `parallel/*.tsv` and `topicdata/`, and nothing else: the policies and the
evaluation questions are no training data of the embedding model. All texts become lemmas.
"""

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from qa_service.tokens import Tokenizer, lemma_text, normalize
from qa_service.topics import Example, read_examples, read_topics

logger = logging.getLogger(__name__)

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


def read_pairs(data: Path, tokenizer: Tokenizer) -> list[Pair]:
    """Read every pair once, as lemmas, in the order of the sorted file names and their lines.

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
            pairs.append(Pair(path.stem, as_lemmas(left, tokenizer), as_lemmas(right, tokenizer)))
        logger.info("%s: %d pairs", path.name, len(pairs) - n_before)
    return pairs


def read_topic_texts(tokenizer: Tokenizer) -> list[Topic]:
    """Read the package's topics with the lemmas of their examples, each under its main topic."""
    examples = read_examples()

    def texts(group: tuple[Example, ...], topic: str, lang: str) -> tuple[str, ...]:
        chosen = (e.text for e in group if e.topics[0] == topic and e.lang == lang)
        return tuple(as_lemmas(text, tokenizer) for text in chosen)

    return [
        Topic(
            topic.id,
            texts(examples.questions, topic.id, "ja"),
            texts(examples.questions, topic.id, "en"),
            texts(examples.clauses, topic.id, "ja"),
            texts(examples.clauses, topic.id, "en"),
            texts(examples.near_misses, topic.id, "ja"),
        )
        for topic in read_topics()
    ]


def as_lemmas(text: str, tokenizer: Tokenizer) -> str:
    """Return what the encoder reads of a text."""
    return lemma_text(tokenizer.tokenize(normalize(text)))


def pair_files(data: Path) -> list[Path]:
    """List the files that `read_pairs` reads, in its order."""
    return sorted(path for pattern in PAIR_FILES for path in data.glob(pattern))


def digest_data(data: Path) -> str:
    """Hash the names and contents of all files that training reads (SHA-256, hexadecimal)."""
    digest = hashlib.sha256()
    for path in pair_files(data):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{content}  {path.relative_to(data).as_posix()}\n".encode())
    digest.update(digest_topicdata().encode())
    return digest.hexdigest()


def digest_topicdata() -> str:
    """Hash the package's topics and examples (SHA-256, hexadecimal)."""
    folder = files("qa_service") / "topicdata"
    names = ("examples.jsonl", "questions.jsonl", "topics.jsonl")
    return hashlib.sha256(b"".join((folder / name).read_bytes() for name in names)).hexdigest()


def _lines(path: Path) -> Iterator[str]:
    # str.splitlines would also cut at U+2028 and U+0085, which stand inside some texts.
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            yield line.rstrip("\r\n")
