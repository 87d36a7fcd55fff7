"""The console as its page asks for it: a real service, with one policy that was changed once."""

import html
import re
from hashlib import sha256

import pytest
from fastapi.testclient import TestClient

from qa_service.service import Service, open_service
from qa_service.web.app import create_app
from qa_service.web.console_strings import CITATION, CONSOLE, SCRIPT
from qa_service.web.feedback import Vote
from qa_service.web.options import WebOptions
from tests.desk import AFTER, BEFORE

KEY = "a key that is long enough"
PATHS = ("/console", "/console/topics", "/console/clause?start=0&end=1")


@pytest.fixture(scope="module")
def service(desk) -> Service:
    return open_service(desk)


def open_client(service, host="127.0.0.1", **options) -> TestClient:
    app = create_app(service, WebOptions(**options))
    return TestClient(app, base_url="http://localhost", client=(host, 1))


@pytest.fixture(scope="module")
def client(service) -> TestClient:
    return open_client(service)


def search(client, query, **more):
    reply = client.post("/console/search", json={"query": query, **more})
    assert reply.status_code == 200
    return reply.json()["hits"]


def places(hits):
    return [(hit["policy"]["id"], hit["excerpt"]["section"]["id"]) for hit in hits]


def span(text, words):
    """Return where words stand in a text, and their hash."""
    start = text.index(words)
    digest = sha256(words.encode()).hexdigest()
    return {"policy": "members", "start": start, "end": start + len(words), "sha256": digest}


def clause(client, **query):
    reply = client.get("/console/clause", params=query)
    assert reply.status_code == 200
    return reply.json()


def test_words_and_questions_find_passages_in_all_policies_best_first(client):
    hits = search(client, "会員の情報はいつまで保存されますか")
    assert places(hits)[0] == ("members", "第2条")
    assert len({policy for policy, _ in places(hits)}) > 1
    assert [hit["score"] for hit in hits] == sorted((h["score"] for h in hits), reverse=True)
    assert hits[0]["topic"] == {"id": "retention.period", "label": "個人情報の保存期間"}
    text = hits[0]["excerpt"]["text"]
    marked = {text[start:end] for start, end in hits[0]["excerpt"]["highlights"]}
    assert "保存" in marked


def test_topics_are_named_in_the_agents_language(client):
    (hit, *_) = search(client, "会員の情報はいつまで保存されますか", ui="en")
    assert hit["topic"]["label"].isascii()


@pytest.mark.parametrize("query", ["2", "２", "第2条", "第二条", "2.", "section 2"])
def test_a_clause_number_gives_its_passages_first(client, query):
    hits = search(client, query)
    numbered = [hit for hit in hits if hit["score"] is None]
    assert hits[: len(numbered)] == numbered
    assert set(places(numbered)) == {("members", "第2条"), ("privacy-policy", "2")}
    members = [h["excerpt"]["start"] for h in numbered if h["policy"]["id"] == "members"]
    assert members == sorted(members)


def test_words_behind_a_number_choose_inside_its_clause(client):
    first, *_ = search(client, "第2条 消去", policy="members")
    assert first["excerpt"]["text"] == "その後は速やかに消去します。"


def test_no_words_are_shown_twice(client):
    shown = [
        (hit["policy"]["id"], hit["excerpt"]["start"], hit["excerpt"]["end"])
        for hit in search(client, "第1条 住所")
    ]
    for i, (policy, start, end) in enumerate(shown):
        assert all(p != policy or end <= s or e <= start for p, s, e in shown[:i])


def test_policy_and_language_narrow_a_search_down(client):
    assert {policy for policy, _ in places(search(client, "消去", policy="hostile"))} == {"hostile"}
    assert {policy for policy, _ in places(search(client, "gift card", lang="en"))} == {"notice"}
    assert search(client, "gift card", lang="en", policy="members") == []
    assert len(search(client, "個人情報", k=2)) == 2
    assert client.post("/console/search", json={"query": "a", "policy": "x"}).status_code == 404
    for bad in ({"query": ""}, {"query": " "}, {"query": "あ" * 501}, {"query": "a", "k": 51}):
        assert client.post("/console/search", json=bad).status_code == 422


