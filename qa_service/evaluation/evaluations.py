"""Puts an evaluation together: figures, coverage both ways, the state, and what fell since.

The one object that tables, report and gate read.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from qa_service.evaluation.asking import Asked
from qa_service.evaluation.baseline import Outcome, State
from qa_service.evaluation.figures import Figures, Report
from qa_service.evaluation.gate import Fall, find_falls, stale_reviews
from qa_service.evaluation.measures import report_on
from qa_service.evaluation.reach import Reach, find_reach, find_silent_topics
from qa_service.findings import Finding
from qa_service.topics import Topic

# The name of a group of figures in a state, beside the languages.
PAIRS = "pairs"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Asked cases of the policies themselves, and of others, with all that follows from them.

    `reach` and `silent_topics` are by policy id, for the policies themselves.
    """

    asked: Sequence[Asked]
    elsewhere: Sequence[Asked]
    report: Report
    reach: dict[str, tuple[Reach, ...]]
    silent_topics: dict[str, tuple[Topic, ...]]
    state: State
    accepted: State | None
    falls: tuple[Fall, ...]


def make_evaluation(
    asked: Sequence[Asked],
    elsewhere: Sequence[Asked],
    accepted: State | None,
    stale: Sequence[Finding] = (),
) -> Evaluation:
    """Return the evaluation of asked cases, compared with the accepted state if there is one.

    `stale` are findings in the reviews beside the policies.
    """
    report = report_on(asked, elsewhere)
    state = _make_state(asked, elsewhere, report)
    policies = {one.case.policy: one.policy for one in asked}
    return Evaluation(
        asked=asked,
        elsewhere=elsewhere,
        report=report,
        reach={name: find_reach(policy, asked) for name, policy in policies.items()},
        silent_topics={name: find_silent_topics(policy) for name, policy in policies.items()},
        state=state,
        accepted=accepted,
        falls=(*stale_reviews(stale), *find_falls(state, accepted, [*asked, *elsewhere])),
    )


def elsewhere_in(lang: str) -> str:
    """Return the name of the group of questions in a language to other policies."""
    return f"other policies, {lang}"


def _make_state(asked: Sequence[Asked], elsewhere: Sequence[Asked], report: Report) -> State:
    everyone = [*asked, *elsewhere]
    figures = {lang: _values(figures) for lang, figures in report.by_language.items()}
    figures |= {elsewhere_in(lang): _values(of) for lang, of in report.elsewhere.items()}
    if report.agreement.n:
        figures[PAIRS] = {"citation agreement": round(report.agreement.value, 4)}
    return State(
        policies={one.case.policy: one.policy.source.sha256 for one in everyone},
        figures=figures,
        outcomes={one.case.id: _outcome(one) for one in everyone},
    )


def _values(figures: Figures) -> dict[str, float]:
    return {name: round(figure.value, 4) for name, figure in figures.items()}


def _outcome(asked: Asked) -> Outcome:
    first = next(iter(asked.answer.excerpts), None)
    return Outcome(asked.answer.status.value, first.section.id if first else None, asked.passes)
