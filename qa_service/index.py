"""Owns the Index: policies cut and embedded, written to a build and read back from it.

Building twice from the same input writes the same bytes. Does not know questions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter, ValidationError

from qa_service.builds import (
    Build,
    Retention,
    open_build,
    open_earlier_builds,
    publish_build,
    stage_build,
)
from qa_service.checks import split_source
from qa_service.dense import DenseStore
from qa_service.errors import BadIndex, BadSource, UnknownPolicy
from qa_service.history import Edition, read_history
from qa_service.lexical import LexicalStore
from qa_service.passages import Passage, PassageKind, cut_passages
from qa_service.proposals import Proposer
from qa_service.reader import Reader
from qa_service.reviews import Review
from qa_service.revisions import (
    POLICIES,
    Revision,
    find_section,
    read_earlier,
    read_revision,
    write_revision,
)
from qa_service.router import Voice
from qa_service.sections import Section
from qa_service.settings import KEPT_REVISIONS
from qa_service.sources import Source, authoritative
from qa_service.tokens import content_lemmas
from qa_service.topicmap import TopicMap
from qa_service.translations import PolicyTranslation, find_translation, translate_passages
from qa_service.wordings import read_wordings

SCHEMA = 5
TOKENIZER = "mecab/unidic-lite"
# The fact of a build that tells its revisions: the SHA-256 of every policy's text by id.
_SOURCES = "sources"

Floats = npt.NDArray[np.float32]

_PASSAGES = TypeAdapter(tuple[Passage, ...])
_TRANSLATION = TypeAdapter(PolicyTranslation | None)


@dataclass(frozen=True, eq=False)
class PolicyIndex:
    """One policy ready to be asked: `passages[i]` has row i in all stores.

    `routed` (n_passages, t) has the logarithm of the router's probability of each privacy topic.
    `translation` is a reference, shown beside the policy's words and never ranked or quoted.
    `earlier` are the policy's revisions before this one, newest first, as far as they are kept.
    """

    source: Source
    sections: tuple[Section, ...]
    passages: tuple[Passage, ...]
    dense: DenseStore
    lexical: LexicalStore
    topic_map: TopicMap
    routed: Floats
    translation: PolicyTranslation | None = None
    earlier: tuple[Revision, ...] = ()

    @property
    def revision(self) -> Revision:
        """The policy as it stands now."""
        return Revision(self.source, self.sections)

    @property
    def revisions(self) -> tuple[Revision, ...]:
        """All kept revisions, newest first, the present one among them."""
        return (self.revision, *self.earlier)

    @cached_property
    def history(self) -> tuple[Edition, ...]:
        """All kept revisions, newest first, each with what changed in it."""
        return read_history(self.revisions)

    @cached_property
    def spans(self) -> tuple[str, ...]:
        """The passages' words as stored."""
        return tuple(self.source.text[p.start : p.end] for p in self.passages)

    @cached_property
    def shape(self) -> tuple[Floats, ...]:
        """What passages are like apart from their words: columns of `(n_passages,)`."""
        rows = [
            (p.is_lead_in, p.kind is PassageKind.SENTENCE, p.is_fragment, np.log1p(p.end - p.start))
            for p in self.passages
        ]
        return tuple(np.array(rows, dtype=np.float32).T)

    @cached_property
    def routed_shares(self) -> Floats:
        """The router's probabilities themselves, shape `(n_passages, t)`."""
        return np.asarray(np.exp(self.routed), dtype=np.float32)

    def section(self, section_id: str) -> Section:
        """Return a section by its id.

        Raises:
            UnknownSection: the policy has none of this id.
        """
        return find_section(self.revision, section_id)


