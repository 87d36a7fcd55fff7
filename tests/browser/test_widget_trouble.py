"""What the widget does when something goes wrong, or is done twice."""

import json

import pytest
from playwright.sync_api import Page, Route, expect

COOKIES = "クッキーで個人が特定されますか"
OVER = 501


def fail(status: int, **headers: str):
    """Answer as a service in trouble does, to a page of another origin."""

    def handle(route: Route) -> None:
        shared = {
            "access-control-allow-origin": "*",
            "access-control-allow-headers": "content-type",
            "access-control-expose-headers": "Retry-After",
        }
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        problem = json.dumps({"type": "/problems/any", "status": status})
        route.fulfill(status=status, headers={**shared, **named}, body=problem)

    return handle


def hold(page: Page) -> list[Route]:
    """Let questions wait on the way to the service; return those that wait."""
    held: list[Route] = []
    page.route("**/v1/ask", lambda route: held.append(route))
    return held


def test_offline_is_said_and_the_question_goes_out_when_the_network_is_back(show, context):
    chat = show().open()
    context.set_offline(True)
    chat.field.fill(COOKIES)
    chat.field.press("Enter")
    expect(chat.failure).to_have_attribute("data-kind", "offline")
    expect(chat.failure).to_contain_text("インターネットに接続されていません。")
    context.set_offline(False)
    chat.again.click()
    expect(chat.answers.locator("blockquote")).to_have_count(1)
    expect(chat.turns.locator(".question")).to_have_count(1)
    assert chat.focused() == "log"


def test_after_429_it_waits_as_long_as_it_is_told(show, page):
    chat = show().open()
    page.route("**/v1/ask", fail(429, retry_after="4"))
    chat.field.fill(COOKIES)
    chat.field.press("Enter")
    expect(chat.failure.get_by_role("timer")).to_have_text("あと3秒で送信できます")
    expect(chat.again).to_have_attribute("aria-disabled", "true")
    chat.again.click(force=True)
    chat.field.fill("もう一つの質問")
    expect(chat.send).to_have_attribute("aria-disabled", "true")
    expect(chat.turns).to_have_count(1)
    page.unroute("**/v1/ask")
    expect(chat.element.get_by_role("status")).to_have_text("送信できるようになりました。")
    expect(chat.failure.get_by_role("timer")).to_have_count(0)
    expect(chat.send).not_to_have_attribute("aria-disabled", "true")
    chat.again.click()
    expect(chat.answers).to_have_count(1)
    expect(chat.field).to_have_value("もう一つの質問")


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (503, "unavailable", "ただいまご利用いただけません。"),
        (500, "failed", "エラーが発生しました。"),
        (404, "failed", "エラーが発生しました。"),
        (200, "failed", "エラーが発生しました。"),
    ],
)
def test_each_trouble_has_its_words_and_a_retry_that_keeps_the_question(
    show, page, status, kind, words
):
    chat = show().open()
    page.route("**/v1/ask", fail(status))
    chat.field.fill(COOKIES)
    chat.field.press("Enter")
    expect(chat.failure).to_have_attribute("data-kind", kind)
    expect(chat.failure).to_contain_text(words)
    page.unroute("**/v1/ask")
    chat.again.click()
    expect(chat.answers).to_have_count(1)
    expect(chat.turns.locator(".question")).to_contain_text(COOKIES)


def test_a_server_that_cannot_be_reached_is_not_called_offline(show, page):
    chat = show().open()
    page.route("**/v1/ask", lambda route: route.abort())
    chat.field.fill(COOKIES)
    chat.field.press("Enter")
    expect(chat.failure).to_have_attribute("data-kind", "unavailable")


@pytest.mark.parametrize(("status", "kind"), [(413, "too_long"), (422, "invalid")])
def test_a_refused_question_comes_back_to_be_edited(show, page, status, kind):
    chat = show().open()
    page.route("**/v1/ask", fail(status))
    chat.field.fill(COOKIES)
    chat.field.press("Enter")
    expect(chat.failure).to_have_attribute("data-kind", kind)
    chat.failure.get_by_role("button", name="質問を編集").click()
    expect(chat.turns).to_have_count(0)
    expect(chat.field).to_have_value(COOKIES)
    expect(chat.field).to_be_focused()


