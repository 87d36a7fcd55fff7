import pytest

from qa_service.html import html_runs, trimmed, without_html


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>氏名</p>", "\n氏名\n"),
        ("住<b>所</b>", "住所"),
        ("一<br/>二", "一\n二"),
        ("前<!-- 覚え書き -->後", "前後"),
        ("<style>p {color: red}</style>文", "文"),
        ("<my-note kind='a'>文</my-note>", "文"),
        ("<script>x</script>", "<script>x</script>"),
        ("R&amp;D", "R&D"),
    ],
)
def test_formatting_goes_and_unknown_tags_stay(html, words):
    assert without_html(html) == words


def test_runs_are_the_texts_between_block_tags():
    html = "<h2>題</h2>\n<p> 一<b>二</b> </p><ul><li>三</li></ul>"
    runs = [(run.tag, html[run.start : run.end]) for run in html_runs(html, 0, len(html))]
    assert [run for run in runs if run[1]] == [("h2", "題"), ("p", "一<b>二</b>"), ("li", "三")]


def test_trimmed_span_of_blanks_is_empty():
    assert trimmed("  a ", 0, 4) == (2, 3)
    assert trimmed("   ", 0, 3) == (3, 3)
