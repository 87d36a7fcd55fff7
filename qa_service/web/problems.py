"""Turns errors into `application/problem+json` (RFC 9457) that repeats nothing of the request.

Neither a reply nor the log ever holds what was sent: only types, limits and places in our code.
"""

import traceback
from pathlib import Path
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa_service.errors import (
    BadEvaluation,
    BadIndex,
    BadModel,
    BadQuestion,
    BadSettings,
    BadSource,
    BadVersion,
    QaError,
    UnknownPolicy,
    UnknownRevision,
    UnknownSection,
)

# Every leaf of the error tree and the status that tells the caller whose turn it is.
STATUS_OF: dict[type[QaError], int] = {
    BadQuestion: 422,
    UnknownPolicy: 404,
    UnknownSection: 404,
    UnknownRevision: 404,
    BadSource: 503,
    BadIndex: 503,
    BadModel: 503,
    BadSettings: 503,
    BadEvaluation: 503,
    BadVersion: 503,
}
RETRY_AFTER_SECONDS = 30

_TITLES = {
    400: ("bad-request", "The request is not JSON in UTF-8"),
    401: ("unauthorized", "The API key is missing or wrong"),
    403: ("forbidden", "Set QA_API_KEY to use this from another machine"),
    404: ("not-found", "There is nothing here"),
    405: ("method-not-allowed", "This address does not take this method"),
    413: ("too-large", "The request body is too large"),
    415: ("unsupported-media-type", "Send the body as application/json"),
    422: ("invalid-request", "The request has a value that cannot be used"),
    500: ("internal-error", "Something failed on our side"),
    503: ("unavailable", "The service cannot answer at the moment"),
}
# Errors that a program should tell from others of their status.
_TITLES_OF: dict[type[Exception], tuple[str, str]] = {
    UnknownRevision: ("unknown-revision", "No such revision of the policy is kept"),
}
_N_FRAMES_LOGGED = 5
_FIELDS = frozenset(
    (
        "question",
        "lang",
        "previous",
        "policy",
        "query",
        "k",
        "start",
        "end",
        "sha256",
        "request_id",
        "vote",
        "on",
        "revision",
    )
)
# What pydantic may tell about a limit; everything else in its context could repeat the value.
_LIMITS = {"max_length": "at most", "min_length": "at least", "ge": "from", "le": "up to"}

_log = structlog.get_logger()


class ProblemBody(BaseModel):
    """An error (RFC 9457). `type` is stable; nothing of the request is repeated."""

    type: str
    title: str
    status: int
    detail: str


class Guard:
    """ASGI layer around the app: ends bodies over the limit, and answers a bug as a problem.

    Both exist elsewhere, but FastAPI's `max_body_size` answers in plain text, and Starlette raises
    an exception again after its handler answered it, so that uvicorn logs the exception's text,
    which may hold the visitor's words.
    """

    def __init__(self, app: ASGIApp, max_body_bytes: int) -> None:
        self._app = app
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; whatever the app raises ends here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if int(Headers(scope=scope).get("content-length") or 0) > self._max_body_bytes:
            await problem(413)(scope, receive, send)
            return
        has_started = False

        async def send_noting_start(message: Message) -> None:
            nonlocal has_started
            has_started = True
            await send(message)

        try:
            await self._app(scope, _limited(receive, self._max_body_bytes), send_noting_start)
        except Exception as exc:
            _log_bug(exc)
            if not has_started:
                await problem(500)(scope, receive, send)


def _limited(receive: Receive, max_body_bytes: int) -> Receive:
    """Return `receive` that raises a 413 when a body without declared length passes the limit."""
    n_bytes = 0

    async def receive_counted() -> Message:
        nonlocal n_bytes
        message = await receive()
        n_bytes += len(message.get("body", b""))
        if n_bytes > max_body_bytes:
            raise HTTPException(413)
        return message

    return receive_counted


def add_problem_handlers(app: FastAPI, max_body_bytes: int) -> None:
    """Make the app answer every error as a problem, a body over the limit included."""
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(QaError, _on_qa_error)
    app.add_middleware(Guard, max_body_bytes=max_body_bytes)


async def require_json(request: Request) -> None:
    """Refuse a body that does not call itself JSON, or is not UTF-8.

    Python's `json` would read UTF-16 and UTF-32 too, and surrogates written as UTF-8.

    Raises:
        HTTPException: 415 for another content type, 400 for other bytes.
    """
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type != "application/json":
        raise HTTPException(415)
    try:
        (await request.body()).decode()
    except UnicodeDecodeError:
        raise HTTPException(400) from None


def problem(status: int, detail: str = "", named: tuple[str, str] | None = None) -> JSONResponse:
    """Return a problem response; `named` is its type and title where the status says too little.

    `detail` must not hold anything of the request's body.
    """
    slug, title = named or _TITLES.get(status, ("error", "The request failed"))
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if status == 503 else None
    return JSONResponse(
        {"type": f"/problems/{slug}", "title": title, "status": status, "detail": detail or title},
        status_code=status,
        headers=headers,
        media_type="application/problem+json",
    )


async def _on_invalid(_: Request, exc: Exception) -> JSONResponse:
    errors = exc.errors() if isinstance(exc, RequestValidationError) else []
    if any(error["type"] == "json_invalid" for error in errors):
        return problem(400)
    return problem(422, "; ".join(map(_describe, errors[:5])))


def _describe(error: dict[str, Any]) -> str:
    """Return which field is wrong and how, without the value and without unknown field names."""
    names = [str(part) for part in error.get("loc", ()) if part in _FIELDS]
    kind = str(error.get("type", "invalid")).replace("_", " ")
    context = error.get("ctx", {})
    limits = [f"{words} {context[key]}" for key, words in _LIMITS.items() if key in context]
    return f"{'.'.join(names) or 'body'}: {' '.join([kind, *limits])}"


async def _on_http(_: Request, exc: Exception) -> JSONResponse:
    response = problem(exc.status_code if isinstance(exc, HTTPException) else 500)
    if isinstance(exc, HTTPException) and exc.headers:
        response.headers.update(exc.headers)
    return response


async def _on_qa_error(_: Request, exc: Exception) -> JSONResponse:
    status = STATUS_OF[type(exc)] if isinstance(exc, QaError) else 500
    if status >= 500:
        _log_bug(exc)
    return problem(status, str(exc) if status < 500 else "", _TITLES_OF.get(type(exc)))


def _log_bug(exc: Exception) -> None:
    """Log an error's type and place; its text may hold the visitor's words."""
    frames = traceback.extract_tb(exc.__traceback__)[-_N_FRAMES_LOGGED:]
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    _log.error("bug", error=type(exc).__name__, at=places)