def test_what_the_real_service_refuses_is_told_as_unreadable_or_too_long(show):
    chat = show().open()
    for question, kind in (("\u200b", "invalid"), ("あ" * OVER, "too_long")):
        outcome = chat.element.evaluate("(one, question) => one.ask(question)", question)
        assert outcome == {"kind": kind, "status": 422, "wait_seconds": 0}


def test_the_counter_appears_near_the_limit_and_counts_as_the_server_does(show):
    chat = show().open()
    count = chat.element.locator("#count")
    chat.field.fill("あ" * 449)
    expect(count).to_be_hidden()
    chat.field.fill("あ" * 460)
    expect(count).to_have_text("残り40文字")
    expect(chat.element.get_by_role("status")).to_have_text("残り40文字")
    # Each is one code point, and two units of a JavaScript string.
    chat.field.fill("𠮟" * 500)
    expect(count).to_have_text("残り0文字")
    expect(chat.field).to_have_attribute("aria-invalid", "false")
    chat.field.fill("𠮟" * OVER)
    expect(count).to_have_text("1文字超過しています")
    expect(chat.field).to_have_attribute("aria-invalid", "true")
    expect(chat.field).to_have_attribute("aria-describedby", "count note")
    chat.field.press("Enter")
    chat.send.click(force=True)
    expect(chat.turns).to_have_count(0)
    expect(chat.field).to_have_value("𠮟" * OVER)


@pytest.mark.parametrize("question", ["", "   ", "\n\n", "　"])
def test_nothing_is_sent_where_nothing_was_typed(show, question):
    chat = show().open()
    chat.field.fill(question)
    chat.field.press("Enter")
    chat.send.click(force=True)
    expect(chat.turns).to_have_count(0)


def test_sending_twice_sends_once(show, page):
    chat = show().open()
    held = hold(page)
    chat.field.fill(COOKIES)
    chat.send.dblclick()
    expect(chat.turns).to_have_count(1)
    chat.field.fill("まだ送らない質問")
    chat.field.press("Enter")
    chat.field.press("Enter")
    expect(chat.turns).to_have_count(1)
    expect(chat.field).to_have_value("まだ送らない質問")
    assert len(held) == 1
    held[0].continue_()
    expect(chat.answers).to_have_count(1)
    page.unroute("**/v1/ask")
    chat.field.press("Enter")
    expect(chat.answers).to_have_count(2)


def test_a_double_click_on_a_suggestion_asks_once(show):
    chat = show().open()
    chat.element.locator(".suggestions button").first.dblclick()
    expect(chat.answers).to_have_count(1)
    expect(chat.turns).to_have_count(1)


def test_an_element_that_is_removed_while_asking_stops_and_asks_again_when_it_is_back(
    show, page, complaints
):
    chat = show().open()
    page.evaluate("""() => {
      window.told = [];
      const note = (event) => window.told.push(event.type);
      for (const name of ["answer", "error"]) addEventListener(`policy-qa:${name}`, note);
      window.taken = document.querySelector("policy-qa");
    }""")
    hold(page)
    chat.field.fill(COOKIES)
    chat.field.press("Enter")
    expect(chat.element.locator(".busy")).to_be_visible()
    with page.expect_event("requestfailed"):
        page.evaluate("window.taken.remove()")
    page.unroute("**/v1/ask")
    assert page.evaluate("window.told") == []
    page.evaluate("document.body.append(window.taken)")
    expect(chat.answers).to_have_count(1)
    assert page.evaluate("window.told") == ["policy-qa:answer"]
    assert complaints == []


def test_clearing_while_asking_stops_and_lets_the_next_question_through(show, page, complaints):
    chat = show().open()
    hold(page)
    chat.field.fill(COOKIES)
    chat.field.press("Enter")
    with page.expect_event("requestfailed"):
        chat.element.get_by_role("button", name="会話を消去").click()
    page.unroute("**/v1/ask")
    chat.ask("個人情報の保存期間は？")
    expect(chat.turns).to_have_count(1)
    assert complaints == []
