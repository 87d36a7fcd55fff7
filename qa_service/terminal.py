"""Shows an answer to a person at a terminal. Knows bodies, not how they came about."""

from urllib.parse import unquote

from rich.console import Console
from rich.markup import escape

from qa_service.web.bodies import AnswerBody, ExcerptBody, SectionBody


def print_answer(console: Console, answer: AnswerBody) -> None:
    """Print the message, the excerpts with section and link, what to read, whom to contact."""
    console.print(f"[bold]{escape(answer.message)}[/]")
    for excerpt in answer.excerpts:
        _print_excerpt(console, excerpt)
    if answer.nearest:
        console.print()
    for section in answer.nearest:
        console.print(f"→ {_heading(section)}")
    if answer.contact is not None:
        _print_excerpt(console, answer.contact)


def _print_excerpt(console: Console, excerpt: ExcerptBody) -> None:
    console.print()
    console.print(_heading(excerpt.section))
    if excerpt.lead_in is not None:
        console.print(f"  [dim]{escape(excerpt.lead_in.text)}[/]")
    for line in excerpt.text.split("\n"):
        console.print(f"  {escape(line)}")


def _heading(section: SectionBody) -> str:
    path = " › ".join(section.path) or section.id
    return f"[cyan]{escape(path)}[/]  [dim]{escape(unquote(section.url))}[/]"
