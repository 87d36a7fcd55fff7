"""Turns a folder of policies into findings: what cannot be served, and whether a letter is lost.

The count of lost letters compares two independent readings of a file: its passages and headings,
and the text that markdown-it renders.
"""

from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from qa_service.errors import BadSource
from qa_service.findings import Finding, Rule, Severity, report_error
from qa_service.headings import mark_headings
from qa_service.markdown import (
    BlockKind,
    inline_text,
    parse_markdown,
    plain_text,
    visible_characters,
)
from qa_service.passages import Passage, cut_passages
from qa_service.sections import Outline, split_sections
from qa_service.sources import Source, check_unique, find_policy_files, read_source
from qa_service.tokens import Tokenizer


@dataclass(frozen=True, slots=True)
class CheckedSource:
    """What a check found in one file; `finding` says why, when it cannot be served."""

    path: str
    n_sections: int
    n_passages: int
    n_lost_letters: int
    finding: Finding | None

    @property
    def error(self) -> str | None:
        """The finding as `file:line: reason`."""
        return self.finding.text if self.finding else None


def check_folder(folder: Path, tokenizer: Tokenizer) -> tuple[CheckedSource, ...]:
    """Return one result a policy file, by name.

    Raises:
        BadSource: there is no such folder, or it holds no policy file.
    """
    paths = find_policy_files(folder)
    checked = tuple(check_file(path, tokenizer) for path in paths)
    return _with_duplicates(paths, checked)


def _with_duplicates(
    paths: list[Path], checked: tuple[CheckedSource, ...]
) -> tuple[CheckedSource, ...]:
    """Return the results, with a finding where two files are the same policy and language."""
    readable = [path for path, one in zip(paths, checked, strict=True) if not one.finding]
    try:
        check_unique(read_source(path) for path in readable)
    except BadSource as exc:
        return tuple(
            replace(one, finding=_error(one.path, exc.line, Rule.SAME_POLICY, exc.reason))
            if Path(one.path).name == exc.path.name
            else one
            for one in checked
        )
    return checked


def check_file(path: Path, tokenizer: Tokenizer) -> CheckedSource:
    """Return what a check finds in one file; a file that cannot be served is a finding too."""
    try:
        source = read_source(path)
    except BadSource as exc:
        return CheckedSource(str(path), 0, 0, 0, report_error(exc, Rule.NOT_SERVED))
    outline = split_source(source)
    passages = cut_passages(source.policy_id, source.text, outline, tokenizer)
    n_lost = count_lost_letters(source.text, outline, passages) if passages else 0
    finding = _find_damage(str(path), source.text, outline, passages, n_lost)
    n_sections = len(outline.sections) if passages else 0
    return CheckedSource(str(path), n_sections, len(passages), n_lost, finding)


def _find_damage(
    path: str, text: str, outline: Outline, passages: tuple[Passage, ...], n_lost: int
) -> Finding | None:
    """Return what makes a readable file unfit to be quoted, if anything."""
    if not passages:
        return _error(path, 1, Rule.NOT_SERVED, "the file holds no sentence to quote")
    if positions := overlaps(outline, passages):
        line = text.count("\n", 0, positions[0]) + 1
        reason = f"{len(positions)} passages or headings overlap"
        return _error(path, line, Rule.OVERLAP, reason)
    reason = f"{n_lost} letters stand in no passage or heading"
    return _error(path, 1, Rule.LOST_LETTERS, reason) if n_lost else None


def _error(path: str, line: int, rule: Rule, reason: str) -> Finding:
    return Finding(path, line, Severity.ERROR, rule, reason)


def split_source(source: Source) -> Outline:
    """Return the outline of a source: parsed, headings marked, sections split."""
    blocks = parse_markdown(source.text).blocks
    return split_sections(source.text, mark_headings(source.text, blocks))


def overlaps(outline: Outline, passages: tuple[Passage, ...]) -> list[int]:
    """Return where a passage or heading starts before the one in front of it has ended."""
    spans = [(b.start, b.end) for b in outline.blocks if b.kind is BlockKind.HEADING]
    spans = sorted(spans + [(p.start, p.end) for p in passages])
    return [later[0] for earlier, later in pairwise(spans) if later[0] < earlier[1]]


def count_lost_letters(text: str, outline: Outline, passages: tuple[Passage, ...]) -> int:
    """Return how many letters and digits of the rendered file stand in no passage or heading.

    Letters that stand twice count too, so 0 means: each exactly once.
    """
    headings = (b for b in outline.blocks if b.kind is BlockKind.HEADING)
    ours = [inline_text(text[h.start : h.end]) for h in headings]
    ours += [plain_text(text[p.start : p.end]) for p in passages]
    counted = Counter(filter(str.isalnum, "".join(ours)))
    rendered = Counter(visible_characters(text))
    return (rendered - counted).total() + (counted - rendered).total()
