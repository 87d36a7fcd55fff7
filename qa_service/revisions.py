"""Turns a policy of a build into a Revision, and back: its text and sections as they once stood.

Knows which files of a build hold them. Does not know passages, vectors or how texts differ.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from qa_service.builds import Build, as_json
from qa_service.sections import Section
from qa_service.sources import Source

POLICIES = "policies"

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
