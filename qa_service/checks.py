"""Turns a folder of policies into findings: what cannot be served, and whether a letter is lost.

The count of lost letters compares two independent readings of a file: its passages and headings,
and the text that markdown-it renders.
"""

from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from qa_service.errors import BadSource
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
    """What a check found in one file; `error` is `file:line: reason` when it is refused."""

    path: str
    n_sections: int
    n_passages: int
    n_lost_letters: int
    error: str | None


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
    readable = [path for path, one in zip(paths, checked, strict=True) if not one.error]
    try:
        check_unique(read_source(path) for path in readable)
    except BadSource as exc:
        return tuple(
            replace(one, error=str(exc)) if Path(one.path).name == exc.path.name else one
            for one in checked
        )
    return checked


def check_file(path: Path, tokenizer: Tokenizer) -> CheckedSource:
    """Return what a check finds in one file; a file that cannot be served is a finding too."""
    try:
        source = read_source(path)
    except BadSource as exc:
        return CheckedSource(str(path), 0, 0, 0, str(exc))
    outline = split_source(source)
    passages = cut_passages(source.policy_id, source.text, outline, tokenizer)
    if not passages:
        return CheckedSource(str(path), 0, 0, 0, f"{path}:1: the file holds no sentence to quote")
    n_lost = count_lost_letters(source.text, outline, passages)
    error = f"{path}:1: {n_lost} letters stand in no passage or heading" if n_lost else None
    if positions := overlaps(outline, passages):
        line = source.text.count("\n", 0, positions[0]) + 1
        error = f"{path}:{line}: {len(positions)} passages or headings overlap"
    return CheckedSource(str(path), len(outline.sections), len(passages), n_lost, error)


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