def test_a_clause_is_shown_with_all_its_passages_in_order(client):
    found = clause(client, **span(AFTER, "住所"))
    assert found["state"] == "present"
    assert found["section"]["id"] == "第1条"
    assert [(e["kind"], e["text"], e["hit"]) for e in found["elements"]] == [
        ("heading", "第1条（取得する情報）", False),
        ("sentence", "当社は、次の情報を取得します。", False),
        ("item", "氏名", False),
        ("item", "住所", True),
    ]
    lines = AFTER.split("\n")
    assert [lines[e["line"] - 1].strip("-# ") for e in found["elements"]] == [
        e["text"] for e in found["elements"]
    ]
    assert found["previous"] is None
    assert found["next"]["title"] == "第2条 保存期間"
    assert found["next"]["start"] == AFTER.index("会員の情報")


def test_sentences_of_one_paragraph_share_a_block(client):
    found = clause(client, **span(AFTER, "その後は速やかに消去します。"))
    _, first, second = found["elements"]
    assert first["block"] == second["block"] == first["start"]
    assert (first["hit"], second["hit"]) == (False, True)


@pytest.mark.parametrize("ui", ["ja", "en"])
def test_citations_have_words_place_address_date_and_hash(client, ui):
    cited = span(AFTER, "会員の情報は、退会の日から5年間保存します。")
    found = clause(client, **cited, ui=ui)
    date = CITATION[ui]["revised"].format("2025-06-01")
    for form in ("plain", "markdown", "html"):
        citation = found["citations"][form]
        for part in (
            "会員の情報は、退会の日から5年間保存します。",
            "会員規約 第2条 保存期間",
            "http://localhost/policies/members#",
            ":~:text=",
            date,
            cited["sha256"][:12],
        ):
            assert part in citation
    assert found["permalink"] == (
        f"http://localhost/console?policy=members&start={cited['start']}&end={cited['end']}"
        f"&sha256={cited['sha256']}"
    )


def test_citations_lead_to_the_address_that_the_operator_chose(service):
    client = open_client(service, policy_url="https://www.example.jp/{id}/")
    found = clause(client, **span(AFTER, "住所"))
    assert "\nhttps://www.example.jp/members/#" in found["citations"]["plain"]
    assert found["permalink"].startswith("http://localhost/console?")


def test_what_changed_in_a_clause_is_told_word_by_word(client):
    change = clause(client, **span(AFTER, "その後は速やかに消去します。"))["change"]
    assert change["changed"] is True
    assert change["revision"]["date"] == "2025-01-01"
    assert change["revision"]["sha256"] == sha256(BEFORE.encode()).hexdigest()
    changed = [(s["kind"], s["text"]) for s in change["segments"] if s["kind"] != "same"]
    assert changed == [("removed", "3"), ("added", "5")]


def test_a_clause_that_stayed_and_one_that_is_new_say_so(client):
    same = clause(client, **span(AFTER, "住所"))["change"]
    assert same["changed"] is False
    assert same["revision"]["title"] == "第1条 取得する情報"
    new = clause(client, **span(AFTER, "広告の配信は行いません。"))["change"]
    assert (new["changed"], new["revision"]["title"]) == (True, None)
    assert clause(client, policy="hostile", start=0, end=400)["change"] is None


def test_a_link_to_words_that_changed_leads_to_the_present_clause(client):
    found = clause(client, **span(BEFORE, "会員の情報は、退会の日から3年間保存します。"))
    assert found["state"] == "changed"
    assert found["section"]["id"] == "第2条"
    assert "5年間" in found["excerpt"]["text"]
    assert found["cited"] == {
        "date": "2025-01-01",
        "sha256": sha256(BEFORE.encode()).hexdigest(),
        "title": "第2条 保存期間",
    }


def test_a_link_to_words_that_only_moved_leads_to_them(client):
    cited = span(AFTER, "その後は速やかに消去します。")
    found = clause(client, **{**cited, "start": 3, "end": 9})
    assert (found["state"], found["excerpt"]["start"]) == ("moved", cited["start"])


def test_a_link_to_a_clause_that_is_gone_says_so(client):
    words = "当社は、提携先の旅行会社に会員番号を提供します。"
    found = clause(client, **span(BEFORE, words))
    assert (found["state"], found["cited"]["title"]) == ("gone", "第3条 提携先")


def test_a_link_with_a_hash_that_nothing_ever_had_says_that_the_clause_changed(client):
    found = clause(client, **{**span(AFTER, "住所"), "sha256": "0" * 64})
    assert (found["state"], found["section"]["id"]) == ("changed", "第1条")
    assert found["cited"] is None
    beyond = clause(client, policy="members", start=10**6, end=10**6 + 1, sha256="0" * 64)
    assert (beyond["state"], beyond["section"]["id"]) == ("changed", "第3条")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"start": 0}, 422),
        ({"start": -1, "end": 2}, 422),
        ({"start": "x", "end": 2}, 422),
        ({"start": 0, "end": 2, "sha256": "short"}, 422),
        ({"start": 0, "end": 2, "policy": "none"}, 404),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(client, query, status):
    assert client.get("/console/clause", params=query).status_code == status


