"""Asks the questions of an evaluation set: cases in, cases with their answers out.

Builds indexes beside the live one where asked to. Measures nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from qa_service.answers import Answer
from qa_service.evaluation.cases import Case, grade_span, read_cases
from qa_service.index import PolicyIndex
from qa_service.questions import read_question
from qa_service.retrieval import Ranking
from qa_service.service import Service, build_index, open_service
from qa_service.settings import Settings

_QUESTIONS = "questions.jsonl"


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


def ask_cases(cases: Sequence[Case], service: Service) -> list[Asked]:
    """Return the cases with their answers, in order."""
    return [_ask(case, service) for case in cases]


def ask_file(path: Path, settings: Settings) -> list[Asked]:
    """Return the cases of a file, asked of the current index.

    Raises:
        BadEvaluation, BadIndex, BadModel: the file, the index or the model cannot be used.
    """
    service = open_service(settings)
    return ask_cases(read_cases(path, service), service)


def ask_folder(folder: Path, settings: Settings) -> list[Asked]:
    """Return the cases of a folder's `questions.jsonl`, asked of the policies beside it.

    Their index is built into a temporary folder.

    Raises:
        BadEvaluation, BadSource, BadModel: the questions, a policy or the model cannot be used.
    """
    with TemporaryDirectory() as index:
        places = {"sources": folder, "index": Path(index), "policy": None}
        own = settings.model_copy(update=places)
        build_index(own)
        return ask_file(folder / _QUESTIONS, own)


def _ask(case: Case, service: Service) -> Asked:
    question = read_question(case.question, service.reader.tokenizer)
    answer = service.ask(case.question, policy_id=case.policy)
    ranking = service.rank(question, case.policy)
    return Asked(case, service.policy(case.policy), answer, ranking)
