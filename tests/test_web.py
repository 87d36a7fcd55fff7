"""The service as visitors meet it: a real uvicorn on a free port, asked over HTTP."""

import json
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from qa_service import errors
from qa_service.errors import QaError
from qa_service.messages import MESSAGES, Status
from qa_service.web.app import MAX_BODY_BYTES
from qa_service.web.bodies import Addresses
from qa_service.web.problems import STATUS_OF

# Planted in every bad request; it may stand in no reply and in no log.
CANARY = f"canary{secrets.token_hex(8)}"
JSON = {"content-type": "application/json"}
POLICY = "privacy-policy"


@dataclass(frozen=True)
class Running:
    address: str
    log: Path


@pytest.fixture(scope="module")
def running(settings, tmp_path_factory) -> Iterator[Running]:
    """The program itself, as `policy-qa serve` runs it."""
    command = ["-m", "qa_service", "--index", str(settings.index), "serve", "--port", "0"]
    yield from run_program(command, tmp_path_factory.mktemp("log") / "log")


def run_program(arguments: list[str], log: Path) -> Generator[Running, None, None]:
    """Run the server until the tests are done; `log` is all that it prints."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "QA_HOST": "127.0.0.1"},
        )
    try:
        yield Running(wait_for_address(log, process), log)
    finally:
        process.terminate()
        process.wait(20)


def wait_for_address(log: Path, process: subprocess.Popen[bytes]) -> str:
    for _ in range(4000):
        for line in log.read_text(encoding="utf-8").splitlines():
            if '"event": "serving"' in line:
                return str(json.loads(line)["address"])
        assert process.poll() is None, log.read_text(encoding="utf-8")
        time.sleep(0.05)
    raise AssertionError("the server did not start")


@pytest.fixture(scope="module")
def client(running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.address, timeout=30) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "lang"), [("個人情報を誰と共有しますか", "ja"), ("Do you share my data?", "en")]
)
def test_a_question_is_answered_in_its_language(client, question, lang):
    reply = client.post("/v1/ask", json={"question": question})
    assert reply.status_code == 200
    answer = reply.json()
    assert list(answer) == [
        *("request_id", "status", "lang", "message", "topic", "excerpts", "nearest"),
        *("contact", "suggestions", "policy"),
    ]
    assert answer["lang"] == lang
    assert answer["message"] == MESSAGES[lang][Status(answer["status"])]
    assert bool(answer["excerpts"]) == (answer["status"] in {"answered", "partial"})
    assert answer["policy"]["id"] == POLICY


def test_the_language_asked_for_wins_over_that_of_the_question(client):
    reply = client.post("/v1/ask", json={"question": "個人情報", "lang": "en"})
    assert reply.json()["lang"] == "en"


def test_earlier_questions_and_the_policy_may_be_named(client):
    body = {"question": "それはどこの会社？", "previous": ["共同利用者は？"], "policy": POLICY}
    assert client.post("/v1/ask", json=body).status_code == 200


@pytest.mark.parametrize(
    "question",
    ["あ" * 500, "???", "🍪", "👨‍👩‍👧‍👦" * 71, "\u0000個人\u0000情報", "\x1b[31m個人情報", "a\nb"],
)
def test_odd_questions_that_show_something_are_answered(client, question):
    assert client.post("/v1/ask", json={"question": question}).status_code == 200


def test_a_byte_order_mark_before_the_json_is_accepted(client):
    reply = client.post("/v1/ask", content=b'\xef\xbb\xbf{"question":"x"}', headers=JSON)
    assert reply.status_code == 200


def test_search_ranks_proven_passages_without_abstaining(client, service):
    reply = client.post("/v1/search", json={"query": "クッキー", "k": 5})
    hits = reply.json()["hits"]
    text = service.policy().source.text
    assert len(hits) == 5
    assert [hit["score"] for hit in hits] == sorted((h["score"] for h in hits), reverse=True)
    for excerpt in (hit["excerpt"] for hit in hits):
        span = text[excerpt["start"] : excerpt["end"]]
        assert sha256(span.encode()).hexdigest() == excerpt["sha256"]


def test_policies_sections_and_section_text_are_the_index(client, service):
    policy = service.policy()
    listed = client.get("/v1/policies").json()["policies"]
    assert [one["id"] for one in listed] == list(service.index.policies)
    assert listed[0]["sha256"] == policy.source.sha256
    sections = client.get(f"/v1/policies/{POLICY}/sections").json()["sections"]
    assert [one["id"] for one in sections] == [section.id for section in policy.sections]
    for section in policy.sections:
        body = client.get(f"/v1/policies/{POLICY}/sections/{section.id}").json()
        assert body["text"] == policy.source.text[body["start"] : body["end"]]
        assert body["sha256"] == sha256(body["text"].encode()).hexdigest()
        assert (body["start"], body["end"]) == (section.start, section.end)
        assert body["section"] == Addresses("/policies/{id}").section(POLICY, section).model_dump()


def test_every_section_address_leads_to_an_anchor_of_the_page(client):
    page = client.get(f"/policies/{POLICY}")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for section in client.get(f"/v1/policies/{POLICY}/sections").json()["sections"]:
        assert section["url"].startswith(f"/policies/{POLICY}")
        assert not section["anchor"] or f'id="{section["anchor"]}"' in page.text


@pytest.mark.parametrize("path", ["/", "/ask", "/embed"])
def test_pages_load_from_this_server_only(client, path):
    page = client.get(path)
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert not re.search(r"(?:src|href)=\"(?!/|#)", page.text)


def test_verify_tells_the_policys_words_from_others(client, service):
    span = service.policy().source.text[300:340]
    citation = {"start": 300, "end": 340, "sha256": sha256(span.encode()).hexdigest()}
    assert client.post("/v1/verify", json=citation).json()["valid"] is True
    for other in ({"start": 301}, {"end": 341}, {"sha256": "0" * 64}, {"end": 10**40}):
        reply = client.post("/v1/verify", json={**citation, **other})
        assert (reply.status_code, reply.json()["valid"]) == (200, False)


def test_health_tells_that_it_runs_and_with_which_model(client, service):
    assert client.get("/livez").json() == {"status": "ok"}
    ready = {"status": "ready", "model": service.reader.encoder.sha256}
    assert client.get("/readyz").json() == ready


def test_every_route_documents_its_reply_and_its_problems(client):
    document = client.get("/openapi.json").json()
    assert "HTTPValidationError" not in json.dumps(document)
    for path, operations in document["paths"].items():
        for operation in operations.values():
            reply = operation["responses"]["200"]["content"]
            is_html = path == "/policies/{policy_id}"
            assert is_html or "$ref" in reply["application/json"]["schema"], path
            for status, described in operation["responses"].items():
                if status != "200":
                    schema = described["content"]["application/problem+json"]["schema"]
                    assert list(schema["properties"]) == ["type", "title", "status", "detail"]


def ask_body(**fields: object) -> bytes:
    return json.dumps({"question": f"{CANARY}?", **fields}).encode()


def question_body(question: str) -> bytes:
    return json.dumps({"question": question, "lang": CANARY}).encode()


BAD_BODIES: dict[str, tuple[bytes, int]] = {
    "no body": (b"", 422),
    "no question": (json.dumps({"lang": "ja", CANARY: 1}).encode(), 422),
    "empty question": (ask_body(question=""), 422),
    "blank question": (ask_body(question=" \t\n "), 422),
    "ideographic space only": (ask_body(question="\u3000" * 3), 422),
    "zero-width only": (ask_body(question="\u200b\u200d\ufeff\u2060"), 422),
    "combining marks only": (ask_body(question="\u3099\u0301\ufe0f"), 422),
    "NUL only": (ask_body(question="\0\0"), 422),
    "501 characters": (ask_body(question=CANARY.ljust(501, "あ")), 422),
    "501 with trailing spaces": (ask_body(question=CANARY.ljust(501)), 422),
    "number as question": (b'{"question":12345}', 422),
    "null as question": (b'{"question":null}', 422),
    "list as question": (ask_body(question=[CANARY]), 422),
    "object as question": (ask_body(question={CANARY: CANARY}), 422),
    "NaN as question": (b'{"question":NaN}', 422),
    "huge number as question": (b'{"question":' + b"9" * 5000 + b"}", 400),
    "lone surrogate": (b'{"question":"' + CANARY.encode() + b'\\ud800"}', 422),
    "lone surrogate in a name": (b'{"question":"x","' + CANARY.encode() + b'\\ud800":1}', 422),
    "extra field": (ask_body(**{CANARY: CANARY}), 422),
    "wrong language": (ask_body(lang=CANARY), 422),
    "four earlier questions": (ask_body(previous=[CANARY] * 4), 422),
    "long earlier question": (ask_body(previous=[CANARY * 50]), 422),
    "earlier question is no text": (ask_body(previous=[{CANARY: 1}]), 422),
    "long policy id": (ask_body(policy=CANARY * 10), 422),
    "unknown policy": (ask_body(policy=CANARY), 404),
    "list as body": (json.dumps([CANARY]).encode(), 422),
    "text as body": (json.dumps(CANARY).encode(), 422),
    "not JSON": (b"{" + CANARY.encode(), 400),
    "not UTF-8": (b'{"question":"' + CANARY.encode() + b'\xff\xfe"}', 400),
    "surrogate in UTF-8": (b'{"question":"' + CANARY.encode() + b'\xed\xa0\x80"}', 400),
    "Shift_JIS": (f'{{"question":"個人情報{CANARY}"}}'.encode("shift_jis"), 400),
    "UTF-16": (f'{{"question":"{CANARY}"}}'.encode("utf-16"), 400),
    "deep nesting": (b'{"question":' + b"[" * 30_000 + b"]" * 30_000 + b"}", 400),
    "flat nesting": (b'{"question":' + b"[" * 500 + b"]" * 500 + b"}", 422),
    "10 MiB": (ask_body(question=CANARY * (10 * 2**20 // len(CANARY))), 413),
}


def assert_problem(reply: httpx.Response, status: int, running: Running) -> None:
    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"
    body = reply.json()
    assert list(body) == ["type", "title", "status", "detail"]
    assert (body["type"], body["status"]) == (f"/problems/{SLUGS[status]}", status)
    assert CANARY not in reply.text
    assert CANARY not in str(reply.headers)
    assert len(reply.content) < 1000
    log = running.log.read_text(encoding="utf-8")
    assert '"event": "serving"' in log
    assert CANARY not in log
    assert "Traceback" not in log


SLUGS = {
    400: "bad-request",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    415: "unsupported-media-type",
    422: "invalid-request",
    500: "internal-error",
    503: "unavailable",
}


@pytest.mark.parametrize("name", BAD_BODIES)
def test_a_bad_body_is_a_problem_that_repeats_nothing(client, running, name):
    content, status = BAD_BODIES[name]
    assert_problem(client.post("/v1/ask", content=content, headers=JSON), status, running)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/search", {"query": CANARY, "k": 0}),
        ("/v1/search", {"query": CANARY, "k": 51}),
        ("/v1/search", {"query": CANARY, "k": "3"}),
        ("/v1/search", {"query": CANARY, "k": True}),
        ("/v1/search", {"query": "\u3000"}),
        ("/v1/verify", {"start": -1, "end": 3, "sha256": "0" * 64}),
        ("/v1/verify", {"start": 0, "end": 3.5, "sha256": "0" * 64}),
        ("/v1/verify", {"start": 0, "end": 3, "sha256": CANARY}),
        ("/v1/verify", {"start": CANARY, "end": 3, "sha256": "0" * 64}),
    ],
)
def test_search_and_verify_refuse_values_they_cannot_use(client, running, path, body):
    assert_problem(client.post(path, json=body), 422, running)


def test_a_problem_names_the_field_and_its_limit(client):
    reply = client.post("/v1/ask", json={"question": "x" * 501})
    assert reply.json()["detail"] == "question: string too long at most 500"


def test_a_chunked_body_over_the_limit_is_too_large(client, running):
    def chunks() -> Iterator[bytes]:
        yield b'{"question":"' + CANARY.encode()
        for _ in range(10):
            yield b"x" * (MAX_BODY_BYTES // 8)

    assert_problem(client.post("/v1/ask", content=chunks(), headers=JSON), 413, running)
    assert client.get("/livez").status_code == 200


def test_a_body_of_exactly_the_limit_is_read(client, running):
    body = ask_body().ljust(MAX_BODY_BYTES)
    assert client.post("/v1/ask", content=body, headers=JSON).status_code == 200
    assert_problem(client.post("/v1/ask", content=body + b" ", headers=JSON), 413, running)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "text/plain"},
        {"content-type": ""},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": f"application/{CANARY}"},
        {"content-type": "application/vnd.api+json"},
    ],
)
@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search", "/v1/verify"])
def test_only_json_is_taken(client, running, headers, path):
    assert_problem(client.post(path, content=ask_body(), headers=headers), 415, running)


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "Application/JSON", "application/json;"]
)
def test_json_may_be_written_in_other_ways(client, content_type):
    headers = {"content-type": content_type}
    assert client.post("/v1/ask", content=ask_body(), headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", f"/v1/ask?{CANARY}", "POST"),
        ("DELETE", "/v1/ask", "POST"),
        ("TRACE", "/v1/policies", "GET"),
        ("POST", "/livez", "GET"),
        ("PUT", f"/policies/{CANARY}", "GET"),
    ],
)
def test_a_wrong_method_is_told_the_right_one(client, running, method, path, allowed):
    reply = client.request(method, path)
    assert_problem(reply, 405, running)
    assert reply.headers["allow"] == allowed


@pytest.mark.parametrize(
    "path",
    [
        f"/{CANARY}",
        f"/v1/policies/{CANARY}/sections",
        f"/v1/policies/{POLICY}/sections/{CANARY}",
        f"/policies/{CANARY}",
        f"/policies/{CANARY}%00%ff%ed%a0%80",
        f"/policies/..%2f..%2f{CANARY}",
        "/v1/policies/",
    ],
)
def test_what_does_not_exist_is_not_found(client, running, path):
    assert_problem(client.get(path), 404, running)


def test_the_log_has_a_line_a_question_without_its_words(client, running):
    answer = client.post("/v1/ask", content=ask_body(), headers=JSON).json()
    lines = running.log.read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line) for line in lines if answer["request_id"] in line]
    assert len(asked) == 1
    assert set(asked[0]) == {"event", "level", "timestamp", "request_id", "status", "ms"}
    assert CANARY not in "".join(lines)


def leaves(error: type[QaError]) -> set[type[QaError]]:
    below = error.__subclasses__()
    return {leaf for one in below for leaf in leaves(one)} if below else {error}


def test_every_error_has_a_status_and_stands_in_the_drawn_tree():
    ours = {leaf for leaf in leaves(QaError) if leaf.__module__ == errors.__name__}
    assert set(STATUS_OF) == ours
    assert all(error.__name__ in (errors.__doc__ or "") for error in ours)


# The program over a service with bugs whose messages hold the question, as a library's would.
BROKEN_PROGRAM = """
from pathlib import Path

