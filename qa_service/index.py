"""Owns the Index: policies cut and embedded, and its immutable, hashed folder on disk.

Building twice from the same input writes the same bytes. Loading compares every file's SHA-256, and
the model, with the manifest. Does not know questions.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pydantic import TypeAdapter, ValidationError

from qa_service.checks import split_source
from qa_service.dense import DenseStore
from qa_service.embedding import Encoder
from qa_service.errors import BadIndex, BadSource, UnknownPolicy, UnknownSection
from qa_service.lexical import LexicalStore
from qa_service.markdown import plain_text
from qa_service.passages import Passage, cut_passages
from qa_service.scope import Scope
from qa_service.sections import Section
from qa_service.sources import Source, authoritative
from qa_service.tokens import Tokenizer, content_lemmas

SCHEMA = 2
TOKENIZER = "mecab/unidic-lite"

_CURRENT = "current"
_MANIFEST = "manifest.json"
_POLICIES = "policies"
_SCOPE = "scope"
_SECTIONS = TypeAdapter(tuple[Section, ...])
_PASSAGES = TypeAdapter(tuple[Passage, ...])


@dataclass(frozen=True, slots=True)
class PolicyIndex:
    """One policy ready to be asked: `passages[i]` has row i in both stores."""

    source: Source
    sections: tuple[Section, ...]
    passages: tuple[Passage, ...]
    dense: DenseStore
    lexical: LexicalStore

    def section(self, section_id: str) -> Section:
        """Return a section by its id.

        Raises:
            UnknownSection: the policy has none of this id.
        """
        for section in self.sections:
            if section.id == section_id:
                return section
        raise UnknownSection(self.source.policy_id, section_id)


class Index:
    """All policies of one build by id, the scope of questions, and the model that embedded them."""

    def __init__(
        self, policies: dict[str, PolicyIndex], scope: Scope, model: str, model_sha256: str
    ) -> None:
        self.policies = policies
        self.scope = scope
        self.model = model
        self.model_sha256 = model_sha256

    @classmethod
    def build(cls, sources: Sequence[Source], encoder: Encoder, tokenizer: Tokenizer) -> Self:
        """Return the index of the sources that answer: cut, embed, index, each policy on its own.

        Raises:
            BadSource: no source may be served, or one holds nothing to quote.
        """
        serving = authoritative(sources)
        if not serving:
            raise BadSource(sources[0].path if sources else ".", 1, "every policy here is a draft")
        parts = {s.policy_id: _build_policy(s, encoder, tokenizer) for s in serving}
        return cls(parts, Scope.build(encoder), encoder.name, encoder.sha256)

    @classmethod
    def load(cls, folder: Path, encoder: Encoder) -> Self:
        """Return the current index of a folder, every byte compared with its manifest.

        Raises:
            BadIndex: it is missing, damaged, or was built with another model or version.
        """
        build = _current_build(folder)
        manifest = _read_manifest(build)
        _check_files(build, manifest)
        found = manifest["model"]
        if found["sha256"] != encoder.sha256:
            raise BadIndex(build, f"it was built with model {found['name']}, "
                                  f"but {encoder.name} is set")  # fmt: skip
        try:
            parts = {name: _read_policy(build / _POLICIES / name) for name in manifest["policies"]}
            scope = Scope.read(build / _SCOPE)
        except (OSError, ValueError, RuntimeError, KeyError, ValidationError) as exc:
            raise BadIndex(build, f"it cannot be read ({type(exc).__name__})") from exc
        for part in parts.values():
            if part.dense.n_passages != len(part.passages):
                raise BadIndex(build, "its vectors and passages differ in number")
        return cls(parts, scope, found["name"], found["sha256"])

    def save(self, folder: Path) -> str:
        """Write the index into a new folder below `folder`, make it current, and return its hash.

        The new build is complete and synced before `current` names it; until then the old one
        stays in use, whatever fails. Builds that are no longer current are removed at the end.

        Raises:
            BadIndex: the folder cannot be written; the old index is untouched.
        """
        staging: Path | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            staging = Path(tempfile.mkdtemp(prefix=".building-", dir=folder))
            (staging / _POLICIES).mkdir()
            for name, part in self.policies.items():
                _write_policy(staging / _POLICIES / name, part)
            self.scope.write(staging / _SCOPE)
            digest = _write_manifest(staging, self)
            _publish(folder, staging, digest)
        except OSError as exc:
            if staging is not None:
                shutil.rmtree(staging, ignore_errors=True)
            raise BadIndex(folder, f"it cannot be written ({exc.strerror})") from exc
        return digest

    def policy(self, policy_id: str | None, default: str | None = None) -> PolicyIndex:
        """Return a policy by id; for None the default one, else the first by id.

        Raises:
            UnknownPolicy: there is none of this id.
        """
        wanted = policy_id or default or next(iter(self.policies))
        if wanted not in self.policies:
            raise UnknownPolicy(wanted, tuple(self.policies))
        return self.policies[wanted]


def embedded_text(source: Source, passage: Passage, passages: Sequence[Passage]) -> str:
    """Return what is embedded for a passage: its titles, its lead-in, then its own words."""
    spans = [passage] if passage.lead_in is None else [passages[passage.lead_in], passage]
    words = [plain_text(source.text[p.start : p.end]) for p in spans]
    return "\n".join([*passage.headings, *words])


def _build_policy(source: Source, encoder: Encoder, tokenizer: Tokenizer) -> PolicyIndex:
    outline = split_source(source)
    passages = cut_passages(source.policy_id, source.text, outline, tokenizer)
    if not passages:
        raise BadSource(source.path, 1, "the file holds no sentence to quote")
    texts = [embedded_text(source, passage, passages) for passage in passages]
    terms = [content_lemmas(tokenizer.tokenize(text)) for text in texts]
    return PolicyIndex(
        source=source,
        sections=outline.sections,
        passages=passages,
        dense=DenseStore.build(encoder.encode_passages(texts)),
        lexical=LexicalStore.build(terms),
    )


def _write_policy(folder: Path, part: PolicyIndex) -> None:
    folder.mkdir()
    (folder / "source.md").write_bytes(part.source.text.encode())
    facts = TypeAdapter(Source).dump_python(part.source, mode="json", exclude={"text"})
    (folder / "source.json").write_text(_as_json(facts), encoding="utf-8")
    (folder / "sections.json").write_bytes(_SECTIONS.dump_json(part.sections))
    (folder / "passages.json").write_bytes(_PASSAGES.dump_json(part.passages))
    part.dense.write(folder / "dense.faiss")
    part.lexical.write(folder / "lexical")


def _read_policy(folder: Path) -> PolicyIndex:
    facts = json.loads((folder / "source.json").read_text(encoding="utf-8"))
    return PolicyIndex(
        source=Source(text=(folder / "source.md").read_bytes().decode(), **facts),
        sections=_SECTIONS.validate_json((folder / "sections.json").read_bytes()),
        passages=_PASSAGES.validate_json((folder / "passages.json").read_bytes()),
        dense=DenseStore.read(folder / "dense.faiss"),
        lexical=LexicalStore.read(folder / "lexical"),
    )


def _write_manifest(build: Path, index: Index) -> str:
    """Write the manifest, last of all files, and return the SHA-256 of its bytes."""
    files = sorted(path for path in build.rglob("*") if path.is_file())
    manifest = {
        "schema": SCHEMA,
        "model": {"name": index.model, "sha256": index.model_sha256},
        "tokenizer": TOKENIZER,
        "policies": sorted(index.policies),
        "sources": {name: part.source.sha256 for name, part in sorted(index.policies.items())},
        "files": {
            path.relative_to(build).as_posix(): {
                "size": path.stat().st_size,
                "sha256": _sha256(path),
            }
            for path in files
        },
    }
    data = _as_json(manifest).encode()
    (build / _MANIFEST).write_bytes(data)
    for path in [*files, build / _MANIFEST]:
        _sync(path)
    return hashlib.sha256(data).hexdigest()


def _publish(folder: Path, staging: Path, digest: str) -> None:
    """Give a finished build its name, move `current` to it, and remove the others."""
    target = folder / digest
    if target.exists():
        shutil.rmtree(target)  # The same content by its name; perhaps damaged since.
    staging.chmod(0o755)
    staging.rename(target)
    pointer = folder / f".{_CURRENT}-{digest[:12]}"
    pointer.write_text(digest + "\n", encoding="ascii")
    _sync(pointer)
    pointer.replace(folder / _CURRENT)
    _sync(folder)
    for old in folder.iterdir():
        is_build = old.is_dir() and len(old.name) == 64 and old.name != digest
        if is_build or (old.is_dir() and old.name.startswith(".building-")):
            shutil.rmtree(old, ignore_errors=True)


def _current_build(folder: Path) -> Path:
    try:
        digest = (folder / _CURRENT).read_text(encoding="ascii").strip()
    except (OSError, ValueError) as exc:
        raise BadIndex(folder, "there is no index here") from exc
    build = folder / digest
    if len(digest) != 64 or not build.is_dir():
        raise BadIndex(folder / _CURRENT, "it names a build that is not there")
    return build


def _read_manifest(build: Path) -> dict[str, Any]:
    path = build / _MANIFEST
    try:
        data = path.read_bytes()
    except OSError as exc:
        raise BadIndex(path, "the manifest is missing") from exc
    if hashlib.sha256(data).hexdigest() != build.name:
        raise BadIndex(path, "the manifest was changed or damaged")
    manifest: dict[str, Any] = json.loads(data)
    if manifest["schema"] != SCHEMA or manifest["tokenizer"] != TOKENIZER:
        raise BadIndex(path, f"it is of schema {manifest['schema']} ({manifest['tokenizer']}), "
                             f"this program reads {SCHEMA} ({TOKENIZER})")  # fmt: skip
    return manifest


def _check_files(build: Path, manifest: dict[str, Any]) -> None:
    for name, expected in manifest["files"].items():
        path = build / name
        if not path.is_file():
            raise BadIndex(path, "the file is missing")
        if path.stat().st_size != expected["size"] or _sha256(path) != expected["sha256"]:
            raise BadIndex(path, "the file was changed or damaged")


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
