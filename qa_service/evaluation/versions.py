"""Turns what a person types for a version of the policies into a folder that holds it.

A policy file, a folder, or a Git revision with or without a path. Reads Git through its program and
takes files byte for byte, as they were committed. Does not read policies.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from qa_service.errors import BadVersion
from qa_service.reviews import SUFFIX, review_name

_POLICY_SUFFIX = ".md"
# How Git marks regular files: symbolic links and submodules hold no text of a policy.
_FILE_MODES = ("100644", "100755")


@dataclass(frozen=True, slots=True)
class Version:
    """Policies at one time: `folder` holds them with their reviews.

    `typed` is what a person calls the version, `origin` what they call the folder.
    """

    typed: str
    origin: str
    folder: Path

    def shown_path(self, path: Path) -> str:
        """Return what a person calls a file of the folder, or the folder itself."""
        return self.origin if path == self.folder else f"{self.origin.rstrip('/')}/{path.name}"


def fetch_version(typed: str, sources: Path, into: Path) -> Version:
    """Return the version that was typed; files that must be taken out are put `into` a folder.

    What stands on the disk goes before a Git revision of the same name. A revision without a path
    is read at the folder `sources`, one with a path (`REVISION:PATH`) from the repository's root.

    Raises:
        BadVersion: there is no such file, folder or revision, or Git cannot be asked.
    """
    path = Path(typed)
    if typed and path.is_dir():
        return Version(typed, typed, path)
    if typed and path.exists():
        return _copy_policy(path, into)
    return _fetch_revision(typed, sources, into)


def _copy_policy(path: Path, into: Path) -> Version:
    """Return the version of one policy file, put with its review where no other policy is."""
    _check_name(str(path), path.name)
    shutil.copyfile(path, into / path.name)
    review = path.with_name(review_name(path.name))
    if review.is_file():
        shutil.copyfile(review, into / review.name)
    return Version(str(path), str(path.parent), into)


def _fetch_revision(typed: str, sources: Path, into: Path) -> Version:
    revision, colon, inner = typed.partition(":")
    beside = Path() if colon else sources
    prefix = _find_repository(typed, beside)
    commit = _git(beside, "rev-parse", "--verify", "--quiet", "--end-of-options",
                  f"{revision}^{{commit}}")  # fmt: skip
    if commit.returncode or not revision:
        raise BadVersion(typed, "there is no such file, folder or Git revision")
    path = (inner if colon else prefix).rstrip("/")
    at = f"{commit.stdout.decode('ascii').strip()}:{path}"
    kind = _git(beside, "cat-file", "-t", at).stdout.strip()
    if kind == b"tree":
        _take_files(typed, beside, at, into)
        return Version(typed, f"{revision}:{path}", into)
    if kind != b"blob":
        raise BadVersion(typed, f"revision {revision} has no path {path}")
    folder, name = str(PurePosixPath(path).parent), PurePosixPath(path).name
    tree = at.removesuffix(path) + ("" if folder == "." else folder)
    _check_name(typed, name)
    _take_files(typed, beside, tree, into, (name, review_name(name)))
    if not (into / name).exists():
        raise BadVersion(typed, f"{name} is no regular file")
    return Version(typed, f"{revision}:{folder}", into)


def _find_repository(typed: str, beside: Path) -> str:
    """Return the path of a folder inside its repository, "" for the repository's root."""
    if not beside.is_dir():
        reason = f"there is no such file or folder, and no folder {beside} in a Git repository"
        raise BadVersion(typed, reason)
    found = _git(beside, "rev-parse", "--show-prefix")
    if found.returncode:
        said = found.stderr.decode(errors="replace").partition("\n")[0]
        reason = "there is no such file or folder, and Git finds no repository"
        raise BadVersion(typed, f"{reason} ({said})")
    return os.fsdecode(found.stdout.removesuffix(b"\n"))


def _take_files(
    typed: str, beside: Path, tree: str, into: Path, wanted: tuple[str, ...] | None = None
) -> None:
    """Write the policies and reviews of a tree into a folder, or of these only those wanted."""
    listed = _git(beside, "ls-tree", "-z", "--full-tree", tree)
    for line in filter(None, listed.stdout.split(b"\0")):
        facts, _, raw_name = line.partition(b"\t")
        (mode, _, digest), name = facts.decode("ascii").split(), os.fsdecode(raw_name)
        is_wanted = name in wanted if wanted else name.endswith((_POLICY_SUFFIX, SUFFIX))
        if not is_wanted or mode not in _FILE_MODES:
            continue
        content = _git(beside, "cat-file", "blob", digest)
        if content.returncode:
            raise BadVersion(typed, f"Git cannot read {name} of this revision")
        (into / name).write_bytes(content.stdout)


def _check_name(typed: str, name: str) -> None:
    if not name.endswith(_POLICY_SUFFIX):
        raise BadVersion(typed, f"a policy file ends in {_POLICY_SUFFIX}")


def _git(beside: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run Git in a folder without a shell, and return what it said in English."""
    command = ["git", "-C", str(beside), *arguments]
    try:
        return subprocess.run(
            command, capture_output=True, check=False, env={**os.environ, "LC_ALL": "C"}
        )
    except FileNotFoundError as exc:
        raise BadVersion("git", "it is not installed; name a file or a folder") from exc
