"""The command about translations of policies: `translations`."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape

from qa_service.cli.console import AsJson, out, print_json, settings_of


def translations(
    context: typer.Context,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            "--accept", metavar="SECTION", help="Bind a section anew after its words were renewed."
        ),
    ] = None,
    policy: Annotated[str | None, typer.Option(help="Policy id.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show which sections of a translation are current; `--accept all` binds all of them anew."""
    from qa_service.cli.tables import print_translations
    from qa_service.sources import read_source
    from qa_service.translations import accept_sections, find_bilingual, read_states

    settings = settings_of(context)
    pair = find_bilingual(settings.sources, policy or settings.policy)
    translation, path = pair.translation, settings.sources / pair.translation.path
    if accept:
        accept_sections(path, pair.policy, translation, accept)
        translation = read_source(path)
    sections = read_states(pair.policy, translation)
    if as_json:
        print_json([asdict(one) for one in sections])
        return
    print_translations(out, sections)
    if accept:
        out.print(f"{escape(str(path))}: written; now: policy-qa index")
