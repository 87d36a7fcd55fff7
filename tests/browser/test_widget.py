"""The widget on a site of another origin, asked as visitors ask it."""

import re

import pytest
from playwright.sync_api import expect

COOKIES = "クッキーで個人が特定されますか"
COOKIE_CLAUSE = (
    "SmartWebでは、サービス向上やアクセス解析のためにクッキー等の技術を利用する場合がありますが、"
    "個人を特定できる情報は取得いたしません。"
)


def test_a_japanese_question_gets_a_citation(show):
    answer = show().open().ask(COOKIES)
    expect(answer).to_have_attribute("lang", "ja")
    expect(answer.locator(".status strong")).to_have_text("記載あり")
    expect(answer.locator("blockquote .text")).to_have_text(COOKIE_CLAUSE)
    expect(answer.locator("figcaption")).to_have_text("8. クッキー等の利用について")
    assert answer.locator("mark").all_text_contents() == ["クッキー", "個人", "特定"]


def test_an_english_question_gets_english_words_around_japanese_quotations(show):
    answer = show('lang="en"').open().ask("Is my chat history shared?")
    expect(answer).to_have_attribute("lang", "en")
    expect(answer.locator(".status strong")).to_have_text("In the policy")
    expect(answer.locator("> p").nth(1)).to_have_text("This is what the privacy policy says.")
    quotation = answer.locator("blockquote").first
    expect(quotation).to_have_attribute("lang", "ja")
    expect(quotation).to_contain_text("お問い合わせ内容やチャット履歴は")
    expect(answer.get_by_role("button", name="Copy citation").first).to_be_visible()


def test_an_item_stands_under_its_lead_in_which_is_a_span_of_its_own(show):
    answer = show().open().ask("個人情報は何のために使われますか")
    quotation = answer.locator("blockquote").first
    expect(quotation.locator(".lead-in")).to_have_text("取得した情報は、以下の範囲内で利用します。")
    assert "以下の範囲内" not in (quotation.locator(".text").text_content() or "")


def test_an_address_keeps_its_lines(show):
    contact = show().open().ask("個人情報の保存期間は？").locator("blockquote .text")
    lines = contact.inner_text().splitlines()
    assert lines[1] == "インターワーク株式会社"
    assert lines[4].startswith("〒107-0061")


def test_silence_names_its_topic_and_tells_where_to_read_and_ask(show):
    chat = show('contact-href="https://www.example.jp/contact" contact-label="お客様窓口"').open()
    answer = chat.ask("個人情報の保存期間は？")
    expect(answer.locator(".status strong")).to_have_text("記載なし")
    expect(answer.locator(".topic")).to_have_text("個人情報の保存期間")
    expect(answer.locator(".nearest a")).to_have_count(3)
    expect(answer.locator("figcaption")).to_have_text("10. お問い合わせ窓口")
    contact = answer.get_by_role("link", name="お客様窓口")
    expect(contact).to_have_attribute("href", "https://www.example.jp/contact")
    expect(answer.locator(".suggestions button")).to_have_count(3)


def test_what_is_off_topic_is_told_what_can_be_asked_and_a_suggestion_asks_it(show):
    chat = show('lang="en"').open()
    answer = chat.ask("What's the weather?")
    expect(answer.locator(".status strong")).to_have_text("Not about the policy")
    expect(answer.locator("blockquote")).to_have_count(0)
    answer.get_by_role("button", name="Can I have my information deleted?").click()
    expect(chat.answers).to_have_count(2)
    expect(chat.answers.nth(1).locator("blockquote").first).to_contain_text("削除")
    # Suggestions stand under the newest answer only.
    expect(chat.answers.nth(0).locator(".suggestions")).to_have_count(0)
    assert chat.focused() == "log"


def test_a_link_leads_to_the_words_on_the_policys_page(show, qa, context):
    answer = show().open().ask(COOKIES)
    link = answer.get_by_role("link", name=re.compile("全文を見る"))
    address = link.get_attribute("href") or ""
    assert address.startswith(f"{qa}/policies/privacy-policy#8-")
    assert ":~:text=" in address
    assert link.get_attribute("rel") == "noopener"
    with context.expect_page() as opened:
        link.click()
    expect(opened.value.get_by_text(COOKIE_CLAUSE)).to_be_in_viewport()
    assert opened.value.evaluate("scrollY") > 0
    assert opened.value.evaluate("opener") is None


def test_a_citation_is_copied_with_section_revision_and_address(show, site, qa, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.origin)
    chat = show().open()
    chat.ask(COOKIES).get_by_role("button", name="引用をコピー").click()
    expect(chat.element.get_by_role("button", name="コピーしました")).to_be_visible()
    words, source, address = chat.page.evaluate("navigator.clipboard.readText()").split("\n")
    assert words == f"「{COOKIE_CLAUSE}」"
    assert source == "プライバシーポリシー (2025-09-11 改定): 8. クッキー等の利用について"
    assert address.startswith(f"{qa}/policies/privacy-policy#8-")


