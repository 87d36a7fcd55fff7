"""The command about what policies said before: `revisions`."""

import datetime as dt
from typing import Annotated

import typer

from qa_service.cli.console import AsJson, out, print_json, settings_of
from qa_service.revisions import find_revision_on, read_day


def revisions(
    context: typer.Context,
    policy: Annotated[str | None, typer.Option(help="Policy id.")] = None,
    on: Annotated[
        dt.date | None,
        typer.Option(parser=read_day, metavar="YYYY-MM-DD", help="Show the sections of that day."),
    ] = None,
    section: Annotated[str | None, typer.Option(help="Show the text of this section.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the kept revisions of the policies, or show what one said on a day."""
    if on is None and section is None:
        _list_revisions(context, policy, as_json)
    else:
        _show_revision(context, policy, on, section, as_json)


def _list_revisions(context: typer.Context, policy_id: str | None, as_json: bool) -> None:
    from qa_service.cli.tables import print_revisions
    from qa_service.service import open_service
    from qa_service.web.revision_bodies import revisions_body

    service = open_service(settings_of(context))
    chosen = [service.policy(policy_id)] if policy_id else service.index.policies.values()
    bodies = [revisions_body(policy) for policy in chosen]
    if as_json:
        print_json([body.model_dump(mode="json") for body in bodies])
    else:
        print_revisions(out, bodies)


def _show_revision(
    context: typer.Context,
    policy_id: str | None,
    day: dt.date | None,
    section_id: str | None,
    as_json: bool,
) -> None:
    """Print a policy's sections, or one with its text, as of a day; without a day as of now."""
    from qa_service.cli.tables import print_section_text, print_sections
    from qa_service.service import open_service
    from qa_service.web.bodies import Addresses
    from qa_service.web.revision_bodies import section_text_body, sections_body

    settings = settings_of(context)
    policy, addresses = open_service(settings).policy(policy_id), Addresses(settings.policy_url)
    revision = find_revision_on(policy.revisions, day) if day else policy.revision
    if section_id is None:
        sections = sections_body(addresses, policy, revision)
        print_json(sections.model_dump(mode="json")) if as_json else print_sections(out, sections)
        return
    section = section_text_body(addresses, policy, revision, section_id)
    print_json(section.model_dump(mode="json")) if as_json else print_section_text(out, section)
