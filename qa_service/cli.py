"""The command line `policy-qa`: parses, calls the service, prints.

Exit codes: 0 done, 1 findings or a failed gate, 2 wrong use or broken input.
"""

import json
import os
import sys
from dataclasses import asdict
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from qa_service.errors import BadQuestion, BadSettings, QaError
from qa_service.settings import Settings, read_settings

app = typer.Typer(
    help="Answers questions about a policy with cited excerpts of that policy only.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
# Emoji stay off: rich would replace `:cookie:` in a policy's text, which is shown verbatim.
_color: Literal["auto"] | None = None if os.environ.get("NO_COLOR") else "auto"
_out = Console(soft_wrap=True, highlight=False, emoji=False, color_system=_color)
_err = Console(stderr=True, soft_wrap=True, highlight=False, emoji=False, color_system=_color)


class Split(StrEnum):
    """The halves of the evaluation set."""

    TUNE = "tune"
    TEST = "test"


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


@app.callback()
def options(
    context: typer.Context,
    sources: Annotated[
        Path | None, typer.Option(help="Folder of policy files [QA_SOURCES].")
    ] = None,
    index: Annotated[Path | None, typer.Option(help="Folder of the index [QA_INDEX].")] = None,
) -> None:
    """Keep the options that all commands share."""
    context.obj = {"sources": sources, "index": index}


def main() -> None:
    """Run the program; a user's mistake is one line on standard error and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # The policy is Japanese whatever the terminal claims to read.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app(prog_name="policy-qa")
    except QaError as exc:
        _fail(str(exc))
    except OSError as exc:
        _fail(f"{exc.filename or 'input or output'}: {exc.strerror or exc}")


def _fail(reason: str) -> NoReturn:
    _err.print(f"[bold red]error:[/] {escape(' '.join(reason.split()))}")
    sys.exit(2)


def _settings(context: typer.Context, **more: object) -> Settings:
    return read_settings(**context.obj, **more)


@app.command()
def index(context: typer.Context, as_json: AsJson = False) -> None:
    """Build the index from the policy files and make it the current one."""
    from qa_service.service import build_index

    with _err.status("Building the index …"):
        built, digest = build_index(_settings(context))
    n_passages = {name: len(part.passages) for name, part in built.policies.items()}
    if as_json:
        _print_json({"index": digest, "passages": n_passages})
        return
    for name, n in n_passages.items():
        _out.print(f"{escape(name)}: {n} passages")
    _out.print(f"index {digest}")


@app.command()
def ask(
    context: typer.Context,
    question: Annotated[str | None, typer.Argument(help="The question.")] = None,
    as_json: AsJson = False,
    jsonl: Annotated[
        bool,
        typer.Option("--jsonl", help='Answer {"id", "question", "lang"?} lines of standard input.'),
    ] = False,
    policy: Annotated[str | None, typer.Option(help="Policy id.")] = None,
) -> None:
    """Answer a question with excerpts of the policy."""
    from qa_service.lines import answer_lines
    from qa_service.service import open_service
    from qa_service.terminal import print_answer
    from qa_service.web.bodies import Addresses

    if jsonl == (question is not None):
        raise BadQuestion("Give either a question or --jsonl: policy-qa ask QUESTION.")
    settings = _settings(context, policy=policy)
    service = open_service(settings)
    addresses = Addresses(settings.policy_url)

    def answer_of(text: str, lang: str | None) -> dict[str, object]:
        return addresses.answer(service.ask(text, lang)).model_dump(mode="json")

    if jsonl:
        for line in answer_lines(sys.stdin.buffer, answer_of):
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
        return
    answer = addresses.answer(service.ask(question or ""))
    if as_json:
        _print_json(answer.model_dump(mode="json"))
    else:
        print_answer(_out, answer)


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on [QA_HOST].")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on [QA_PORT].")] = None,
) -> None:
    """Serve the HTTP API."""
    from qa_service.web.server import run_server

    run_server(_settings(context, host=host, port=port))


@app.command()
def check(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="Folder; else the sources.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check policy files: can each be served, is every letter in a passage, is no review stale."""
    from qa_service.checks import check_folder
    from qa_service.coverage import find_stale_entries
    from qa_service.tokens import Tokenizer

    chosen, tokenizer = folder or _settings(context).sources, Tokenizer()
    checked = check_folder(chosen, tokenizer)
    refused = [one.error for one in checked if one.error]
    stale = [] if refused else find_stale_entries(chosen, tokenizer)
    if as_json:
        _print_json({"files": [asdict(one) for one in checked], "stale": stale})
    else:
        table = Table("file", "sections", "passages", "lost letters", box=None)
        for one in checked:
            counts = (one.n_sections, one.n_passages, one.n_lost_letters)
            table.add_row(escape(one.path), *map(str, counts))
        _out.print(table)
        n_passages = sum(one.n_passages for one in checked)
        n_lost = sum(one.n_lost_letters for one in checked)
        _out.print(f"{len(checked)} files, {n_passages} passages, {n_lost} lost letters")
        for finding in [*refused, *stale]:
            _out.print(escape(finding))
    if refused or stale:
        raise typer.Exit(1)


@app.command()
def topics(
    context: typer.Context,
    accept: Annotated[
        bool, typer.Option("--accept", help="Write the review anew: stale entries are renewed.")
    ] = False,
    policy: Annotated[str | None, typer.Option(help="Policy id.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what a policy answers topic by topic: as reviewed, and as the program proposes."""
    from qa_service.coverage import accept_proposals, read_coverage
    from qa_service.reviews import read_reviews, review_path, write_review
    from qa_service.service import read_index
    from qa_service.terminal import print_coverage, print_renewal

    settings = _settings(context)
    with _err.status("Reading the policies …"):
        read = read_index(settings)
    part = read.policy(policy, settings.policy)
    reviews = read_reviews(settings.sources, [part.source])
    review = reviews.get(part.source.policy_id)
    if accept:
        path = review_path(settings.sources, part.source)
        renewed = accept_proposals(part, review)
        write_review(path, renewed)
        print_renewal(_out, review, renewed)
        _out.print(f"{escape(str(path))}: written; look at it, then: policy-qa index")
        return
    rows = read_coverage(part, review)
    if as_json:
        _print_json([{**asdict(row), "status": row.status} for row in rows])
    else:
        print_coverage(_out, rows)


@app.command()
def verify(
    context: typer.Context,
    start: Annotated[int, typer.Argument(help="First code point of the citation.")],
    end: Annotated[int, typer.Argument(help="Code point after its last.")],
    sha256: Annotated[str, typer.Argument(help="SHA-256 of the cited span.")],
    policy: Annotated[str | None, typer.Option(help="Policy id.")] = None,
) -> None:
    """Tell whether a citation still stands in the policy."""
    from qa_service.service import open_service

    verdict = open_service(_settings(context)).verify(policy, start, end, sha256)
    _out.print(verdict.reason)
    if not verdict.valid:
        raise typer.Exit(1)


@app.command(name="eval")
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
        from qa_service.evaluation import ask_file, ask_folder, report_on
    except ModuleNotFoundError as exc:
        raise BadSettings(f"{exc.name} is missing: pip install 'smartweb-policy-qa[eval]'") from exc
    from qa_service.coverage import find_stale_entries
    from qa_service.terminal import print_report
    from qa_service.tokens import Tokenizer

    settings = _settings(context)
    stale = find_stale_entries(settings.sources, Tokenizer())
    with _err.status("Asking the questions …"):
        asked = ask_file(questions, settings)
        others = ask_folder(policies, settings) if policies.is_dir() else []
    halves = ([one for one in some if split in {None, one.case.split}] for some in (asked, others))
    report = report_on(*halves)
    if as_json:
        _print_json({**asdict(report), "stale": stale})
        return
    print_report(_out, report)
    for finding in stale:
        _out.print(escape(finding))
    if not others:
        _out.print(f"\n{escape(str(policies))}: there is no such folder, skipped")


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    main()
