import pytest

from qa_service.checks import split_source
from qa_service.links import lint_links
from qa_service.sources import make_source

HEADING = "## 8. クッキー等\n\n"


def remarks(text: str) -> list[tuple[int, str, str]]:
    """Return line, rule and message of what is said about a text's links."""
    source = make_source("a.md", text.encode())
    return [
        (text.count("\n", 0, one.start) + 1, one.rule.value, one.message)
        for one in lint_links(text, split_source(source))
    ]


def test_a_fragment_that_no_heading_has_is_named_with_its_line():
    assert remarks(f"{HEADING}[同意](#9-同意)を得ます。\n") == [
        (3, "broken-link", "no heading of this file has the anchor #9-同意")
    ]


@pytest.mark.parametrize(
    "target",
    [
        "#8-クッキー等",
        "#8-%E3%82%AF%E3%83%83%E3%82%AD%E3%83%BC%E7%AD%89",
        "#top",
        "#optout",
        "#below",
        "#kept",
        "other.md#nowhere",
        "https://a.example/#nowhere",
        "mailto:a@a.example",
        'https://a.example "題 名"',
        "/a_(b)",
        '{{< ref "legal/privacy policy.md" >}}',
        '{{< relref "#nowhere" >}}',
    ],
)
def test_a_link_that_leads_somewhere_is_let_pass(target):
    anchors = '<a id="optout"></a>止められます。\n\n## 方法 {#below}\n\n集めます。\n{: #kept }\n'
    assert remarks(f"{HEADING}[窓口]({target})です。\n\n{anchors}") == []


@pytest.mark.parametrize("link", ["[窓口]()", "[窓口](#)", "[窓口](<>)", '<a href="">窓口</a>'])
def test_a_link_without_target_is_named(link):
    assert remarks(f"{HEADING}{link}です。\n") == [(3, "broken-link", "the link has no target")]


@pytest.mark.parametrize("link", ["[様式](開示 請求.pdf)", "[様式](<開示 請求.pdf>)"])
def test_a_target_with_blanks_is_named(link):
    reason = "the target 「開示 請求.pdf」 has a blank; write %20 in its place"
    assert remarks(f"{HEADING}{link}です。\n") == [(3, "link-space", reason)]


@pytest.mark.parametrize(
    "link",
    [
        "[窓口](http://a.example/b)",
        "<http://a.example/b>",
        "窓口はhttp://a.example/bです。ABC",
        '<a href="http://a.example/b">窓口</a>',
        "（http://a.example/b）",
        "[http://a.example/b](http://a.example/b)",
    ],
)
def test_a_link_that_is_not_encrypted_is_named(link):
    found = set(remarks(f"{HEADING}{link}\n"))
    assert found == {(3, "insecure-link", "http://a.example/b is not encrypted")}


@pytest.mark.parametrize(
    "text",
    [
        "`[a](#b) http://a.example`です。\n",
        "```\n[a](#b) http://a.example\n```\n",
        "<!-- [a](#b)\nhttp://a.example -->\n",
        r"\[a\](#b) です。",
        "[注1](個人情報 の取扱い)です。",
    ],
)
def test_what_markdown_reads_no_link_in_is_let_pass(text):
    assert remarks(f"{HEADING}集めます。\n\n{text}") == []


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_front_matter_is_no_text(newline):
    text = f'+++\ntitle = "[a](#b) http://a.example"\n+++\n{HEADING}集めます。\n'
    assert remarks(text.replace("\n", newline)) == []


def test_lines_are_those_of_the_file_behind_code_and_comments():
    text = f"{HEADING}```\na\nb\n```\n\n<!--\n-->\n\n集めます。\n[a](#b)\n"
    assert [line for line, _, _ in remarks(text)] == [12]