def test_every_excerpt_that_is_found_is_shown_again_by_its_clause(client):
    for query in ("住所", "5", "外部サービス", "お問い合わせ先"):
        for hit in search(client, query):
            cited = {key: hit["excerpt"][key] for key in ("start", "end", "sha256")}
            found = clause(client, policy=hit["policy"]["id"], **cited)
            assert found["state"] == "present"
            assert {key: found["excerpt"][key] for key in cited} == cited
            assert any(element["hit"] for element in found["elements"])


def test_the_page_speaks_the_agents_language_and_can_be_switched(client):
    for header, ui, lang in [("ja", None, "ja"), ("en", None, "en"), ("ja", "en", "en")]:
        page = client.get("/console", params={"ui": ui} if ui else {}, headers={
            "accept-language": header
        })  # fmt: skip
        assert f'<html lang="{lang}">' in page.text
        assert CONSOLE[lang]["search"] in page.text
    linked = client.get("/console?policy=members&start=1&end=2&ui=ja&other=1")
    (switch,) = re.findall(r'<a href="([^"]*)" lang="en"', linked.text)
    assert html.unescape(switch) == "/console?policy=members&start=1&end=2&ui=en"


def test_both_languages_have_the_same_strings():
    for strings in (CITATION, CONSOLE, SCRIPT):
        assert strings["ja"].keys() == strings["en"].keys()
        for key, text in strings["ja"].items():
            assert text.count("{}") == strings["en"][key].count("{}"), key


def test_everything_is_stored_nowhere_and_found_by_no_search_engine(client):
    replies = [client.get(path) for path in PATHS]
    replies.append(client.post("/console/search", json={"query": "住所"}))
    for reply in replies:
        assert reply.status_code == 200
        assert reply.headers["cache-control"] == "no-store"
        assert reply.headers["x-robots-tag"] == "noindex, nofollow"
        assert "default-src 'none'" in reply.headers["content-security-policy"]


def test_only_agents_get_in(service):
    guarded, elsewhere = open_client(service, api_key=KEY), open_client(service, "203.0.113.9")
    for path in PATHS:
        assert guarded.get(path).status_code == 401
        assert guarded.get(path, headers={"x-api-key": KEY}).status_code == 200
        assert elsewhere.get(path).status_code == 403
    for client, status in ((guarded, 401), (elsewhere, 403)):
        assert client.post("/console/search", json={"query": "住所"}).status_code == status


def test_the_topics_table_has_every_topic_with_status_and_clauses(client, service):
    page = client.get("/console/topics?policy=privacy-policy&ui=ja").text
    rows = re.findall(r"<tr data-status=.*?</tr>", page, re.DOTALL)
    topic_map = service.policy("privacy-policy").topic_map
    assert len(rows) == len(topic_map.statuses)
    cookie = next(row for row in rows if ">クッキーの利用<" in row or "クッキー" in row)
    assert 'data-origin="reviewed"' in cookie
    (place,) = re.findall(r'href="([^"]+)">8\. クッキー', cookie)[:1]
    linked = client.get(html.unescape(place).replace("/console?", "/console/clause?"))
    assert (linked.json()["state"], linked.json()["section"]["id"]) == ("present", "8")
    assert CONSOLE["ja"]["votes"] not in page
    proposed = client.get("/console/topics?policy=members").text
    assert 'data-origin="reviewed"' not in proposed
    assert client.get("/console/topics?policy=none").status_code == 404


def test_the_topics_table_shows_votes_where_visitors_may_vote(service):
    client = open_client(service, feedback=True)
    for question, vote in [("クッキーで個人が特定されますか", Vote.UP), ("天気は？", Vote.DOWN)]:
        request_id = client.post("/v1/ask", json={"question": question}).json()["request_id"]
        client.post("/v1/feedback", json={"request_id": request_id, "vote": vote.value})
    page = client.get("/console/topics?policy=privacy-policy&ui=en").text
    assert re.search(r"\+1</span> <span[^>]*>−0", page)
    assert "helpful 0 / not helpful 1" in page


@pytest.mark.parametrize("path", ["/console", "/console/topics?policy=hostile"])
def test_marks_in_a_policys_title_stay_text(client, path):
    page = client.get(path).text
    assert "<img" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;方針" in page
