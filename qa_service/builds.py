"""Owns the folders of `index/`: immutable builds named by their hash, and which is current.

A build is complete and synced before `current` names it; a build whose bytes differ from its
manifest is refused. `current` has the current build's hash in its first line and those of earlier
builds below, newest first. Does not know what the files hold.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa_service.errors import BadIndex

_CURRENT = "current"
_MANIFEST = "manifest.json"
_STAGING = ".building-"
_DIGEST = re.compile(r"[0-9a-f]{64}")
# Enough to compare a clause with how it stood before, few enough to stay small on disk.
KEPT_BUILDS = 5


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
    try:
        digests = _read_pointer(folder)[1:]
    except (OSError, ValueError):
        return
    for digest in digests:
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
        staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=folder))
        try:
            yield staging
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except OSError as exc:
        raise BadIndex(folder, f"it cannot be written ({exc.strerror})") from exc


def publish_build(folder: Path, staging: Path, facts: Mapping[str, object]) -> str:
    """Make the staged files the current build and return its hash; the newest builds are kept.

    The manifest is written last, `current` is moved after everything is synced. A build of the
    same content that is there already stays as it is.

    Raises:
        OSError: writing failed; `current` still names the old build.
    """
    digest = _write_manifest(staging, facts)
    target = folder / digest
    if not _is_intact(target):
        if target.exists():
            target.rename(staging.with_suffix(".damaged"))
        staging.chmod(0o755)
        staging.rename(target)
    kept = _move_current(folder, digest)
    for old in folder.iterdir():
        if old.is_dir() and old.name not in kept and _is_build_name(old.name):
            shutil.rmtree(old, ignore_errors=True)
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


def _is_intact(path: Path) -> bool:
    if not path.is_dir():
        return False
    try:
        _check_files(path, _read_manifest(path)["files"])
    except BadIndex:
        return False
    return True


def _is_build_name(name: str) -> bool:
    return name.startswith(_STAGING) or _DIGEST.fullmatch(name) is not None


def _move_current(folder: Path, digest: str) -> list[str]:
    """Let `current` begin with a build, in one step, and return the builds that it names."""
    try:
        before = _read_pointer(folder)
    except (OSError, ValueError):
        before = []
    named = [digest, *(name for name in before if name != digest)][:KEPT_BUILDS]
    if named != before:
        pointer = folder / f"{_STAGING}{_CURRENT}"
        pointer.write_text("".join(f"{name}\n" for name in named), encoding="ascii")
        _sync(pointer)
        pointer.replace(folder / _CURRENT)
        _sync(folder)
    return named


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
