"""The JSON that comes in and goes out: pydantic models, and answers turned into them."""

from typing import Annotated, Literal
from urllib.parse import quote as url_quote

from pydantic import BaseModel, ConfigDict, Field

from qa_service.answers import Answer
from qa_service.excerpts import Excerpt, Quote, Translation
from qa_service.questions import MAX_PREVIOUS, MAX_QUESTION_CHARS
from qa_service.sections import Section
from qa_service.service import Found
from qa_service.sources import Source
from qa_service.web.feedback import Vote

MAX_SEARCH_HITS = 50

Text = Annotated[str, Field(min_length=1, max_length=MAX_QUESTION_CHARS)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AskBody(_Body):
    """A visitor's question; the server keeps nothing of it."""

    question: Text
    lang: Literal["ja", "en"] | None = None
    previous: Annotated[list[Text], Field(max_length=MAX_PREVIOUS)] = []
    policy: Annotated[str, Field(max_length=100)] | None = None


class SearchBody(_Body):
    """Words or a question to look up."""

    query: Text
    k: Annotated[int, Field(ge=1, le=MAX_SEARCH_HITS, strict=True)] = 10
    policy: Annotated[str, Field(max_length=100)] | None = None


class VerifyBody(_Body):
    """A citation to check: `source_text[start:end]` in code points and its SHA-256."""

    policy: Annotated[str, Field(max_length=100)] | None = None
    start: Annotated[int, Field(ge=0, strict=True)]
    end: Annotated[int, Field(ge=0, strict=True)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-fA-F]{64}$")]


class VoteBody(_Body):
    """A visitor's thumb for the answer with this request id."""

    request_id: Annotated[str, Field(min_length=1, max_length=100)]
    vote: Vote


class SectionBody(_Body):
    """Where in the policy something stands."""

    id: str
    number: str | None
    title: str
    path: list[str]
    anchor: str
    url: str


class LeadInBody(_Body):
    """The span that introduces a list item."""

    text: str
    start: int
    end: int
    sha256: str


class TranslationBody(_Body):
    """A reference translation; only the Japanese text counts."""

    lang: str
    text: str
    reference: bool


class ExcerptBody(_Body):
    """Words of the policy with their proof; `highlights` are spans in `text`."""

    text: str
    section: SectionBody
    start: int
    end: int
    sha256: str
    lead_in: LeadInBody | None
    highlights: list[tuple[int, int]]
    translation: TranslationBody | None


class TopicBody(_Body):
    """What the question is about."""

    id: str
    label: str


class PolicyBody(_Body):
    """The policy and revision that was asked."""

    id: str
    title: str
    lang: str
    last_modified: str | None
    sha256: str


class AnswerBody(_Body):
    """The answer: fixed strings and proven excerpts, nothing else."""

    request_id: str
    status: Literal["answered", "partial", "silent", "off_topic"]
    lang: Literal["ja", "en"]
    message: str
    topic: TopicBody | None
    excerpts: list[ExcerptBody]
    nearest: list[SectionBody]
    contact: ExcerptBody | None
    suggestions: list[str]
    policy: PolicyBody


class FoundBody(_Body):
    """One ranked passage; `score` orders the results of this search and means nothing beyond it."""

    score: float
    excerpt: ExcerptBody


class SearchResultBody(_Body):
    """Ranked passages, best first."""

    policy: PolicyBody
    hits: list[FoundBody]


class PoliciesBody(_Body):
    """All policies that can be asked."""

    policies: list[PolicyBody]


class SectionsBody(_Body):
    """A policy's sections in order."""

    policy: PolicyBody
    sections: list[SectionBody]


class SectionTextBody(_Body):
    """A section with its full text as stored, Markdown included, and its proof."""

    policy: PolicyBody
    section: SectionBody
    text: str
    start: int
    end: int
    sha256: str


class VerdictBody(_Body):
    """Whether the citation holds."""

    valid: bool
    reason: str


class Addresses:
    """Turns what the service returns into bodies with the addresses of the policy's page.

    `{id}` in the template stands for the policy id. The values were checked where they were made,
    so bodies are built without checking them again: this is on the way of every question.
    """

    def __init__(self, template: str) -> None:
        self._template = template

    def page(self, policy_id: str) -> str:
        """Return the address of a policy's page."""
        return self._template.replace("{id}", url_quote(policy_id))

    def section(self, policy_id: str, section: Section) -> SectionBody:
        """Return a section with the address of its heading on the policy's page."""
        fragment = f"#{url_quote(section.anchor)}" if section.anchor else ""
        return SectionBody.model_construct(
            id=section.id,
            number=section.number,
            title=section.title,
            path=list(section.path),
            anchor=section.anchor,
            url=self.page(policy_id) + fragment,
        )

    def excerpt(self, policy_id: str, excerpt: Excerpt) -> ExcerptBody:
        """Return an excerpt as it goes out."""
        return ExcerptBody.model_construct(
            text=excerpt.text,
            section=self.section(policy_id, excerpt.section),
            start=excerpt.start,
            end=excerpt.end,
            sha256=excerpt.sha256,
            lead_in=_lead_in(excerpt.lead_in),
            highlights=list(excerpt.highlights),
            translation=_translation(excerpt.translation),
        )

    def answer(self, answer: Answer) -> AnswerBody:
        """Return an answer as it goes out."""
        policy_id = answer.policy.policy_id
        topic = answer.topic
        return AnswerBody.model_construct(
            request_id=answer.request_id,
            status=answer.status.value,
            lang=answer.lang,
            message=answer.message,
            topic=TopicBody.model_construct(id=topic.id, label=topic.label) if topic else None,
            excerpts=[self.excerpt(policy_id, excerpt) for excerpt in answer.excerpts],
            nearest=[self.section(policy_id, section) for section in answer.nearest],
            contact=self.excerpt(policy_id, answer.contact) if answer.contact else None,
            suggestions=list(answer.suggestions),
            policy=policy_body(answer.policy),
        )

    def found(self, policy_id: str, found: Found) -> FoundBody:
        """Return one search result as it goes out."""
        return FoundBody(score=found.hit.score, excerpt=self.excerpt(policy_id, found.excerpt))


def policy_body(source: Source) -> PolicyBody:
    """Return a policy as it goes out."""
    return PolicyBody.model_construct(
        id=source.policy_id,
        title=source.title,
        lang=source.lang,
        last_modified=source.last_modified,
        sha256=source.sha256,
    )


def _lead_in(quote: Quote | None) -> LeadInBody | None:
    if quote is None:
        return None
    return LeadInBody.model_construct(
        text=quote.text, start=quote.start, end=quote.end, sha256=quote.sha256
    )


def _translation(translation: Translation | None) -> TranslationBody | None:
    if translation is None:
        return None
    return TranslationBody.model_construct(
        lang=translation.lang, text=translation.text, reference=translation.reference
    )
