"""The agents' console: its two pages, and what their scripts ask for.

Only agents get in, nothing of it is stored anywhere, and no question ever stands in an address.
"""

from typing import Annotated

from fastapi import Depends, FastAPI, Query, Request, Response
from fastapi.responses import HTMLResponse

from qa_service.index import PolicyIndex
from qa_service.lookups import Lookups, Match
from qa_service.service import Service
from qa_service.web.access import Gate
from qa_service.web.api import JSON_ONLY
from qa_service.web.bodies import Addresses, TopicBody, policy_body
from qa_service.web.clause_view import Cited, ClauseViews
from qa_service.web.console_bodies import (
    ClauseBody,
    ClauseQuery,
    LookupBody,
    MatchBody,
    MatchesBody,
    PolicyId,
)
from qa_service.web.console_strings import CONSOLE, SCRIPT
from qa_service.web.feedback import Feedback
from qa_service.web.headers import private_headers
from qa_service.web.page_strings import choose_language
from qa_service.web.templating import render
from qa_service.web.topics_table import read_table

_LINK_PARTS = ("policy", "start", "end", "sha256")


async def _keep_private(response: Response) -> None:
    response.headers.update(private_headers())


def add_console(
    app: FastAPI, service: Service, addresses: Addresses, gate: Gate, feedback: Feedback | None
) -> None:
    """Add the pages under `/console`; `feedback` is None where visitors cannot vote."""
    lookups = Lookups(service)
    _add_search_page(app, service, gate)
    _add_lookups(app, service, lookups, addresses, gate)
    _add_topics_page(app, service, lookups, gate, feedback)


def _add_search_page(app: FastAPI, service: Service, gate: Gate) -> None:
    @app.get("/console", include_in_schema=False, dependencies=[Depends(gate)])
    def console(request: Request, ui: str | None = None) -> HTMLResponse:
        return _show(request, "console.html", ui, service)


def _add_lookups(
    app: FastAPI, service: Service, lookups: Lookups, addresses: Addresses, gate: Gate
) -> None:
    views = ClauseViews(lookups, addresses)
    private = [Depends(gate), Depends(_keep_private)]

    @app.post("/console/search", include_in_schema=False, dependencies=[*private, *JSON_ONLY])
    def search(body: LookupBody) -> MatchesBody:
        policies = _choose(service, body.policy, body.lang)
        matches = lookups.search(body.query, policies, body.k)
        return MatchesBody(hits=[_match_body(addresses, match, body.ui) for match in matches])

    @app.get("/console/clause", include_in_schema=False, dependencies=private)
    def clause(request: Request, wanted: Annotated[ClauseQuery, Query()]) -> ClauseBody:
        policy = service.policy(wanted.policy)
        cited = Cited(wanted.start, wanted.end, wanted.sha256)
        return views.view(policy, cited, str(request.base_url), wanted.ui)


def _add_topics_page(
    app: FastAPI, service: Service, lookups: Lookups, gate: Gate, feedback: Feedback | None
) -> None:
    @app.get("/console/topics", include_in_schema=False, dependencies=[Depends(gate)])
    def topics(
        request: Request, policy: PolicyId | None = None, ui: str | None = None
    ) -> HTMLResponse:
        part = service.policy(policy)
        votes = feedback.counts(part.source.policy_id) if feedback else None
        table = read_table(part, lookups, votes)
        return _show(request, "console_topics.html", ui, service, table=table)


def _show(
    request: Request, template: str, ui: str | None, service: Service, **values: object
) -> HTMLResponse:
    lang = choose_language(ui, request.headers.get("accept-language", ""))
    kept = {
        name: request.query_params[name] for name in _LINK_PARTS if name in request.query_params
    }
    other = request.url.replace(query="").include_query_params(
        **kept, ui="en" if lang == "ja" else "ja"
    )
    html = render(
        template,
        lang=lang,
        words=CONSOLE[lang],
        script_words=SCRIPT[lang],
        other_url=f"{other.path}?{other.query}",
        policies=[part.source for part in service.index.policies.values()],
        **values,
    )
    return HTMLResponse(html, headers=private_headers())


def _choose(service: Service, policy_id: str | None, lang: str | None) -> list[PolicyIndex]:
    chosen = [service.policy(policy_id)] if policy_id else list(service.index.policies.values())
    return [part for part in chosen if lang in {None, part.source.lang}]


def _match_body(addresses: Addresses, match: Match, ui: str) -> MatchBody:
    topic = match.topic
    return MatchBody.model_construct(
        policy=policy_body(match.policy.source),
        excerpt=addresses.excerpt(match.policy.source.policy_id, match.excerpt),
        topic=TopicBody.model_construct(id=topic.id, label=topic.label(ui)) if topic else None,
        score=match.score,
    )
