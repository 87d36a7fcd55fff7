"""The browser files as browsers fetch them."""

import base64
import hashlib

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from qa_service.web.assets import (
    PAGE_FILES,
    WIDGET_FILES,
    add_assets,
    asset_url,
    read_asset,
    widget_url,
)


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = FastAPI()
    add_assets(app)
    return TestClient(app)


@pytest.mark.parametrize("name", WIDGET_FILES)
def test_the_widget_may_be_loaded_by_any_site(client, name):
    for path, cached in ((f"/widget/v1/{name}", "3600"), (widget_url(name), "31536000")):
        reply = client.get(path)
        assert reply.status_code == 200
        assert reply.headers["content-type"].startswith("text/javascript")
        assert reply.headers["cross-origin-resource-policy"] == "cross-origin"
        assert reply.headers["access-control-allow-origin"] == "*"
        assert reply.headers["cache-control"] == f"public, max-age={cached}, immutable"
        digest = base64.b64encode(hashlib.sha256(reply.content).digest()).decode()
        assert read_asset(name).integrity == f"sha256-{digest}"


@pytest.mark.parametrize("name", PAGE_FILES)
def test_our_pages_files_are_ours_alone_and_kept_for_good(client, name):
    reply = client.get(asset_url(name))
    assert reply.status_code == 200
    assert "immutable" in reply.headers["cache-control"]
    assert "access-control-allow-origin" not in reply.headers


def test_a_file_that_the_browser_has_is_not_sent_again(client):
    path = widget_url("policy-qa.js")
    etag = client.get(path).headers["etag"]
    again = client.get(path, headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/widget/v1/console.js",
        "/widget/v1/0123456789abcdef/policy-qa.js",
        "/widget/v1/..%2fapp.py",
        "/static/0123456789abcdef/console.js",
        "/static/x/..%2f..%2fapp.py",
    ],
)
def test_nothing_else_is_served(client, path):
    assert client.get(path).status_code == 404
