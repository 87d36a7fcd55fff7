"""Who gets to the agents' pages: a small app behind the gate, asked from here and elsewhere."""

import base64

import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient

from qa_service.web.access import Gate

KEY = "correct horse battery staple"
OPEN, REFUSED, FORBIDDEN = 200, 401, 403


def ask(key: str | None, headers: dict[str, str], client: str = "127.0.0.1", host="localhost"):
    app = FastAPI()
    app.get("/", dependencies=[Depends(Gate(key))])(lambda: "in")
    with TestClient(app, base_url=f"http://{host}", client=(client, 1)) as opened:
        return opened.get("/", headers=headers)


def basic(password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"agent:{password}".encode()).decode()}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"authorization": f"Bearer {KEY}"}, OPEN),
        ({"x-api-key": KEY}, OPEN),
        (basic(KEY), OPEN),
        ({}, REFUSED),
        ({"x-api-key": KEY + "x"}, REFUSED),
        ({"x-api-key": ""}, REFUSED),
        (basic("wrong"), REFUSED),
        ({"authorization": "Basic ???"}, REFUSED),
        ({"authorization": f"Digest {KEY}"}, REFUSED),
    ],
)
def test_a_set_key_is_needed_from_everywhere(headers, status):
    for client in ("127.0.0.1", "203.0.113.9"):
        reply = ask(KEY, headers, client)
        assert reply.status_code == status
        assert ("www-authenticate" in reply.headers) == (status == REFUSED)


@pytest.mark.parametrize(
    ("client", "host", "headers", "status"),
    [
        ("127.0.0.1", "localhost", {}, OPEN),
        ("127.0.0.1", "127.0.0.1:8000", {}, OPEN),
        ("::1", "[::1]:8000", {}, OPEN),
        ("203.0.113.9", "localhost", {}, FORBIDDEN),
        # A page elsewhere whose name was made to lead to this machine.
        ("127.0.0.1", "rebound.example", {}, FORBIDDEN),
        # A proxy on this machine brings visitors from elsewhere.
        ("127.0.0.1", "localhost", {"x-forwarded-for": "203.0.113.9"}, FORBIDDEN),
        ("127.0.0.1", "localhost", {"forwarded": "for=203.0.113.9"}, FORBIDDEN),
    ],
)
def test_without_a_key_only_this_machine_gets_in(client, host, headers, status):
    assert ask(None, headers, client, host).status_code == status
