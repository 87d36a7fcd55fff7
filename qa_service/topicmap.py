"""Turns proposal and review into the TopicMap of a policy: which passages answer which topic.

Where a maintainer reviewed a topic, the review counts for all passages that stood at the time; a
passage written since counts by proposal, and a stale entry is withheld altogether. Does not know
questions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from qa_service.messages import Status
from qa_service.reviews import Entry, Review, find_stale
from qa_service.sources import hash_span
from qa_service.topics import Topic, read_topics

Floats = npt.NDArray[np.float32]

# What a reviewed grade counts as, beside proposals from 0 to 1; each rank below the best takes off
# a little, so that the maintainer's order holds, down to a floor in a long list.
GRADE_VALUES = {2: 1.0, 1: 0.5}
GRADE_FLOORS = {2: 0.6, 1: 0.3}
RANK_STEP = 0.03
# A passage bears on a topic, by proposal alone, from this likelihood on; one written since the
# review then reopens a topic that was called silent.
BEARS_FROM = 0.25

_STATUS_CODES = ("", *(status.value for status in Status))


@dataclass(frozen=True, eq=False)
class TopicMap:
    """What a policy says on the `t` privacy topics, passage by passage.

    `likely` (t, n_passages) is 0 to 1, reviewed or proposed; `proposed` (t, n_passages) is the
    proposal alone. `statuses` has a topic's reviewed status, None where the proposal serves.
    """

    likely: Floats
    proposed: Floats
    statuses: tuple[Status | None, ...]

    @cached_property
    def reviewed(self) -> npt.NDArray[np.bool_]:
        """For which topics a review counts, shape `(t,)`."""
        return np.array([status is not None for status in self.statuses])

    @cached_property
    def best(self) -> Floats:
        """The value of each topic's best passage, shape `(t,)`."""
        return np.asarray(self.likely.max(axis=1))

    @cached_property
    def covered(self) -> npt.NDArray[np.bool_]:
        """On which topics the policy says anything, shape `(t,)`."""
        return np.asarray((self.likely >= BEARS_FROM).any(axis=1))

    @cached_property
    def is_reviewed(self) -> bool:
        """Whether a review counts for any topic."""
        return bool(self.reviewed.any())

    @classmethod
    def merge(cls, proposed: Floats, review: Review | None, spans: Sequence[str]) -> Self:
        """Return the map of a policy whose passages, as stored, are `spans`."""
        likely = proposed.copy()
        statuses: list[Status | None] = [None] * len(proposed)
        if review is None:
            return cls(likely, proposed, tuple(statuses))
        stale = find_stale(review, spans)
        is_new = np.array([not review.knows(span) for span in spans])
        for i, topic in enumerate(privacy_topics()):
            entry = review.entries.get(topic.id)
            if entry is None or topic.id in stale:
                continue
            values = _values(entry, spans)
            likely[i] = np.where(is_new & (values == 0), proposed[i], values)
            is_reopened = bool((likely[i] >= BEARS_FROM).any())
            if entry.status is not Status.SILENT or not is_reopened:
                statuses[i] = entry.status
        return cls(likely, proposed, tuple(statuses))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return a map from its folder."""
        codes = np.load(folder / "statuses.npy")
        statuses = tuple(Status(_STATUS_CODES[code]) if code else None for code in codes.tolist())
        return cls(np.load(folder / "likely.npy"), np.load(folder / "proposed.npy"), statuses)

    def write(self, folder: Path) -> None:
        """Write the map into a new folder."""
        folder.mkdir()
        np.save(folder / "likely.npy", self.likely)
        np.save(folder / "proposed.npy", self.proposed)
        codes = [_STATUS_CODES.index(status or "") for status in self.statuses]
        np.save(folder / "statuses.npy", np.array(codes, dtype=np.int8))


@cache
def privacy_topics() -> tuple[Topic, ...]:
    """Return the topics that a map has rows for, in order: those not outside of privacy."""
    return tuple(topic for topic in read_topics() if not topic.is_outside)


def _values(entry: Entry, spans: Sequence[str]) -> Floats:
    """Return what a reviewed entry counts for each passage."""
    values = np.zeros(len(spans), dtype=np.float32)
    hashes = [hash_span(span) for span in spans]
    for rank, quote in enumerate(entry.quotes):
        for i, found in enumerate(hashes):
            if found == quote.sha256:
                value = GRADE_VALUES[quote.grade] - RANK_STEP * rank
                values[i] = max(value, GRADE_FLOORS[quote.grade])
    return values
