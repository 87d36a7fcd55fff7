"""The agents' console in Chromium, as an agent with a ticket open uses it."""

from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from qa_service.web.console_strings import SCRIPT
from tests.desk import AFTER, BEFORE
from tests.test_web import Running, run_program

JA = SCRIPT["ja"]
SENTENCE = "会員の情報は、退会の日から5年間保存します。"
QUESTION = "会員の情報はいつまで保存されますか"
# The machine may be busy with other work.
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def console(desk, tmp_path_factory) -> Iterator[Running]:
    """The program over several policies, one of which was changed once."""
    options = ["--index", str(desk.index), "serve", "--port", "0"]
    yield from run_program(["-m", "qa_service", *options], tmp_path_factory.mktemp("log") / "log")


@pytest.fixture(scope="session")
def base_url(console) -> str:
    return str(console.address)


@pytest.fixture(scope="session")
def browser_context_args(base_url):
    return {
        "base_url": base_url,
        "locale": "ja-JP",
        "viewport": {"width": 1280, "height": 800},
        "permissions": ["clipboard-read", "clipboard-write"],
    }


@pytest.fixture
def page(page: Page, complaints: list[str]) -> Iterator[Page]:
    """A page of which nothing complains and that asks nobody anything."""
    page.set_default_timeout(PATIENCE_MS)
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    yield page
    assert [one for one in complaints if "Failed to load resource" not in one] == []


def link(text: str, words: str) -> str:
    start = text.index(words)
    digest = sha256(words.encode()).hexdigest()
    return f"/console?policy=members&start={start}&end={start + len(words)}&sha256={digest}"


def look_up(page: Page, query: str) -> None:
    """Type a query and wait for the clause of its first hit."""
    page.locator("#query").fill(query)
    expect(page.locator("#found")).to_contain_text("件（")
    expect(page.locator("#clause mark.hit").first).to_be_visible()


def options(page: Page):
    return page.locator("#hits [role=option]")


def clipboard(page: Page, kind: str = "text/plain") -> str:
    text: str = page.evaluate(
        """async (kind) => {
          const [item] = await navigator.clipboard.read();
          return (await item.getType(kind)).text();
        }""",
        kind,
    )
    return text


def test_words_a_question_and_a_number_are_found_while_one_types(page):
    page.goto("/console")
    expect(page.locator("#query")).to_be_focused()
    page.keyboard.type("提携")
    expect(options(page).first).to_be_visible()
    look_up(page, QUESTION)
    expect(options(page).first).to_contain_text("第2条 保存期間")
    expect(options(page).first.locator("mark").first).to_have_text("会員")
    expect(options(page).first).to_contain_text("個人情報の保存期間")
    expect(page.locator("#clause h2")).to_have_text("第2条 保存期間")
    look_up(page, "３")
    expect(page.get_by_role("group", name=JA["numbered"])).to_contain_text("第3条 広告")
    expect(page.get_by_role("group", name=JA["others"])).to_be_visible()
    expect(page.locator("#query")).to_be_focused()


def test_a_policy_and_a_language_narrow_the_results_down(page):
    page.goto("/console")
    page.locator("#lang").select_option("en")
    look_up(page, "gift card")
    expect(options(page)).to_have_count(2)
    page.locator("#policy").select_option("members")
    expect(page.locator("#found")).to_have_text(JA["nothing"])
    expect(page.locator("#hits")).to_be_hidden()


