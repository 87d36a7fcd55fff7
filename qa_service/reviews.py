"""Reads and writes what a maintainer reviewed: `NAME.topics.toml` beside the policy `NAME.ja.md`.

For each topic a status, the quotes that answer it with their grade, and each quote's SHA-256. A
quote whose words no longer stand in the policy makes its entry stale. Does not know proposals.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import tomlkit

from qa_service.errors import BadSource
from qa_service.messages import Status
from qa_service.sources import Source, authoritative, hash_span
from qa_service.topics import read_topics

SUFFIX = ".topics.toml"
# So many hexadecimal digits name a passage that stood in the policy when it was reviewed.
KNOWN_DIGITS = 12
GRADES = (1, 2)
_LANGUAGE_AND_TYPE = re.compile(r"(\.(ja|en))?\.md$", re.IGNORECASE)
_HEADER = (
    "What a maintainer says this policy answers, topic by topic: grade 2 settles it, 1 supports.",
    "`policy-qa topics` shows it beside the program's own proposal, `policy-qa topics --accept`",
    "renews what a changed policy made stale. Edit by hand as you like.",
)


@dataclass(frozen=True, slots=True)
class ReviewedQuote:
    """A span of the policy as stored, whole passages only, and how well it answers: 2 or 1."""

    text: str
    sha256: str
    grade: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What was decided about one topic; `quotes` stand best first and are empty when silent."""

    topic: str
    status: Status
    quotes: tuple[ReviewedQuote, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """All entries by topic, and the passages that the policy had when they were decided."""

    entries: dict[str, Entry]
    known: frozenset[str]

    def knows(self, span: str) -> bool:
        """Whether a passage, as stored, stood in the policy at the review."""
        return known_name(span) in self.known


def read_reviews(folder: Path, sources: Sequence[Source]) -> dict[str, Review]:
    """Return the reviews of a folder by policy id; a policy without one is left out.

    Raises:
        BadSource: a review is broken.
    """
    found = {s.policy_id: read_review(review_path(folder, s)) for s in authoritative(sources)}
    return {name: review for name, review in found.items() if review is not None}


def review_path(folder: Path, source: Source) -> Path:
    """Return where the review of a source stands."""
    return folder / review_name(source.path)


def review_name(policy_file: str) -> str:
    """Return the name of the review of a policy file: `NAME.ja.md` has `NAME.topics.toml`."""
    return _LANGUAGE_AND_TYPE.sub("", policy_file) + SUFFIX


def read_review(path: Path) -> Review | None:
    """Return the review of a file, or None where there is none.

    Raises:
        BadSource: it is not TOML, or an entry cannot be used.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as exc:
        raise BadSource(path, 1, f"the review cannot be read ({type(exc).__name__})") from exc
    try:
        raw = tomllib.loads(text)
        entries = [_read_entry(one) for one in raw.get("topic", [])]
        known = raw.get("known", [])
        if not isinstance(known, list):
            raise TypeError("known is not a list")
    except tomllib.TOMLDecodeError as exc:
        raise BadSource(path, 1, f"the review is not TOML: {exc}") from exc
    except KeyError as exc:
        raise BadSource(path, 1, f"the review cannot be used: an entry lacks {exc}") from exc
    except (TypeError, ValueError, AttributeError) as exc:
        raise BadSource(path, 1, f"the review cannot be used: {exc}") from exc
    by_topic = {entry.topic: entry for entry in entries}
    if len(by_topic) < len(entries):
        raise BadSource(path, 1, "the review has a topic twice")
    return Review(by_topic, frozenset(map(str, known)))


def write_review(path: Path, review: Review) -> None:
    """Write a review; comments of a file that is there are kept."""
    if path.exists():
        document = tomlkit.parse(path.read_text(encoding="utf-8"))
    else:
        document = tomlkit.document()
        for line in _HEADER:
            document.add(tomlkit.comment(line))
    known = tomlkit.array()
    for name in sorted(review.known):
        known.add_line(name, indent="    ")
    known.add_line(indent="")
    document["known"] = known
    tables = {str(table["id"]): table for table in document.get("topic", [])}
    array = document.get("topic") or tomlkit.aot()
    for entry in review.entries.values():
        table = tables.get(entry.topic)
        if table is None:
            table = tomlkit.table()
            table["id"] = entry.topic
            array.append(table)
        _write_entry(table, entry)
    document["topic"] = array
    # A person's work: never left half written.
    draft = path.with_suffix(".toml.new")
    draft.write_text(tomlkit.dumps(document), encoding="utf-8")
    draft.replace(path)


def known_name(span: str) -> str:
    """Return the short name under which a review remembers a passage."""
    return hash_span(span)[:KNOWN_DIGITS]


def new_quote(span: str, grade: int) -> ReviewedQuote:
    """Return the quote of a passage's span as stored."""
    return ReviewedQuote(span, hash_span(span), grade)


def find_stale(review: Review, spans: Sequence[str]) -> dict[str, ReviewedQuote]:
    """Return the stale topics, each with the first quote that is no passage of the policy now."""
    present = {hash_span(span) for span in spans}
    stale = {}
    for entry in review.entries.values():
        gone = [quote for quote in entry.quotes if quote.sha256 not in present]
        if gone:
            stale[entry.topic] = gone[0]
    return stale


def _read_entry(raw: dict[str, object]) -> Entry:
    topic, status = str(raw["id"]), Status(str(raw["status"]))
    if topic not in {known.id for known in read_topics() if not known.is_outside}:
        raise ValueError(f"there is no topic {topic}")
    quotes = raw.get("quotes", [])
    if not isinstance(quotes, list):
        raise TypeError(f"{topic}: quotes is not a list")
    entry = Entry(topic, status, tuple(_read_quote(topic, quote) for quote in quotes))
    if status not in {Status.ANSWERED, Status.PARTIAL, Status.SILENT}:
        raise ValueError(f"{topic}: status must be answered, partial or silent")
    if (status is Status.SILENT) == bool(entry.quotes):
        raise ValueError(f"{topic}: {status} with {len(entry.quotes)} quotes")
    return entry


def _read_quote(topic: str, raw: dict[str, object]) -> ReviewedQuote:
    quote = new_quote(str(raw["text"]), int(str(raw["grade"])))
    if quote.grade not in GRADES:
        raise ValueError(f"{topic}: a grade must be 1 or 2")
    # Whoever writes a quote by hand may leave out its hash.
    if quote.sha256 != raw.get("sha256", quote.sha256):
        raise ValueError(f"{topic}: the SHA-256 is not that of the quote {quote.text[:20]!r}")
    return quote


def _write_entry(table: dict[str, object], entry: Entry) -> None:
    table["status"] = entry.status.value
    table.pop("quotes", None)
    if entry.quotes:
        quotes = tomlkit.array()
        for quote in entry.quotes:
            row = tomlkit.inline_table()
            row.update({"grade": quote.grade, "sha256": quote.sha256, "text": quote.text})
            quotes.add_line(row, indent="    ")
        quotes.add_line(indent="")
        table["quotes"] = quotes
