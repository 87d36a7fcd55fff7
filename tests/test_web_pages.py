"""The visitors' pages over HTTP: their language, their policy, and who may show them in a frame."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from qa_service.web.app import create_app
from qa_service.web.options import WebOptions

SITES = ("https://www.example.jp", "https://shop.example.jp")


@pytest.fixture(scope="module")
def app(service) -> FastAPI:
    return create_app(service, WebOptions(sites=SITES))


@pytest.fixture(scope="module")
def client(app) -> TestClient:
    return TestClient(app, base_url="https://qa.example.jp")


@pytest.mark.parametrize(
    ("path", "accepted", "lang"),
    [
        ("/", "en", "ja"),
        ("/?lang=en", "ja", "en"),
        ("/ask", "ja-JP,ja;q=0.9", "ja"),
        ("/ask", "en-US,en;q=0.9,ja;q=0.8", "en"),
        ("/ask?lang=ja", "en", "ja"),
        ("/embed?lang=en", "ja", "en"),
        ("/embed?lang=xx", "ja", "ja"),
        ("/policies/privacy-policy", "en", "ja"),
    ],
)
def test_the_address_or_the_browser_decides_the_language(client, path, accepted, lang):
    page = client.get(path, headers={"accept-language": accepted})
    assert page.status_code == 200
    assert f'<html lang="{lang}">' in page.text
    varies = path.startswith(("/ask", "/embed"))
    assert ("Accept-Language" in page.headers["vary"]) is varies


@pytest.mark.parametrize("path", ["/ask", "/embed"])
def test_the_chat_asks_the_policy_that_the_address_names(client, path):
    assert ' policy="' not in client.get(path).text
    assert ' policy="privacy-policy"' in client.get(f"{path}?policy=privacy-policy").text
    reply = client.get(f"{path}?policy=<script>")
    assert reply.status_code == 404
    assert reply.headers["content-type"] == "application/problem+json"


def test_only_the_page_for_frames_may_be_shown_in_a_frame_and_only_by_the_sites(client):
    for path in ("/", "/ask", "/policies/privacy-policy"):
        assert "frame-ancestors 'none'" in client.get(path).headers["content-security-policy"]
    policy = client.get("/embed").headers["content-security-policy"]
    assert policy.endswith(f"frame-ancestors {' '.join(SITES)}")


def test_the_demo_shows_the_two_lines_that_put_the_chat_on_a_site(client):
    page = client.get("/").text
    assert (
        "&lt;script src=&#34;https://qa.example.jp/widget/v1/policy-qa.js&#34; async&gt;"
        "&lt;/script&gt;\n&lt;policy-qa endpoint=&#34;https://qa.example.jp&#34; "
        "lang=&#34;ja&#34;&gt;&lt;/policy-qa&gt;"
    ) in page
    for path in ("/policies/privacy-policy", "/ask?lang=ja", "/embed?lang=ja", "/console"):
        assert f'href="{path}"' in page


def test_the_policy_names_where_it_stands_without_what_follows_the_question_mark(client):
    page = client.get("/policies/privacy-policy?from=mail").text
    assert "<dd>https://qa.example.jp/policies/privacy-policy</dd>" in page


def test_browsers_that_look_for_an_icon_by_themselves_find_it(client):
    icon = client.get("/favicon.ico")
    assert icon.status_code == 200
    assert icon.headers["content-type"] == "image/svg+xml"
    assert icon.text.startswith("<svg")