def test_everything_is_reached_by_keys_alone(page):
    page.goto("/console")
    page.keyboard.type("第1条")
    expect(options(page).nth(1)).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#hits")).to_be_focused()
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options(page).nth(1)).to_have_attribute("aria-selected", "true")
    expect(page.locator("#hits")).to_have_attribute("aria-activedescendant", "hit-1")
    page.keyboard.press("End")
    expect(options(page).last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Home")
    page.keyboard.press("c")
    expect(page.locator("#toast")).to_contain_text("コピーしました")
    page.keyboard.press("Enter")
    expect(page.locator("#clause")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#query")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#hits")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#query")).to_be_focused()
    expect(page.locator("#query")).to_have_value("第1条")


def test_enter_in_the_search_box_opens_the_first_hit_of_what_was_typed(page):
    page.goto("/console")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator("#clause")).to_be_focused()
    expect(page.locator("#clause h2")).to_have_text("第2条 保存期間")


def test_letters_typed_into_the_box_are_letters(page):
    page.goto("/console")
    page.evaluate("navigator.clipboard.writeText('untouched')")
    page.keyboard.type("cmhp/?")
    expect(page.locator("#query")).to_have_value("cmhp/?")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert clipboard(page) == "untouched"


def test_single_keys_can_be_switched_off_and_leave_the_browsers_own_alone(page):
    page.goto(link(AFTER, SENTENCE))
    page.locator("#clause mark.hit").wait_for()
    page.evaluate("navigator.clipboard.writeText('untouched')")
    page.locator("#clause").focus()
    page.keyboard.press("Control+c")
    page.keyboard.press("?")
    page.locator("#single-keys").uncheck()
    page.keyboard.press("Escape")
    page.locator("#clause").focus()
    page.keyboard.press("c")
    page.keyboard.press("/")
    expect(page.locator("#clause")).to_be_focused()
    assert clipboard(page) == "untouched"


def test_nothing_happens_while_japanese_is_converted(page):
    page.goto("/console")
    look_up(page, "住所")
    session = page.context.new_cdp_session(page)
    page.locator("#query").fill("")
    expect(page.locator("#hits")).to_be_hidden()
    searches: list[str] = []
    page.on("request", lambda one: searches.append(one.url) if "search" in one.url else None)
    for typed in ("て", "てい", "ていけい"):
        session.send(
            "Input.imeSetComposition",
            {"text": typed, "selectionStart": len(typed), "selectionEnd": len(typed)},
        )
    # Safari sends the Enter that ends a conversion after its end, with this code.
    page.locator("#query").evaluate(
        """(field) => {
          const how = { key: "Enter", keyCode: 229, bubbles: true, cancelable: true };
          if (field.dispatchEvent(new KeyboardEvent("keydown", how))) throw new Error("not held");
        }"""
    )
    assert searches == []
    session.send("Input.insertText", {"text": "提携"})
    expect(options(page).first).to_be_visible()
    expect(page.locator("#query")).to_be_focused()


@pytest.mark.parametrize(
    ("key", "begins"),
    [
        ("c", f"「{SENTENCE}」\n— 会員規約 第2条 保存期間 ("),
        ("m", f"> {SENTENCE}\n>\n> — [会員規約 第2条 保存期間]("),
        ("h", f"「{SENTENCE}」\n— 会員規約 第2条 保存期間 ("),
    ],
)
def test_a_clause_is_copied_by_one_key_in_three_forms(page, base_url, key, begins):
    page.goto(link(AFTER, SENTENCE))
    page.locator("#clause mark.hit").wait_for()
    page.locator("#clause").focus()
    page.keyboard.press(key)
    expect(page.locator("#toast")).to_contain_text("コピーしました")
    copied = clipboard(page)
    assert copied.startswith(begins)
    for part in (
        f"{base_url}/policies/members#",
        "2025-06-01",
        sha256(SENTENCE.encode()).hexdigest()[:12],
    ):
        assert part in copied
    if key == "h":
        rich = clipboard(page, "text/html")
        assert f"<p>{SENTENCE}</p></blockquote>" in rich
        assert f'href="{base_url}/policies/members#' in rich


def test_without_the_modern_clipboard_copying_still_works(page):
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.goto(link(AFTER, SENTENCE))
    page.locator("#clause mark.hit").wait_for()
    page.get_by_role("button", name="HTML").click()
    expect(page.locator("#toast")).to_have_text("コピーしました（HTML）")


def test_the_copied_link_and_the_address_lead_back_to_the_clause(page, base_url):
    page.goto("/console?ui=ja")
    look_up(page, QUESTION)
    assert page.url == f"{base_url}/console?ui=ja"
    options(page).first.click()
    expect(page).to_have_url(base_url + link(AFTER, SENTENCE) + "&ui=ja")
    page.keyboard.press("p")
    expect(page.locator("#toast")).to_contain_text("コピーしました")
    assert clipboard(page) == base_url + link(AFTER, SENTENCE)
    page.reload()
    expect(page.locator("#clause mark.hit")).to_have_text(SENTENCE)
    page.goto(clipboard(page))
    expect(page.locator("#clause mark.hit")).to_have_text(SENTENCE)
    expect(page.locator("#clause .notice")).to_have_count(0)


def test_the_public_page_shows_the_cited_words(page):
    page.goto(link(AFTER, SENTENCE))
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=JA["page"]).click()
    expect(opened.value.get_by_text(SENTENCE)).to_be_visible()


