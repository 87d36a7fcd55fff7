"""Lets agents in: by the API key, or without one from this machine alone."""

import base64
import binascii
import hashlib
import hmac
import ipaddress

from fastapi import HTTPException, Request

_CHALLENGE = {"WWW-Authenticate": 'Basic realm="policy-qa", charset="UTF-8"'}
_FORWARDING = ("forwarded", "x-forwarded-for", "x-real-ip")


class Gate:
    """A FastAPI dependency that passes agents and refuses everybody else.

    The key comes as `Authorization: Bearer KEY`, as `X-API-Key: KEY`, or as the password that a
    browser asks for.
    """

    def __init__(self, api_key: str | None) -> None:
        self._key_hash = _hash(api_key) if api_key else None

    async def __call__(self, request: Request) -> None:
        """Pass an agent's request.

        Raises:
            HTTPException: 401 for a wrong or missing key; 403 from another machine where no key
                is set.
        """
        if self._key_hash is None:
            if not _is_local(request):
                raise HTTPException(403)
        elif not hmac.compare_digest(_hash(_given_key(request)), self._key_hash):
            raise HTTPException(401, headers=_CHALLENGE)


def _given_key(request: Request) -> str:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return request.headers.get("x-api-key", "")


def _is_local(request: Request) -> bool:
    """Tell whether a request comes from this machine and through no proxy.

    The host name is looked at too: a page elsewhere may have its name lead to this machine.
    """
    if request.client is None or any(name in request.headers for name in _FORWARDING):
        return False
    return _is_loopback(request.client.host) and _is_loopback(request.url.hostname or "")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _hash(key: str) -> bytes:
    # Keys of any length become equally long, so that comparing them takes equally long.
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()
