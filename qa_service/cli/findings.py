"""Shows what a check found: to people, as JSON, or as GitHub's annotations of a pull request."""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from qa_service.checks import CheckedSource
from qa_service.cli.console import Format, out, print_json
from qa_service.findings import Finding, Rule, Severity

_COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}
_STALE_RULES = {Rule.BROKEN_REVIEW, Rule.STALE_REVIEW, Rule.STALE_TRANSLATION}


def print_check(
    form: Format, checked: Sequence[CheckedSource], findings: Sequence[Finding]
) -> None:
    """Print the files of a folder and what was found in them, errors first."""
    if form is Format.JSON:
        files = [_file_body(one) for one in checked]
        stale = [one.text for one in findings if one.rule in _STALE_RULES]
        print_json({"files": files, "stale": stale, "findings": [asdict(one) for one in findings]})
        return
    if form is Format.GITHUB:
        sys.stdout.write("".join(f"{annotation(one)}\n" for one in findings))
        out.print(_summary(checked, findings))
        return
    _print_table(checked)
    out.print(_summary(checked, findings))
    for one in findings:
        severity = f"[{_COLORS[one.severity]}]{one.severity}[/]"
        place, message = escape(f"{one.path}:{one.line}"), escape(f"{one.message} [{one.rule}]")
        out.print(f"{place}: {severity}: {message}")


def annotation(finding: Finding) -> str:
    """Return the workflow command that makes GitHub show a finding at its line.

    The path is relative to the working folder where it lies in there: GitHub knows no other.
    """
    path = Path(finding.path).absolute()
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    file, title = _property(shown.as_posix()), _property(finding.rule)
    place = f"file={file},line={finding.line},title={title}"
    return f"::{finding.severity} {place}::{_data(finding.message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _file_body(one: CheckedSource) -> dict[str, str | int | None]:
    return {
        "path": one.path,
        "n_sections": one.n_sections,
        "n_passages": one.n_passages,
        "n_lost_letters": one.n_lost_letters,
        "error": one.error,
    }


def _print_table(checked: Sequence[CheckedSource]) -> None:
    table = Table("file", "sections", "passages", "lost letters", box=None)
    for one in checked:
        counts = (one.n_sections, one.n_passages, one.n_lost_letters)
        table.add_row(escape(one.path), *map(str, counts))
    out.print(table)


def _summary(checked: Sequence[CheckedSource], findings: Sequence[Finding]) -> str:
    n_passages = sum(one.n_passages for one in checked)
    n_lost = sum(one.n_lost_letters for one in checked)
    counts = Counter(one.severity for one in findings)
    found = f"{counts[Severity.ERROR]} errors, {counts[Severity.WARNING]} warnings"
    return f"{len(checked)} files, {n_passages} passages, {n_lost} lost letters, {found}"