class Index:
    """All policies of one build by id, and the hashes of what read them."""

    def __init__(self, policies: dict[str, PolicyIndex], readers: dict[str, str]) -> None:
        self.policies = policies
        self.readers = readers

    @classmethod
    def build(
        cls, sources: Sequence[Source], reader: Reader, reviews: Mapping[str, Review]
    ) -> Self:
        """Return the index of the sources that answer: cut, embed, map, each policy on its own.

        `reviews` has what maintainers reviewed, by policy id.

        Raises:
            BadSource: no source may be served, or one holds nothing to quote.
        """
        serving = authoritative(sources)
        if not serving:
            raise BadSource(
                sources[0].path if sources else ".",
                1,
                "every policy here is a draft or a reference translation",
            )
        proposer = Proposer.build(reader)
        parts = {}
        for source in serving:
            part = _build_policy(source, proposer, reviews.get(source.policy_id))
            translation = _translate(part, find_translation(sources, source))
            parts[source.policy_id] = replace(part, translation=translation)
        return cls(parts, _reader_facts(reader))

    @classmethod
    def load(cls, folder: Path, reader: Reader) -> Self:
        """Return the current index of a folder, every byte compared with its manifest.

        Raises:
            BadIndex: it is missing, damaged, or was built with another model or version.
        """
        build = open_build(folder)
        _check_facts(build, reader)
        earlier = tuple(open_earlier_builds(folder))
        try:
            names = build.facts["policies"]
            parts = {name: _read_policy(build.path / POLICIES / name, earlier) for name in names}
        except (OSError, ValueError, RuntimeError, KeyError, ValidationError) as exc:
            raise BadIndex(build.path, f"it cannot be read ({type(exc).__name__})") from exc
        for part in parts.values():
            if part.dense.n_passages != len(part.passages):
                raise BadIndex(build.path, "its vectors and passages differ in number")
            if part.translation and len(part.translation.spans) != len(part.passages):
                raise BadIndex(build.path, "its translation and passages differ in number")
        return cls(parts, _reader_facts(reader))

    def save(self, folder: Path, n_revisions: int = KEPT_REVISIONS) -> str:
        """Write the index as the current build of a folder, and return its hash.

        Of builds of the same texts the newest is kept, of all others the newest `n_revisions`.

        Raises:
            BadIndex: the folder cannot be written; the old index stays in use.
        """
        with stage_build(folder) as staging:
            (staging / POLICIES).mkdir()
            for name, part in self.policies.items():
                _write_policy(staging / POLICIES / name, part)
            retention = Retention(n_revisions, distinct=_SOURCES)
            return publish_build(folder, staging, self._facts(), retention)

    def _facts(self) -> dict[str, object]:
        return {
            "schema": SCHEMA,
            "tokenizer": TOKENIZER,
            "readers": self.readers,
            "policies": sorted(self.policies),
            _SOURCES: {name: part.source.sha256 for name, part in self.policies.items()},
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


def _build_policy(source: Source, proposer: Proposer, review: Review | None) -> PolicyIndex:
    reader = proposer.reader
    outline = split_source(source)
    passages = cut_passages(source.policy_id, source.text, outline, reader.tokenizer)
    if not passages:
        raise BadSource(source.path, 1, "the file holds no sentence to quote")
    wordings = read_wordings(source.text, passages)
    texts = [wording.full for wording in wordings]
    terms = [content_lemmas(reader.tokenizer.tokenize(text)) for text in texts]
    spans = [source.text[p.start : p.end] for p in passages]
    return PolicyIndex(
        source=source,
        sections=outline.sections,
        passages=passages,
        dense=DenseStore.build(reader.encoder.encode_passages(texts)),
        lexical=LexicalStore.build(terms),
        topic_map=TopicMap.merge(proposer.propose(wordings), review, spans),
        routed=proposer.route([wording.introduced for wording in wordings], Voice.CLAUSE),
    )


def _translate(part: PolicyIndex, translation: Source | None) -> PolicyTranslation | None:
    if translation is None or translation.is_draft:
        return None
    return translate_passages(part.source, part.passages, translation)


def _check_facts(build: Build, reader: Reader) -> None:
    facts = build.facts
    if facts["schema"] != SCHEMA or facts["tokenizer"] != TOKENIZER:
        raise BadIndex(build.path, f"it is of schema {facts['schema']} ({facts['tokenizer']}), "
                                   f"this program reads {SCHEMA} ({TOKENIZER})")  # fmt: skip
    found, wanted = dict(facts["readers"]), _reader_facts(reader)
    if found["sha256"] != wanted["sha256"]:
        raise BadIndex(build.path, f"it was built with model {found['name']}, "
                                   f"but {reader.encoder.name} is set")  # fmt: skip
    for part in ("router", "calibration"):
        if found[part] != wanted[part]:
            raise BadIndex(build.path, f"it was built with another {part}")
    if found != {**wanted, "name": found["name"]}:
        raise BadIndex(build.path, "it was built with other prompts")


def _reader_facts(reader: Reader) -> dict[str, str]:
    """Return what the vectors and maps of an index depend on."""
    prompts = reader.encoder.prompts
    return {
        "name": reader.encoder.name,
        "sha256": reader.encoder.sha256,
        "query_prompt": prompts["query"],
        "passage_prompt": prompts["passage"],
        **reader.facts,
    }


def _write_policy(folder: Path, part: PolicyIndex) -> None:
    folder.mkdir()
    write_revision(folder, part.revision)
    (folder / "passages.json").write_bytes(_PASSAGES.dump_json(part.passages))
    part.dense.write(folder / "dense.faiss")
    part.lexical.write(folder / "lexical")
    part.topic_map.write(folder / "topic_map")
    np.save(folder / "routed.npy", part.routed)
    (folder / "translation.json").write_bytes(_TRANSLATION.dump_json(part.translation))


def _read_policy(folder: Path, earlier: Sequence[Build]) -> PolicyIndex:
    revision = read_revision(folder)
    return PolicyIndex(
        source=revision.source,
        sections=revision.sections,
        passages=_PASSAGES.validate_json((folder / "passages.json").read_bytes()),
        dense=DenseStore.read(folder / "dense.faiss"),
        lexical=LexicalStore.read(folder / "lexical"),
        topic_map=TopicMap.read(folder / "topic_map"),
        routed=np.load(folder / "routed.npy"),
        translation=_TRANSLATION.validate_json((folder / "translation.json").read_bytes()),
        earlier=read_earlier(earlier, revision.source),
    )
