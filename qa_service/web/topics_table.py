"""Turns a policy's topic map into the rows of the topics table. Does not know HTML."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from qa_service.coverage import read_coverage
from qa_service.index import PolicyIndex
from qa_service.lookups import Lookups
from qa_service.messages import Status
from qa_service.sources import Source
from qa_service.topics import Topic
from qa_service.web.clause_view import permalink
from qa_service.web.feedback import Vote


@dataclass(frozen=True, slots=True)
class Place:
    """A clause that speaks of a topic, with the console's address of the passage that does."""

    label: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """What a policy says on a topic; votes are those for the clauses, None where nobody votes."""

    topic: Topic
    status: Status
    is_reviewed: bool
    places: tuple[Place, ...]
    votes_up: int
    votes_down: int


@dataclass(frozen=True, slots=True)
class TopicsTable:
    """All topics of a policy in order; `silent_…` are votes for answers without a clause."""

    policy: Source
    rows: tuple[Row, ...]
    has_votes: bool
    silent_up: int
    silent_down: int


def read_table(
    policy: PolicyIndex, lookups: Lookups, votes: Mapping[str, Mapping[Vote, int]] | None
) -> TopicsTable:
    """Return the table of a policy; `votes` are counts by section id, None where nobody votes."""
    counts = votes or {}
    rows = []
    for number, covered in enumerate(read_coverage(policy, None)):
        reviewed = policy.topic_map.statuses[number]
        sections = covered.section_ids if reviewed is not Status.SILENT else ()
        voted = [counts[section_id] for section_id in sections if section_id in counts]
        rows.append(
            Row(
                topic=covered.topic,
                status=reviewed or covered.proposed,
                is_reviewed=reviewed is not None,
                places=tuple(_place(policy, lookups, number, name) for name in sections),
                votes_up=sum(one[Vote.UP] for one in voted),
                votes_down=sum(one[Vote.DOWN] for one in voted),
            )
        )
    silent = counts.get("", {})
    return TopicsTable(
        policy=policy.source,
        rows=tuple(rows),
        has_votes=votes is not None,
        silent_up=silent.get(Vote.UP, 0),
        silent_down=silent.get(Vote.DOWN, 0),
    )


def _place(policy: PolicyIndex, lookups: Lookups, number: int, section_id: str) -> Place:
    """Return a clause by its best passage on a topic."""
    section = policy.section(section_id)
    likely = policy.topic_map.likely[number]
    order = np.argsort(-likely, kind="stable")
    best = next(j for j in order if policy.passages[j].section_id == section_id)
    passage = policy.passages[best]
    excerpt = lookups.excerpt_at(policy, passage.start, passage.end)
    label = section.number or section.title
    title = section.path[-1] if section.path else section.title
    return Place(label, title, permalink(policy.source.policy_id, excerpt))
