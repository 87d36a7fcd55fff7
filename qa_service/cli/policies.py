"""Commands about policy files: `check`, `topics`."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from qa_service.cli.console import AsJson, err, out, print_json, settings_of


def check(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="Folder; else the sources.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check policy files: can each be served, is no letter lost, no review or translation stale."""
    from qa_service.checks import check_folder
    from qa_service.coverage import find_stale_entries
    from qa_service.tokens import Tokenizer
    from qa_service.translations import find_stale_sections

    chosen, tokenizer = folder or settings_of(context).sources, Tokenizer()
    checked = check_folder(chosen, tokenizer)
    refused = [one.error for one in checked if one.error]
    stale = [] if refused else find_stale_entries(chosen, tokenizer) + find_stale_sections(chosen)
    if as_json:
        print_json({"files": [asdict(one) for one in checked], "stale": stale})
    else:
        table = Table("file", "sections", "passages", "lost letters", box=None)
        for one in checked:
            counts = (one.n_sections, one.n_passages, one.n_lost_letters)
            table.add_row(escape(one.path), *map(str, counts))
        out.print(table)
        n_passages = sum(one.n_passages for one in checked)
        n_lost = sum(one.n_lost_letters for one in checked)
        out.print(f"{len(checked)} files, {n_passages} passages, {n_lost} lost letters")
        for finding in [*refused, *stale]:
            out.print(escape(finding))
    if refused or stale:
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