def test_a_citation_is_copied_where_the_page_may_not_use_the_clipboard_interface(
    show, context, site
):
    chat = show().open()
    answer = chat.ask(COOKIES)
    chat.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject() }")
    answer.get_by_role("button", name="引用をコピー").click()
    expect(chat.element.get_by_role("button", name="コピーしました")).to_be_visible()
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.origin)
    assert COOKIE_CLAUSE in chat.page.evaluate("navigator.clipboard.readText()")


def test_a_follow_up_is_sent_with_the_three_questions_before_it(show):
    chat = show().open()
    questions = [
        "共同利用者は？",
        "それはどこの会社？",
        COOKIES,
        "今日の天気は？",
        "管理責任者は？",
    ]
    for question in questions[:4]:
        chat.ask(question)
    with chat.page.expect_request("**/v1/ask") as asked:
        chat.ask(questions[4])
    assert asked.value.post_data_json == {"question": questions[4], "previous": questions[1:4]}


def test_the_policy_that_the_site_names_is_asked(show):
    chat = show('policy="privacy-policy"').open()
    with chat.page.expect_request("**/v1/ask") as asked:
        chat.ask(COOKIES)
    assert asked.value.post_data_json["policy"] == "privacy-policy"


def test_reloading_leaves_no_trace(show, page, context, site, qa, requested, complaints):
    chat = show().open()
    chat.ask(COOKIES)
    page.reload()
    expect(chat.launcher).to_be_visible()
    expect(chat.turns).to_have_count(0)
    assert context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.evaluate("indexedDB.databases()") == []
    assert page.evaluate("caches.keys()") == []
    allowed = (f"{site.origin}/shop", f"{qa}/widget/v1/", f"{qa}/v1/ask")
    assert [url for url in requested if not url.startswith(allowed)] == []
    assert complaints == []


def test_only_a_vote_and_the_request_id_leave_for_a_thumb(show):
    chat = show("feedback").open()
    with chat.page.expect_response("**/v1/ask") as asked:
        answer = chat.ask(COOKIES)
    with chat.page.expect_response("**/v1/feedback") as voted:
        answer.get_by_role("button", name="はい").click()
    request_id = asked.value.json()["request_id"]
    assert voted.value.request.post_data_json == {"request_id": request_id, "vote": "up"}
    assert voted.value.status == 204
    expect(answer.locator(".vote")).to_contain_text("ご協力ありがとうございます。")


def test_there_are_no_thumbs_unless_a_site_wants_them(show):
    expect(show().open().ask(COOKIES).locator(".vote")).to_have_count(0)


def test_an_answer_is_read_from_its_beginning(show):
    chat = show().open()
    for question in (COOKIES, "個人情報の保存期間は？", "長い質問です。" * 70):
        answer = chat.ask(question)
        expect(answer.locator(".status")).to_be_in_viewport(ratio=1)
    chat.ask("個人情報は何のために使われますか")
    top = """(one) => one.getBoundingClientRect().top"""
    question = chat.turns.last.locator(".question")
    assert 0 < question.evaluate(top) - chat.log.evaluate(top) < 40


def test_japanese_is_broken_and_drawn_as_japanese(show):
    chat = show().open()
    for words in (
        chat.launcher,
        chat.log.locator("p").first,
        chat.ask("クッキー").locator("p").first,
    ):
        assert words.evaluate("(one) => getComputedStyle(one).webkitLocale") == '"ja"'


def test_the_conversation_can_be_cleared(show):
    chat = show().open()
    chat.ask(COOKIES)
    chat.element.get_by_role("button", name="会話を消去").click()
    expect(chat.turns).to_have_count(0)
    expect(chat.field).to_be_focused()
    expect(chat.element.locator(".suggestions button")).to_have_count(3)


@pytest.mark.parametrize(
    ("attributes", "body", "expected"),
    [
        ("""suggestions='["一つ目", "二つ目"]'""", "", ["一つ目", "二つ目"]),
        ("", "<template><li>一つ目</li><li><b>二</b>つ目</li></template>", ["一つ目", "二つ目"]),
        ("""suggestions='[]'""", "", []),
    ],
)
def test_a_site_chooses_the_questions_at_the_start(show, attributes, body, expected):
    chat = show(attributes, body=body).open()
    assert chat.element.locator(".suggestions button").all_inner_texts() == expected


@pytest.mark.parametrize(
    ("attributes", "title"),
    [
        ('lang="en"', "Ask about privacy"),
        ('lang="ja-JP"', "プライバシーについて質問"),
        ('lang="de"', "Ask about privacy"),
        ("", "プライバシーについて質問"),
    ],
)
def test_its_language_is_its_own_or_else_that_of_the_page(show, attributes, title):
    expect(show(attributes).launcher).to_have_text(title)


def test_it_follows_when_a_page_changes_its_language(show):
    chat = show().open()
    chat.element.evaluate("(one) => { one.lang = 'en' }")
    expect(chat.field).to_have_attribute("placeholder", "Ask a question")
    expect(chat.element).to_have_attribute("lang", "en")
