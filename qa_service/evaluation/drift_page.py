"""Turns a report on Drifts into one HTML page that needs no network and no script.

The template escapes whatever is put into it: questions and policies are other people's text.
"""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from qa_service.changes import SegmentKind
from qa_service.evaluation.drift import DriftKind
from qa_service.evaluation.drift_bodies import ReportBody


def render_drifts(report: ReportBody) -> str:
    """Return the page: counts, each question that differs by kind, and the others folded."""
    by_kind = {
        kind: [one for one in report.questions if one.kind is kind]
        for kind in DriftKind
        if kind is not DriftKind.SAME
    }
    return (
        _environment()
        .get_template("drift.html")
        .render(
            report=report,
            by_kind=by_kind,
            same=[one for one in report.questions if one.kind is DriftKind.SAME],
            meanings=_MEANINGS,
            langs=list(next(iter(report.counts.values()))),
        )
    )


_MEANINGS = {
    DriftKind.LOST: "Visitors were shown a clause. It is gone, and they are shown nothing.",
    DriftKind.NEWLY_SILENT: "The clause still stands, but visitors are shown nothing.",
    DriftKind.MOVED: "The same words under another number or title, or words of another clause.",
    DriftKind.REWORDED: "The same clause in other words.",
    DriftKind.NEWLY_ANSWERED: "Visitors were shown nothing, and are shown a clause now.",
    DriftKind.OTHER_STATUS: "The same words, or none, under another message.",
    DriftKind.SAME: "The same words of the same clause, or none, as before.",
}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("qa_service.evaluation"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(removed=SegmentKind.REMOVED, added=SegmentKind.ADDED)
    return environment
