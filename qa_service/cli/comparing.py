"""The command that tells what a change of the policies changes for visitors: `diff`."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.progress import track

from qa_service.cli.console import AsJson, err, out, print_json, settings_of
from qa_service.errors import BadEvaluation
from qa_service.settings import Settings

if TYPE_CHECKING:
    from qa_service.evaluation.drift_bodies import ReportBody

_VERSION = "A policy file, a folder of policies, or a Git revision: HEAD~1, HEAD~1:policy_sources."


def diff(
    context: typer.Context,
    old: Annotated[str, typer.Argument(help=_VERSION)],
    new: Annotated[str, typer.Argument(help="The same.")],
    questions: Annotated[Path, typer.Option(help="Evaluation set.")] = Path("eval/questions.jsonl"),
    html: Annotated[
        Path | None, typer.Option(help="Write a page to this file.", dir_okay=False)
    ] = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit 1 if an answer is lost or newly silent.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Ask two versions of the policies the same questions and show what answers differ."""
    from qa_service.cli.drift_lines import print_drifts
    from qa_service.evaluation.drift import FAILURES
    from qa_service.evaluation.drift_page import render_drifts

    report = _compare(old, new, questions, settings_of(context))
    if html is not None:
        html.write_text(render_drifts(report), encoding="utf-8")
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        print_drifts(out, report)
        if html is not None:
            out.print(f"\n{escape(str(html))}: written")
    if exit_code and any(sum(report.counts[kind].values()) for kind in FAILURES):
        raise typer.Exit(1)


def _compare(old: str, new: str, questions: Path, settings: Settings) -> "ReportBody":
    from qa_service.evaluation.comparison import Comparison, open_side
    from qa_service.evaluation.drift_bodies import report_body
    from qa_service.evaluation.probes import read_probes
    from qa_service.evaluation.versions import fetch_version
    from qa_service.service import open_reader

    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        before = fetch_version(old, settings.sources, Path(one))
        after = fetch_version(new, settings.sources, Path(other))
        with err.status("Reading both versions …"):
            reader = open_reader(settings)
            probes = read_probes(questions, reader.tokenizer)
            sides = open_side(before, reader), open_side(after, reader)
    comparison = Comparison(*sides, settings.policy)
    asked = [probe for probe in probes if comparison.can_ask(probe)]
    if not asked:
        raise BadEvaluation(questions, 1, "no question is about a policy that both sides have")
    shown = track(asked, "Asking both sides", console=err, disable=not err.is_terminal)
    drifts = [comparison.ask(probe) for probe in shown]
    left_out = [probe for probe in probes if not comparison.can_ask(probe)]
    return report_body(comparison, drifts, left_out)
