"""axe-core on the widget: closed, at the start, and with every kind of answer in it."""

import pytest
from playwright.sync_api import expect

COOKIES = "クッキーで個人が特定されますか"


def test_axe_itself_notices_a_picture_without_words(page, axe):
    page.goto("/ask")
    page.evaluate("document.body.append(document.createElement('img'))")
    assert any(found.startswith("image-alt") for found in axe(page))


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong(show, page, axe, scheme, width):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 800})
    chat = show('feedback contact-href="/contact"')
    assert axe(page) == []
    chat.open()
    assert axe(page) == []
    for question in (COOKIES, "個人情報の保存期間は？", "今日の天気は？", "Do you use cookies?"):
        chat.ask(question)
    page.route("**/v1/ask", lambda route: route.abort())
    chat.field.fill(COOKIES)
    chat.field.press("Enter")
    expect(chat.failure).to_be_visible()
    chat.field.fill("あ" * 501)
    expect(chat.field).to_have_attribute("aria-invalid", "true")
    assert axe(page) == []


def test_axe_finds_nothing_wrong_inline_in_english(show, page, axe):
    page.emulate_media(reduced_motion="reduce")
    chat = show('inline lang="en"')
    chat.ask("Is my chat history shared?")
    assert axe(page) == []
