"""Commands that tell what visitors will be told: `eval`."""

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from qa_service.cli.console import AsJson, err, out, print_json, settings_of
from qa_service.errors import BadSettings


class Split(StrEnum):
    """The halves of the evaluation set."""

    TUNE = "tune"
    TEST = "test"


def evaluate(
    context: typer.Context,
    questions: Annotated[Path, typer.Option(help="Evaluation set.")] = Path("eval/questions.jsonl"),
    policies: Annotated[
        Path, typer.Option(help="Folder of other policies, with their questions.jsonl.")
    ] = Path("eval/policies"),
    split: Annotated[Split | None, typer.Option(help="One half; else both.")] = None,
    as_json: AsJson = False,
) -> None:
    """Ask the evaluation questions and print what visitors would be told, in figures."""
    try:
        from qa_service.evaluation.asking import ask_file, ask_folder
        from qa_service.evaluation.measures import report_on
    except ModuleNotFoundError as exc:
        raise BadSettings(f"{exc.name} is missing: pip install 'smartweb-policy-qa[eval]'") from exc
    from qa_service.cli.tables import print_report
    from qa_service.coverage import find_stale_entries
    from qa_service.tokens import Tokenizer

    settings = settings_of(context)
    stale = [one.text for one in find_stale_entries(settings.sources, Tokenizer())]
    with err.status("Asking the questions …"):
        asked = ask_file(questions, settings)
        others = ask_folder(policies, settings) if policies.is_dir() else []
    halves = ([one for one in some if split in {None, one.case.split}] for some in (asked, others))
    report = report_on(*halves)
    if as_json:
        print_json({**asdict(report), "stale": stale})
        return
    print_report(out, report)
    for finding in stale:
        out.print(escape(finding))
    if not others:
        out.print(f"\n{escape(str(policies))}: there is no such folder, skipped")
