"""The pages that visitors see, in Chromium."""

from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from qa_service.checks import split_source
from qa_service.markdown import plain_text
from qa_service.passages import cut_passages
from qa_service.sources import read_source
from qa_service.tokens import Tokenizer
from qa_service.web.policy_page import open_policy_page

ROOT = Path(__file__).parent.parent.parent
POLICY = "/policies/privacy-policy"
PAGES = ("/", "/?lang=en", "/ask?lang=ja", "/ask?lang=en", "/embed?lang=ja", POLICY)
SHIFTS = """
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.shifted += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
"""
N_ATTEMPTS = 4


@pytest.fixture(autouse=True)
def patient(page: Page) -> None:
    page.set_default_timeout(120_000)


def test_a_page_loads_from_our_origin_only_and_stores_nothing(
    page, context, base_url, requested, complaints
):
    for path in PAGES:
        page.goto(path)
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert all(url.startswith((base_url, "data:")) for url in requested)
    assert context.cookies() == []
    assert complaints == []


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("クッキーは使いますか", "SmartWebでは、サービス向上"),
        ("何のために使いますか", "取得した情報は、以下の範囲内で利用します。"),
        ("個人情報を誰と共有しますか", "共同利用者："),
        ("社員の健康診断の結果はどうなりますか", "〒107-0061"),
    ],
)
def test_a_browser_sent_to_the_words_of_an_answer_finds_them(page, question, shown):
    """Sentence, entry below its lead-in, labels with values, and an address of several lines."""
    answer = page.request.post("/v1/ask", data={"question": question}).json()
    quotes = [*answer["excerpts"], *filter(None, [answer["contact"]])]
    spans = [span for one in quotes for span in (one["lead_in"], one) if span]
    assert any(shown in span["text"] for span in spans)
    for span in spans:
        assert_found(page, POLICY, span["text"])


@pytest.mark.parametrize("name", ["shop.ja.md", "clinic.ja.md", "app.ja.md"])
def test_a_browser_sent_to_a_passage_of_any_kind_finds_it(page, name):
    source = read_source(ROOT / "eval" / "policies" / name)
    outline = split_source(source)
    passages = cut_passages(source.policy_id, source.text, outline, Tokenizer())
    html = open_policy_page(source, outline.sections, passages).render("")
    path = f"/policies/{source.policy_id}"
    page.route(f"**{path}", lambda route: route.fulfill(body=html, content_type="text/html"))
    # The last one that differs in kind from the one before it stands far enough down the page.
    for before, passage in list(pairwise(passages))[10::3]:
        words = plain_text(source.text[passage.start : passage.end])
        if passage.kind is not before.kind and html.count(words) == 1:
            assert_found(page, path, words)


def assert_found(page: Page, path: str, words: str) -> None:
    lines = words.split("\n")
    ends = lines if len(lines) == 1 else (lines[0], lines[-1])
    directive = ",".join(quote(end, safe="").replace("-", "%2D") for end in ends)
    # On a low screen none of the words is seen before the page is scrolled.
    page.set_viewport_size({"width": 1280, "height": 400})
    # Chromium looks for the words for a moment only, which passes by on a busy machine.
    for _ in range(N_ATTEMPTS):
        # Only a new document looks for the words.
        page.goto("about:blank")
        page.goto(f"{path}#:~:text={directive}")
        page.wait_for_load_state("networkidle")
        if page.evaluate("scrollY") > 0:
            break
    text = arrived_text(page)
    assert lines[0] in text
    assert lines[-1] in text


def arrived_text(page: Page) -> str:
    """Wait until the words are on the screen, and return the text of the element around them.

    That element is what the browser calls the target, where the address names no other.
    """
    target = page.locator(":target")
    expect(target).to_be_in_viewport()
    assert page.evaluate("scrollY") > 0
    return target.text_content() or ""


def test_a_clause_that_an_answer_names_is_lit(page):
    anchor = "8-クッキー等の利用について"
    page.goto(f"{POLICY}#{quote(anchor)}")
    heading = page.get_by_role("heading", name="8. クッキー等の利用について")
    expect(heading).to_be_in_viewport()
    section = page.locator("section", has=heading)
    light = "element => getComputedStyle(element, '::before').content"
    assert section.evaluate(light) == '""'
    assert page.locator("section").first.evaluate(light) == "none"


def test_the_link_below_an_answer_leads_to_its_words(page, context):
    page.goto("/")
    page.get_by_role("button", name="プライバシーについて質問").click()
    page.get_by_role("textbox").fill("クッキーは使いますか")
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="全文を見る").first
    with context.expect_page() as opened:
        link.click()
    policy = opened.value
    policy.set_default_timeout(120_000)
    assert "クッキー等の技術を利用する場合があります" in arrived_text(policy)


def test_the_contents_stand_beside_the_text_on_wide_screens_and_fold_on_phones(page):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(POLICY)
    side = page.locator(".side")
    expect(side).to_be_visible()
    expect(page.locator(".fold")).to_be_hidden()
    page.get_by_role("heading", name="10. お問い合わせ窓口").scroll_into_view_if_needed()
    expect(page.locator("h1")).not_to_be_in_viewport()
    expect(side.get_by_role("link", name="1. 個人情報の定義")).to_be_in_viewport()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(side).to_be_hidden()
    fold = page.locator(".fold")
    link = fold.get_by_role("link", name="10. お問い合わせ窓口")
    expect(link).to_be_hidden()
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    link.click()
    expect(page.get_by_role("heading", name="10. お問い合わせ窓口")).to_be_in_viewport()


def test_the_measure_is_at_most_forty_japanese_characters(page):
    page.set_viewport_size({"width": 1920, "height": 1000})
    page.goto(POLICY)
    ems = "p => p.getBoundingClientRect().width / parseFloat(getComputedStyle(p).fontSize)"
    assert 36 <= page.locator("section p").first.evaluate(ems) <= 40


def test_on_paper_there_is_the_text_its_revision_and_its_address(page, base_url):
    page.goto(POLICY)
    page.emulate_media(media="print")
    for selector in (".side", ".fold", ".ask", ".skip"):
        expect(page.locator(selector)).to_be_hidden()
    footer = page.locator("footer")
    expect(footer).to_contain_text(f"{base_url}{POLICY}")
    expect(footer.locator(".address")).to_be_visible()
    expect(footer).to_contain_text("2025-09-11")
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_the_first_tab_leads_to_a_link_over_the_contents(page):
    page.goto(POLICY)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="本文へ移動")
    expect(skip).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_every_width_and_does_not_jump(page, path):
    page.add_init_script(SHIFTS)
    for width in (320, 768, 1280, 2200):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("window.shifted") < 0.01


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_wrong_with_a_page(page, axe, path, scheme):
    page.emulate_media(color_scheme=scheme)
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert axe(page) == []
