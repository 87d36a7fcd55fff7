import json
from pathlib import Path

import pytest

from qa_service.evaluation.asking import open_beside
from qa_service.evaluation.expectations import (
    Expectation,
    Expected,
    Standing,
    follow,
    rewrite_cases,
)
from qa_service.index import PolicyIndex

POLICY = """## 1. 目的

個人情報をお問い合わせの対応に利用します。

## 2. クッキー

当サイトはクッキーを利用します。
"""


@pytest.fixture(scope="module")
def policy(reader, tmp_path_factory) -> PolicyIndex:
    folder = tmp_path_factory.mktemp("policies")
    (folder / "tiny.ja.md").write_text(POLICY, encoding="utf-8")
    return open_beside(folder, reader, None).policy()


def test_a_quote_in_its_section_is_present(policy, tokenizer):
    wanted = Expectation("2", "クッキーを利用します", 2)
    start = POLICY.index(wanted.quote)
    followed = follow(wanted, policy, tokenizer)
    assert (followed.standing, followed.renewed) == (Standing.PRESENT, wanted)
    assert followed.expected == Expected(start, start + len(wanted.quote), 2)


@pytest.mark.parametrize("section", ["1", "第9条"])
def test_a_quote_in_another_section_was_renumbered(policy, tokenizer, section):
    followed = follow(Expectation(section, "クッキーを利用します", 1), policy, tokenizer)
    assert followed.standing is Standing.RENUMBERED
    assert followed.renewed == Expectation("2", "クッキーを利用します", 1)
    assert followed.expected is not None


def test_a_quote_that_stands_nowhere_is_gone_and_the_nearest_passage_is_suggested(
    policy, tokenizer
):
    followed = follow(Expectation("2", "当社はクッキーを利用いたします。", 2), policy, tokenizer)
    assert (followed.standing, followed.expected) == (Standing.GONE, None)
    assert followed.renewed == Expectation("2", "当サイトはクッキーを利用します。", 2)


def test_nothing_is_suggested_where_no_passage_is_near(policy, tokenizer):
    followed = follow(Expectation("2", "保存期間は十年とする", 2), policy, tokenizer)
    assert (followed.standing, followed.renewed) == (Standing.GONE, None)


def _line(name: str, *quotes: str) -> str:
    expect = [{"section": "2", "quote": quote, "grade": 2} for quote in quotes]
    return json.dumps({"id": name, "expect": expect}, ensure_ascii=False)


def test_only_the_agreed_expectations_of_a_file_are_rewritten(policy, tokenizer, tmp_path: Path):
    path = tmp_path / "questions.jsonl"
    lines = [_line("a", "当社はクッキーを利用いたします。", "クッキー"), _line("b", "無い文"), ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    gone = follow(Expectation("2", "当社はクッキーを利用いたします。", 2), policy, tokenizer)
    lost = follow(Expectation("2", "無い文", 2), policy, tokenizer)
    assert rewrite_cases(path, {"a": [gone], "b": [lost]}) == 1
    renewed = _line("a", "当サイトはクッキーを利用します。", "クッキー")
    assert path.read_text(encoding="utf-8").split("\n") == [renewed, lines[1], ""]
    assert list(tmp_path.iterdir()) == [path]


def test_two_expectations_that_became_one_are_written_once(policy, tokenizer, tmp_path: Path):
    path = tmp_path / "questions.jsonl"
    quotes = ("当社はクッキーを利用いたします。", "当サイトはクッキーを利用します。")
    path.write_text(_line("a", *quotes), encoding="utf-8")
    gone = follow(Expectation("2", quotes[0], 2), policy, tokenizer)
    rewrite_cases(path, {"a": [gone]})
    assert path.read_text(encoding="utf-8") == _line("a", quotes[1])
