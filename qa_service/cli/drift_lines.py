"""Shows to a person at a terminal what visitors are told differently: counts, then each question.

Words that changed are coloured, or marked [-removed-] and {+added+} where there is no colour.
"""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from qa_service.changes import SegmentKind
from qa_service.evaluation.drift import DriftKind
from qa_service.evaluation.drift_bodies import DriftBody, ReportBody, SegmentBody, ToldBody

_STYLES = {
    SegmentKind.SAME: "",
    SegmentKind.REMOVED: "red strike",
    SegmentKind.ADDED: "green underline",
}
_MARKS = {
    SegmentKind.SAME: ("", ""),
    SegmentKind.REMOVED: ("[-", "-]"),
    SegmentKind.ADDED: ("{+", "+}"),
}


def print_drifts(console: Console, report: ReportBody) -> None:
    """Print the counts by kind and language, then each question that is answered differently."""
    _print_counts(console, report)
    for kind in DriftKind:
        for drift in report.questions:
            if drift.kind is kind and kind is not DriftKind.SAME:
                _print_drift(console, drift)


def _print_counts(console: Console, report: ReportBody) -> None:
    langs = list(next(iter(report.counts.values())))
    table = Table("answers", *langs, "all", box=None)
    for kind, counts in report.counts.items():
        numbers = (*(counts[lang] for lang in langs), sum(counts.values()))
        table.add_row(kind.replace("_", " "), *map(str, numbers))
    console.print(table)
    n_rest = sum(one.kind is DriftKind.SAME and one.other_rest for one in report.questions)
    if n_rest:
        console.print(f"{n_rest} of the same have other words below the first excerpt")
    if report.left_out:
        n = len(report.left_out)
        console.print(f"{n} questions left out: their policy is not on both sides")


def _print_drift(console: Console, drift: DriftBody) -> None:
    console.print()
    head = Text.assemble(
        (drift.kind.replace("_", " "), "bold yellow"), f"  {drift.id}  ", (drift.question, "bold")
    )
    if drift.other_rest:
        head.append("  (others below it too)", "dim")
    console.print(head)
    _print_side(console, "-", drift.before, _without(drift.words, SegmentKind.ADDED))
    _print_side(console, "+", drift.after, _without(drift.words, SegmentKind.REMOVED))


def _print_side(
    console: Console, sign: str, told: ToldBody, segments: Iterable[SegmentBody]
) -> None:
    """Print the clause and status of one version, and below it the words that a visitor reads."""
    heading = " › ".join(told.section.path) or told.section.id if told.section else "nothing shown"
    console.print(Text.assemble(f"  {sign} ", (heading, "cyan"), f"  {told.status.value}"))
    words = Text()
    for segment in segments:
        words.append(_marked(console, segment), _STYLES[segment.kind])
    for line in words.split("\n") if words else ():
        console.print(Text.assemble("    ", line))


def _marked(console: Console, segment: SegmentBody) -> str:
    if console.color_system is not None:
        return segment.text
    opening, closing = _MARKS[segment.kind]
    lines = segment.text.split("\n")
    return "\n".join(f"{opening}{line}{closing}" if line else "" for line in lines)


def _without(segments: Iterable[SegmentBody], kind: SegmentKind) -> list[SegmentBody]:
    return [segment for segment in segments if segment.kind is not kind]
