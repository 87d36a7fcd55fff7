"""Turns policy files into Sources: the text as stored, its front matter's facts, its language.

Knows file names, encodings, Hugo front matter. Does not know sections.
"""

import datetime as dt
import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from qa_service.errors import BadSource
from qa_service.languages import detect_language
from qa_service.markdown import inline_text, parse_markdown

MAX_SOURCE_BYTES = 50 * 1024 * 1024

_LANGUAGE_SUFFIX = re.compile(r"^(?P<stem>.+)\.(?P<lang>ja|en)$")
_POLICY_ID = re.compile(r"\w[\w.-]{0,99}")


@dataclass(frozen=True, slots=True)
class Source:
    """One policy file. `text` is the file decoded as UTF-8, unchanged; all spans index it."""

    policy_id: str
    path: str
    text: str
    sha256: str
    lang: str
    title: str
    description: str
    date: str | None
    last_modified: str | None
    is_draft: bool
    # Says of itself that it is a translation for reference; builds of before it do not have it.
    is_reference: bool = False


def read_sources(folder: Path) -> tuple[Source, ...]:
    """Return every policy file of a folder, by policy id and language.

    Raises:
        BadSource: the folder or a file cannot be read, or two files are the same policy.
    """
    return check_unique(read_source(path) for path in find_policy_files(folder))


def find_policy_files(folder: Path) -> list[Path]:
    """Return the policy files of a folder by name: every `.md` but a README.

    Raises:
        BadSource: there is no such folder, or it holds none.
    """
    if not folder.is_dir():
        raise BadSource(folder, 1, "there is no such folder; set QA_SOURCES or --sources")
    paths = sorted(path for path in folder.glob("*.md") if path.name.lower() != "readme.md")
    if not paths:
        raise BadSource(folder, 1, "the folder holds no policy file (one that ends in .md)")
    return paths


def read_source(path: Path) -> Source:
    """Return one policy file.

    Raises:
        BadSource: it does not exist, is empty, not UTF-8, or its front matter is broken.
    """
    try:
        data = path.read_bytes()
    except OSError as exc:
        raise BadSource(path, 1, f"the file cannot be read ({exc.strerror})") from exc
    return make_source(path.name, data, shown_path=path)


def make_source(name: str, data: bytes, shown_path: Path | None = None) -> Source:
    """Return the Source of a file's name and bytes; `shown_path` is what errors name."""
    path = shown_path or Path(name)
    text = _decode(path, data)
    facts = read_front_matter(path, text)
    match = _LANGUAGE_SUFFIX.match(Path(name).stem)
    stem = match["stem"] if match else Path(name).stem
    policy_id = str(facts.get("translationKey") or stem)
    if not _POLICY_ID.fullmatch(policy_id):
        reason = "a policy id (translationKey or file name) may hold only letters, digits, . _ -"
        raise BadSource(path, line_of_key(text, "translationKey"), reason)
    lang = match["lang"] if match else facts.get("lang") or facts.get("language")
    return Source(
        policy_id=policy_id,
        path=name,
        text=text,
        sha256=hashlib.sha256(data).hexdigest(),
        lang=str(lang) if lang in {"ja", "en"} else detect_language(text),
        title=str(facts.get("title") or _first_line(text, policy_id)),
        description=str(facts.get("description") or ""),
        date=_as_date(facts.get("date")),
        last_modified=_as_date(facts.get("lastmod") or facts.get("date")),
        is_draft=facts.get("draft") is True,
        is_reference=facts.get("reference") is True,
    )


def read_front_matter(path: Path, text: str) -> Mapping[str, Any]:
    """Return what the front matter of a file says, nothing where it has none.

    Raises:
        BadSource: it is not closed, or neither TOML nor YAML with keys.
    """
    front = parse_markdown(text).front_matter
    if front is None:
        if re.match(r"\ufeff?(\+\+\+[ \t]*\r?\n|---[ \t]*\r?\n[A-Za-z][\w-]*[ \t]*:)", text):
            raise BadSource(path, 1, "the front matter is not closed; end it as it began")
        return {}
    try:
        parse = tomllib.loads if front.is_toml else yaml.safe_load
        facts = parse(f"{front.content}\n")
    except tomllib.TOMLDecodeError as exc:
        match = re.search(r"line (\d+)", str(exc))
        line = front.line + (int(match[1]) - 1 if match else 0)
        raise BadSource(path, line, f"the front matter is not TOML ({exc})") from exc
    except (yaml.YAMLError, ValueError) as exc:
        mark = getattr(exc, "problem_mark", None)
        # YAML points behind the end when something is not closed.
        line = front.line + min(mark.line if mark else 0, front.content.count("\n"))
        problem = getattr(exc, "problem", None) or "bad value"
        raise BadSource(path, line, f"the front matter is not YAML ({problem})") from exc
    if facts is not None and not isinstance(facts, dict):
        raise BadSource(path, front.line, "the front matter must be a list of `key: value`")
    return facts or {}


def line_of_key(text: str, key: str) -> int:
    """Return the line (from 1) of a front matter's key, or 1 when it has none."""
    return text.count("\n", 0, find_key(text, key) or 0) + 1


def find_key(text: str, key: str) -> int | None:
    """Return where a key stands in the front matter of a policy's text, or None."""
    end = re.search(r"^(?:\+\+\+|---)[ \t]*\r?$", text[4:], re.MULTILINE)
    front_matter = text[: end.start() + 4] if end else ""
    match = re.search(rf"^[\"']?({key})[\"']?[ \t]*[:=]", front_matter, re.MULTILINE)
    return match.start(1) if match else None


def check_unique(sources: Iterable[Source]) -> tuple[Source, ...]:
    """Return the sources sorted by policy and language, each pair only once.

    Raises:
        BadSource: two files are the same policy in the same language.
    """
    seen: dict[tuple[str, str], Source] = {}
    for source in sources:
        key = source.policy_id, source.lang
        if key in seen:
            reason = f"policy {source.policy_id!r} in {source.lang} is also {seen[key].path}"
            raise BadSource(source.path, line_of_key(source.text, "translationKey"), reason)
        seen[key] = source
    return tuple(seen[key] for key in sorted(seen))


def authoritative(sources: Iterable[Source]) -> tuple[Source, ...]:
    """Return of each policy the file that answers: the Japanese, else the only one; no drafts.

    A translation never answers for a Japanese policy, not even while that is a draft; one that
    says `reference = true` never answers at all.
    """
    chosen: dict[str, Source] = {}
    for source in sources:
        is_first = source.policy_id not in chosen
        if not source.is_reference and (is_first or source.lang == "ja"):
            chosen[source.policy_id] = source
    return tuple(source for source in chosen.values() if not source.is_draft)


def hash_span(span: str) -> str:
    """Return the SHA-256 of a span's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(span.encode()).hexdigest()


def _decode(path: Path, data: bytes) -> str:
    if len(data) > MAX_SOURCE_BYTES:
        raise BadSource(path, 1, f"the file is larger than {MAX_SOURCE_BYTES // 2**20} MiB")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        raise BadSource(path, line, "the file is not UTF-8; save it as UTF-8") from exc
    if not text.strip("\ufeff \t\r\n　"):
        raise BadSource(path, 1, "the file is empty")
    return text


def _first_line(text: str, default: str) -> str:
    match = re.search(r"^#{1,6}[ \t]*([^#\s].*)$", text, re.MULTILINE)
    return (inline_text(match[1]) if match else "") or default


def _as_date(value: object) -> str | None:
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    match = re.match(r"\d{4}-\d{2}-\d{2}", str(value))
    return match.group() if match else None
