from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qa_service.checks import check_file, check_folder, count_lost_letters, overlaps, split_source
from qa_service.errors import BadSource
from qa_service.findings import Finding, Rule, Severity
from qa_service.markdown import plain_text
from qa_service.passages import cut_passages
from qa_service.sources import make_source
from qa_service.tokens import Tokenizer

POLICIES = Path(__file__).parent / "policies"
REAL_POLICY = Path(__file__).parent.parent / "policy_sources" / "privacy-policy.ja.md"
TOKENIZER = Tokenizer()
# Each awkward style in a file of its own: the ids of its sections and how many passages it holds.
STYLES = {
    "articles.ja.md": (["preamble", "第1条", "第2条", "第3条", "history"], 10),
    "bare.md": (["第1条", "第2条", "第3条", "附則"], 4),
    "bold.md": (["1", "2", "3"], 6),
    "hashes.md": (["preamble", "cookie", "contact", "問い合わせ"], 8),
    "mixed.md": (["取得する情報", "委託先"], 13),
    "numbered.md": (["方針", "約束", "1", "2"], 8),
}


def read(name: str, text: str):
    """Return source, outline and passages of a text."""
    source = make_source(name, text.encode())
    outline = split_source(source)
    return source, outline, cut_passages(source.policy_id, source.text, outline, TOKENIZER)


@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize("prefix", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_style_is_read_alike_with_any_newline_and_mark(name, newline, prefix):
    stored = (POLICIES / name).read_text(encoding="utf-8").replace("\r\n", "\n")
    text = prefix + stored.replace("\n", newline)
    _, outline, passages = read(name, text)
    ids, n_passages = STYLES[name]
    assert [section.id for section in outline.sections] == ids
    assert len(passages) == n_passages
    assert count_lost_letters(text, outline, passages) == 0
    assert overlaps(outline, passages) == []
    words = [plain_text(text[p.start : p.end]) for p in passages]
    _, _, expected = read(name, stored)
    assert words == [plain_text(stored[p.start : p.end]) for p in expected]


def test_the_real_policy_has_its_twelve_sections_and_34_passages():
    _, outline, passages = read(REAL_POLICY.name, REAL_POLICY.read_text(encoding="utf-8"))
    ids = ["preamble", *map(str, range(1, 11)), "history"]
    assert [section.id for section in outline.sections] == ids
    assert len(passages) == 34
    assert check_file(REAL_POLICY, TOKENIZER).error is None


def test_a_lost_or_doubled_passage_is_noticed():
    text = "# 方針\n\n集めます。使います。\n"
    _, outline, passages = read("a.md", text)
    assert count_lost_letters(text, outline, passages) == 0
    assert count_lost_letters(text, outline, passages[1:]) == len("集めます")
    assert count_lost_letters(text, outline, (*passages, passages[1])) == len("使います")
    shorter = replace(passages[0], end=passages[0].end - 2)
    assert count_lost_letters(text, outline, (shorter, passages[1])) == 1


def test_a_lost_heading_is_noticed():
    text = "## 1. 取得\n\n集めます。\n"
    _, outline, passages = read("a.md", text)
    bare = replace(outline, blocks=outline.blocks[1:])
    assert count_lost_letters(text, bare, passages) == len("1取得")


def test_overlapping_passages_are_noticed():
    _, outline, passages = read("a.md", "# 方針\n\n集めます。使います。\n")
    wider = replace(passages[0], end=passages[0].end + 1)
    assert overlaps(outline, (wider, passages[1])) == [passages[1].start]
    first = replace(passages[0], start=outline.blocks[0].start)
    assert overlaps(outline, (first, passages[1])) == [first.start]


def test_a_folder_gives_one_result_a_file(tmp_path):
    (tmp_path / "a.md").write_text("# 題\n\n集めます。", encoding="utf-8")
    (tmp_path / "b.md").write_bytes(b"\xff")
    (tmp_path / "c.md").write_text("***\n", encoding="utf-8")
    good, broken, empty = check_folder(tmp_path, TOKENIZER)
    assert (good.n_sections, good.n_passages, good.n_lost_letters, good.error) == (1, 1, 0, None)
    assert broken.error == f"{tmp_path / 'b.md'}:1: the file is not UTF-8; save it as UTF-8"
    assert empty.error == f"{tmp_path / 'c.md'}:1: the file holds no sentence to quote"
    assert broken.finding == Finding(
        str(tmp_path / "b.md"),
        1,
        Severity.ERROR,
        Rule.NOT_SERVED,
        "the file is not UTF-8; save it as UTF-8",
    )


def test_two_files_of_one_policy_and_language_are_a_finding_at_one_of_them(tmp_path):
    for name in ("a.md", "b.md"):
        text = "---\ntranslationKey: same\n---\n\n当社は、情報を取得します。\n"
        (tmp_path / name).write_text(text, encoding="utf-8")
    first, second = check_folder(tmp_path, TOKENIZER)
    assert first.error is None
    reason = "policy 'same' in ja is also a.md"
    path = str(tmp_path / "b.md")
    assert second.finding == Finding(path, 2, Severity.ERROR, Rule.SAME_POLICY, reason)


def test_a_folder_without_policies_is_refused(tmp_path):
    with pytest.raises(BadSource, match="no policy file"):
        check_folder(tmp_path, TOKENIZER)


LETTERS = list("かナ漢字a1１。、：:（）()「」\n \t　-#*_|>`~+.・※~[]!\\<&=\ufeff")
MARKS = [
    "\r\n",
    "\n\n",
    "**",
    "## ",
    "- ",
    "1. ",
    "１．",
    "第1条",
    "（1）",
    "---\n",
    "+++\n",
    "|a|b|\n|-|-|\n",
    "<br>",
    "<p>",
    "</p>",
    "<!--",
    "-->",
    "{{< x >}}",
    "{#id}",
    "```\n",
    "以下の",
    "ただし、",
    "～：\n",
]


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(LETTERS + MARKS), max_size=60).map("".join))
@example("#\n")
@example("**")
@example("|a|\n|-|")
def test_any_text_is_read_or_refused_as_a_bad_source(text):
    try:
        _, outline, passages = read("a.md", text)
    except BadSource:
        return
    assert overlaps(outline, passages) == []
    assert [p.start for p in passages] == sorted({p.start for p in passages})
    for passage in passages:
        assert 0 <= passage.start < passage.end <= len(text)
        assert passage.lead_in is None or passage.lead_in < passages.index(passage)


