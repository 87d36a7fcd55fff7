"""The FastAPI app: what each part of the site adds to it, and what holds for all of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

import anyio.to_thread
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from pydantic import BaseModel

from qa_service import __version__
from qa_service.service import Service
from qa_service.web.access import Gate
from qa_service.web.api import add_policies, add_questions, add_search, add_votes
from qa_service.web.assets import add_assets
from qa_service.web.bodies import Addresses
from qa_service.web.console import add_console
from qa_service.web.feedback import Feedback
from qa_service.web.options import WebOptions
from qa_service.web.pages import add_pages
from qa_service.web.problems import add_problem_handlers

MAX_BODY_BYTES = 64 * 1024
_PREFLIGHT_SECONDS = 600


class LiveBody(BaseModel):
    """The process runs."""

    status: Literal["ok"] = "ok"


class ReadyBody(BaseModel):
    """Index and model are loaded; `model` is the SHA-256 of the model."""

    status: Literal["ready"] = "ready"
    model: str


def create_app(service: Service, options: WebOptions) -> FastAPI:
    """Return the app over an open service."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = options.threads
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
    _allow_sites(app, options.sites)
    addresses, gate = Addresses(options.policy_url), Gate(options.api_key)
    feedback = Feedback() if options.feedback else None
    add_questions(app, service, addresses, feedback)
    add_search(app, service, addresses, gate)
    add_policies(app, service, addresses)
    if feedback is not None:
        add_votes(app, feedback)
    add_assets(app)
    add_console(app, service, addresses, gate, feedback)
    add_pages(app, service, options.sites)
    _add_health(app, service)
    return app


def _allow_sites(app: FastAPI, sites: tuple[str, ...]) -> None:
    """Let the pages of other origins ask: no cookies, no keys, and only these origins."""
    if sites:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=sites,
            allow_methods=["GET", "POST"],
            allow_headers=["content-type"],
            expose_headers=["Retry-After"],
            max_age=_PREFLIGHT_SECONDS,
        )


def _add_health(app: FastAPI, service: Service) -> None:
    @app.get("/livez")
    async def livez() -> LiveBody:
        """Tell that the process runs."""
        return LiveBody()

    @app.get("/readyz")
    async def readyz() -> ReadyBody:
        """Tell that index and model are loaded."""
        return ReadyBody(model=service.reader.encoder.sha256)
