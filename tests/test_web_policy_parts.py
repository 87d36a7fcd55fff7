"""The elements of a policy's page: every passage unbroken in one, with marks and numbers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa_service.checks import split_source
from qa_service.markdown import plain_text
from qa_service.passages import Passage, cut_passages
from qa_service.sources import Source, make_source, read_source
from qa_service.tokens import Tokenizer
from qa_service.web.policy_parts import (
    Clause,
    Heading,
    Item,
    Items,
    Paragraph,
    Part,
    Row,
    Table,
    split_clauses,
)

ROOT = Path(__file__).parent.parent
FILES = [
    *sorted((ROOT / "tests" / "policies").glob("*.md")),
    *sorted((ROOT / "eval" / "policies").glob("*.md")),
    *sorted((ROOT / "policy_sources").glob("*.md")),
]


def unbroken_texts(part: Part) -> Iterator[str]:
    if isinstance(part, Paragraph):
        yield f"{part.label}\n{part.text}" if part.label else part.text
    elif isinstance(part, Items):
        for item in part.entries:
            yield from (item.text, *item.more)
    else:
        yield from (" ".join(filter(None, row.cells)) for row in part.rows)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer()


@pytest.fixture(scope="module")
def split(tokenizer):
    """A function from a policy's Markdown to its clauses."""

    def split_text(text: str) -> tuple[Clause, ...]:
        source = make_source("some.ja.md", text.encode())
        return split_clauses(source, passages_of(source, tokenizer))

    return split_text


def passages_of(source: Source, tokenizer: Tokenizer) -> tuple[Passage, ...]:
    return cut_passages(source.policy_id, source.text, split_source(source), tokenizer)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_passage_of_every_policy_stands_unbroken_in_one_element(path, tokenizer):
    source = read_source(path)
    passages = passages_of(source, tokenizer)
    clauses = split_clauses(source, passages)
    texts = [text for clause in clauses for part in clause.parts for text in unbroken_texts(part)]
    for passage in passages:
        words = plain_text(source.text[passage.start : passage.end])
        assert any(words in text for text in texts), words
    assert sum(map(len, texts)) < 1.02 * len(source.text)


def test_a_heading_is_kept_as_written_with_its_number_apart(split):
    clauses = split("# 方針\n\n## 1. 目的\n\n利用します。\n\n## 第2条（範囲）\n\n店に及びます。\n")
    assert [clause.heading for clause in clauses] == [
        None,
        Heading("", "方針", "方針", 1),
        Heading("1.", "目的", "1-目的", 2),
        Heading("", "第2条（範囲）", "第2条範囲", 2),
    ]


def test_a_label_stands_above_its_value_in_one_paragraph(split):
    (clause,) = split("**管理責任者：**  \nみかん便株式会社\n")
    assert clause.parts == (Paragraph("みかん便株式会社", "管理責任者："),)


def test_a_list_keeps_its_numbers_and_the_paragraphs_inside_its_entries(split):
    (clause,) = split("3. 氏名\n\n   本名に限ります。\n\n4. 住所\n   - 郵便番号\n")
    assert clause.parts == (
        Items((Item("氏名", 1, 3, more=("本名に限ります。",)), Item("住所", 1, 4))),
        Items((Item("郵便番号", 2),)),
    )


def test_lines_that_bring_their_own_marks_are_entries_of_a_list(split):
    (clause,) = split("次の場合に提供します。\n（1）同意があるとき\n（2）法令によるとき\n")
    assert clause.parts == (
        Paragraph("次の場合に提供します。"),
        Items((Item("（1）同意があるとき", 1, has_mark=True),
               Item("（2）法令によるとき", 1, has_mark=True))),
    )  # fmt: skip


def test_a_row_is_cut_into_cells_where_they_give_its_words_again(split):
    (clause,) = split(
        "| 名前 | 目的 |\n|---|---|\n| `__abc` | 計測<br>改善 |\n| 甲 \\| 乙 | 丙 |\n"
    )
    (table,) = clause.parts
    assert isinstance(table, Table)
    assert table.labels == ("名前", "目的")
    assert table.rows[0] == Row(("名前", "目的"), is_header=True)
    assert table.rows[1] == Row(("__abc", "計測\n改善"), is_header=False)
    assert " ".join(table.rows[2].cells) == "甲 | 乙 丙"
