"""The policy's page: every anchor and every word, and nothing of it alive."""

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest

from qa_service.checks import split_source
from qa_service.markdown import plain_text
from qa_service.passages import cut_passages
from qa_service.sources import Source, make_source, read_source
from qa_service.tokens import Tokenizer
from qa_service.web.policy_page import open_policy_page

ROOT = Path(__file__).parent.parent
HOSTILE = """# <b>方針</b> <script>alert(1)</script>

## 1. <img src=x onerror=alert(2)>の利用

当社は<script>alert(3)</script>情報を利用します。
[ここ](javascript:alert(4))をご覧ください。<!-- 秘密 -->

- 一つ目 <img src=x onerror=alert(5)>
- 二つ目 "' & <iframe src="javascript:alert(6)"></iframe> </style><style>*{display:none}</style>

| 項目 | 内容 |
|---|---|
| 氏名<svg onload=alert(7)> | </main><form action=//x> |
"""
TEXTS = {
    "hostile.ja.md": HOSTILE,
    "titled.ja.md": "# 方針\n\n## 1. 目的\n\n利用します。\n",
    "untitled.ja.md": "はじめに。\n\n## 1. 目的\n\n利用します。\n",
    "table.ja.md": "## 1. 目的\n\n| 項目 | 目的 |\n|---|---|\n| 氏名 | 発送 |\n",
    "english.en.md": "# Policy\n\nWe use cookies. We share\nnothing. That is all.\n\nThe end.\n",
}
TAGS = {
    *("html", "head", "meta", "title", "link", "body", "main", "header", "section", "footer"),
    *("h1", "h2", "h3", "p", "b", "span", "nav", "ol", "ul", "li", "a", "details", "summary"),
    *("dl", "div", "dt", "dd", "time", "code"),
}
ATTRIBUTES = {
    *("lang", "charset", "name", "content", "id", "href", "rel", "type", "aria-label", "class"),
    *("role", "tabindex", "title", "value", "data-label"),
}
ADDRESS = "https://qa.example.jp/policies/x"


class Page(HTMLParser):
    """What a browser would make of the page: its elements, ids, links and visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def pages() -> dict[str, Page]:
    """The pages of all small policies, by their ids."""
    sources = [make_source(name, text.encode()) for name, text in TEXTS.items()]
    return {source.policy_id: Page(html_of(source)) for source in sources}


@pytest.fixture(scope="module")
def real_source() -> Source:
    return read_source(ROOT / "policy_sources" / "privacy-policy.ja.md")


@pytest.fixture(scope="module")
def real_page(real_source) -> Page:
    return Page(html_of(real_source))


def html_of(source: Source) -> str:
    outline = split_source(source)
    passages = cut_passages(source.policy_id, source.text, outline, Tokenizer())
    return open_policy_page(source, outline.sections, passages).render(ADDRESS)


def test_the_page_shows_every_passage_and_every_anchor(real_source, real_page):
    outline = split_source(real_source)
    ids = [attributes["id"] for _, attributes in real_page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {section.anchor for section in outline.sections if section.anchor} <= set(ids)
    for passage in cut_passages("x", real_source.text, outline, Tokenizer()):
        assert plain_text(real_source.text[passage.start : passage.end]) in real_page.text


def test_every_heading_links_to_itself_and_stands_in_both_tables_of_contents(
    real_source, real_page
):
    sections = split_source(real_source).sections
    anchors = [section.anchor for section in sections if section.level]
    links = [str(attributes["href"]) for tag, attributes in real_page.elements if tag == "a"]
    ids = [attributes["id"] for tag, attributes in real_page.elements if tag in {"h2", "h3"}
           and "id" in attributes]  # fmt: skip
    for anchor in anchors:
        assert links.count(f"#{quote(anchor)}") == 3
    for heading_id in ids:
        assert f"#{quote(str(heading_id))}" in links


def test_the_page_is_marked_up_for_readers_of_japanese(real_source, real_page):
    assert ("html", {"lang": "ja"}) in real_page.elements
    assert [tag for tag, _ in real_page.elements].count("h1") == 1
    assert real_source.last_modified in real_page.text


def test_nothing_in_a_hostile_policy_becomes_an_element(pages):
    page = pages["hostile"]
    assert {tag for tag, _ in page.elements} <= TAGS
    attributes = {name for _, given in page.elements for name in given}
    assert attributes <= ATTRIBUTES


@pytest.mark.parametrize(
    "shown",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(2)>の利用",
        "当社は<script>alert(3)</script>情報を利用します。",
        "一つ目 <img src=x onerror=alert(5)>",
        "<svg onload=alert(7)>",
    ],
)
def test_tags_in_a_policy_are_shown_as_text(pages, shown):
    assert shown in pages["hostile"].text


def test_the_hostile_policy_would_be_noticed_were_it_not_escaped():
    assert {"script", "img", "iframe", "svg"} <= {tag for tag, _ in Page(HOSTILE).elements}


def test_the_files_own_title_is_not_repeated(pages):
    page = pages["titled"]
    headings = [(tag, given.get("id")) for tag, given in page.elements if tag in {"h1", "h2"}]
    assert headings == [("h1", "方針"), ("h2", "1-目的")]


def test_a_preamble_without_heading_has_its_anchor(pages):
    assert ("section", {"class": "opening", "id": "preamble"}) in pages["untitled"].elements


def test_english_sentences_keep_the_space_between_them(pages):
    page = pages["english"]
    assert "We use cookies. We share nothing. That is all." in page.text
    assert "The end." in page.text


def test_the_page_names_its_revision_and_its_address(real_source, real_page):
    assert real_page.text.count(real_source.sha256[:12]) == 2
    assert "最終改定日2025-09-11" in real_page.text
    assert ADDRESS in real_page.text


def test_a_table_names_its_columns_at_every_cell_but_the_first(pages):
    spans = [attributes for tag, attributes in pages["table"].elements if tag == "span"]
    assert {"data-label": "目的"} in spans
    assert {"data-label": "項目"} not in spans
    assert "氏名 発送" in pages["table"].text
