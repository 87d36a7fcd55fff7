"""Compares an evaluation with the accepted one, and names everything that fell.

Does not know how the state came about, nor how it is shown.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

from qa_service.evaluation.asking import Asked
from qa_service.evaluation.baseline import Outcome, State
from qa_service.evaluation.expectations import Followed, Standing
from qa_service.excerpts import Excerpt, Quote
from qa_service.findings import Finding
from qa_service.markdown import plain_text
from qa_service.sources import Source, hash_span

# Another processor rounds sums otherwise: one question in a hundred may change its place.
TOLERANCE = 0.01
# Between Japanese and English, for the first excerpt: five of the 64 English questions.
MAX_GAP = 0.08
GAP_MEASURE = "first excerpt acceptable"
LOWER_IS_BETTER = frozenset({"false answer", "false silence"})
# A count, and what depends on how the questions are mixed, are no promise.
NOT_GATED = frozenset({"questions"})


class FallKind(StrEnum):
    """What can fall, causes before what follows from them."""

    NOT_VERBATIM = "quote is not verbatim"
    CLAUSE_GONE = "expected clause is gone"
    CLAUSE_RENUMBERED = "expected clause was renumbered"
    REVIEW_STALE = "reviewed topic is stale"
    QUESTION = "question fails now"
    METRIC = "metric fell"
    MISSING = "value is missing"
    NOT_A_NUMBER = "value is no number"
    GAP = "languages are apart"


# What is wrong whatever was accepted before; it cannot be accepted.
FAULTS = frozenset(FallKind) - {FallKind.METRIC, FallKind.QUESTION, FallKind.MISSING}


@dataclass(frozen=True, slots=True)
class Fall:
    """One thing that fell; `name` is a question's id, or a group and its measure."""

    kind: FallKind
    name: str
    message: str


def find_falls(state: State, accepted: State | None, asked: Sequence[Asked]) -> tuple[Fall, ...]:
    """Return what is wrong by itself, and what fell since the accepted state if there is one."""
    faults = (*_strayed(asked), *_not_verbatim(asked), *_not_numbers(state), *_gaps(state))
    if accepted is None:
        return faults
    missing, questions = _missing(state, accepted), _fallen_questions(state, accepted)
    return (*faults, *missing, *questions, *_fallen_metrics(state, accepted, TOLERANCE))


def stale_reviews(findings: Iterable[Finding]) -> tuple[Fall, ...]:
    """Return what a check found in the reviews beside the policies."""
    return tuple(
        Fall(FallKind.REVIEW_STALE, f"{one.path}:{one.line}", one.message) for one in findings
    )


def find_drops(state: State, accepted: State) -> tuple[Fall, ...]:
    """Return the floors that accepting a state would lower, however little."""
    missing, questions = _missing(state, accepted), _fallen_questions(state, accepted)
    return (*missing, *questions, *_fallen_metrics(state, accepted, 0.0))


def is_worse(measure: str, value: float, before: float) -> bool:
    """Tell whether a value of a measure is worse than before."""
    return value > before if measure in LOWER_IS_BETTER else value < before


def _strayed(asked: Iterable[Asked]) -> Iterator[Fall]:
    for one in asked:
        for followed in one.case.strayed:
            is_gone = followed.standing is Standing.GONE
            kind = FallKind.CLAUSE_GONE if is_gone else FallKind.CLAUSE_RENUMBERED
            yield Fall(kind, one.case.id, what_strayed(followed))


def what_strayed(followed: Followed) -> str:
    """Say where an expected clause stands now, or what is nearest to it."""
    old, new = followed.expectation, followed.renewed
    quoted = f"section {old.section} 「{short(old.quote)}」"
    if new is None:
        return f"{quoted}: no clause is near"
    if followed.standing is Standing.RENUMBERED:
        return f"{quoted} stands in section {new.section} now"
    return f"{quoted}: nearest is section {new.section} 「{short(new.quote)}」"


def short(words: str) -> str:
    """Return the beginning of some words, on one line."""
    flat = " ".join(words.split())
    return flat if len(flat) <= 40 else f"{flat[:40]}…"


def _not_verbatim(asked: Iterable[Asked]) -> Iterator[Fall]:
    for one in asked:
        contact = [one.answer.contact] if one.answer.contact else []
        for excerpt in (*one.answer.excerpts, *contact):
            lead_in = excerpt.lead_in
            source = one.policy.source
            if not is_verbatim(excerpt, source) or (lead_in and not is_verbatim(lead_in, source)):
                shown = f"section {excerpt.section.id}, code points {excerpt.start}–{excerpt.end}"
                yield Fall(FallKind.NOT_VERBATIM, one.case.id, shown)


def is_verbatim(shown: Excerpt | Quote, source: Source) -> bool:
    """Tell whether a shown text and its hash are those of its span of the policy."""
    span = source.text[shown.start : shown.end]
    return bool(span) and shown.text == plain_text(span) and shown.sha256 == hash_span(span)


def _not_numbers(state: State) -> Iterator[Fall]:
    for group, figures in state.figures.items():
        for measure, value in figures.items():
            if not isfinite(value):
                yield Fall(FallKind.NOT_A_NUMBER, f"{group}, {measure}", f"it is {value}")


def _gaps(state: State) -> Iterator[Fall]:
    values = [state.figures.get(lang, {}).get(GAP_MEASURE) for lang in ("ja", "en")]
    ja, en = (value if value is not None else float("nan") for value in values)
    if abs(ja - en) > MAX_GAP:
        message = f"Japanese {ja:.3f}, English {en:.3f}: more than {MAX_GAP} apart"
        yield Fall(FallKind.GAP, GAP_MEASURE, message)


def _missing(state: State, accepted: State) -> Iterator[Fall]:
    for group, figures in accepted.figures.items():
        for measure in figures.keys() - state.figures.get(group, {}).keys():
            yield Fall(FallKind.MISSING, f"{group}, {measure}", "it was measured before")
    for name in accepted.outcomes.keys() - state.outcomes.keys():
        yield Fall(FallKind.MISSING, name, "the question was asked before")


def _fallen_questions(state: State, accepted: State) -> Iterator[Fall]:
    for name, before in accepted.outcomes.items():
        now = state.outcomes.get(name)
        if now is not None and before.passes and not now.passes:
            message = f"was {_told(before)}, is {_told(now)}"
            yield Fall(FallKind.QUESTION, name, message)


def _told(outcome: Outcome) -> str:
    cited = f", section {outcome.section}" if outcome.section else ", no excerpt"
    return f"{outcome.status}{cited}"


def _fallen_metrics(state: State, accepted: State, tolerance: float) -> Iterator[Fall]:
    for group, figures in accepted.figures.items():
        for measure, before in figures.items():
            value = state.figures.get(group, {}).get(measure)
            if value is None or measure in NOT_GATED or not is_worse(measure, value, before):
                continue
            if abs(value - before) > tolerance:
                message = f"{before:.3f} → {value:.3f}"
                yield Fall(FallKind.METRIC, f"{group}, {measure}", message)
