"""Commands that answer and serve: `index`, `ask`, `serve`, `verify`."""

import sys
from typing import Annotated

import typer
from rich.markup import escape

from qa_service.cli.console import AsJson, err, out, print_json, settings_of
from qa_service.errors import BadQuestion


def index(context: typer.Context, as_json: AsJson = False) -> None:
    """Build the index from the policy files and make it the current one."""
    from qa_service.service import build_index

    with err.status("Building the index …"):
        built, digest = build_index(settings_of(context))
    n_passages = {name: len(part.passages) for name, part in built.policies.items()}
    if as_json:
        print_json({"index": digest, "passages": n_passages})
        return
    for name, n in n_passages.items():
        out.print(f"{escape(name)}: {n} passages")
    out.print(f"index {digest}")


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
    from qa_service.cli.tables import print_answer
    from qa_service.lines import answer_lines
    from qa_service.service import open_service
    from qa_service.web.bodies import Addresses

    if jsonl == (question is not None):
        raise BadQuestion("Give either a question or --jsonl: policy-qa ask QUESTION.")
    settings = settings_of(context, policy=policy)
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
        print_json(answer.model_dump(mode="json"))
    else:
        print_answer(out, answer)


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on [QA_HOST].")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on [QA_PORT].")] = None,
) -> None:
    """Serve the HTTP API."""
    from qa_service.web.server import run_server

    run_server(settings_of(context, host=host, port=port))


def verify(
    context: typer.Context,
    start: Annotated[int, typer.Argument(help="First code point of the citation.")],
    end: Annotated[int, typer.Argument(help="Code point after its last.")],
    sha256: Annotated[str, typer.Argument(help="SHA-256 of the cited span.")],
    policy: Annotated[str | None, typer.Option(help="Policy id.")] = None,
) -> None:
    """Tell whether a citation still stands in the policy."""
    from qa_service.service import open_service

    verdict = open_service(settings_of(context)).verify(policy, start, end, sha256)
    out.print(verdict.reason)
    if not verdict.valid:
        raise typer.Exit(1)
