"""The widget by keyboard, with Japanese input, and as a screen reader is told of it."""

import pytest
from playwright.sync_api import expect

COOKIES = "クッキーで個人が特定されますか"

KEY = """(field, [type, init]) =>
  field.dispatchEvent(new KeyboardEvent(type, { bubbles: true, composed: true, ...init }))"""
COMPOSITION = """(field, type) =>
  field.dispatchEvent(new CompositionEvent(type, { bubbles: true, composed: true }))"""


def test_everything_can_be_done_by_keyboard(show, page):
    chat = show()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert chat.focused() == "launcher"
    expect(chat.launcher).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    expect(chat.field).to_be_focused()
    expect(chat.launcher).to_have_attribute("aria-expanded", "true")
    page.keyboard.type(COOKIES)
    page.keyboard.press("Enter")
    expect(chat.answers).to_have_count(1)
    # An answer never takes the focus.
    expect(chat.field).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(chat.element.get_by_role("button", name="引用をコピー")).to_be_focused()
    page.keyboard.press("Escape")
    expect(chat.element.get_by_role("dialog")).to_be_hidden()
    expect(chat.launcher).to_be_focused()


def test_focus_goes_back_to_the_button_of_the_page_that_opened_it(show, page):
    chat = show('launcher="none"')
    page.evaluate("""() => {
      const button = document.createElement("button");
      button.textContent = "質問する";
      button.onclick = () => document.querySelector("policy-qa").open();
      document.querySelector("main").append(button);
    }""")
    page.get_by_role("button", name="質問する").click()
    expect(chat.field).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="質問する")).to_be_focused()


def test_shift_enter_breaks_the_line(show, page):
    chat = show().open()
    page.keyboard.type("一行目")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("二行目")
    expect(chat.field).to_have_value("一行目\n二行目")
    height = chat.field.evaluate("(field) => field.clientHeight")
    page.keyboard.press("Enter")
    expect(chat.turns.locator(".question")).to_contain_text("一行目\n二行目", use_inner_text=True)
    assert chat.field.evaluate("(field) => field.clientHeight") < height


def test_enter_that_ends_a_conversion_in_chromium_does_not_send(show, page, context):
    chat = show().open()
    browser = context.new_cdp_session(page)
    browser.send(
        "Input.imeSetComposition", {"text": "クッキー", "selectionStart": 4, "selectionEnd": 4}
    )
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    browser.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    browser.send("Input.insertText", {"text": "クッキー"})
    browser.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter})
    expect(chat.field).to_have_value("クッキー")
    expect(chat.turns).to_have_count(0)
    page.keyboard.press("Enter")
    expect(chat.turns).to_have_count(1)
    expect(chat.turns.locator(".question")).to_contain_text("クッキー")


ENTER = {"key": "Enter", "cancelable": True}
ORDERS = {
    # Firefox reports the key inside of the conversion, and ends the conversion after it.
    "firefox": [
        ("compositionstart", None),
        ("keydown", {**ENTER, "keyCode": 13, "isComposing": True}),
        ("compositionend", None),
        ("keyup", {**ENTER, "keyCode": 13}),
    ],
    # Safari ends the conversion first; only the key code tells that the key belongs to it.
    "safari": [
        ("compositionstart", None),
        ("compositionend", None),
        ("keydown", {**ENTER, "keyCode": 229}),
        ("keyup", {**ENTER, "keyCode": 13}),
    ],
}


@pytest.mark.parametrize("order", ORDERS)
def test_enter_that_ends_a_conversion_elsewhere_does_not_send(show, order):
    chat = show().open()
    chat.field.fill(COOKIES)
    for kind, key in ORDERS[order]:
        if key is None:
            chat.field.evaluate(COMPOSITION, kind)
        else:
            chat.field.evaluate(KEY, [kind, key])
    expect(chat.turns).to_have_count(0)
    expect(chat.field).to_have_value(COOKIES)
    chat.field.evaluate(KEY, ["keydown", {**ENTER, "keyCode": 13}])
    expect(chat.turns).to_have_count(1)


def test_escape_that_ends_a_conversion_does_not_close(show):
    chat = show().open()
    for key in ({"keyCode": 27, "isComposing": True}, {"keyCode": 229}):
        chat.field.evaluate(KEY, ["keydown", {"key": "Escape", **key}])
        expect(chat.element.get_by_role("dialog")).to_be_visible()


def test_a_held_enter_key_sends_nothing(show):
    chat = show().open()
    chat.field.fill(COOKIES)
    chat.field.evaluate(KEY, ["keydown", {**ENTER, "keyCode": 13, "repeat": True}])
    expect(chat.turns).to_have_count(0)


def test_a_screen_reader_is_told_once_and_politely(show, page):
    chat = show().open()
    expect(chat.log).to_have_attribute("aria-live", "polite")
    expect(chat.log).to_have_attribute("aria-relevant", "additions")
    expect(chat.log).to_have_attribute("aria-label", "質問と回答")
    page.evaluate("""() => {
      window.said = [];
      const region = document.querySelector("policy-qa").shadowRoot.querySelector("[role=status]");
      const note = () => region.innerText && window.said.push(region.innerText);
      const whatever = { childList: true, characterData: true, subtree: true };
      new MutationObserver(note).observe(region, whatever);
    }""")
    chat.ask(COOKIES)
    expect(chat.element.get_by_role("status")).to_have_text("1件の記載が見つかりました。")
    assert page.evaluate("window.said") == [
        "ポリシーを確認しています…",
        "1件の記載が見つかりました。",
    ]
    # What was said is gone soon, so that nobody reads it again where it makes no sense.
    expect(chat.element.get_by_role("status")).to_be_empty()


def test_the_panel_is_named_and_has_headings(show, page):
    chat = show().open()
    chat.ask("個人情報の保存期間は？")
    expect(page.get_by_role("dialog", name="プライバシーについて質問")).to_be_visible()
    expect(page.get_by_role("heading", name="お問い合わせ先", level=3)).to_be_visible()
    expect(page.get_by_role("textbox", name="ご質問")).to_be_visible()
    expect(page.get_by_role("button", name="送信")).to_be_visible()
