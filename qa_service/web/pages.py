"""The pages that visitors see: the policy, and the widget on a demo page, alone, in a frame."""

from collections.abc import Sequence
from functools import cache

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from qa_service.service import Service
from qa_service.web.api import PROBLEMS_OF_PATH
from qa_service.web.headers import page_headers
from qa_service.web.policy_page import render_policy_page
from qa_service.web.templating import render


def add_pages(app: FastAPI, service: Service, sites: Sequence[str]) -> None:
    """Add the pages; those of `sites` may show `/embed` in a frame."""

    @cache
    def policy_page_of(policy_id: str) -> str:
        return render_policy_page(service.policy(policy_id))

    @app.get("/policies/{policy_id}", response_class=HTMLResponse, responses=PROBLEMS_OF_PATH)
    def policy_page(policy_id: str) -> HTMLResponse:
        """Show the policy as a page with the anchors that citations point at."""
        return HTMLResponse(policy_page_of(policy_id), headers=page_headers())

    @app.get("/", response_class=HTMLResponse, include_in_schema=False)
    def demo() -> HTMLResponse:
        return _show("demo.html", service, page_headers())

    @app.get("/ask", response_class=HTMLResponse, include_in_schema=False)
    def ask_page() -> HTMLResponse:
        return _show("ask.html", service, page_headers())

    @app.get("/embed", response_class=HTMLResponse, include_in_schema=False)
    def embed() -> HTMLResponse:
        return _show("embed.html", service, page_headers(framed_by=sites))


def _show(template: str, service: Service, headers: dict[str, str]) -> HTMLResponse:
    return HTMLResponse(render(template, policy=service.policy().source), headers=headers)
