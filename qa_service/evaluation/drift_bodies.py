"""Turns Drifts into bodies: what `policy-qa diff` tells programs as JSON, and its page shows."""

from collections import Counter
from collections.abc import Sequence

from pydantic import BaseModel

from qa_service.answers import Answer
from qa_service.changes import Segment, SegmentKind
from qa_service.evaluation.comparison import Comparison, Side
from qa_service.evaluation.drift import Drift, DriftKind, first
from qa_service.evaluation.probes import Probe
from qa_service.messages import Status
from qa_service.sections import Section


class PolicyBody(BaseModel):
    """A policy of a version."""

    id: str
    lang: str
    last_modified: str | None
    sha256: str


class VersionBody(BaseModel):
    """A version as it was typed, and the policies that answer in it."""

    version: str
    policies: list[PolicyBody]


class SegmentBody(BaseModel):
    """Words that both texts have, or one of them."""

    kind: SegmentKind
    text: str


class SectionBody(BaseModel):
    """A clause; `path` holds the titles from the top down to it."""

    id: str
    number: str | None
    title: str
    path: list[str]


class ToldBody(BaseModel):
    """What a version tells: the first excerpt, null where there is none; a span of its policy."""

    status: Status
    policy: str
    lang: str
    section: SectionBody | None
    lead_in: str | None
    text: str | None
    start: int | None
    end: int | None
    sha256: str | None


class ClauseBody(BaseModel):
    """A clause in both versions; null where it is new, or gone."""

    before: SectionBody | None
    after: SectionBody | None
    segments: list[SegmentBody]


class DriftBody(BaseModel):
    """A question with what both versions tell; `words` and `clause` say how one became the other.

    `clause` is null where nothing differs.
    """

    id: str
    lang: str
    question: str
    kind: DriftKind
    other_status: bool
    other_rest: bool
    before: ToldBody
    after: ToldBody
    words: list[SegmentBody]
    clause: ClauseBody | None


class ReportBody(BaseModel):
    """All questions; `counts` by kind and then by language, `left_out` the ids of those not asked.

    Kinds without a question are counted too: 0 in every language.
    """

    old: VersionBody
    new: VersionBody
    counts: dict[DriftKind, dict[str, int]]
    left_out: list[str]
    questions: list[DriftBody]


def report_body(
    comparison: Comparison, drifts: Sequence[Drift], left_out: Sequence[Probe]
) -> ReportBody:
    """Return the report on all questions, in the order in which they were asked."""
    counted = Counter((drift.kind, drift.probe.lang) for drift in drifts)
    langs = sorted({drift.probe.lang for drift in drifts})
    return ReportBody(
        old=_version(comparison.old),
        new=_version(comparison.new),
        counts={kind: {lang: counted[kind, lang] for lang in langs} for kind in DriftKind},
        left_out=[probe.id for probe in left_out],
        questions=[_drift(drift) for drift in drifts],
    )


def _version(side: Side) -> VersionBody:
    sources = [policy.source for policy in side.service.index.policies.values()]
    return VersionBody(
        version=side.version.typed,
        policies=[
            PolicyBody(id=s.policy_id, lang=s.lang, last_modified=s.last_modified, sha256=s.sha256)
            for s in sources
        ],
    )


def _drift(drift: Drift) -> DriftBody:
    return DriftBody(
        id=drift.probe.id,
        lang=drift.probe.lang,
        question=drift.probe.question,
        kind=drift.kind,
        other_status=drift.has_other_status,
        other_rest=drift.has_other_rest,
        before=_told(drift.before),
        after=_told(drift.after),
        words=_segments(drift.words),
        clause=None if drift.kind is DriftKind.SAME else _clause(drift),
    )


def _told(answer: Answer) -> ToldBody:
    excerpt = first(answer)
    return ToldBody(
        status=answer.status,
        policy=answer.policy.policy_id,
        lang=answer.policy.lang,
        section=_section(excerpt.section) if excerpt else None,
        lead_in=excerpt.lead_in.text if excerpt and excerpt.lead_in else None,
        text=excerpt.text if excerpt else None,
        start=excerpt.start if excerpt else None,
        end=excerpt.end if excerpt else None,
        sha256=excerpt.sha256 if excerpt else None,
    )


def _clause(drift: Drift) -> ClauseBody | None:
    change = drift.clause
    if change is None:
        return None
    return ClauseBody(
        before=_section(change.before) if change.before else None,
        after=_section(change.after) if change.after else None,
        segments=_segments(change.segments),
    )


def _segments(segments: Sequence[Segment]) -> list[SegmentBody]:
    return [SegmentBody(kind=one.kind, text=one.text) for one in segments]


def _section(section: Section) -> SectionBody:
    return SectionBody(
        id=section.id, number=section.number, title=section.title, path=list(section.path)
    )
