"""The widget and the page it stands on: neither disturbs the other."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.host_site import Chat, script

COOKIES = "クッキーで個人が特定されますか"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}


def change_answers(page: Page, change: Callable[[dict[str, Any]], None]) -> None:
    """Change what the service answers to what it may answer for another policy."""

    def handle(route: Route) -> None:
        reply = route.fetch()
        answer = reply.json()
        change(answer)
        route.fulfill(response=reply, body=json.dumps(answer))

    page.route("**/v1/ask", handle)


def test_it_runs_under_the_strictest_policy_that_lets_it_load_and_ask(show, qa, complaints):
    chat = show(policy=f"default-src 'none'; script-src {qa}; connect-src {qa}").open()
    expect(chat.ask(COOKIES).locator("blockquote")).to_have_count(1)
    # The panel has its looks, though the policy allows no style of the page.
    assert (
        chat.element.locator(".panel").evaluate("(one) => getComputedStyle(one).width") == "408px"
    )
    assert complaints == []


def test_a_page_that_unsets_everything_changes_nothing_in_it(show, page, site, qa, complaints):
    page.emulate_media(reduced_motion="reduce")
    plain = show().open()
    plain.ask(COOKIES)
    looks = """(one) => [...one.shadowRoot.querySelectorAll(".root *")].map((each) => {
      const { width, height } = each.getBoundingClientRect();
      const { color, fontSize, fontFamily, display } = getComputedStyle(each);
      return [each.localName, width, height, color, fontSize, fontFamily, display].join();
    })"""
    expected = plain.element.evaluate(looks)
    sheet = "* { all: unset } html { font-size: 40px; color: red; letter-spacing: 9px }"
    url = site.put("unset.css", "text/css", sheet)
    policy = f"default-src 'none'; script-src {qa}; connect-src {qa}; style-src 'self'"
    chat = show(head=f'<link rel="stylesheet" href="{url}">', policy=policy).open()
    chat.ask(COOKIES)
    assert chat.element.evaluate(looks) == expected
    assert complaints == []


def test_it_changes_nothing_of_the_page(show, page):
    chat = show()
    before = page.evaluate("document.documentElement.outerHTML.replace(/ open=\"\"/, '')")
    names = set(page.evaluate("Object.getOwnPropertyNames(window)"))
    chat.open().ask(COOKIES)
    after = page.evaluate("document.documentElement.outerHTML.replace(/ open=\"\"/, '')")
    assert after == before
    assert set(page.evaluate("Object.getOwnPropertyNames(window)")) <= names


def test_two_widgets_on_a_page_know_nothing_of_each_other(show, page, qa, complaints):
    show()
    page.evaluate(
        """(endpoint) => {
          const second = document.createElement("policy-qa");
          second.setAttribute("position", "left");
          second.endpoint = endpoint;
          second.lang = "en";
          document.body.append(second);
        }""",
        qa,
    )
    first, second = Chat(page, 0), Chat(page, 1)
    first.open().ask(COOKIES)
    second.open().ask("Is my chat history shared?")
    expect(first.turns).to_have_count(1)
    expect(second.turns).to_have_count(1)
    boxes = [chat.element.locator(".panel").bounding_box() for chat in (first, second)]
    assert boxes[0] and boxes[1] and boxes[1]["x"] + boxes[1]["width"] <= boxes[0]["x"]
    assert complaints == []


def test_a_second_script_does_no_harm(show, qa, complaints):
    chat = show(head=script(qa) + script(qa)).open()
    expect(chat.ask(COOKIES)).to_be_visible()
    assert complaints == []


def test_without_an_endpoint_it_asks_where_its_script_came_from(show, page, qa):
    show()
    page.evaluate("""() => {
      document.querySelector("policy-qa").remove();
      document.body.append(document.createElement("policy-qa"));
    }""")
    with page.expect_request("**/v1/ask") as asked:
        Chat(page).open().ask(COOKIES)
    assert asked.value.url == f"{qa}/v1/ask"


def test_events_tell_what_happened_and_not_what_was_asked(show, page):
    chat = show()
    page.evaluate("""() => {
      window.told = [];
      const note = ({ type, detail }) => window.told.push([type, detail]);
      for (const name of ["open", "answer", "close"]) addEventListener(`policy-qa:${name}`, note);
    }""")
    with page.expect_response("**/v1/ask") as asked:
        chat.open().ask(COOKIES)
    page.keyboard.press("Escape")
    expect(chat.launcher).to_be_focused()
    detail = {
        "request_id": asked.value.json()["request_id"],
        "status": "answered",
        "lang": "ja",
        "topic": "cookie.identify",
        "n_excerpts": 1,
    }
    assert page.evaluate("window.told") == [
        ["policy-qa:open", {}],
        ["policy-qa:answer", detail],
        ["policy-qa:close", {}],
    ]


def test_a_page_is_told_questions_only_where_it_says_so(show):
    chat = show("share-questions")
    detail = chat.element.evaluate("(one, question) => one.ask(question)", COOKIES)
    assert detail["question"] == COOKIES


def test_a_page_can_open_ask_clear_and_close(show):
    chat = show()
    detail = chat.element.evaluate("(one, question) => one.ask(question)", COOKIES)
    assert (detail["status"], detail["n_excerpts"]) == ("answered", 1)
    assert "question" not in detail
    expect(chat.element).to_have_attribute("open", "")
    expect(chat.field).to_be_focused()
    chat.element.evaluate("(one) => one.clear()")
    expect(chat.turns).to_have_count(0)
    chat.element.evaluate("(one) => one.close()")
    expect(chat.element.get_by_role("dialog")).to_be_hidden()
    assert chat.element.evaluate("(one) => one.ask(' ')") is None


def test_a_panel_that_is_open_from_the_start_leaves_the_focus_to_the_page(show, page):
    chat = show("open")
    expect(chat.field).to_be_visible()
    assert page.evaluate("document.activeElement.localName") == "body"


def test_inline_it_fills_its_place_and_has_no_launcher(show, page):
    chat = show("inline")
    expect(chat.launcher).to_have_count(0)
    expect(chat.element.get_by_role("button", name="閉じる")).to_have_count(0)
    page.evaluate("document.querySelector('policy-qa').parentElement.style.height = '500px'")
    box = chat.element.locator(".panel").bounding_box()
    assert box and box["width"] == page.evaluate("document.body.clientWidth")
    assert box["height"] == 500
    expect(chat.ask(COOKIES).locator("blockquote")).to_have_count(1)


def test_a_launcher_has_the_words_of_the_site(show):
    expect(show('launcher-label="個人情報の質問"').launcher).to_have_text("個人情報の質問")


def test_a_launcher_without_visible_words_has_a_name(show, page):
    chat = show('launcher-label=""')
    expect(page.get_by_role("button", name="プライバシーについて質問")).to_be_visible()
    box = chat.launcher.bounding_box()
    assert box and (box["width"], box["height"]) == (56, 56)


def test_a_site_sets_its_colours_and_sizes(show):
    style = "--policy-qa-accent: rgb(200, 0, 90); --policy-qa-z-index: 7; --policy-qa-offset: 40px"
    chat = show()
    chat.element.evaluate("(one, style) => { one.style.cssText = style }", style)
    look = chat.launcher.evaluate("""(one) => {
      const { backgroundColor, zIndex, right } = getComputedStyle(one);
      return [backgroundColor, zIndex, right];
    }""")
    assert look == ["rgb(200, 0, 90)", "7", "40px"]


@pytest.mark.parametrize(
    ("scheme", "theme", "surface"),
    [
        ("light", "", "rgb(255, 255, 255)"),
        ("dark", "", "rgb(23, 27, 34)"),
        ("dark", 'theme="light"', "rgb(255, 255, 255)"),
        ("light", 'theme="dark"', "rgb(23, 27, 34)"),
        ("dark", 'theme="auto"', "rgb(23, 27, 34)"),
    ],
)
def test_it_is_dark_where_the_visitor_or_the_site_wants_it(show, page, scheme, theme, surface):
    page.emulate_media(color_scheme=scheme)
    panel = show(f"open {theme}").element.locator(".panel")
    assert panel.evaluate("(one) => getComputedStyle(one).backgroundColor") == surface


def test_a_translation_stands_under_the_quotation_with_its_label(show, page):
    def translate(answer: dict[str, Any]) -> None:
        translation = {"lang": "en", "text": "We may use cookies.", "reference": True}
        answer["excerpts"][0]["translation"] = translation

    change_answers(page, translate)
    answer = show('lang="en"').open().ask("Do cookies identify me?")
    translation = answer.locator(".translation")
    expect(translation.locator(".label")).to_have_text(
        "Reference translation (the Japanese text prevails)"
    )
    expect(translation.locator(".text")).to_have_text("We may use cookies.")
    expect(translation.locator(".text")).to_have_attribute("lang", "en")
    assert answer.locator("figure").first.evaluate("""(one) => {
      const [quotation, translated] = one.querySelectorAll("blockquote, .translation");
      return quotation.getBoundingClientRect().bottom <= translated.getBoundingClientRect().top;
    }""")


def test_words_are_marked_by_code_points(show, page):
    def rewrite(answer: dict[str, Any]) -> None:
        answer["excerpts"][0] |= {
            "text": "𠮟る𩸽の個人を特定",
            "highlights": [[0, 1], [4, 6], [7, 9]],
        }

    change_answers(page, rewrite)
    answer = show().open().ask(COOKIES)
    assert answer.locator("mark").all_text_contents() == ["𠮟", "個人", "特定"]


def test_html_in_a_policy_is_shown_as_text_and_odd_links_are_no_links(show, page, complaints):
    hostile = "<img src=x onerror=alert(1)><script>alert(1)</script><!-- x --> 個人"

    def poison(answer: dict[str, Any]) -> None:
        excerpt = answer["excerpts"][0]
        excerpt |= {"text": hostile, "highlights": [], "lead_in": {"text": hostile}}
        excerpt["section"] |= {"path": [hostile], "url": "javascript:alert(1)"}
        answer["message"] = hostile

    change_answers(page, poison)
    page.on("dialog", lambda _: complaints.append("a dialog"))
    chat = show('contact-href="javascript:alert(1)"').open()
    answer = chat.ask(COOKIES)
    expect(answer.locator("blockquote .text")).to_have_text(hostile)
    expect(answer.locator("blockquote .lead-in")).to_have_text(hostile)
    expect(answer.locator("figcaption")).to_have_text(hostile)
    assert answer.locator("img, script, a[href]").count() == 0
    assert complaints == []


def test_a_long_quotation_is_linked_by_how_it_begins_and_ends(show, page):
    text = "一行目は長い文章です、続き。\n二行目-三行目、最後の行はこちらです。"

    def lengthen(answer: dict[str, Any]) -> None:
        answer["excerpts"][0] |= {"text": text, "highlights": []}

    change_answers(page, lengthen)
    link = show().open().ask(COOKIES).locator(".actions a")
    fragment = link.evaluate("(one) => one.href.split(':~:text=')[1]")
    parts = [page.evaluate("decodeURIComponent", part) for part in fragment.split(",")]
    assert parts == ["一行目は長い文章です", "最後の行はこちらです。"]
    assert "-" not in fragment


def test_on_a_phone_it_covers_the_screen_and_the_page_behind_is_out_of_reach(show, page):
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size(PHONE)
    chat = show().open()
    panel = chat.element.locator(".panel")
    assert panel.bounding_box() == {"x": 0, "y": 0, **PHONE}
    assert panel.evaluate("(one) => one.matches(':modal')")
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.localName") in {"policy-qa", "body"}
    chat.ask(COOKIES)
    page.set_viewport_size(DESKTOP)
    page.wait_for_function(
        "!document.querySelector('policy-qa').shadowRoot.querySelector(':modal')"
    )
    expect(panel).to_be_visible()
    expect(chat.answers).to_have_count(1)
    page.set_viewport_size(PHONE)
    page.wait_for_function("document.querySelector('policy-qa').shadowRoot.querySelector(':modal')")
    chat.element.get_by_role("button", name="閉じる").click()
    expect(panel).to_be_hidden()
    expect(chat.launcher).to_be_focused()


@pytest.mark.parametrize("size", [(320, 640), (320, 256)])
def test_nothing_is_cut_off_at_320_pixels_or_400_percent(show, page, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    chat = show('lang="en"').open()
    chat.ask("個人情報の保存期間は？")
    assert chat.log.evaluate("(one) => one.scrollWidth - one.clientWidth") == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert (chat.log.bounding_box() or {"height": 0})["height"] >= 80
    expect(chat.field).to_be_in_viewport(ratio=1)
    expect(chat.send).to_be_in_viewport(ratio=1)


def test_whatever_can_be_pressed_is_44_pixels_high_and_wide(show):
    chat = show('feedback contact-href="/contact"').open()
    chat.ask("個人情報の保存期間は？")
    small = chat.element.evaluate("""(one) =>
      [...one.shadowRoot.querySelectorAll("button, a")]
        .map((each) => [each.textContent.trim(), each.getBoundingClientRect()])
        .filter(([, { width, height }]) => Math.round(Math.min(width, height)) < 44)
        .map(([text, { width, height }]) => [text, width, height])""")
    assert small == []


def test_nothing_moves_for_those_who_do_not_want_it(show, page):
    page.emulate_media(reduced_motion="reduce")
    chat = show().open()
    chat.ask(COOKIES)
    moving = chat.element.evaluate("(one) => one.shadowRoot.getAnimations().length")
    assert moving == 0
