"""Turns errors into `application/problem+json` (RFC 9457) that repeats nothing of the request."""

from collections.abc import Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from qa_service.errors import (
    BadEvaluation,
    BadIndex,
    BadModel,
    BadQuestion,
    BadSettings,
    BadSource,
    QaError,
    UnknownPolicy,
    UnknownSection,
)

# Every leaf of the error tree and the status that tells the caller whose turn it is.
STATUS_OF: dict[type[QaError], int] = {
    BadQuestion: 422,
    UnknownPolicy: 404,
    UnknownSection: 404,
    BadSource: 503,
    BadIndex: 503,
    BadModel: 503,
    BadSettings: 503,
    BadEvaluation: 503,
}
RETRY_AFTER_SECONDS = 30

_TITLES = {
    400: ("bad-request", "The request is not JSON in UTF-8"),
    404: ("not-found", "There is nothing here"),
    405: ("method-not-allowed", "This address does not take this method"),
    413: ("too-large", "The request body is too large"),
    415: ("unsupported-media-type", "Send the body as application/json"),
    422: ("invalid-request", "The request has a value that cannot be used"),
    500: ("internal-error", "Something failed on our side"),
    503: ("unavailable", "The service cannot answer at the moment"),
}
_FIELDS = frozenset(
    ("question", "lang", "previous", "policy", "query", "k", "start", "end", "sha256", "body")
)

_log = structlog.get_logger()


class UnsupportedMediaType(HTTPException):
    """A body that does not call itself JSON."""

    def __init__(self) -> None:
        super().__init__(415)


def problem(status: int, detail: str = "") -> JSONResponse:
    """Return a problem response; `detail` must not hold anything of the request's body."""
    slug, title = _TITLES.get(status, ("error", "The request failed"))
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if status == 503 else None
    return JSONResponse(
        {"type": f"/problems/{slug}", "title": title, "status": status, "detail": detail or title},
        status_code=status,
        headers=headers,
        media_type="application/problem+json",
    )


def add_problem_handlers(app: FastAPI) -> None:
    """Make the app answer every error as a problem."""
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(QaError, _on_qa_error)
    app.add_exception_handler(Exception, _on_bug)


def _on_invalid(_: Request, exc: Exception) -> JSONResponse:
    errors = exc.errors() if isinstance(exc, RequestValidationError) else []
    if any(error["type"] == "json_invalid" for error in errors):
        return problem(400)
    return problem(422, "; ".join(_describe(error) for error in errors[:5]))


def _describe(error: dict[str, Any]) -> str:
    """Return which field is wrong and how, without the value and without unknown field names."""
    location: Sequence[object] = error.get("loc", ())
    names = [str(part) for part in location if str(part) in _FIELDS and part != "body"]
    return f"{'.'.join(names) or 'body'}: {str(error.get('type', 'invalid')).replace('_', ' ')}"


def _on_http(_: Request, exc: Exception) -> JSONResponse:
    status = exc.status_code if isinstance(exc, HTTPException) else 500
    response = problem(status)
    if isinstance(exc, HTTPException) and exc.headers:
        response.headers.update(exc.headers)
    return response


def _on_qa_error(_: Request, exc: Exception) -> JSONResponse:
    status = STATUS_OF[type(exc)] if isinstance(exc, QaError) else 500
    return problem(status, str(exc) if status < 500 else "")


def _on_bug(_: Request, exc: Exception) -> JSONResponse:
    # The type alone: an exception's text may hold the visitor's words.
    _log.error("bug", error=type(exc).__name__)
    return problem(500)
