"""Turns asked cases into figures: by language, style and status, and by way of ranking.

Ranking measures come from ir-measures over all hits; what the visitor is told is measured over the
answers.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence

import ir_measures
import numpy as np
import numpy.typing as npt
from ir_measures import RR, R, nDCG

from qa_service.evaluation.asking import Asked
from qa_service.evaluation.figures import Bin, Figure, Figures, Report, area_under_curve, share
from qa_service.evaluation.parity import agreement, find_pairs
from qa_service.messages import Status
from qa_service.sections import section_at

Floats = npt.NDArray[np.float32]

_RANKING = {"recall@1": R @ 1, "recall@3": R @ 3, "nDCG@5": nDCG @ 5, "MRR": RR}


def report_on(asked: Sequence[Asked], elsewhere: Sequence[Asked]) -> Report:
    """Return all figures of the set, and those of the questions to other policies."""
    return Report(
        by_language=_measure_by(asked, _language, measure),
        by_style=_measure_by(asked, lambda one: one.case.style, measure),
        by_status=_measure_by(asked, lambda one: one.case.status.value, measure),
        by_section=_measure_by([one for one in asked if one.case.expected], _section, measure),
        ablations=_measure_by(asked, _language, ablate),
        elsewhere=_measure_by(elsewhere, _language, measure),
        agreement=agreement(find_pairs(asked)),
        reliability=find_reliability(asked),
    )


def measure(asked: Sequence[Asked]) -> Figures:
    """Return the figures of some cases by name, without those that have nothing to be measured on.

    Shares are 0-1, higher is better but for `false answer`, the share of silent and off-topic
    questions that got an excerpt, and `false silence`, that of answerable ones that got none.
    `acceptable` is over answerable questions; `excerpt precision` is the share of shown excerpts
    that have words of an expected span, over answerable and partly answerable ones. `AUC` tells how
    well the best hit's score parts questions with a clause from those without.
    """
    answerable = _answerable(asked)
    with_clause = [one for one in asked if one.case.expected]
    without = [one for one in asked if not one.case.expected]
    figures = {
        "questions": Figure(len(asked), len(asked)),
        "first hit acceptable": share(
            [one.grades[one.ranking.hits[0].ordinal] > 0 for one in answerable]
        ),
        **_ranking(answerable),
        "first excerpt acceptable": share([any(one.fits[:1]) for one in answerable]),
        "acceptable within three": share([any(one.fits[:3]) for one in answerable]),
        "excerpt precision": share([fits for one in with_clause for fits in one.fits]),
        "false answer": share([bool(one.answer.excerpts) for one in without]),
        "false silence": share([not one.answer.excerpts for one in answerable]),
        "status as expected": share([one.answer.status is one.case.status for one in asked]),
        "AUC": area_under_curve(
            *([o.ranking.hits[0].score for o in g] for g in (with_clause, without))
        ),
    }
    return {name: figure for name, figure in figures.items() if figure.n}


def ablate(asked: Sequence[Asked]) -> Figures:
    """Return the share of answerable questions whose first hit is acceptable, by way of ranking.

    The last way is the service's own; the others leave out all evidence but one kind.
    """
    firsts = defaultdict(list)
    for one in _answerable(asked):
        for way, scores in _scores(one).items():
            firsts[way].append(_fits_first(one, scores))
    return {way: share(fits) for way, fits in firsts.items()}


def find_reliability(asked: Sequence[Asked]) -> tuple[Bin, ...]:
    """Return how often the best hit is expected, by tenths of its score, lowest first.

    A tenth without any question is left out. A calibrated score is near the share of each tenth.
    """
    tenths = defaultdict(list)
    for one in asked:
        best = one.ranking.hits[0]
        right = one.grades[best.ordinal] > 0
        tenths[min(int(best.score * 10), 9)].append((best.score, right))
    return tuple(
        Bin(sum(score for score, _ in rows) / len(rows), share([right for _, right in rows]))
        for _, rows in sorted(tenths.items())
    )


def _measure_by(
    asked: Sequence[Asked],
    name: Callable[[Asked], str],
    measured: Callable[[Sequence[Asked]], Figures],
) -> dict[str, Figures]:
    """Return the figures of each group of this name; the larger group comes first."""
    groups = defaultdict(list)
    for one in asked:
        groups[name(one)].append(one)
    larger_first = sorted(groups.items(), key=lambda group: -len(group[1]))
    return {name: measured(group) for name, group in larger_first}


def _language(one: Asked) -> str:
    return one.case.lang


def _section(one: Asked) -> str:
    """Return the section of the clause that is expected most of all."""
    best = max(one.case.expected, key=lambda expected: expected.grade)
    return section_at(one.policy.sections, best.start).id


def _answerable(asked: Sequence[Asked]) -> list[Asked]:
    return [one for one in asked if one.case.status is Status.ANSWERED]


def _ranking(asked: Sequence[Asked]) -> Figures:
    """Return the ranking measures over all hits."""
    if not asked:
        return {}
    qrels, run = [], []
    for one in asked:
        name = one.case.id
        qrels += [ir_measures.Qrel(name, str(i), grade) for i, grade in enumerate(one.grades)]
        run += [
            ir_measures.ScoredDoc(name, str(hit.ordinal), -rank)
            for rank, hit in enumerate(one.ranking.hits)
        ]
    figures = ir_measures.calc_aggregate(_RANKING.values(), qrels, run)
    return {name: Figure(float(figures[key]), len(asked)) for name, key in _RANKING.items()}


def _scores(one: Asked) -> dict[str, Floats]:
    """Return the passages' scores, in passage order, by way of ranking."""
    topic_map = one.policy.topic_map
    inside = one.ranking.routed[: len(topic_map.likely)]
    hits = sorted(one.ranking.hits, key=lambda hit: hit.ordinal)
    return {
        "lexical": np.array([hit.lexical for hit in hits], dtype=np.float32),
        "dense": np.array([hit.dense for hit in hits], dtype=np.float32),
        "proposed map": inside @ topic_map.proposed,
        "reviewed map": inside @ topic_map.likely,
        "calibration": np.array([hit.score for hit in hits], dtype=np.float32),
    }


def _fits_first(one: Asked, scores: Floats) -> bool:
    """Whether the best passage by these scores is expected; where all are 0 there is none."""
    first = int(scores.argmax())
    return bool(scores[first] > 0 and one.grades[first])
