"""`eval`, `eval-accept`, `expectations` as a maintainer uses them after a policy has changed."""

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest

from qa_service.cli.program import main
from qa_service.evaluation.baseline import read_baseline, write_baseline

ROOT = Path(__file__).parent.parent
CLAUSE = (
    "SmartWebでは、サービス向上やアクセス解析のためにクッキー等の技術を利用する場合がありますが"
)
CASE = {
    "id": "a", "lang": "ja", "question": "クッキーは使いますか", "status": "answered",
    "expect": [{"section": "8", "quote": CLAUSE, "grade": 2}],
    "split": "tune", "pair": None, "style": "plain",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A maintainer's folder, and how to run the program in it."""

    path: Path
    run: Callable[..., int]

    @property
    def policy(self) -> Path:
        return self.path / "policy_sources" / "privacy-policy.ja.md"

    @property
    def baseline(self) -> Path:
        return self.path / "eval" / "baseline.json"

    def edit(self, old: str, new: str) -> None:
        text = self.policy.read_text(encoding="utf-8")
        assert old in text
        self.policy.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def place(tmp_path, monkeypatch) -> Place:
    shutil.copytree(ROOT / "policy_sources", tmp_path / "policy_sources")
    (tmp_path / "eval").mkdir()
    line = json.dumps(CASE, ensure_ascii=False)
    (tmp_path / "eval" / "questions.jsonl").write_text(f"{line}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["policy-qa", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0)

    return Place(tmp_path, run)


def test_a_policy_is_accepted_and_then_passes_until_a_clause_changes(place, capsys):
    assert place.run("eval-accept", "--note", "First") == 0
    assert "· First\n" in (place.path / "eval" / "LOG.md").read_text(encoding="utf-8")
    assert place.run("eval") == 0
    place.edit("クッキー等の技術を利用する", "クッキー等を使用する")
    capsys.readouterr()
    assert place.run("eval") == 1
    assert "expected clause is gone: a: section 8" in capsys.readouterr().out
    assert sorted(path.name for path in (place.path / "eval" / "report").glob("*.*"))[-3:] == [
        "junit.xml", "report.json", "summary.md",
    ]  # fmt: skip
    # Beside the live index: none was built.
    assert not (place.path / "index").exists()


def test_a_gone_clause_is_never_accepted_but_rewritten_once_a_person_agrees(place, capsys):
    place.run("eval-accept")
    accepted = place.baseline.read_bytes()
    place.edit("クッキー等の技術を利用する", "クッキー等を使用する")
    assert place.run("eval-accept", "--allow-drop") == 1
    assert place.baseline.read_bytes() == accepted
    assert place.run("expectations") == 1
    assert "nearest is section 8" in capsys.readouterr().out
    assert place.run("expectations", "--rewrite", "--yes") == 0
    assert "クッキー等を使用する" in (place.path / "eval" / "questions.jsonl").read_text("utf-8")
    assert place.run("expectations") == 0
    assert place.run("eval") == 1
    assert "reviewed topic is stale: policy_sources/" in capsys.readouterr().out
    assert place.run("topics", "--accept") == 0
    assert place.run("eval") == 0


def test_without_agreement_a_gone_expectation_stays(place, monkeypatch):
    before = (place.path / "eval" / "questions.jsonl").read_bytes()
    place.edit("クッキー等の技術を利用する", "クッキー等を使用する")
    monkeypatch.setattr("sys.stdin", StringIO("n\n"))
    assert place.run("expectations", "--rewrite") == 1
    assert (place.path / "eval" / "questions.jsonl").read_bytes() == before
    monkeypatch.setattr("sys.stdin", StringIO("y\n"))
    assert place.run("expectations", "--rewrite") == 0
    assert (place.path / "eval" / "questions.jsonl").read_bytes() != before


def test_a_renumbered_section_is_rewritten_without_being_asked_about(place):
    place.edit("## 8. ", "## 11. ")
    assert place.run("expectations") == 1
    assert place.run("expectations", "--rewrite") == 0
    (case,) = map(json.loads, (place.path / "eval" / "questions.jsonl").open(encoding="utf-8"))
    assert [one["section"] for one in case["expect"]] == ["11"]


def test_a_floor_is_lowered_only_when_told(place, capsys):
    place.run("eval-accept")
    high = read_baseline(place.baseline)
    assert high is not None
    high.figures["ja"]["excerpt precision"] = 1.0
    high.figures["ja"]["MRR"] = 1.5
    write_baseline(place.baseline, high)
    assert place.run("eval-accept") == 1
    assert "--allow-drop" in capsys.readouterr().err
    assert read_baseline(place.baseline) == high
    assert place.run("eval-accept", "--allow-drop") == 0
    assert "*Lowered.*" in (place.path / "eval" / "LOG.md").read_text(encoding="utf-8")


def test_a_broken_baseline_is_one_line_and_no_traceback(place, capsys):
    place.baseline.write_text("{", encoding="utf-8")
    assert place.run("eval") == 2
    error = capsys.readouterr().err
    assert "baseline.json" in error
    assert "Traceback" not in error


def test_coverage_names_clauses_that_no_question_expects(place, capsys):
    assert place.run("coverage", "--json") == 1
    (rows,) = json.loads(capsys.readouterr().out).values()
    (cookies,) = [row for row in rows if CLAUSE in row["text"]]
    assert cookies["expected_by"] == {"ja": ["a"], "en": []}
    assert place.run("coverage") == 1
    assert "29 not expected in en" in capsys.readouterr().out
