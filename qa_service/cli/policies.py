"""Commands about policy files: `check`, `topics`."""

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from qa_service.cli.console import AsJson, Format, err, out, print_json, settings_of


def check(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="Folder; else the sources.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail too.")] = False,
    form: Annotated[
        Format, typer.Option("--format", help="For people, programs, or GitHub's annotations.")
    ] = Format.TEXT,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Check policy files: what is not served, which review or translation is stale, what is odd."""
    from qa_service.checks import check_folder
    from qa_service.cli.findings import print_check
    from qa_service.coverage import find_stale_entries
    from qa_service.findings import Severity
    from qa_service.lints import lint_folder
    from qa_service.tokens import Tokenizer
    from qa_service.translations import find_stale_sections

    chosen, tokenizer = folder or settings_of(context).sources, Tokenizer()
    checked = check_folder(chosen, tokenizer)
    refused = [one.finding for one in checked if one.finding]
    stale = [] if refused else find_stale_entries(chosen, tokenizer) + find_stale_sections(chosen)
    findings = [*refused, *stale, *lint_folder(chosen, _latest_today())]
    print_check(Format.JSON if as_json else form, checked, findings)
    if any(strict or one.severity is Severity.ERROR for one in findings):
        raise typer.Exit(1)


def topics(
    context: typer.Context,
    accept: Annotated[
        bool, typer.Option("--accept", help="Write the review anew: stale entries are renewed.")
    ] = False,
    policy: Annotated[str | None, typer.Option(help="Policy id.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what a policy answers topic by topic: as reviewed, and as the program proposes."""
    from qa_service.cli.tables import print_coverage, print_renewal
    from qa_service.coverage import accept_proposals, read_coverage
    from qa_service.reviews import read_reviews, review_path, write_review
    from qa_service.service import read_index

    settings = settings_of(context)
    with err.status("Reading the policies …"):
        read = read_index(settings)
    part = read.policy(policy, settings.policy)
    reviews = read_reviews(settings.sources, [part.source])
    review = reviews.get(part.source.policy_id)
    if accept:
        path = review_path(settings.sources, part.source)
        renewed = accept_proposals(part, review)
        write_review(path, renewed)
        print_renewal(out, review, renewed)
        out.print(f"{escape(str(path))}: written; look at it, then: policy-qa index")
        return
    rows = read_coverage(part, review)
    if as_json:
        print_json([{**asdict(row), "status": row.status} for row in rows])
    else:
        print_coverage(out, rows)


def _latest_today() -> dt.date:
    """Return the date where the day begins first: a date behind it is in the future everywhere."""
    return dt.datetime.now(dt.timezone(dt.timedelta(hours=14))).date()
