"""Shows answers and tables to a person at a terminal. Does not know how they came about."""

from collections import Counter
from collections.abc import Sequence
from urllib.parse import unquote

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from qa_service.coverage import Coverage
from qa_service.markdown import plain_text
from qa_service.messages import TRANSLATION_LABEL
from qa_service.pairings import State, TranslatedSection
from qa_service.reviews import Review
from qa_service.web.bodies import (
    AnswerBody,
    ExcerptBody,
    PolicyBody,
    SectionBody,
    SectionsBody,
    SectionTextBody,
)
from qa_service.web.revision_bodies import RevisionsBody

_SHORT_HASH_CHARS = 12


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


def print_revisions(console: Console, policies: Sequence[RevisionsBody]) -> None:
    """Print each policy's kept revisions, newest first, with the sections that changed in each."""
    for body in policies:
        console.print(f"[cyan]{escape(body.policy.title)}[/]  [dim]{escape(body.policy.id)}[/]")
        table = Table("date", "sha256", "sections", _folded("changed"), box=None)
        for one in body.revisions:
            changed = "" if one.changed is None else " ".join(one.changed) or "no section"
            hash_start = one.sha256[:_SHORT_HASH_CHARS]
            date = one.date or "no date"
            table.add_row(date, hash_start, str(one.n_sections), escape(changed))
        console.print(table)


def print_sections(console: Console, body: SectionsBody) -> None:
    """Print which revision it is, then its sections."""
    _print_revision(console, body.policy)
    table = Table(_folded("section"), _folded("title"), box=None)
    for section in body.sections:
        table.add_row(escape(section.id), escape(" › ".join(section.path)))
    console.print(table)


def print_section_text(console: Console, body: SectionTextBody) -> None:
    """Print which revision it is, then the words of a section."""
    _print_revision(console, body.policy)
    console.print()
    console.print(escape(plain_text(body.text)))


def print_coverage(console: Console, rows: Sequence[Coverage]) -> None:
    """Print what a policy answers topic by topic, then what a person should look at."""
    table = Table("topic", "label", "told", "from", "sections", "proposed", box=None, width=140)
    for row in rows:
        same = row.proposed is row.status and row.proposed_ids[:1] == row.section_ids[:1]
        proposed = f"{row.proposed.value} {' '.join(row.proposed_ids)}"
        table.add_row(
            row.topic.id,
            escape(row.topic.label_ja),
            row.status.value,
            row.origin.value,
            escape(" ".join(row.section_ids)),
            "=" if same else escape(proposed),
        )
    console.print(table, crop=False)
    told = Counter(row.status.value for row in rows)
    console.print(", ".join(f"{n} {status}" for status, n in sorted(told.items())))
    for row in rows:
        if row.reason:
            console.print(f"[yellow]{row.topic.id}[/] {row.origin.value}: {escape(row.reason)}")
    if any(row.reason for row in rows):
        console.print("Look at these, then renew them: policy-qa topics --accept")


def print_renewal(console: Console, before: Review | None, after: Review) -> None:
    """Print the entries that a renewed review has otherwise than before."""
    old = before.entries if before else {}
    for topic, entry in after.entries.items():
        if entry != old.get(topic):
            was = old[topic].status.value if topic in old else "not reviewed"
            quotes = f"{len(entry.quotes)} quotes"
            console.print(f"{topic}: {was} → {entry.status.value}, {quotes}")


def print_translations(console: Console, sections: Sequence[TranslatedSection]) -> None:
    """Print how the translation of each section stands, then what a person should look at."""
    table = Table("section", "title", "state", box=None)
    for one in sections:
        table.add_row(escape(one.section_id), escape(one.title), one.state.value)
    console.print(table)
    for one in sections:
        if one.state is not State.CURRENT:
            console.print(
                f"[yellow]{escape(one.section_id)}[/] line {one.line}: {escape(one.reason)}"
            )


def _print_revision(console: Console, policy: PolicyBody) -> None:
    date = policy.last_modified or "without date"
    revision = f"{policy.id}, revision of {date}, {policy.sha256[:_SHORT_HASH_CHARS]}"
    console.print(f"[cyan]{escape(policy.title)}[/]  [dim]{escape(revision)}[/]")


def _folded(heading: str) -> Column:
    """Return a column whose long words go on in the next line, so that nothing is left out."""
    return Column(heading, overflow="fold")


def _print_excerpt(console: Console, excerpt: ExcerptBody) -> None:
    console.print()
    console.print(_heading(excerpt.section))
    if excerpt.lead_in is not None:
        console.print(f"  [dim]{escape(excerpt.lead_in.text)}[/]")
    for line in excerpt.text.split("\n"):
        console.print(f"  {escape(line)}")
    if excerpt.translation is not None:
        console.print(f"  [dim]{escape(TRANSLATION_LABEL)}[/]")
        for line in excerpt.translation.text.split("\n"):
            console.print(f"    {escape(line)}")


def _heading(section: SectionBody) -> str:
    path = " › ".join(section.path) or section.id
    return f"[cyan]{escape(path)}[/]  [dim]{escape(unquote(section.url))}[/]"
