"""What is typed for a version, and the files that it names: on the disk and in a Git repository."""

import os
import subprocess
from pathlib import Path

import pytest

from qa_service.errors import BadVersion
from qa_service.evaluation.versions import fetch_version

# CRLF, and a letter that no encoding but UTF-8 keeps: the bytes must come out as they went in.
FIRST = "## 1. 目的\r\n\r\n第一版です。\r\n".encode()
SECOND = "## 1. 目的\n\n第二版です。\n".encode()


@pytest.fixture
def sources(tmp_path, monkeypatch) -> Path:
    """A repository with a policy committed twice; its working tree is the current folder."""
    folder = tmp_path / "site" / "policies"
    folder.mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "site")
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    git("init", "--quiet", "--initial-branch=main")
    (folder / "b.ja.md").write_bytes(SECOND)
    (folder / "a.topics.toml").write_bytes(b"known = []\n")
    (folder / "notes.txt").write_bytes(b"x")
    (folder / "link.ja.md").symlink_to("/etc/hostname")
    # Attributes that would change what a checkout or an archive holds.
    (folder / ".gitattributes").write_bytes(b"*.md -text export-ignore\n")
    for tag, text in (("v1", FIRST), ("v2", SECOND)):
        (folder / "a.ja.md").write_bytes(text)
        git("add", ".")
        git("commit", "--quiet", "--message", tag)
        git("tag", tag)
    return Path("policies")


def git(*arguments: str) -> None:
    name = ("-c", "user.name=T", "-c", "user.email=t@example.jp", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *name, *arguments], check=True, capture_output=True)


@pytest.fixture
def into(tmp_path) -> Path:
    folder = tmp_path / "into"
    folder.mkdir()
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_folder_is_read_where_it_is(sources, into):
    version = fetch_version("policies", Path("other"), into)
    assert (version.folder, version.origin, files(into)) == (sources, "policies", {})
    assert version.shown_path(sources / "a.ja.md") == "policies/a.ja.md"
    assert version.shown_path(sources) == "policies"


def test_a_file_comes_alone_with_its_review(sources, into):
    version = fetch_version("policies/a.ja.md", sources, into)
    assert files(version.folder) == {"a.ja.md": SECOND, "a.topics.toml": b"known = []\n"}
    assert version.shown_path(into / "a.ja.md") == "policies/a.ja.md"


@pytest.mark.parametrize("typed", ["v1", "HEAD~1", "main^", "v1:policies", "v1:policies/"])
def test_a_revision_has_the_policies_and_reviews_as_committed(sources, into, typed):
    version = fetch_version(typed, sources, into)
    assert files(version.folder) == {
        "a.ja.md": FIRST,
        "b.ja.md": SECOND,
        "a.topics.toml": b"known = []\n",
    }
    assert version.shown_path(into / "a.ja.md") == f"{typed.partition(':')[0]}:policies/a.ja.md"


def test_a_revision_is_read_at_the_folder_of_sources_from_wherever(sources, into, monkeypatch):
    absolute = sources.absolute()
    monkeypatch.chdir("/")
    assert files(fetch_version("v1", absolute, into).folder)["a.ja.md"] == FIRST


@pytest.mark.parametrize("place", ["", "./"])
def test_one_file_of_a_revision_comes_alone_with_its_review(sources, into, place):
    version = fetch_version(f"v1:{place}policies/a.ja.md", sources, into)
    assert files(version.folder) == {"a.ja.md": FIRST, "a.topics.toml": b"known = []\n"}


def test_a_file_at_the_root_of_a_revision_is_found(sources, into):
    Path("root.ja.md").write_bytes(FIRST)
    git("add", ".")
    git("commit", "--quiet", "--message", "root")
    Path("root.ja.md").unlink()
    assert files(fetch_version("HEAD:root.ja.md", sources, into).folder) == {"root.ja.md": FIRST}


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "an empty name: there is no such file, folder or Git revision"),
        ("nosuch", "nosuch: there is no such file, folder or Git revision"),
        ("--output=x", "no such file, folder or Git revision"),
        (":policies", "no such file, folder or Git revision"),
        ("v1:nosuch", "v1:nosuch: revision v1 has no path nosuch"),
        ("v1:../x", "revision v1 has no path"),
        ("v1:policies/notes.txt", r"a policy file ends in \.md"),
        ("policies/notes.txt", r"a policy file ends in \.md"),
        ("v1:policies/link.ja.md", "is no regular file"),
    ],
)
def test_what_names_no_version_is_told_why(sources, into, typed, reason):
    with pytest.raises(BadVersion, match=reason):
        fetch_version(typed, sources, into)
    assert files(into) == {}


def test_a_folder_outside_of_any_repository_is_told(tmp_path, into, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.chdir(into)
    with pytest.raises(BadVersion, match=r"finds no repository \(fatal: not a git repository"):
        fetch_version("HEAD", Path(), into)
    with pytest.raises(BadVersion, match="no folder nosuch"):
        fetch_version("HEAD", Path("nosuch"), into)


def test_a_machine_without_git_is_told(sources, into, monkeypatch):
    monkeypatch.setenv("PATH", "/nosuch")
    with pytest.raises(BadVersion, match="git: it is not installed"):
        fetch_version("HEAD", sources, into)
