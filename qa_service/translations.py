"""Lays a reference translation beside the passages of the Japanese policy that it translates.

Section by section: one whose words have changed since it was translated is withheld, and named,
until a person has renewed it. Does not know excerpts or who is shown a translation.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa_service.bindings import write_bindings
from qa_service.errors import BadSource, UnknownSection
from qa_service.findings import Finding, Rule, Severity
from qa_service.markdown import plain_text
from qa_service.pairings import Pairing, Span, State, TranslatedSection
from qa_service.passages import Passage
from qa_service.sources import Source, line_of_key, read_sources

ALL = "all"


@dataclass(frozen=True, slots=True)
class PolicyTranslation:
    """A translation beside the passages of its policy.

    `spans[i]` is the span of `text`, the file as stored, that says what passage i says; None where
    the translation is withheld.
    """

    lang: str
    text: str
    spans: tuple[Span | None, ...]


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A policy and its translation; either may be a draft."""

    policy: Source
    translation: Source


def find_translation(sources: Iterable[Source], policy: Source) -> Source | None:
    """Return the translation of a Japanese policy, a draft too; None where there is none."""
    if policy.lang != "ja" or policy.is_reference:
        return None
    others = (s for s in sources if s.policy_id == policy.policy_id and s.lang != policy.lang)
    return next(others, None)


def find_bilingual(folder: Path, policy_id: str | None) -> Bilingual:
    """Return a policy of a folder, None for the first that is translated, with its translation.

    Raises:
        BadSource: a policy file cannot be read, or the policy is not translated.
    """
    sources = read_sources(folder)
    pairs = {
        policy.policy_id: Bilingual(policy, translation)
        for policy in sources
        if (translation := find_translation(sources, policy))
    }
    wanted = policy_id or next(iter(pairs), "*")
    if wanted not in pairs:
        raise BadSource(folder, 1, f"there is no translation {wanted}.en.md of a {wanted}.ja.md")
    return pairs[wanted]


def translate_passages(
    policy: Source, passages: Sequence[Passage], translation: Source
) -> PolicyTranslation:
    """Return what belongs to each passage: its block where blocks correspond, else the section.

    Blocks correspond in a section that has as many, of the same kinds in the same order, in both.

    Raises:
        BadSource: the bindings of the translation are malformed.
    """
    pairing = Pairing(policy, translation)
    shown = {one.section_id for one in pairing.states() if one.state is State.CURRENT}
    spans = (pairing.span(p) if p.section_id in shown else None for p in passages)
    return PolicyTranslation(translation.lang, translation.text, tuple(spans))


def translated_words(translation: PolicyTranslation, ordinals: Iterable[int]) -> str | None:
    """Return what the translation says of passages, each block once; None where it is withheld."""
    spans = dict.fromkeys(translation.spans[i] for i in ordinals)
    found = [plain_text(translation.text[span[0] : span[1]]) for span in spans if span]
    return "\n".join(found) if len(found) == len(spans) else None


def read_states(policy: Source, translation: Source) -> tuple[TranslatedSection, ...]:
    """Return how each section stands, in the policy's order, then those that it does not have.

    Raises:
        BadSource: the bindings of the translation are malformed.
    """
    return Pairing(policy, translation).states()


def find_stale_sections(folder: Path) -> list[Finding]:
    """Return a finding for every section of a translation that is not shown.

    A draft is left out: none of it is shown.

    Raises:
        BadSource: a policy file cannot be read.
    """
    findings: list[Finding] = []
    sources = read_sources(folder)
    policies = {s.policy_id: s for s in sources if s.lang == "ja" and not s.is_reference}
    for source in sources:
        if source.is_draft or source is policies.get(source.policy_id):
            continue
        path = folder / source.path
        if source.policy_id in policies:
            findings += _find_stale(policies[source.policy_id], source, path)
        elif source.is_reference:
            line = line_of_key(source.text, "reference")
            findings.append(_finding(path, line, "there is no Japanese file that this translates"))
    return findings


def accept_sections(path: Path, policy: Source, translation: Source, wanted: Sequence[str]) -> None:
    """Bind sections of a translation's file to the policy as it is now, after a person's look.

    `all` binds every section that both have, and drops the bindings of those that are gone.

    Raises:
        UnknownSection: the policy has none of an id.
        BadSource: the translation does not have a section, or cannot be written.
    """
    pairing = Pairing(policy, translation)
    bound = {key: one.sha256 for key, one in pairing.bindings.by_section.items()}
    if ALL in wanted:
        bound = pairing.hashes_of_both()
    for section_id in wanted:
        if section_id not in {ALL, *pairing.hashes}:
            raise UnknownSection(policy.policy_id, section_id)
        if section_id != ALL and not pairing.has_words(section_id):
            raise BadSource(path, 1, f"the translation has no words for section {section_id}")
    bound |= {one: pairing.hashes[one] for one in wanted if one != ALL}
    write_bindings(path, bound)


def _find_stale(policy: Source, translation: Source, path: Path) -> list[Finding]:
    try:
        states = read_states(policy, translation)
    except BadSource as exc:
        return [_finding(path, exc.line, exc.reason)]
    return [
        _finding(
            path,
            one.line,
            f"section {one.section_id} of the translation is {one.state}: {one.reason}; "
            "see policy-qa translations",
        )
        for one in states
        if one.state is not State.CURRENT
    ]


def _finding(path: Path, line: int, message: str) -> Finding:
    return Finding(str(path), line, Severity.ERROR, Rule.STALE_TRANSLATION, message)
