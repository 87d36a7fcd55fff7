"""Writes an entry into the log of evaluations, newest first. Knows Markdown, no figures."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

_TITLE = "# Log\n\nEvery accepted evaluation, newest first.\n"


def write_entry(path: Path, day: dt.date, note: str, lines: Sequence[str]) -> None:
    """Put an entry before the newest of a log, in one step; a log that is not there is begun."""
    text = path.read_text(encoding="utf-8") if path.exists() else _TITLE
    head, mark, rest = text.partition("\n## ")
    entry = "\n".join([f"\n## {day.isoformat()} · {note}", "", *lines, ""])
    draft = path.with_name(f"{path.name}.new")
    draft.write_text(f"{head.rstrip()}\n{entry}{mark}{rest}", encoding="utf-8")
    draft.replace(path)
