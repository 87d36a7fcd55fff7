"""What an agent pastes: the policy's words unaltered inside three kinds of marks."""

from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt

from qa_service.checks import split_source
from qa_service.excerpts import Excerpt, Quote
from qa_service.markdown import plain_text
from qa_service.sources import hash_span, make_source
from qa_service.web.citations import cite, with_text_fragment

HEAD = '+++\ntitle = "プライバシーポリシー"\nlastmod = 2025-09-11\n+++\n'
URL = "https://example.jp/policies/p#a-(b)"


def make_excerpt(words: str, lead_in: str = "", head: str = HEAD):
    """Return an excerpt of a policy whose only clause has these words, and the policy."""
    source = make_source("p.ja.md", f"{head}\n## 8. クッキー\n\n{lead_in}{words}\n".encode())
    (section,) = split_source(source).sections
    start = source.text.index(words)
    end = start + len(words)
    introduced = Quote(lead_in.strip(), 0, 0, "") if lead_in else None
    sha256 = hash_span(words)
    text = plain_text(words)
    return Excerpt(text, section, start, end, sha256, introduced, (), None), source


def test_the_three_forms_hold_words_place_address_date_and_hash():
    excerpt, source = make_excerpt("取得いたしません。")
    citations = cite(excerpt, source, URL, "ja")
    proof = f"最終改定日 2025-09-11、SHA-256 {excerpt.sha256[:12]}"
    assert citations.plain == (
        f"「取得いたしません。」\n— プライバシーポリシー 8. クッキー ({proof})\n{URL}"
    )
    assert citations.markdown == (
        "> 取得いたしません。\n>\n> — [プライバシーポリシー 8. クッキー]"
        f"(https://example.jp/policies/p#a-%28b%29) ({proof})"
    )
    assert citations.html == (
        f'<blockquote lang="ja" cite="{URL}"><p>取得いたしません。</p></blockquote>'
        f'<p>— <a href="{URL}">プライバシーポリシー 8. クッキー</a> ({proof})</p>'
    )


def test_the_words_around_are_in_the_agents_language_and_a_missing_date_is_left_out():
    excerpt, source = make_excerpt("取得いたしません。", head="")
    plain = cite(excerpt, source, URL, "en").plain
    assert plain.startswith("“取得いたしません。”\n")
    assert f"(SHA-256 {excerpt.sha256[:12]})" in plain
    dated, policy = make_excerpt("取得いたしません。")
    assert "(last revised 2025-09-11, SHA-256 " in cite(dated, policy, URL, "en").plain


def test_a_list_entry_is_cited_under_the_sentence_that_introduces_it():
    excerpt, source = make_excerpt("氏名", lead_in="次の情報を取得します。\n\n")
    citations = cite(excerpt, source, URL, "ja")
    assert citations.plain.startswith("「次の情報を取得します。\n氏名」")
    assert citations.markdown.startswith("> 次の情報を取得します。  \n> 氏名\n>\n")
    assert "<p>次の情報を取得します。<br>氏名</p>" in citations.html


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>です。",
        "<img src=x onerror=alert(1)>です。",
        "[ここ](javascript:alert(1))です。",
        "A & B <b>です",
        "2 * 3 _と_ `x` | y ~ z # w",
        "- 項目のような行",
        "1. 番号のような行",
        "1) 番号のような行",
        "+ x",
        "> x",
        "![x](y)",
    ],
)
def test_words_that_look_like_marks_stay_words_in_every_form(words):
    excerpt, source = make_excerpt("本文です。")
    marked = Excerpt(
        words, excerpt.section, excerpt.start, excerpt.end, excerpt.sha256, None, (), None
    )
    citations = cite(marked, source, URL, "ja")
    assert words in citations.plain
    rendered = MarkdownIt().parse(citations.markdown)
    quoted = next(token for token in rendered if token.type == "inline")
    assert "".join(child.content for child in quoted.children or []) == words
    assert "<img" not in citations.html
    assert "<script" not in citations.html


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("短い文です。", "短い文です。"),
        ("A-B, C&D です。", "A-B, C&D です。"),
        ("共同利用者：\nQuality Unit", "共同利用者：,Quality Unit"),
        (
            "当社は、次の場合を除き、" + "あ" * 60 + "し、法令に従い適切に対応いたします。",
            "当社は、次の場合を除き、,法令に従い適切に対応いたします。",
        ),
        # Few words would be found too early on the page.
        ("当社は、" + "あ" * 60 + "し、努めます。", f"当社は、{'あ' * 60}し、努めます。"),
    ],
)
def test_a_text_fragment_names_a_short_text_whole_and_a_long_one_by_its_ends(text, fragment):
    url = with_text_fragment("/policies/p#x", text)
    address, encoded = url.split(":~:text=")
    assert address == "/policies/p#x"
    assert unquote(encoded) == fragment
    assert "-" not in encoded


def test_an_address_without_anchor_gets_one_for_the_fragment():
    assert with_text_fragment("/p", "あ") == "/p#:~:text=%E3%81%82"
