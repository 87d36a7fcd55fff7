"""Counts visitors' thumbs up and down by section of the policy; keeps nothing of who or what.

An answer is remembered by its request id for as long as memory allows, with the section that it
showed first; a vote is counted once and its request id is forgotten.
"""

import threading
from collections import Counter, OrderedDict
from dataclasses import dataclass
from enum import StrEnum

from qa_service.answers import Answer

MAX_REMEMBERED = 10_000


class Vote(StrEnum):
    """What a visitor thought of an answer."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Subject:
    """What was voted on: the section shown first, empty where the policy was silent."""

    policy_id: str
    section_id: str


class Feedback:
    """The counters; safe to share between threads."""

    def __init__(self, max_remembered: int = MAX_REMEMBERED) -> None:
        self._max_remembered = max_remembered
        self._lock = threading.Lock()
        self._asked: OrderedDict[str, Subject] = OrderedDict()
        self._counts: Counter[tuple[Subject, Vote]] = Counter()

    def remember(self, answer: Answer) -> None:
        """Remember what an answer showed, so that a vote can follow."""
        section_id = answer.excerpts[0].section.id if answer.excerpts else ""
        with self._lock:
            self._asked[answer.request_id] = Subject(answer.policy.policy_id, section_id)
            if len(self._asked) > self._max_remembered:
                self._asked.popitem(last=False)

    def count(self, request_id: str, vote: Vote) -> bool:
        """Count a vote; False where no such answer is remembered, or it was voted on before."""
        with self._lock:
            subject = self._asked.pop(request_id, None)
            if subject is not None:
                self._counts[subject, vote] += 1
        return subject is not None

    def counts(self, policy_id: str) -> dict[str, dict[Vote, int]]:
        """Return the votes of a policy by section id."""
        with self._lock:
            found: dict[str, dict[Vote, int]] = {}
            for (subject, vote), n_votes in self._counts.items():
                if subject.policy_id == policy_id:
                    found.setdefault(subject.section_id, dict.fromkeys(Vote, 0))[vote] = n_votes
        return found
