"""Questions of an evaluation set, read without what is expected of the answers."""

import pytest

from qa_service.errors import BadEvaluation
from qa_service.evaluation.probes import Probe, read_probes
from qa_service.tokens import Tokenizer

GOOD = '{"id": "q1", "lang": "ja", "question": "共有しますか"'
TOKENIZER = Tokenizer()


def test_only_the_question_and_its_policy_count(tmp_path):
    path = tmp_path / "questions.jsonl"
    expected = '"expect": [{"section": "nosuch", "quote": "どこにもない"}]'
    path.write_text(f'{GOOD}, {expected}}}\n\n{GOOD}, "policy": "shop"}}\n', encoding="utf-8")
    assert read_probes(path, TOKENIZER) == (
        Probe("q1", "ja", "共有しますか", None),
        Probe("q1", "ja", "共有しますか", "shop"),
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "cannot be asked"),
        ("[]", "cannot be asked"),
        ('{"id": "q", "lang": "ja"}', "lacks 'question'"),
        (GOOD.replace("共有しますか", " ") + "}", "at least one visible character"),
        (GOOD.replace("共有しますか", "あ" * 501) + "}", "at most 500"),
        (GOOD.replace('"q1"', "1") + "}", "are texts"),
    ],
)
def test_a_question_that_cannot_be_asked_is_named_with_its_line(tmp_path, line, reason):
    path = tmp_path / "questions.jsonl"
    path.write_text(f"{GOOD}}}\n{line}\n", encoding="utf-8")
    with pytest.raises(BadEvaluation, match=rf"questions\.jsonl:2: .*{reason}"):
        read_probes(path, TOKENIZER)


def test_a_file_without_question_cannot_be_used(tmp_path):
    path = tmp_path / "questions.jsonl"
    with pytest.raises(BadEvaluation, match="cannot be read"):
        read_probes(path, TOKENIZER)
    path.write_text("\n", encoding="utf-8")
    with pytest.raises(BadEvaluation, match="no question"):
        read_probes(path, TOKENIZER)
    path.write_bytes(b"\xff")
    with pytest.raises(BadEvaluation, match="not UTF-8"):
        read_probes(path, TOKENIZER)
