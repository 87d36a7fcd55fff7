import datetime as dt
from pathlib import Path

from qa_service.evaluation.log import write_entry

DAY = dt.date(2026, 1, 2)


def test_the_newest_entry_stands_first_and_the_older_stay(tmp_path: Path):
    path = tmp_path / "LOG.md"
    path.write_text("# Log\n\nAbout it.\n\n## 2026-01-01 · Before\n\nOld.\n", encoding="utf-8")
    write_entry(path, DAY, "Accepted", ["New."])
    assert path.read_text(encoding="utf-8") == (
        "# Log\n\nAbout it.\n\n## 2026-01-02 · Accepted\n\nNew.\n\n## 2026-01-01 · Before\n\nOld.\n"
    )


def test_a_log_that_is_not_there_is_begun(tmp_path: Path):
    path = tmp_path / "LOG.md"
    write_entry(path, DAY, "First", ["New."])
    assert path.read_text(encoding="utf-8").startswith("# Log\n")
    assert path.read_text(encoding="utf-8").endswith("\n## 2026-01-02 · First\n\nNew.\n")
