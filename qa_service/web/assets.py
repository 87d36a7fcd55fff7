"""Serves the browser files of the package: the widget for all sites, the rest for our pages.

An address holds a hash where the file may be kept for good: of the widget its own, of our pages'
files that of all of them, so that scripts find each other by name. The widget has a second, stable
address, which browsers look up again after an hour.
"""

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Self

from fastapi import FastAPI, HTTPException, Request, Response

_STATIC = files("qa_service.web") / "static"
_MEDIA_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
}
_FOR_GOOD = "public, max-age=31536000, immutable"
_FOR_AN_HOUR = "public, max-age=3600, immutable"
# Any site may load the widget; a script with an integrity hash is fetched with CORS.
_FOR_ALL_SITES = {
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}
WIDGET_FILES = ("policy-qa.js", "policy-qa.mjs")
_FAVICON = "favicon.svg"
PAGE_FILES = (
    "console.css",
    "console.js",
    "console_answer.js",
    "console_clause.js",
    "console_clipboard.js",
    "console_hits.js",
    "console_page.js",
    "console_topics.js",
    "demo.css",
    "pages.css",
    "policy.css",
    _FAVICON,
)
_SHORT_HASH_CHARS = 16


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is served; `digest` is the SHA-256 of its content."""

    name: str
    content: bytes
    digest: bytes

    @classmethod
    def read(cls, name: str) -> Self:
        """Return a file of the package's static folder."""
        content = (_STATIC / name).read_bytes()
        return cls(name, content, hashlib.sha256(content).digest())

    @property
    def short_hash(self) -> str:
        """The part of the hash that stands in its address."""
        return self.digest.hex()[:_SHORT_HASH_CHARS]

    @property
    def integrity(self) -> str:
        """What the `integrity` attribute of a script element takes."""
        return "sha256-" + base64.b64encode(self.digest).decode()

    def reply(self, request: Request, cache_control: str) -> Response:
        """Return the file, or 304 where the browser has it already."""
        suffix = self.name[self.name.rfind(".") :]
        headers = {
            "ETag": f'"{self.short_hash}"',
            "Cache-Control": cache_control,
            "X-Content-Type-Options": "nosniff",
        }
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(self.content, media_type=_MEDIA_TYPES[suffix], headers=headers)


@cache
def read_asset(name: str) -> Asset:
    """Return a file of the package, read once."""
    return Asset.read(name)


def asset_url(name: str) -> str:
    """Return the address of one of our pages' files; when any of them changes, all change."""
    return f"/static/{_hash_of_page_files()}/{name}"


def widget_url(name: str) -> str:
    """Return the address of a widget file that goes with its integrity hash."""
    return f"/widget/v1/{read_asset(name).short_hash}/{name}"


def add_assets(app: FastAPI) -> None:
    """Serve the files."""

    @app.get("/widget/v1/{name}", include_in_schema=False)
    def widget(request: Request, name: str) -> Response:
        return _widget(request, name, _FOR_AN_HOUR)

    @app.get("/widget/v1/{short_hash}/{name}", include_in_schema=False)
    def widget_for_good(request: Request, short_hash: str, name: str) -> Response:
        _require(name, WIDGET_FILES)
        if short_hash != read_asset(name).short_hash:
            raise HTTPException(404)
        return _widget(request, name, _FOR_GOOD)

    # Browsers ask for this one by themselves, for pages that name no icon.
    @app.get("/favicon.ico", include_in_schema=False)
    def favicon(request: Request) -> Response:
        return read_asset(_FAVICON).reply(request, _FOR_AN_HOUR)

    @app.get("/static/{short_hash}/{name}", include_in_schema=False)
    def static(request: Request, short_hash: str, name: str) -> Response:
        _require(name, PAGE_FILES)
        if short_hash != _hash_of_page_files():
            raise HTTPException(404)
        return read_asset(name).reply(request, _FOR_GOOD)


def _widget(request: Request, name: str, cache_control: str) -> Response:
    _require(name, WIDGET_FILES)
    reply = read_asset(name).reply(request, cache_control)
    reply.headers.update(_FOR_ALL_SITES)
    return reply


def _require(name: str, names: tuple[str, ...]) -> None:
    if name not in names:
        raise HTTPException(404)


@cache
def _hash_of_page_files() -> str:
    digests = b"".join(read_asset(name).digest for name in PAGE_FILES)
    return hashlib.sha256(digests).hexdigest()[:_SHORT_HASH_CHARS]
