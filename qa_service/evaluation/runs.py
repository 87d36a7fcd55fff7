"""Runs an evaluation from files: opens the policies beside the live index, asks, compares."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa_service.coverage import find_stale_entries
from qa_service.evaluation.asking import Asked, ask_cases, open_beside
from qa_service.evaluation.baseline import read_baseline
from qa_service.evaluation.cases import Case, read_cases
from qa_service.evaluation.evaluations import Evaluation, make_evaluation
from qa_service.service import Service, open_reader
from qa_service.settings import Settings

# The evaluation set in a folder of other policies.
QUESTIONS = "questions.jsonl"

# Passes cases on one by one, and may show how far it is.
Progress = Callable[[Sequence[Case]], Iterable[Case]]


@dataclass(frozen=True, slots=True)
class EvaluationFiles:
    """What an evaluation reads: questions to the policies, a folder of others, what was accepted.

    A folder or a baseline that is not there is left out. With `split`, half the questions are
    asked, and compared with nothing.
    """

    questions: Path
    policies: Path | None = None
    baseline: Path | None = None
    split: str | None = None


def run_evaluation(settings: Settings, files: EvaluationFiles, progress: Progress) -> Evaluation:
    """Return the evaluation of the policies as they are now.

    Raises:
        BadEvaluation, BadSource, BadModel: a file, a policy or the model cannot be used.
    """
    accepted = read_baseline(files.baseline) if files.baseline and not files.split else None
    reader = open_reader(settings)
    service = open_beside(settings.sources, reader, settings.policy)
    asked = _ask(service, files.questions, files.split, progress)
    elsewhere: list[Asked] = []
    if files.policies and (files.policies / QUESTIONS).is_file():
        others = open_beside(files.policies, reader, None)
        elsewhere = _ask(others, files.policies / QUESTIONS, files.split, progress)
    stale = find_stale_entries(settings.sources, reader.tokenizer)
    return make_evaluation(asked, elsewhere, accepted, stale)


def _ask(service: Service, path: Path, split: str | None, progress: Progress) -> list[Asked]:
    cases = [case for case in read_cases(path, service) if split in {None, case.split}]
    return ask_cases(progress(cases), service)
