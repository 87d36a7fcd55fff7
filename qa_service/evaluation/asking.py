"""Asks the questions of an evaluation set: cases in, cases with their answers out.

Policies are read as they are now, beside the live index. Measures nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from qa_service.answers import Answer
from qa_service.evaluation.cases import Case, grade_span
from qa_service.index import Index, PolicyIndex
from qa_service.messages import Status
from qa_service.questions import read_question
from qa_service.reader import Reader
from qa_service.retrieval import Ranking
from qa_service.reviews import read_reviews
from qa_service.service import Service
from qa_service.sources import read_sources


@dataclass(frozen=True, slots=True)
class Asked:
    """A case with what the service made of it: the answer, and the ranking behind it."""

    case: Case
    policy: PolicyIndex
    answer: Answer
    ranking: Ranking

    @property
    def grades(self) -> list[int]:
        """The grade of each passage, in passage order; 0 where none of it is expected."""
        return [grade_span(self.case, p.start, p.end) for p in self.policy.passages]

    @property
    def passes(self) -> bool:
        """Whether the first excerpt is expected, or none is shown where none is."""
        if self.case.status in {Status.SILENT, Status.OFF_TOPIC}:
            return not self.answer.excerpts
        return any(self.fits[:1])

    @property
    def fits(self) -> list[bool]:
        """For each excerpt whether it, or its lead-in, has words of a span that is expected."""
        return [
            grade_span(self.case, one.start, one.end) > 0
            or (
                one.lead_in is not None
                and grade_span(self.case, one.lead_in.start, one.lead_in.end) > 0
            )
            for one in self.answer.excerpts
        ]


def open_beside(sources: Path, reader: Reader, default_policy: str | None) -> Service:
    """Return a service over a folder of policies as they are now, beside the live index.

    Raises:
        BadSource: a policy or a review cannot be used.
        UnknownPolicy: there is no policy of the default's id.
    """
    read = read_sources(sources)
    index = Index.build(read, reader, read_reviews(sources, read))
    return Service(index, reader, default_policy)


def ask_cases(cases: Iterable[Case], service: Service) -> list[Asked]:
    """Return the cases with their answers, in order."""
    return [_ask(case, service) for case in cases]


def _ask(case: Case, service: Service) -> Asked:
    question = read_question(case.question, service.reader.tokenizer)
    ranking = service.rank(question, case.policy)
    answer = service.answer(question, ranking, case.policy)
    return Asked(case, service.policy(case.policy), answer, ranking)
