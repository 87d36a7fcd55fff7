"""A policy's revisions over HTTP: members was changed once, the others never."""

from hashlib import sha256
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from qa_service.service import Service, open_service
from qa_service.web.app import create_app
from qa_service.web.options import WebOptions
from tests.desk import AFTER, BEFORE

MEMBERS = "/v1/policies/members"
OLD, NEW = (sha256(text.encode()).hexdigest() for text in (BEFORE, AFTER))
DOCS = Path(__file__).parent.parent / "docs" / "revisions.md"


@pytest.fixture(scope="module")
def service(desk) -> Service:
    return open_service(desk)


@pytest.fixture(scope="module")
def client(service) -> TestClient:
    app = create_app(service, WebOptions())
    return TestClient(app, base_url="http://localhost", client=("127.0.0.1", 1))


def get(client, path, **query):
    reply = client.get(path, params=query)
    assert reply.status_code == 200, reply.text
    return reply.json()


def problem_of(client, path, **query):
    reply = client.get(path, params=query)
    assert reply.headers["content-type"] == "application/problem+json"
    return reply.status_code, reply.json()["type"], reply.json()["detail"]


def test_revisions_are_listed_newest_first_with_what_changed(client):
    listed = get(client, f"{MEMBERS}/revisions")
    assert listed["policy"] == {
        "id": "members",
        "title": "会員規約",
        "lang": "ja",
        "last_modified": "2025-06-01",
        "sha256": NEW,
    }
    same = {"title": "会員規約", "n_sections": 3}
    changed = ["第2条", "第3条"]
    assert listed["revisions"] == [
        {"sha256": NEW, "date": "2025-06-01", "current": True, "changed": changed, **same},
        {"sha256": OLD, "date": "2025-01-01", "current": False, "changed": None, **same},
    ]


def test_a_policy_that_never_changed_has_its_present_revision_alone(client):
    (only,) = get(client, "/v1/policies/notice/revisions")["revisions"]
    assert (only["current"], only["date"], only["changed"]) == (True, None, None)


@pytest.mark.parametrize(
    ("query", "revision", "years"),
    [
        ({}, NEW, "5年間"),
        ({"on": "2025-01-01"}, OLD, "3年間"),
        ({"on": "2025-05-31"}, OLD, "3年間"),
        ({"on": "2025-06-01"}, NEW, "5年間"),
        ({"on": "2999-01-01"}, NEW, "5年間"),
        ({"revision": OLD}, OLD, "3年間"),
        ({"revision": OLD.upper()}, OLD, "3年間"),
        ({"revision": NEW}, NEW, "5年間"),
    ],
)
def test_a_section_reads_as_it_did_in_the_revision_that_is_named(client, query, revision, years):
    text = AFTER if revision == NEW else BEFORE
    section = get(client, f"{MEMBERS}/sections/第2条", **query)
    assert section["policy"]["sha256"] == revision
    assert years in section["text"]
    assert section["text"] == text[section["start"] : section["end"]]
    assert section["sha256"] == sha256(section["text"].encode()).hexdigest()
    sections = get(client, f"{MEMBERS}/sections", **query)
    assert sections["policy"] == section["policy"]
    assert sections["sections"][1] == section["section"]


def test_the_address_of_a_past_section_leads_to_its_heading_only_where_that_stands(client):
    *stayed, gone = get(client, f"{MEMBERS}/sections", on="2025-01-01")["sections"]
    present = get(client, f"{MEMBERS}/sections")["sections"]
    assert [one["url"] for one in stayed] == [one["url"] for one in present[:2]]
    assert gone["title"] == "提携先"
    assert gone["url"] == "/policies/members"
    assert gone["anchor"]


def test_a_section_of_another_revision_is_not_found_in_this_one(client):
    assert problem_of(client, f"{MEMBERS}/sections/第4条", on="2025-01-01")[:2] == (
        404,
        "/problems/not-found",
    )


@pytest.mark.parametrize("query", [{"on": "2024-12-31"}, {"revision": "0" * 64}])
@pytest.mark.parametrize("path", ["sections", "sections/第2条"])
def test_a_revision_that_is_not_kept_is_a_problem_with_a_type_of_its_own(client, path, query):
    status, kind, detail = problem_of(client, f"{MEMBERS}/{path}", **query)
    assert (status, kind) == (404, "/problems/unknown-revision")
    assert detail.startswith("No revision of policy members ")
    assert f"`{kind}`" in DOCS.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ({"on": "2025-9-9"}, "query.on: no date as YYYY-MM-DD"),
        ({"on": "2025-02-30"}, "query.on: no date as YYYY-MM-DD"),
        ({"on": "1757376000"}, "query.on: no date as YYYY-MM-DD"),
        ({"on": ""}, "query.on: no date as YYYY-MM-DD"),
        ({"revision": "29f2017eb614"}, "query.revision: string pattern mismatch"),
        ({"on": "2025-06-01", "revision": NEW}, "query.revision: not together with on"),
    ],
)
@pytest.mark.parametrize("path", ["sections", "sections/第2条"])
def test_what_names_no_revision_is_refused(client, path, query, detail):
    found = problem_of(client, f"{MEMBERS}/{path}", **query)
    assert found == (422, "/problems/invalid-request", detail)


def test_an_unknown_policy_has_no_revisions(client):
    assert problem_of(client, "/v1/policies/none/revisions")[:2] == (404, "/problems/not-found")


def test_answers_and_searches_name_the_revision_they_quote(client):
    named = {"sha256": NEW, "last_modified": "2025-06-01"}
    asked = client.post("/v1/ask", json={"question": "保存期間", "policy": "members"}).json()
    found = client.post("/v1/search", json={"query": "保存期間", "policy": "members"}).json()
    for reply in (asked, found):
        assert named.items() <= reply["policy"].items()


def verdict_on(client, text, words, after=""):
    """Return the verdict on a citation of words in a text, where they stand behind others."""
    start = text.index(after + words) + len(after)
    digest = sha256(words.encode()).hexdigest()
    span = {"policy": "members", "start": start, "end": start + len(words), "sha256": digest}
    verdict = client.post("/v1/verify", json=span).json()
    return verdict["valid"], verdict["reason"]


def test_verify_tells_of_which_revision_a_citation_is(client):
    past = "these words stood in the revision of 2025-01-01 and"
    beyond_the_present = "当社は、提携先の旅行会社に会員番号を提供します。\n"
    assert BEFORE.index(beyond_the_present) + len(beyond_the_present) > len(AFTER)
    for words in ("3年間保存", beyond_the_present):
        assert verdict_on(client, BEFORE, words) == (False, f"{past} differ now")
    moved = verdict_on(client, BEFORE, "）", after="提携先")
    assert moved == (False, f"{past} stand at another place now")
    assert verdict_on(client, AFTER, "5年間") == (True, "the policy holds exactly these words")
