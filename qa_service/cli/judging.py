"""Commands that tell what visitors will be told: `eval`, `coverage`, `expectations`."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.markup import escape
from rich.progress import track

from qa_service.cli.console import AsJson, err, out, print_json, settings_of
from qa_service.errors import BadSettings

Item = TypeVar("Item")
Questions = Annotated[Path, typer.Option(help="Evaluation set.")]
QUESTIONS = Path("eval/questions.jsonl")


class Split(StrEnum):
    """The halves of the evaluation set."""

    TUNE = "tune"
    TEST = "test"


def evaluate(
    context: typer.Context,
    questions: Questions = QUESTIONS,
    policies: Annotated[
        Path, typer.Option(help="Folder of other policies, with their questions.jsonl.")
    ] = Path("eval/policies"),
    baseline: Annotated[Path, typer.Option(help="What was accepted.")] = Path("eval/baseline.json"),
    report: Annotated[Path, typer.Option(help="Folder for the report.")] = Path("eval/report"),
    split: Annotated[
        Split | None, typer.Option(help="Half the questions, figures alone: no gate, no report.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ask the evaluation questions, show what visitors would be told; exit 1 if anything fell."""
    _need_measures()
    from qa_service.cli.evaluation_tables import print_evaluation
    from qa_service.evaluation.report_files import as_report, write_report
    from qa_service.evaluation.runs import EvaluationFiles, run_evaluation

    files = EvaluationFiles(questions, policies, baseline, split)
    done = run_evaluation(settings_of(context), files, _show_progress)
    if as_json:
        print_json(as_report(done))
    else:
        print_evaluation(out, done)
        if not policies.is_dir():
            out.print(f"\n{escape(str(policies))}: there is no such folder, skipped")
    if split:
        return
    write_report(report, done)
    err.print(f"report: {escape(str(report / 'index.html'))}")
    if done.accepted is None:
        err.print(f"{escape(str(baseline))} is not there: nothing to compare with")
    if done.falls:
        raise typer.Exit(1)


def accept(
    context: typer.Context,
    questions: Questions = QUESTIONS,
    policies: Annotated[
        Path, typer.Option(help="Folder of other policies, with their questions.jsonl.")
    ] = Path("eval/policies"),
    baseline: Annotated[Path, typer.Option(help="What was accepted.")] = Path("eval/baseline.json"),
    allow_drop: Annotated[
        bool, typer.Option("--allow-drop", help="Accept lower figures and fallen questions.")
    ] = False,
    note: Annotated[str, typer.Option(help="Why, for the log.")] = "Accepted a new state",
) -> None:
    """Take what visitors are told now as the baseline and log it; refuse to lower a floor."""
    _need_measures()
    from qa_service.cli.evaluation_tables import print_falls
    from qa_service.evaluation.baseline import write_baseline
    from qa_service.evaluation.gate import FAULTS, find_drops
    from qa_service.evaluation.log import write_entry
    from qa_service.evaluation.report_files import as_log_lines
    from qa_service.evaluation.runs import EvaluationFiles, run_evaluation

    files = EvaluationFiles(questions, policies, baseline)
    done = run_evaluation(settings_of(context), files, _show_progress)
    faults = [fall for fall in done.falls if fall.kind in FAULTS]
    drops = find_drops(done.state, done.accepted) if done.accepted else ()
    if faults or (drops and not allow_drop):
        print_falls(out, [*faults, *drops])
        err.print("Nothing was accepted" + ("." if faults else "; --allow-drop accepts drops."))
        raise typer.Exit(1)
    write_baseline(baseline, done.state)
    today = dt.datetime.now().astimezone().date()
    write_entry(baseline.with_name("LOG.md"), today, note, as_log_lines(done, drops))
    out.print(f"{escape(str(baseline))}: written; see LOG.md beside it")


def coverage(
    context: typer.Context, questions: Questions = QUESTIONS, as_json: AsJson = False
) -> None:
    """Show which clauses questions expect and answers show; exit 1 if a language lacks one."""
    _need_measures()
    from qa_service.cli.evaluation_tables import print_reach
    from qa_service.evaluation.runs import EvaluationFiles, run_evaluation

    done = run_evaluation(settings_of(context), EvaluationFiles(questions), _show_progress)
    if as_json:
        print_json({name: [asdict(one) for one in rows] for name, rows in done.reach.items()})
    else:
        print_reach(out, done)
    if any(row.lacks for rows in done.reach.values() for row in rows):
        raise typer.Exit(1)


def expectations(
    context: typer.Context,
    questions: Questions = QUESTIONS,
    rewrite: Annotated[
        bool, typer.Option("--rewrite", help="Write what was renumbered, ask about what is gone.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Agree to every suggestion.")] = False,
) -> None:
    """Show which expected clauses are gone or renumbered, or rewrite them; exit 1 if any is."""
    from qa_service.cli.evaluation_tables import ask_to_agree, print_strayed
    from qa_service.evaluation.asking import open_beside
    from qa_service.evaluation.cases import read_cases
    from qa_service.evaluation.expectations import rewrite_cases
    from qa_service.service import open_reader

    settings = settings_of(context)
    service = open_beside(settings.sources, open_reader(settings), settings.policy)
    strayed = {case.id: case.strayed for case in read_cases(questions, service) if case.strayed}
    print_strayed(out, strayed)
    left = sum(map(len, strayed.values()))
    if rewrite:
        agreed = strayed if yes else ask_to_agree(strayed)
        left -= rewrite_cases(questions, agreed)
    if left:
        raise typer.Exit(1)


def _need_measures() -> None:
    """Raise where the library of measures is not installed: the service itself does without."""
    if find_spec("ir_measures") is None:
        raise BadSettings("ir_measures is missing: pip install 'smartweb-policy-qa[eval]'")


def _show_progress(items: Sequence[Item]) -> Iterable[Item]:
    return track(items, "Asking the questions …", console=err, transient=True)
