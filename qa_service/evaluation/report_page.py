"""Turns an Evaluation into one HTML page that needs nothing else: in both languages, with charts.

Everything from a policy or a question is escaped. Judges nothing: what fell, the gate says.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape
from markupsafe import Markup

from qa_service.evaluation.asking import Asked
from qa_service.evaluation.baseline import Outcome
from qa_service.evaluation.charts import Caption, draw_bars, draw_reliability
from qa_service.evaluation.evaluations import PAIRS, Evaluation, elsewhere_in
from qa_service.evaluation.figures import Figure, Figures
from qa_service.evaluation.gate import GAP_MEASURE, Fall, FallKind, is_worse
from qa_service.evaluation.parity import find_pairs
from qa_service.evaluation.report_strings import REPORT, name_in
from qa_service.sections import section_at

# Smaller changes are not shown: figures are kept with four decimals.
_CHANGED_FROM = 0.0005


@dataclass(frozen=True, slots=True)
class FallenRow:
    """A fall with its question, and what that got before and gets now, where there is such."""

    fall: Fall
    asked: Asked | None
    before: Outcome | None
    now: Outcome | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure beside the accepted value, which is None where it did not change."""

    figure: Figure
    before: float | None
    is_worse: bool


def render_report(done: Evaluation) -> str:
    """Return the page of an evaluation, in English and Japanese."""
    everyone = [*done.asked, *done.elsewhere]
    report = done.report
    elsewhere = {elsewhere_in(lang): figures for lang, figures in report.elsewhere.items()}
    return _template().render(
        done=done,
        by_id={one.case.id: one for one in everyone},
        fallen=_group_falls(done, everyone),
        figures=_lay_out(done, report.by_language),
        elsewhere=_lay_out(done, elsewhere),
        pair_figure=_cell(done, PAIRS, "citation agreement", report.agreement),
        pairs=find_pairs(done.asked),
        failing=[one for one in everyone if not one.passes],
        charts={lang: _draw_charts(done, lang) for lang in REPORT},
    )


def _group_falls(done: Evaluation, everyone: list[Asked]) -> dict[FallKind, list[FallenRow]]:
    by_id = {one.case.id: one for one in everyone}
    before = done.accepted.outcomes if done.accepted else {}
    rows = [
        FallenRow(
            fall, by_id.get(fall.name), before.get(fall.name), done.state.outcomes.get(fall.name)
        )
        for fall in done.falls
    ]
    groups = {kind: [row for row in rows if row.fall.kind is kind] for kind in FallKind}
    return {kind: of_kind for kind, of_kind in groups.items() if of_kind}


def _lay_out(done: Evaluation, groups: Mapping[str, Figures]) -> dict[str, dict[str, Cell | None]]:
    """Return the cells by measure and then by group, None where a group has no such figure."""
    measures = dict.fromkeys(name for figures in groups.values() for name in figures)
    return {
        measure: {
            group: _cell(done, group, measure, figures[measure]) if measure in figures else None
            for group, figures in groups.items()
        }
        for measure in measures
    }


def _cell(done: Evaluation, group: str, measure: str, figure: Figure) -> Cell:
    accepted = done.accepted.figures if done.accepted else {}
    before = accepted.get(group, {}).get(measure)
    if before is None or abs(figure.value - before) < _CHANGED_FROM:
        return Cell(figure, None, is_worse=False)
    return Cell(figure, before, is_worse(measure, figure.value, before))


def _draw_charts(done: Evaluation, lang: str) -> dict[str, Markup]:
    text = REPORT[lang]
    sections = {
        name: figures[GAP_MEASURE]
        for name, figures in done.report.by_section.items()
        if GAP_MEASURE in figures
    }
    bars = "; ".join(f"{name}: {one.value:.2f} ({one.n})" for name, one in sections.items())
    curve = "; ".join(
        f"{one.score:.2f}: {one.right.value:.2f} ({one.right.n})" for one in done.report.reliability
    )
    return {
        "sections": draw_bars(sections, Caption(text["sections"], bars)),
        "reliability": draw_reliability(
            done.report.reliability, Caption(text["reliability"], curve)
        ),
    }


def _expected_sections(asked: Asked) -> Iterator[str]:
    """Yield the sections of what is expected, each once."""
    sections = asked.policy.sections
    yield from dict.fromkeys(section_at(sections, one.start).id for one in asked.case.expected)


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("qa_service.evaluation"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(strings=REPORT, name_in=name_in, expected_of=_expected_sections)
    return environment.get_template("report.html")
