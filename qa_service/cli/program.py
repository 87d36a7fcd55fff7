"""The command line `policy-qa`: its commands, the options they share, and how mistakes end.

Exit codes: 0 done, 1 findings or a failed gate, 2 wrong use or broken input.
"""

import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.markup import escape

from qa_service.cli.answering import ask, index, serve, verify
from qa_service.cli.comparing import diff
from qa_service.cli.console import err
from qa_service.cli.history import revisions
from qa_service.cli.judging import accept, coverage, evaluate, expectations
from qa_service.cli.policies import check, topics
from qa_service.cli.translating import translations
from qa_service.errors import QaError


def main() -> None:
    """Run the program; a user's mistake is one line on standard error and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # The policy is Japanese whatever the terminal claims to read.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        make_app()(prog_name="policy-qa")
    except QaError as exc:
        _fail(str(exc))
    except OSError as exc:
        _fail(f"{exc.filename or 'input or output'}: {exc.strerror or exc}")


def make_app() -> typer.Typer:
    """Return the program with all its commands."""
    app = typer.Typer(
        help="Answers questions about a policy with cited excerpts of that policy only.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    app.callback()(options)
    for command in (
        index,
        ask,
        serve,
        check,
        topics,
        translations,
        revisions,
        diff,
        verify,
        coverage,
        expectations,
    ):
        app.command()(command)
    app.command(name="eval")(evaluate)
    app.command(name="eval-accept")(accept)
    return app


def options(
    context: typer.Context,
    sources: Annotated[
        Path | None, typer.Option(help="Folder of policy files [QA_SOURCES].")
    ] = None,
    index: Annotated[Path | None, typer.Option(help="Folder of the index [QA_INDEX].")] = None,
) -> None:
    """Keep the options that all commands share."""
    context.obj = {"sources": sources, "index": index}


def _fail(reason: str) -> NoReturn:
    err.print(f"[bold red]error:[/] {escape(' '.join(reason.split()))}")
    sys.exit(2)
