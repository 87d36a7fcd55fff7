"""Owns the folders of `index/`: immutable builds named by their hash, and which is current.

A build is complete and synced before `current` names it; a build whose bytes differ from its
manifest is refused. `current` has the current build's hash in its first line and those of earlier
builds below, newest first. Does not know what the files hold, nor what a fact means: it is told by
which fact two builds count as the same.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa_service.errors import BadIndex
from qa_service.locks import is_locked, locked

_CURRENT = "current"
_MANIFEST = "manifest.json"
_STAGING = ".building-"
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Retention:
    """Which builds are kept: the newest `n_builds`, no two of which have the same `distinct` fact.

    Of builds with the same fact the newest is kept.
    """

    n_builds: int
    distinct: str


@dataclass(frozen=True, slots=True)
class Build:
    """A verified build: its folder, and the facts that its manifest holds beside the files."""

    path: Path
    facts: Mapping[str, Any]


def open_build(folder: Path) -> Build:
    """Return the current build of a folder, every file compared with the manifest.

    Raises:
        BadIndex: there is none, or a file is missing, damaged or unreadable; names the file.
    """
    try:
        digests = _read_pointer(folder)
    except (OSError, ValueError) as exc:
        raise BadIndex(folder, "there is no index here") from exc
    if not digests or not (folder / digests[0]).is_dir():
        raise BadIndex(folder / _CURRENT, "it names a build that is not there")
    return _open(folder / digests[0])


def open_earlier_builds(folder: Path) -> Iterator[Build]:
    """Yield the builds before the current one, newest first; a damaged one is left out."""
    for digest in _read_named(folder)[1:]:
        try:
            build = _open(folder / digest)
        except BadIndex:
            continue
        yield build


@contextmanager
def stage_build(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder for a build's files, gone afterwards unless it was published.

    Raises:
        BadIndex: a file could not be written; the builds that are there are untouched.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            with locked(folder):
                staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=folder))
                # As long as it is locked, nobody else takes it for what a killed process left.
                stack.enter_context(locked(staging))
            try:
                yield staging
            finally:
                shutil.rmtree(staging, ignore_errors=True)
    except OSError as exc:
        raise BadIndex(folder, f"it cannot be written ({exc.strerror})") from exc


def publish_build(
    folder: Path, staging: Path, facts: Mapping[str, object], retention: Retention
) -> str:
    """Make the staged files the current build and return its hash; remove what is not kept.

    The manifest is written last, `current` is moved after everything is synced, and only then are
    builds removed, none of which it names. A build of the same content that is there already stays
    as it is.

    Raises:
        OSError: writing failed; `current` still names the old build.
    """
    digest = _write_manifest(staging, facts)
    with locked(folder):
        _put_in_place(staging, folder / digest)
        before = _read_named(folder)
        named = _choose_kept(folder, [digest, *before], retention)
        if named != before:
            _move_current(folder, named)
        # Whoever opened the folder a moment ago may still be reading the build before.
        _remove_others(folder, {*named, *before[:1]})
    return digest


def as_json(value: object) -> str:
    """Return a value as JSON whose bytes depend on the value alone."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _write_manifest(staging: Path, facts: Mapping[str, object]) -> str:
    """Write the manifest, sync files and folders, and return the manifest's SHA-256."""
    paths = sorted(staging.rglob("*"))
    files = {
        path.relative_to(staging).as_posix(): {"size": path.stat().st_size, "sha256": _hash(path)}
        for path in paths
        if path.is_file()
    }
    data = as_json({**facts, "files": files}).encode()
    (staging / _MANIFEST).write_bytes(data)
    for path in [*paths, staging / _MANIFEST, staging]:
        _sync(path)
    return hashlib.sha256(data).hexdigest()


def _put_in_place(staging: Path, target: Path) -> None:
    if _is_intact(target):
        return
    if target.exists():
        target.rename(staging.with_suffix(".damaged"))
    staging.chmod(0o755)
    staging.rename(target)


def _is_intact(path: Path) -> bool:
    if not path.is_dir():
        return False
    try:
        _check_files(path, _read_manifest(path)["files"])
    except BadIndex:
        return False
    return True


def _read_named(folder: Path) -> list[str]:
    """Return the builds that `current` names, none where it cannot be read."""
    try:
        return _read_pointer(folder)
    except (OSError, ValueError):
        return []


def _choose_kept(folder: Path, names: Iterable[str], retention: Retention) -> list[str]:
    """Return the builds to keep of those named, newest first.

    A build whose manifest cannot be read is like no other: it may be mended yet.
    """
    kept: list[str] = []
    facts: list[object] = []
    for name in dict.fromkeys(names):
        fact = _read_fact(folder / name, retention.distinct)
        if fact is None or fact not in facts:
            kept.append(name)
            facts.append(fact)
    return kept[: retention.n_builds]


def _read_fact(build: Path, name: str) -> object:
    try:
        return _read_manifest(build).get(name)
    except BadIndex:
        return None


def _move_current(folder: Path, named: Iterable[str]) -> None:
    """Let `current` name these builds, in one step."""
    pointer = folder / f"{_STAGING}{_CURRENT}"
    pointer.write_text("".join(f"{name}\n" for name in named), encoding="ascii")
    _sync(pointer)
    pointer.replace(folder / _CURRENT)
    _sync(folder)


def _remove_others(folder: Path, kept: Collection[str]) -> None:
    for path in folder.iterdir():
        is_ours = path.is_dir() and (path.name.startswith(_STAGING) or _DIGEST.fullmatch(path.name))
        if is_ours and path.name not in kept and not is_locked(path):
            shutil.rmtree(path, ignore_errors=True)


def _read_pointer(folder: Path) -> list[str]:
    """Return the hashes that `current` names, nothing where a line is no hash."""
    names = (folder / _CURRENT).read_text(encoding="ascii").split()
    return names if all(map(_DIGEST.fullmatch, names)) else []


def _open(path: Path) -> Build:
    manifest = _read_manifest(path)
    files = manifest.pop("files")
    _check_files(path, files)
    return Build(path, manifest)


def _read_manifest(build: Path) -> dict[str, Any]:
    path = build / _MANIFEST
    try:
        data = path.read_bytes()
    except OSError as exc:
        raise BadIndex(path, "the manifest is missing") from exc
    if hashlib.sha256(data).hexdigest() != build.name:
        raise BadIndex(path, "the manifest was changed or damaged")
    manifest: dict[str, Any] = json.loads(data)
    return manifest


def _check_files(build: Path, files: Mapping[str, Any]) -> None:
    found = {path.relative_to(build).as_posix() for path in build.rglob("*") if path.is_file()}
    for name in sorted(found - files.keys() - {_MANIFEST}):
        raise BadIndex(build / name, "the manifest does not name this file")
    for name, expected in files.items():
        path = build / name
        if not path.is_file():
            raise BadIndex(path, "the file is missing")
        try:
            is_same = path.stat().st_size == expected["size"] and _hash(path) == expected["sha256"]
        except OSError as exc:
            raise BadIndex(path, f"the file cannot be read ({exc.strerror})") from exc
        if not is_same:
            raise BadIndex(path, "the file was changed or damaged")


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