# Marks that people type in policies. Left out: emphasis, code and HTML broken apart at random, a
# table's pipes outside a table and nested lists of odd indent; there CommonMark shows letters or
# drops them by rules that a span read alone cannot know.
PLAIN_LINES = [
    "# 方針",
    "## 1. 取得",
    "第1条（目的）",
    "第２条　当店は定めます。",
    "**2. 利用**",
    "**利用目的：**",
    "集めます。使います。",
    "以下の目的で使います。",
    "ただし、法令を除きます。",
    "- 氏名",
    "- 住所。電話。",
    "1. 連絡",
    "１．発送",
    "・記録",
    "（1）同意",
    "※統計",
    "月見書店  ",
    "〒100-0001 東京都",
    "| a | b |\n| - | - |\n| 一<br>二 | 三 |",
    "",
    "",
    "",
    "---\n",
    "> 引用です。",
    "[窓口](https://a.jp/)へ。",
    "`code`です。",
    "<p>文です。</p>\n",
    "{{< x >}}",
    "We keep it. See s.r.o. for more.",
    "当店(以下「当店」という。）は守ります。",
]


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.sampled_from(PLAIN_LINES), min_size=1, max_size=14), st.sampled_from(["\n", "\r\n"])
)
def test_no_letter_of_an_ordinary_policy_is_lost(lines, newline):
    text = "\n".join(["はじめに。", "", *lines]).replace("\n", newline)
    _, outline, passages = read("a.md", text)
    assert count_lost_letters(text, outline, passages) == 0
    assert overlaps(outline, passages) == []
    for passage in passages:
        assert any(map(str.isalnum, plain_text(text[passage.start : passage.end])))