def test_a_link_to_changed_words_says_so_and_shows_both_revisions(page):
    page.goto(link(BEFORE, "会員の情報は、退会の日から3年間保存します。"))
    said = f"{JA['changed']} {JA['cited'].format('2025-01-01')}"
    expect(page.locator("#clause .notice")).to_have_text(said)
    expect(page.locator("#clause h2")).to_have_text("第2条 保存期間")
    before = page.get_by_role("region", name=JA["before"])
    after = page.get_by_role("region", name=JA["after"])
    expect(before).to_contain_text("2025-01-01")
    expect(before).to_contain_text("退会の日から3年間保存します。")
    expect(before.locator("del")).to_have_text("3")
    expect(after).to_contain_text("2025-06-01")
    expect(after.locator("ins")).to_have_text("5")
    sides = before.bounding_box(), after.bounding_box()
    assert sides[0]["y"] == sides[1]["y"]
    assert sides[0]["x"] + sides[0]["width"] <= sides[1]["x"]


def test_one_goes_on_to_the_next_clause(page):
    page.goto(link(AFTER, SENTENCE))
    page.get_by_role("button", name=JA["next"]).click()
    expect(page.locator("#clause h2")).to_have_text("第3条 広告")
    expect(page.locator("#clause")).to_be_focused()
    expect(page.locator("#clause")).to_contain_text("2025-01-01の版にはなかった条項です。")


@pytest.mark.parametrize(
    ("question", "status"),
    [("クッキーで個人が特定されますか", "answered"), ("今日の天気は？", "off_topic")],
)
def test_what_a_visitor_would_be_told_is_shown_for_the_same_question(page, question, status):
    page.goto("/console")
    page.locator("#policy").select_option("privacy-policy")
    look_up(page, question)
    page.get_by_role("tab", name="お客様への回答").click()
    answer = page.get_by_role("tabpanel")
    expect(answer.locator(".chip")).to_contain_text(JA[status])
    expect(answer).to_contain_text(question)
    assert (answer.locator("blockquote").count() > 0) == (status == "answered")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#clause-tab")).to_be_focused()
    expect(page.locator("#clause")).to_be_visible()


def test_an_answers_clause_is_opened(page):
    page.goto("/console")
    page.locator("#policy").select_option("privacy-policy")
    look_up(page, "クッキーで個人が特定されますか")
    page.get_by_role("tab", name="お客様への回答").click()
    page.locator("#answer figure button").first.click()
    expect(page.locator("#clause h2")).to_have_text("8. クッキー等の利用について")
    expect(page.locator("#clause")).to_be_focused()


def test_only_the_latest_of_several_searches_counts(page):
    def hold_first(route: Route) -> None:
        if '"住所"' not in (route.request.post_data or ""):
            route.continue_()

    page.route("**/console/search", hold_first)
    page.goto("/console")
    with page.expect_request("**/console/search") as first:
        page.locator("#query").fill("住所")
    look_up(page, QUESTION)
    assert first.value.failure == "net::ERR_ABORTED"


def test_a_lost_connection_is_told_and_the_query_stays(page, context):
    page.goto("/console")
    context.set_offline(True)
    page.locator("#query").fill("住所")
    expect(page.locator("#found")).to_have_text(JA["offline"])
    context.set_offline(False)
    page.keyboard.press("Enter")
    expect(page.locator("#clause")).to_be_focused()
    expect(page.locator("#query")).to_have_value("住所")


def refuse(status: int, route: Route) -> None:
    route.fulfill(status=status, body="{}")


