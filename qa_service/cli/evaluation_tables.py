"""Shows an evaluation to a person at a terminal: figures with what changed, falls, coverage."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from qa_service.evaluation.baseline import State
from qa_service.evaluation.evaluations import PAIRS, Evaluation, elsewhere_in
from qa_service.evaluation.expectations import Followed, Standing
from qa_service.evaluation.figures import Figure, Figures
from qa_service.evaluation.gate import Fall, FallKind, short, what_strayed
from qa_service.evaluation.reach import LANGUAGES, Reach

# What tells groups of questions apart, and its short name at the head of a column.
_TELLING = {
    "questions": "asked",
    "first excerpt acceptable": "first",
    "acceptable within three": "three",
    "excerpt precision": "precision",
    "false answer": "false answer",
    "false silence": "false silence",
    "status as expected": "status",
}
# Smaller changes are not shown: figures are kept with four decimals.
_CHANGED_FROM = 0.0005

# Turns a group, a measure and its figure into the text of a cell.
_Cell = Callable[[str, str, Figure], str]


def print_evaluation(console: Console, done: Evaluation) -> None:
    """Print the figures in groups, with what changed since the accepted state, and what fell."""
    report = done.report
    since = _with_change(done.accepted)
    elsewhere = {elsewhere_in(lang): figures for lang, figures in report.elsewhere.items()}
    pairs = {PAIRS: {"citation agreement": report.agreement}} if report.agreement.n else {}
    for title, columns, cell in (
        ("measure", report.by_language, since),
        ("by style", _turn(report.by_style), _share_and_count),
        ("by status", _turn(report.by_status), _share_and_count),
        ("by section", _turn(report.by_section), _share_and_count),
        ("first hit acceptable by", report.ablations, _share_and_interval),
        ("asked in both languages", pairs, since),
        ("on other policies", elsewhere, since),
    ):
        if columns:
            _print_figures(console, title, columns, cell)
    print_falls(console, done.falls)


def print_falls(console: Console, falls: Sequence[Fall]) -> None:
    """Print what fell, a line each, causes before what follows from them."""
    for fall in sorted(falls, key=lambda fall: list(FallKind).index(fall.kind)):
        console.print(f"[bold red]{fall.kind}:[/] {escape(f'{fall.name}: {fall.message}')}")


def print_strayed(console: Console, strayed: Mapping[str, Sequence[Followed]]) -> None:
    """Print the expectations that no longer stand where they are expected, by question."""
    for case, followed in strayed.items():
        for one in followed:
            console.print(f"[bold]{one.standing}[/] {escape(f'{case}: {what_strayed(one)}')}")
    if not strayed:
        console.print("Every expected clause stands where it is expected.")


def ask_to_agree(strayed: Mapping[str, Sequence[Followed]]) -> dict[str, list[Followed]]:
    """Return the renewed expectations that a person agrees to; what was renumbered is not asked."""
    return {
        case: [one for one in followed if one.standing is Standing.RENUMBERED or _agrees(case, one)]
        for case, followed in strayed.items()
    }


def print_reach(console: Console, done: Evaluation) -> None:
    """Print each clause with how many questions expect it and get it, then the silent topics."""
    for policy, rows in done.reach.items():
        table = Table(policy, box=None)
        table.add_column("clause", no_wrap=True)
        for name in (*LANGUAGES, "first", "shown", "contested by"):
            table.add_column(name)
        for row in rows:
            expected = (str(len(row.expected_by[lang]) or "–") for lang in LANGUAGES)
            shown = (str(len(ids) or "never") for ids in (row.first_for, row.shown_to))
            contested = " ".join(row.contested_by[:5])
            table.add_row(row.section_id, escape(short(row.text)), *expected, *shown, contested)
        console.print(table)
        console.print(_summary(rows))
        silent = " ".join(topic.id for topic in done.silent_topics[policy])
        console.print(f"silent on {len(done.silent_topics[policy])} topics: {silent}\n")


def _agrees(case: str, followed: Followed) -> bool:
    if followed.renewed is None:
        return False
    return typer.confirm(f"{case}: {what_strayed(followed)}\nExpect the nearest clause instead?")


def _summary(rows: Sequence[Reach]) -> str:
    lacking = ", ".join(
        f"{sum(lang in row.lacks for row in rows)} not expected in {lang}" for lang in LANGUAGES
    )
    never = sum(not row.shown_to for row in rows)
    contested = sum(bool(row.contested_by) for row in rows)
    return f"{len(rows)} clauses: {lacking}; {never} never shown; {contested} contested"


def _turn(groups: Mapping[str, Figures]) -> dict[str, Figures]:
    """Return the figures that tell groups apart, by measure and then by group."""
    return {
        name: {group: figures[measure] for group, figures in groups.items() if measure in figures}
        for measure, name in _TELLING.items()
    }


def _print_figures(
    console: Console, title: str, columns: Mapping[str, Figures], cell: _Cell
) -> None:
    """Print a table with a column a group, a row a figure; what was not measured stays empty."""
    table = Table(title, *map(escape, columns), box=None, padding=(0, 1, 0, 0))
    for name in dict.fromkeys(name for figures in columns.values() for name in figures):
        table.add_row(escape(name), *_cells(columns, name, cell))
    console.print()
    console.print(table)


def _cells(columns: Mapping[str, Figures], name: str, cell: _Cell) -> Iterable[str]:
    for group, figures in columns.items():
        yield cell(group, name, figures[name]) if name in figures else ""


def _with_change(accepted: State | None) -> _Cell:
    """Return how a figure is shown beside the accepted one: with an arrow where it changed."""

    def cell(group: str, measure: str, figure: Figure) -> str:
        shown = _share_and_interval(group, measure, figure)
        before = accepted.figures.get(group, {}).get(measure) if accepted else None
        if before is None or abs(figure.value - before) < _CHANGED_FROM:
            return shown
        return f"{shown} [bold]{'▲' if figure.value > before else '▼'} {_number(before)}[/]"

    return cell


def _share_and_interval(_group: str, _measure: str, figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return _number(figure.value)
    return f"{figure.value:.3f} ({figure.low:.2f}–{figure.high:.2f})"


def _share_and_count(_group: str, _measure: str, figure: Figure) -> str:
    is_share = figure.low is not None
    return f"{figure.value:.2f}/{figure.n}" if is_share else _number(figure.value)


def _number(value: float) -> str:
    """Return a count without decimals, a measure with three."""
    return f"{value:.0f}" if value == int(value) and value > 1 else f"{value:.3f}"
