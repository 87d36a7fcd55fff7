"""Owns the Index: policies cut and embedded, written to a build and read back from it.

Building twice from the same input writes the same bytes. Does not know questions.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import TypeAdapter, ValidationError

from qa_service.builds import Build, as_json, open_build, publish_build, stage_build
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
        self, policies: dict[str, PolicyIndex], scope: Scope, model: dict[str, str]
    ) -> None:
        self.policies = policies
        self.scope = scope
        self.model = model

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
        return cls(parts, Scope.build(encoder), _model_facts(encoder))

    @classmethod
    def load(cls, folder: Path, encoder: Encoder) -> Self:
        """Return the current index of a folder, every byte compared with its manifest.

        Raises:
            BadIndex: it is missing, damaged, or was built with another model or version.
        """
        build = open_build(folder)
        _check_facts(build, encoder)
        try:
            names = build.facts["policies"]
            parts = {name: _read_policy(build.path / _POLICIES / name) for name in names}
            scope = Scope.read(build.path / _SCOPE)
        except (OSError, ValueError, RuntimeError, KeyError, ValidationError) as exc:
            raise BadIndex(build.path, f"it cannot be read ({type(exc).__name__})") from exc
        for part in parts.values():
            if part.dense.n_passages != len(part.passages):
                raise BadIndex(build.path, "its vectors and passages differ in number")
        return cls(parts, scope, _model_facts(encoder))

    def save(self, folder: Path) -> str:
        """Write the index as the current build of a folder, and return its hash.

        Raises:
            BadIndex: the folder cannot be written; the old index stays in use.
        """
        with stage_build(folder) as staging:
            (staging / _POLICIES).mkdir()
            for name, part in self.policies.items():
                _write_policy(staging / _POLICIES / name, part)
            self.scope.write(staging / _SCOPE)
            return publish_build(folder, staging, self._facts())

    def _facts(self) -> dict[str, object]:
        return {
            "schema": SCHEMA,
            "tokenizer": TOKENIZER,
            "model": self.model,
            "policies": sorted(self.policies),
            "sources": {name: part.source.sha256 for name, part in self.policies.items()},
        }

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


def _check_facts(build: Build, encoder: Encoder) -> None:
    facts = build.facts
    if facts["schema"] != SCHEMA or facts["tokenizer"] != TOKENIZER:
        raise BadIndex(build.path, f"it is of schema {facts['schema']} ({facts['tokenizer']}), "
                                   f"this program reads {SCHEMA} ({TOKENIZER})")  # fmt: skip
    found, wanted = dict(facts["model"]), _model_facts(encoder)
    if found["sha256"] != wanted["sha256"]:
        raise BadIndex(build.path, f"it was built with model {found['name']}, "
                                   f"but {encoder.name} is set")  # fmt: skip
    if found != {**wanted, "name": found["name"]}:
        raise BadIndex(build.path, "it was built with other prompts")


def _model_facts(encoder: Encoder) -> dict[str, str]:
    """Return what the vectors of an index depend on."""
    prompts = encoder.prompts
    return {
        "name": encoder.name,
        "sha256": encoder.sha256,
        "query_prompt": prompts["query"],
        "passage_prompt": prompts["passage"],
    }


def _write_policy(folder: Path, part: PolicyIndex) -> None:
    folder.mkdir()
    (folder / "source.md").write_bytes(part.source.text.encode())
    facts = TypeAdapter(Source).dump_python(part.source, mode="json", exclude={"text"})
    (folder / "source.json").write_text(as_json(facts), encoding="utf-8")
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