def test_too_long_a_query_and_refused_access_have_their_own_words(page):
    page.goto("/console")
    page.locator("#query").fill("あ" * 501)
    expect(page.locator("#found")).to_have_text(JA["too_long"])
    for status, words in ((401, "denied"), (503, "busy"), (500, "failed")):
        page.unroute_all()
        page.route("**/console/search", partial(refuse, status))
        page.locator("#query").fill(f"住所{status}")
        expect(page.locator("#found")).to_have_text(JA[words])


def test_marks_in_a_policy_are_shown_as_text(page):
    page.goto("/console")
    page.locator("#policy").select_option("hostile")
    look_up(page, "第9条")
    for text in ("<script>alert(3)</script>", "<img src=x onerror=alert(4)>", "<script>alert(2)"):
        expect(page.locator("#clause")).to_contain_text(text)
    expect(options(page).first).to_contain_text("<script>alert(3)</script>")
    page.get_by_role("tab", name="お客様への回答").click()
    page.locator("#answer .chip").wait_for()
    assert page.locator("main img, main script").count() == 0
    assert page.locator("[href^='javascript']").count() == 0
    page.goto("/console/topics?policy=hostile")
    expect(page.get_by_role("navigation", name="ポリシー")).to_contain_text("<img src=x")
    assert page.locator("img").count() == 0


def test_no_question_stands_in_an_address_and_nothing_is_stored(page, context, base_url, requested):
    page.goto("/console")
    look_up(page, QUESTION)
    page.get_by_role("tab", name="お客様への回答").click()
    page.locator("#answer .chip").wait_for()
    options(page).first.click()
    expect(page).to_have_url(base_url + link(AFTER, SENTENCE))
    assert all(url.startswith((base_url, "data:")) for url in requested)
    asked = {key for url in requested for key in parse_qs(urlsplit(url).query)}
    assert asked == {"policy", "start", "end", "ui"}
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert context.cookies() == []


def test_the_topics_are_filtered_sorted_and_lead_to_their_clauses(page):
    page.goto("/console/topics?policy=privacy-policy")
    rows = page.locator("#topics tbody tr")
    n_topics = rows.count()
    expect(page.locator("#count")).to_have_text(f"{n_topics}件")
    page.locator("#filter").fill("クッキ")
    shown = page.locator("#topics tbody tr:visible")
    expect(shown.first).to_contain_text("クッキー")
    assert 0 < shown.count() < n_topics
    page.locator("#filter").fill("")
    page.locator("#status").select_option("silent")
    expect(shown.first).to_contain_text("記載なし")
    assert all("記載なし" in text for text in shown.all_inner_texts())
    page.locator("#status").select_option("")
    header = page.get_by_role("columnheader", name="トピック（英語）")
    for order in ("ascending", "descending"):
        header.get_by_role("button").click()
        expect(header).to_have_attribute("aria-sort", order)
        labels = [text.lower() for text in page.locator("#topics td[lang=en]").all_inner_texts()]
        first, last = labels[0], labels[-1]
        assert (first < last) == (order == "ascending")
    page.locator("#filter").fill("no such topic")
    expect(page.locator("#count")).to_have_text("あてはまるトピックはありません。")
    page.locator("#filter").fill("クッキ")
    page.locator("#topics a:visible").first.click()
    expect(page.locator("#clause mark.hit")).to_be_visible()


def test_the_console_reads_in_english(page):
    page.goto("/console?ui=en")
    page.locator("#query").fill("section 2")
    expect(page.get_by_role("group", name="Clauses with this number")).to_be_visible()
    expect(page.locator("#clause")).to_have_attribute("aria-labelledby", "clause-tab")
    expect(page.locator("#clause .text")).to_have_attribute("lang", "ja")
    page.get_by_role("link", name="日本語").click()
    expect(page.locator("html")).to_have_attribute("lang", "ja")


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_cut_off(page, axe, width, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/console")
    look_up(page, "第2条")
    page.mouse.move(0, 0)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("tab", name="お客様への回答").click()
    page.locator("#answer .chip").wait_for()
    assert axe(page) == []
    page.get_by_role("button", name="キー操作").click()
    assert axe(page) == []
    page.goto("/console/topics?policy=privacy-policy")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
