"""Reads pairs of sentences from a data folder: general Japanese and English for the vocabulary."""

import hashlib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

PAIR_FILES = ("pairs/*.tsv", "parallel/*.tsv")


def read_pairs(data: Path) -> Iterator[tuple[str, str]]:
    """Yield the two texts of every line, in the order of the sorted file names and their lines.

    A line that is not two non-empty texts with one tab between them is skipped.
    """
    for path in pair_files(data):
        for line in _lines(path):
            left, _, right = (part.strip() for part in line.partition("\t"))
            if left and right and "\t" not in right:
                yield left, right


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
    names = (
        "confusable.jsonl",
        "examples.jsonl",
        "held_back.jsonl",
        "questions.jsonl",
        "topics.jsonl",
    )
    return hashlib.sha256(b"".join((folder / name).read_bytes() for name in names)).hexdigest()


def _lines(path: Path) -> Iterator[str]:
    # str.splitlines would also cut at U+2028 and U+0085, which stand inside some texts.
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            yield line.rstrip("\r\n")
