"""Turns a policy of a build into a Revision, and back: its text and sections as they once stood.

Knows which files of a build hold them, and which revision stood on a day. Does not know passages,
vectors or how texts differ.
"""

import datetime as dt
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from qa_service.builds import Build, as_json
from qa_service.errors import UnknownRevision, UnknownSection
from qa_service.sections import Section
from qa_service.sources import Source, hash_span

POLICIES = "policies"

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

_SOURCE = TypeAdapter(Source)
_SECTIONS = TypeAdapter(tuple[Section, ...])


@dataclass(frozen=True, slots=True)
class Revision:
    """A policy's text with its facts, and its sections; spans index `source.text`."""

    source: Source
    sections: tuple[Section, ...]

    @property
    def date(self) -> str | None:
        """When the policy says that it was last changed."""
        return self.source.last_modified


def write_revision(folder: Path, revision: Revision) -> None:
    """Write a revision into the folder of its policy."""
    (folder / "source.md").write_bytes(revision.source.text.encode())
    facts = _SOURCE.dump_python(revision.source, mode="json", exclude={"text"})
    (folder / "source.json").write_text(as_json(facts), encoding="utf-8")
    (folder / "sections.json").write_bytes(_SECTIONS.dump_json(revision.sections))


def read_revision(folder: Path) -> Revision:
    """Return the revision in the folder of a policy.

    Raises:
        OSError, ValueError: a file is missing, or does not hold what this program writes.
    """
    facts = json.loads((folder / "source.json").read_text(encoding="utf-8"))
    text = (folder / "source.md").read_bytes().decode()
    sections = _SECTIONS.validate_json((folder / "sections.json").read_bytes())
    return Revision(_SOURCE.validate_python({**facts, "text": text}), sections)


def read_earlier(builds: Iterable[Build], present: Source) -> tuple[Revision, ...]:
    """Return the revisions of a policy in earlier builds, in their order, each text once.

    A build that does not have the policy, or was written by another version of this program in a
    way that cannot be read, is left out, and so is the text of the present.
    """
    found: dict[str, Revision] = {}
    for build in builds:
        try:
            revision = read_revision(build.path / POLICIES / present.policy_id)
        except (OSError, ValueError):
            continue
        if revision.source.sha256 != present.sha256:
            found.setdefault(revision.source.sha256, revision)
    return tuple(found.values())


def read_day(typed: str) -> dt.date:
    """Return a day that is written as YYYY-MM-DD.

    Raises:
        ValueError: it is written otherwise, or there is no such day.
    """
    if not _DAY.fullmatch(typed):
        raise ValueError("a day is written as YYYY-MM-DD")
    return dt.date.fromisoformat(typed)


def find_revision_on(revisions: Sequence[Revision], day: dt.date) -> Revision:
    """Return the newest revision whose date is on or before a day, of revisions newest first.

    The date is what the policy says of itself; a revision that says none stood on no day that is
    known. The order is that of publishing: a text that was published again counts as the newest.

    Raises:
        UnknownRevision: no revision is that old.
    """
    for revision in revisions:
        # Dates are ISO 8601, which sorts as text.
        if revision.date is not None and revision.date <= day.isoformat():
            return revision
    raise UnknownRevision(revisions[0].source.policy_id, f"of {day.isoformat()} or before")


def find_revision(revisions: Sequence[Revision], sha256: str) -> Revision:
    """Return the revision whose source has a SHA-256.

    Raises:
        UnknownRevision: no revision has it.
    """
    for revision in revisions:
        if revision.source.sha256 == sha256.lower():
            return revision
    raise UnknownRevision(revisions[0].source.policy_id, "with this SHA-256")


def find_section(revision: Revision, section_id: str) -> Section:
    """Return a section of a revision by its id.

    Raises:
        UnknownSection: the revision has none of this id.
    """
    for section in revision.sections:
        if section.id == section_id:
            return section
    raise UnknownSection(revision.source.policy_id, section_id)


def find_cited(revisions: Iterable[Revision], start: int, end: int, sha256: str) -> Revision | None:
    """Return the first revision whose span `start:end` has a SHA-256; None where none has."""
    for revision in revisions:
        text = revision.source.text
        if 0 <= start < end <= len(text) and hash_span(text[start:end]) == sha256.lower():
            return revision
    return None
