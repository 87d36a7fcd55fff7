import pytest

from qa_service.markdown import inline_text, parse_markdown, plain_text, visible_characters


def blocks_of(text: str) -> list[tuple[str, int, str]]:
    return [(b.kind.value, b.level, text[b.start : b.end]) for b in parse_markdown(text).blocks]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("# 題\n\n文。", [("heading", 1, "題"), ("paragraph", 0, "文。")]),
        ("- 一\n  - 二\n\n    三", [("item", 1, "一"), ("item", 2, "二"), ("paragraph", 2, "三")]),
        ("> 引用。", [("paragraph", 0, "引用。")]),
        ("    四字下げ。", [("paragraph", 0, "四字下げ。")]),
        ("[注]: 別紙", [("paragraph", 0, "[注]: 別紙")]),
        ("一\n\n---\n\n二", [("paragraph", 0, "一"), ("rule", 0, "---"), ("paragraph", 0, "二")]),
        ("```\n# 題でない\n```", [("literal", 0, "# 題でない")]),
        (
            "表です。\n|a|b|\n|-|-|\n|一|二|",
            [("paragraph", 0, "表です。"), ("header_row", 0, "|a|b|"), ("row", 0, "|一|二|")],
        ),
        ("<h3>題</h3><p>文。</p>", [("heading", 3, "題"), ("paragraph", 0, "文。")]),
        ("<!-- 覚え書き -->", []),
        ("{{< note >}}", []),
    ],
)
def test_blocks_are_exact_spans_of_the_source(text, blocks):
    assert blocks_of(text) == blocks


@pytest.mark.parametrize("prefix", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_newlines_and_byte_order_mark_do_not_shift_spans(newline, prefix):
    text = prefix + "# 題\n\n一\n二\n\n- 三\n".replace("\n", newline)
    expected = [("heading", 1, "題"), ("paragraph", 0, f"一{newline}二"), ("item", 1, "三")]
    assert blocks_of(text) == expected


@pytest.mark.parametrize(
    ("text", "content", "is_toml"),
    [
        ('+++\ntitle = "a"\n+++\n文', 'title = "a"', True),
        ("---\ntitle: a\n---\n文", "title: a", False),
        ("\ufeff---\r\ntitle: a\r\n---\r\n文", "title: a", False),
    ],
)
def test_front_matter_is_metadata_and_no_block(text, content, is_toml):
    parsed = parse_markdown(text)
    assert parsed.front_matter is not None
    assert parsed.front_matter.content.strip() == content
    assert (parsed.front_matter.is_toml, parsed.front_matter.line) == (is_toml, 2)
    assert [text[b.start : b.end] for b in parsed.blocks] == ["文"]


@pytest.mark.parametrize(
    ("span", "words"),
    [
        ("**太字**と*斜体*", "太字と斜体"),
        ("**「当社」**は", "「当社」は"),
        ("__製品__は`__utma`を使う", "製品は__utmaを使う"),
        ("[窓口](https://example.com/)へ", "窓口へ"),
        ("![印](a.png)", "印"),
        ("改行は\n消える", "改行は消える"),
        ("two\nwords", "two words"),
        ("強い改行  \n残る", "強い改行\n残る"),
        ("一<br>二", "一\n二"),
        ("| 項目 | 一<br>二 |", "項目 一\n二"),
        ("<my-note>文</my-note>{{< x >}} {: .a }", "文"),
        ("題 {#id}", "題"),
        ("<script>", "<script>"),
        (r"\*印", "*印"),
        ("A&amp;B", "A&B"),
        ("2. 発送のため", "2. 発送のため"),
    ],
)
def test_plain_text_is_the_words_without_marks(span, words):
    assert plain_text(span) == words


def test_a_heading_keeps_its_number():
    assert inline_text("1. **目的** {#a}") == "1. 目的"


def test_visible_characters_are_the_letters_a_browser_shows():
    text = "---\ntitle: x\n---\n# 題 {#id}\n\n- [窓](https://a.b)、**1**！ ![絵](c.png)<!-- 隠 -->"
    assert visible_characters(text) == "題窓1絵"
