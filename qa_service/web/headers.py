"""The security headers of every page: what it may load, and who may show it in a frame."""

from collections.abc import Sequence

_PAGE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def page_headers(framed_by: Sequence[str] = ()) -> dict[str, str]:
    """Return the headers of a page that loads from this server only.

    `framed_by` are the origins whose pages may show it in a frame.
    """
    ancestors = " ".join(framed_by) or "'none'"
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
    )
    return {"Content-Security-Policy": policy, **_PAGE}


def private_headers() -> dict[str, str]:
    """Return the headers of what only agents see: stored nowhere and found by no search engine."""
    return {**page_headers(), "Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