from qa_service.errors import BadIndex
from qa_service.settings import read_settings
from qa_service.web import server


class Broken:
    class index:
        policies = {}

    def ask(self, typed, *_):
        raise RuntimeError(f"cannot handle {typed}")

    def verify(self, policy_id, *_):
        raise BadIndex(Path(policy_id), policy_id)


server.open_service = lambda _: Broken()
server.run_server(read_settings(port=0))
"""


@pytest.fixture(scope="module")
def broken(tmp_path_factory) -> Iterator[Running]:
    yield from run_program(["-c", BROKEN_PROGRAM], tmp_path_factory.mktemp("broken") / "log")


@pytest.mark.parametrize(
    ("path", "body", "status", "error"),
    [
        ("/v1/ask", {"question": CANARY}, 500, "RuntimeError"),
        (
            "/v1/verify",
            {"policy": CANARY, "start": 0, "end": 1, "sha256": "0" * 64},
            503,
            "BadIndex",
        ),
    ],
)
def test_a_bug_is_a_problem_and_neither_it_nor_the_log_repeats_the_question(
    broken, path, body, status, error
):
    reply = httpx.post(broken.address + path, json=body)
    assert_problem(reply, status, broken)
    assert reply.headers.get("retry-after") == ("30" if status == 503 else None)
    lines = broken.log.read_text(encoding="utf-8").splitlines()
    bug = next(json.loads(line) for line in lines if error in line)
    assert (bug["event"], bug["error"]) == ("bug", error)
    assert bug["at"][-1].startswith("<string>:")
