"""The pages that visitors see: the policy, and the widget on a demo page, alone, in a frame."""

from collections.abc import Sequence
from functools import cache
from typing import Annotated

from fastapi import FastAPI, Header, Query, Request
from fastapi.responses import HTMLResponse

from qa_service.messages import SUGGESTIONS
from qa_service.service import Service
from qa_service.web.api import PROBLEMS_OF_PATH
from qa_service.web.demo_strings import DEMO_PAGE
from qa_service.web.headers import page_headers
from qa_service.web.page_strings import ASK_PAGE, choose_language
from qa_service.web.policy_page import PolicyPage, open_policy_page
from qa_service.web.templating import render

_Lang = Annotated[str | None, Query()]
_PolicyId = Annotated[str | None, Query(max_length=100)]
_Accepted = Annotated[str, Header(alias="accept-language")]


def add_pages(app: FastAPI, service: Service, sites: Sequence[str]) -> None:
    """Add the pages; those of `sites` may show `/embed` in a frame."""

    @cache
    def page_of(policy_id: str) -> PolicyPage:
        policy = service.policy(policy_id)
        return open_policy_page(policy.source, policy.sections, policy.passages)

    @app.get("/policies/{policy_id}", response_class=HTMLResponse, responses=PROBLEMS_OF_PATH)
    def policy_page(request: Request, policy_id: str) -> HTMLResponse:
        """Show the policy as a page with the anchors that citations point at."""
        address = str(request.url.replace(query=""))
        return HTMLResponse(page_of(policy_id).render(address), headers=page_headers())

    @app.get("/", response_class=HTMLResponse, include_in_schema=False)
    def demo(request: Request, lang: _Lang = None) -> HTMLResponse:
        language = choose_language(lang, fallback="ja")
        page = render(
            "demo.html",
            lang=language,
            words=DEMO_PAGE[language],
            suggestions=SUGGESTIONS[language],
            policy=service.policy().source,
            origin=str(request.base_url).rstrip("/"),
        )
        return HTMLResponse(page, headers=page_headers())

    @app.get("/ask", response_class=HTMLResponse, include_in_schema=False)
    def ask_page(
        lang: _Lang = None, policy: _PolicyId = None, accepted: _Accepted = ""
    ) -> HTMLResponse:
        page = _widget_page("ask.html", service, choose_language(lang, accepted), policy)
        return HTMLResponse(page, headers={**page_headers(), "Vary": "Accept-Language"})

    @app.get("/embed", response_class=HTMLResponse, include_in_schema=False)
    def embed(
        lang: _Lang = None, policy: _PolicyId = None, accepted: _Accepted = ""
    ) -> HTMLResponse:
        page = _widget_page("embed.html", service, choose_language(lang, accepted), policy)
        headers = page_headers(framed_by=sites)
        return HTMLResponse(page, headers={**headers, "Vary": "Accept-Language"})


def _widget_page(template: str, service: Service, lang: str, policy_id: str | None) -> str:
    return render(
        template,
        lang=lang,
        words=ASK_PAGE[lang],
        suggestions=SUGGESTIONS[lang],
        policy=service.policy(policy_id).source,
        is_chosen=policy_id is not None,
    )
