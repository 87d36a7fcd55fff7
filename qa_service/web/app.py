"""The FastAPI app: each route parses, calls the service, converts."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, Literal

import anyio.to_thread
import structlog
from fastapi import Depends, FastAPI
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel

from qa_service import __version__
from qa_service.service import Service
from qa_service.sources import hash_span
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
    policy_body,
)
from qa_service.web.page import PAGE_HEADERS, render_page
from qa_service.web.problems import ProblemBody, add_problem_handlers, require_json

MAX_BODY_BYTES = 64 * 1024

# The values are FastAPI's own type for the description of a reply in OpenAPI.
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": text,
        "content": {"application/problem+json": {"schema": ProblemBody.model_json_schema()}},
    }
    for status, text in {
        400: "not JSON, or not UTF-8",
        404: "no such policy or section",
        413: "body over 64 KiB",
        415: "not application/json",
        422: "a value that cannot be used",
        500: "a bug",
        503: "cannot answer at the moment",
    }.items()
}
_PROBLEMS_OF_PATH: dict[int | str, dict[str, Any]] = {
    status: _PROBLEMS[status] for status in (404, 422, 500)
}

_log = structlog.get_logger()


class LiveBody(BaseModel):
    """The process runs."""

    status: Literal["ok"] = "ok"


class ReadyBody(BaseModel):
    """Index and model are loaded; `model` is the SHA-256 of the model."""

    status: Literal["ready"] = "ready"
    model: str


def create_app(service: Service, policy_url: str = "/policies/{id}", threads: int = 1) -> FastAPI:
    """Return the app over an open service.

    `threads` is how many requests are worked on at once outside of the event loop. More threads
    than cores only fight for the interpreter (docs/performance.md).
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = threads
        yield

    app = FastAPI(
        title="Policy QA",
        version=__version__,
        description="Answers questions about a policy with cited excerpts of that policy only.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    add_problem_handlers(app, MAX_BODY_BYTES)
    _add_questions(app, service, Addresses(policy_url))
    _add_policies(app, service, Addresses(policy_url))
    _add_health(app, service)
    return app


def _add_questions(app: FastAPI, service: Service, addresses: Addresses) -> None:
    json_only = [Depends(require_json)]

    @app.post("/v1/ask", responses=_PROBLEMS, dependencies=json_only)
    def ask(body: AskBody) -> AnswerBody:
        """Answer a question with excerpts of the policy, or say that it is silent."""
        began = time.perf_counter()
        answer = service.ask(body.question, body.lang, body.previous, body.policy)
        milliseconds = round(1000 * (time.perf_counter() - began), 2)
        _log.info("asked", request_id=answer.request_id, status=answer.status, ms=milliseconds)
        return addresses.answer(answer)

    @app.post("/v1/search", responses=_PROBLEMS, dependencies=json_only)
    def search(body: SearchBody) -> SearchResultBody:
        """Return ranked passages for words or a question, never abstaining."""
        policy = service.policy(body.policy).source
        found = service.search(body.query, body.k, body.policy)
        hits = [addresses.found(policy.policy_id, one) for one in found]
        return SearchResultBody(policy=policy_body(policy), hits=hits)

    @app.post("/v1/verify", responses=_PROBLEMS, dependencies=json_only)
    def verify(body: VerifyBody) -> VerdictBody:
        """Tell whether a cited span still stands in the policy with these words."""
        verdict = service.verify(body.policy, body.start, body.end, body.sha256)
        return VerdictBody(valid=verdict.valid, reason=verdict.reason)


def _add_policies(app: FastAPI, service: Service, addresses: Addresses) -> None:
    @cache
    def page_of(policy_id: str) -> str:
        return render_page(service.policy(policy_id))

    @app.get("/v1/policies")
    def policies() -> PoliciesBody:
        """List the policies that can be asked."""
        parts = service.index.policies.values()
        return PoliciesBody(policies=[policy_body(part.source) for part in parts])

    @app.get("/v1/policies/{policy_id}/sections", responses=_PROBLEMS_OF_PATH)
    def sections(policy_id: str) -> SectionsBody:
        """List a policy's sections."""
        part = service.policy(policy_id)
        bodies = [addresses.section(policy_id, section) for section in part.sections]
        return SectionsBody(policy=policy_body(part.source), sections=bodies)

    @app.get("/v1/policies/{policy_id}/sections/{section_id}", responses=_PROBLEMS_OF_PATH)
    def section(policy_id: str, section_id: str) -> SectionTextBody:
        """Return a section with its full text as stored."""
        part = service.policy(policy_id)
        found = part.section(section_id)
        text = part.source.text[found.start : found.end]
        return SectionTextBody(
            policy=policy_body(part.source),
            section=addresses.section(policy_id, found),
            text=text,
            start=found.start,
            end=found.end,
            sha256=hash_span(text),
        )

    @app.get("/policies/{policy_id}", response_class=HTMLResponse, responses=_PROBLEMS_OF_PATH)
    def policy_page(policy_id: str) -> HTMLResponse:
        """Show the policy as a page with the anchors that citations point at."""
        return HTMLResponse(page_of(policy_id), headers=PAGE_HEADERS)

    @app.get("/", include_in_schema=False)
    def home() -> RedirectResponse:
        return RedirectResponse(f"/policies/{service.policy().source.policy_id}")


def _add_health(app: FastAPI, service: Service) -> None:
    @app.get("/livez")
    async def livez() -> LiveBody:
        """Tell that the process runs."""
        return LiveBody()

    @app.get("/readyz")
    async def readyz() -> ReadyBody:
        """Tell that index and model are loaded."""
        return ReadyBody(model=service.reader.encoder.sha256)
