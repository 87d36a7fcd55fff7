from pathlib import Path

import pytest

from qa_service.errors import BadEvaluation
from qa_service.evaluation.baseline import Outcome, State, read_baseline, write_baseline

STATE = State(
    policies={"privacy-policy": "ab" * 32},
    figures={"ja": {"AUC": 0.97}, "other policies, en": {"AUC": 0.9}},
    outcomes={
        "ja-002": Outcome("silent", None, passes=False),
        "ja-001": Outcome("answered", "第5条", passes=True),
    },
)


def test_a_state_is_read_back_as_it_was_written(tmp_path: Path):
    path = tmp_path / "baseline.json"
    write_baseline(path, STATE)
    assert read_baseline(path) == STATE
    assert list(tmp_path.iterdir()) == [path]


def test_a_question_is_one_line_so_that_a_difference_can_be_read(tmp_path: Path):
    path = tmp_path / "baseline.json"
    write_baseline(path, STATE)
    (line,) = [one for one in path.read_text("utf-8").splitlines() if "ja-001" in one]
    assert line == '  "ja-001": {"status": "answered", "section": "第5条", "passes": true},'


def test_no_file_is_no_baseline_and_a_broken_one_an_error(tmp_path: Path):
    path = tmp_path / "baseline.json"
    assert read_baseline(path) is None
    for broken in ("[]", "{", '{"policies": {}, "figures": {}}'):
        path.write_text(broken, encoding="utf-8")
        with pytest.raises(BadEvaluation, match="baseline"):
            read_baseline(path)
