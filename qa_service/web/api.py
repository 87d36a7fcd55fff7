"""The JSON routes under `/v1`: each parses, calls the service, converts."""

import time
from typing import Annotated, Any

import structlog
from fastapi import Depends, FastAPI, HTTPException, Query

from qa_service.service import Service
from qa_service.web.access import Gate
from qa_service.web.bodies import (
    Addresses,
    AnswerBody,
    AskBody,
    PoliciesBody,
    SearchBody,
    SearchResultBody,
    SectionsBody,
    SectionTextBody,
    VerdictBody,
    VerifyBody,
    VoteBody,
    policy_body,
)
from qa_service.web.feedback import Feedback
from qa_service.web.problems import ProblemBody, require_json
from qa_service.web.revision_bodies import (
    RevisionQuery,
    RevisionsBody,
    choose_revision,
    revisions_body,
    section_text_body,
    sections_body,
)

# The values are FastAPI's own type for the description of a reply in OpenAPI.
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": text,
        "content": {"application/problem+json": {"schema": ProblemBody.model_json_schema()}},
    }
    for status, text in {
        400: "not JSON, or not UTF-8",
        404: "no such policy, section or kept revision",
        413: "body over 64 KiB",
        415: "not application/json",
        422: "a value that cannot be used",
        500: "a bug",
        503: "cannot answer at the moment",
    }.items()
}
PROBLEMS_OF_PATH: dict[int | str, dict[str, Any]] = {
    status: PROBLEMS[status] for status in (404, 422, 500)
}
JSON_ONLY = [Depends(require_json)]

_log = structlog.get_logger()


def add_questions(
    app: FastAPI, service: Service, addresses: Addresses, feedback: Feedback | None
) -> None:
    """Add what visitors use; `feedback` remembers answers for their votes."""

    @app.post("/v1/ask", responses=PROBLEMS, dependencies=JSON_ONLY)
    def ask(body: AskBody) -> AnswerBody:
        """Answer a question with excerpts of the policy, or say that it is silent."""
        began = time.perf_counter()
        answer = service.ask(body.question, body.lang, body.previous, body.policy)
        milliseconds = round(1000 * (time.perf_counter() - began), 2)
        _log.info("asked", request_id=answer.request_id, status=answer.status, ms=milliseconds)
        if feedback is not None:
            feedback.remember(answer)
        return addresses.answer(answer)

    @app.post("/v1/verify", responses=PROBLEMS, dependencies=JSON_ONLY)
    def verify(body: VerifyBody) -> VerdictBody:
        """Tell whether a cited span still stands in the policy with these words."""
        verdict = service.verify(body.policy, body.start, body.end, body.sha256)
        return VerdictBody(valid=verdict.valid, reason=verdict.reason)


def add_search(app: FastAPI, service: Service, addresses: Addresses, gate: Gate) -> None:
    """Add the ranked search, which shows scores and is for agents."""

    @app.post("/v1/search", responses=PROBLEMS, dependencies=[Depends(gate), *JSON_ONLY])
    def search(body: SearchBody) -> SearchResultBody:
        """Return ranked passages for words or a question, never abstaining."""
        policy = service.policy(body.policy).source
        found = service.search(body.query, body.k, body.policy)
        hits = [addresses.found(policy.policy_id, one) for one in found]
        return SearchResultBody(policy=policy_body(policy), hits=hits)


def add_policies(app: FastAPI, service: Service, addresses: Addresses) -> None:
    """Add the policies and their sections."""

    @app.get("/v1/policies")
    def policies() -> PoliciesBody:
        """List the policies that can be asked."""
        parts = service.index.policies.values()
        return PoliciesBody(policies=[policy_body(part.source) for part in parts])

    @app.get("/v1/policies/{policy_id}/revisions", responses=PROBLEMS_OF_PATH)
    def revisions(policy_id: str) -> RevisionsBody:
        """List the kept revisions of a policy, the present one first, with what changed in each."""
        return revisions_body(service.policy(policy_id))

    @app.get("/v1/policies/{policy_id}/sections", responses=PROBLEMS_OF_PATH)
    def sections(policy_id: str, wanted: Annotated[RevisionQuery, Query()]) -> SectionsBody:
        """List a policy's sections, as they are or as they were; `policy` names the revision."""
        part = service.policy(policy_id)
        return sections_body(addresses, part, choose_revision(part, wanted))

    @app.get("/v1/policies/{policy_id}/sections/{section_id}", responses=PROBLEMS_OF_PATH)
    def section(
        policy_id: str, section_id: str, wanted: Annotated[RevisionQuery, Query()]
    ) -> SectionTextBody:
        """Return a section with its full text as stored, as it is or as it was.

        `policy` names the revision that `start`, `end` and `sha256` belong to. `url` leads to the
        present page: to the section's heading where it still stands there, else to the top.
        """
        part = service.policy(policy_id)
        return section_text_body(addresses, part, choose_revision(part, wanted), section_id)


def add_votes(app: FastAPI, feedback: Feedback) -> None:
    """Add the thumbs up and down."""

    @app.post("/v1/feedback", responses=PROBLEMS, dependencies=JSON_ONLY, status_code=204)
    def vote(body: VoteBody) -> None:
        """Count a visitor's thumb for an answer, once."""
        if not feedback.count(body.request_id, body.vote):
            raise HTTPException(404)
