"""Turns a policy into an HTML page with the anchors that citations point at.

Policy text enters the page escaped, as text only, whatever Markdown or HTML it holds.
"""

from dataclasses import dataclass

from qa_service.passages import Passage
from qa_service.sections import Section
from qa_service.sources import Source
from qa_service.web.page_strings import POLICY_PAGE
from qa_service.web.policy_parts import Clause, Heading, Part, split_clauses
from qa_service.web.templating import render

_SHOWN_HASH_CHARS = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table of contents; `depth` is 1 for the outermost."""

    text: str
    anchor: str
    depth: int


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """A policy ready to be shown: its title, the parts above the first heading, and its sections.

    A section is a clause with the clauses of its sub-headings. `anchor` is where a citation of the
    parts above the first heading points.
    """

    source: Source
    contents: tuple[Entry, ...]
    title: Heading
    anchor: str
    opening: tuple[Part, ...]
    sections: tuple[tuple[Clause, ...], ...]

    def render(self, address: str) -> str:
        """Return the HTML; `address` is where it stands, for those who read it on paper."""
        return render(
            "policy.html",
            page=self,
            policy=self.source,
            short_hash=self.source.sha256[:_SHOWN_HASH_CHARS],
            address=address,
            words=POLICY_PAGE[self.source.lang],
        )


def open_policy_page(
    source: Source, sections: tuple[Section, ...], passages: tuple[Passage, ...]
) -> PolicyPage:
    """Return the page of a policy: every heading and every passage, in order."""
    clauses = split_clauses(source, passages)
    opening, named = clauses[0].parts, clauses[1:]
    title = Heading("", source.title, "", 1)
    first = named[0].heading if named else None
    # The file's own first heading, where it is the title, stands for the title.
    if first is not None and first.level == 1:
        title, opening, named = first, named[0].parts, named[1:]
    is_headless = sections[0].level == 0 and not title.anchor
    anchor = sections[0].anchor if is_headless else ""
    return PolicyPage(source, _contents(sections), title, anchor, opening, _group(named))


def _group(clauses: tuple[Clause, ...]) -> tuple[tuple[Clause, ...], ...]:
    groups: list[list[Clause]] = []
    for clause in clauses:
        is_below = clause.heading is not None and clause.heading.level > 2
        if is_below and groups:
            groups[-1].append(clause)
        else:
            groups.append([clause])
    return tuple(map(tuple, groups))


def _contents(sections: tuple[Section, ...]) -> tuple[Entry, ...]:
    named = [section for section in sections if section.title and section.level]
    outermost = min((len(section.path) for section in named), default=1)
    return tuple(
        Entry(section.path[-1], section.anchor, len(section.path) - outermost + 1)
        for section in named
    )
