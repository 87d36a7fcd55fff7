"""Opens everything once and answers: the one place where settings become objects.

The web, the command line and the evaluation all call this. Knows no HTTP.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qa_service.answers import Answer, compose_answer
from qa_service.embedding import Encoder
from qa_service.excerpts import Excerpt, Excerpter, for_readers_of
from qa_service.index import Index, PolicyIndex
from qa_service.questions import Question, read_question
from qa_service.reader import Reader
from qa_service.relevance import N_HITS, judge
from qa_service.retrieval import Hit, Ranking, retrieve
from qa_service.reviews import read_reviews
from qa_service.revisions import Revision, find_cited
from qa_service.settings import Settings
from qa_service.sources import read_sources


@dataclass(frozen=True, slots=True)
class Found:
    """One ranked passage of a search: its hit with scores, and what is shown of it."""

    hit: Hit
    excerpt: Excerpt


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a cited span still stands in the policy, and why not."""

    valid: bool
    reason: str


class Service:
    """Answers questions from one loaded index; safe to share between threads."""

    def __init__(self, index: Index, reader: Reader, default_policy: str | None) -> None:
        self.index = index
        self.reader = reader
        self._default = default_policy
        self._excerpters = {
            name: Excerpter(policy, reader.tokenizer) for name, policy in index.policies.items()
        }
        index.policy(default_policy)

    def ask(
        self,
        typed: str,
        lang: str | None = None,
        previous: Sequence[str] = (),
        policy_id: str | None = None,
    ) -> Answer:
        """Return the answer to a question as typed, in its language or `lang`.

        Raises:
            BadQuestion: it is blank or too long.
            UnknownPolicy: there is no policy of this id.
        """
        question = read_question(typed, self.reader.tokenizer, lang, previous)
        ranking = retrieve(question, self.policy(policy_id), self.reader, N_HITS)
        return self.answer(question, ranking, policy_id)

    def rank(self, question: Question, policy_id: str | None = None) -> Ranking:
        """Return the whole ranking of a question, without judging it."""
        return retrieve(question, self.policy(policy_id), self.reader)

    def answer(self, question: Question, ranking: Ranking, policy_id: str | None = None) -> Answer:
        """Return the answer to a question that is ranked."""
        policy = self.policy(policy_id)
        judgement = judge(question, ranking, policy, self.reader)
        return compose_answer(question, judgement, self._excerpters[policy.source.policy_id])

    def search(self, query: str, k: int, policy_id: str | None = None) -> tuple[Found, ...]:
        """Return the k best passages for words or a question, best first, never abstaining.

        Raises:
            BadQuestion: the query is blank or too long.
            UnknownPolicy: there is no policy of this id.
        """
        policy = self.policy(policy_id)
        question = read_question(query, self.reader.tokenizer)
        terms = frozenset(question.terms)
        excerpter = self._excerpters[policy.source.policy_id]
        hits = self.rank(question, policy_id).hits[:k]
        excerpts = (excerpter.excerpt(hit.ordinal, terms) for hit in hits)
        shown = (for_readers_of(question.lang, excerpt) for excerpt in excerpts)
        return tuple(map(Found, hits, shown))

    def policy(self, policy_id: str | None = None) -> PolicyIndex:
        """Return a policy by id, or the default one.

        Raises:
            UnknownPolicy: there is no policy of this id.
        """
        return self.index.policy(policy_id, self._default)

    def verify(self, policy_id: str | None, start: int, end: int, sha256: str) -> Verdict:
        """Return whether the policy's span `start:end` has this hash today.

        Raises:
            UnknownPolicy: there is no policy of this id.
        """
        policy = self.policy(policy_id)
        cited = find_cited(policy.revisions, start, end, sha256)
        if cited == policy.revision:
            return Verdict(valid=True, reason="the policy holds exactly these words")
        if cited is not None:
            words = cited.source.text[start:end]
            return Verdict(valid=False, reason=_reason_of_past(cited, words, policy.source.text))
        if not 0 <= start < end <= len(policy.source.text):
            return Verdict(valid=False, reason="the span is not inside the policy")
        return Verdict(valid=False, reason="the policy's words at this span are others")


def open_service(settings: Settings) -> Service:
    """Return the service of the settings: model and index loaded, checked and warm.

    Raises:
        BadModel, BadIndex, UnknownPolicy: what is set cannot be used.
    """
    reader = open_reader(settings)
    service = Service(Index.load(settings.index, reader), reader, settings.policy)
    service.ask("個人情報")
    return service


def build_index(settings: Settings) -> tuple[Index, str]:
    """Read the sources, build their index, make it the current one; return it and its hash.

    Raises:
        BadSource, BadModel, BadIndex: nothing was changed.
    """
    index = read_index(settings)
    return index, index.save(settings.index, settings.revisions)


def read_index(settings: Settings) -> Index:
    """Return the index of the sources as they are now, without writing it.

    Raises:
        BadSource, BadModel: a policy, a review or a model cannot be used.
    """
    return index_folder(settings.sources, open_reader(settings))


def index_folder(folder: Path, reader: Reader) -> Index:
    """Return the index of a folder's policies and reviews, made with a reader that is open.

    Raises:
        BadSource: a policy or a review cannot be used.
    """
    sources = read_sources(folder)
    return Index.build(sources, reader, read_reviews(folder, sources))


def open_reader(settings: Settings) -> Reader:
    """Return what reads text: the model that the settings name, router and calibration.

    Raises:
        BadModel: a part cannot be loaded, or does not belong to the others.
    """
    encoder = Encoder.load(settings.model, settings.query_prompt, settings.passage_prompt)
    return Reader.open(encoder, settings.reader)


def _reason_of_past(cited: Revision, words: str, present: str) -> str:
    """Return what became of words that stood in an earlier revision."""
    revision = f"the revision of {cited.date}" if cited.date else "an earlier revision without date"
    fate = "stand at another place now" if words in present else "differ now"
    return f"these words stood in {revision} and {fate}"
