"""Reads and writes the bindings of a translation: `[translates]` in the front matter of its file.

A binding says of which words a section is the translation: the section's id in the policy, and the
SHA-256 of that section as stored. Does not know how the policy stands now.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import tomlkit
from tomlkit.items import KeyType, SingleKey, Table

from qa_service.errors import BadSource
from qa_service.markdown import parse_markdown
from qa_service.sources import read_front_matter

_TABLE = re.compile(r"\s*(?:\[\s*[\"']?translates[\"']?\s*\]|[\"']?translates[\"']?\s*[:=])")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_TOML = re.compile(r"\A\ufeff?\+\+\+[ \t]*\r?\n(.*?)^\+\+\+[ \t]*\r?$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Binding:
    """The SHA-256 of the section that was translated, and the line (from 1) that says so."""

    sha256: str
    line: int


@dataclass(frozen=True, slots=True)
class Bindings:
    """The bindings by section id, and the line (from 1) where they begin, 1 where none are."""

    by_section: dict[str, Binding]
    line: int


def read_bindings(path: Path, text: str) -> Bindings:
    """Return the bindings of a translation's text; `path` is what errors name.

    Raises:
        BadSource: the front matter cannot be read, or a binding is no SHA-256.
    """
    table = read_front_matter(path, text).get("translates", {})
    lines = _Lines(text)
    if not isinstance(table, dict):
        raise BadSource(path, lines.table, "translates must be a table: section ids and SHA-256s")
    found = {}
    for key, value in table.items():
        line = lines.of(str(key))
        if not isinstance(value, str) or not _SHA256.fullmatch(value):
            reason = "is no SHA-256 (64 digits 0-9 a-f); an id with a dot needs quotation marks"
            raise BadSource(path, line, f"translates: the value of {key} {reason}")
        found[str(key)] = Binding(value, line)
    return Bindings(found, lines.table)


def write_bindings(path: Path, hashes: Mapping[str, str]) -> None:
    """Make these the bindings of a file, section ids to SHA-256s; its other lines stay as they are.

    Comments are kept, the lines of bindings that hold already too.

    Raises:
        BadSource: the file has no front matter in TOML.
        OSError: it cannot be read or written; then it is as it was.
    """
    text = path.read_bytes().decode()
    front = _TOML.match(text)
    if front is None:
        raise BadSource(path, 1, "only front matter in TOML, between +++, can be written")
    document = tomlkit.parse(front[1])
    if not isinstance(document.get("translates"), Table):
        document["translates"] = tomlkit.table()
    table = document["translates"]
    _fill(table, hashes)
    written = tomlkit.dumps(document)
    if "\r\n" in front[1]:
        written = re.sub(r"\r?\n", "\r\n", written)
    # A person's work: never left half written.
    draft = path.with_suffix(".md.new")
    draft.write_bytes((text[: front.start(1)] + written + text[front.end(1) :]).encode())
    draft.replace(path)


def _fill(table: Table, hashes: Mapping[str, str]) -> None:
    for key in [key for key in table if key not in hashes]:
        table.remove(key)
    for key, value in hashes.items():
        if key not in table:
            table.append(SingleKey(key, KeyType.Basic), value)
        elif table[key] != value:
            table[key] = value


class _Lines:
    """Finds bindings in the lines of a front matter."""

    def __init__(self, text: str) -> None:
        self._numbered = tuple(_numbered_lines(text))
        self.table = next((number for number, line in self._numbered if _TABLE.match(line)), 1)

    def of(self, section_id: str) -> int:
        """Return the line (from 1) that binds a section, that of the table in doubt."""
        key = re.compile(rf"\s*[\"']?{re.escape(section_id)}(?:[\"']?\s*[:=]|\.)")
        inside = (
            number for number, line in self._numbered if number > self.table if key.match(line)
        )
        return next(inside, self.table)


def _numbered_lines(text: str) -> Iterator[tuple[int, str]]:
    front = parse_markdown(text).front_matter
    if front is not None:
        yield from enumerate(front.content.split("\n"), front.line)
