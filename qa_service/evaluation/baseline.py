"""Reads and writes `baseline.json`: what was accepted, figure by figure and question by question.

The file is made to be read in a pull request: one line a question. Knows no gate.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qa_service.errors import BadEvaluation


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one question got: the status, the section cited first, and whether that passes."""

    status: str
    section: str | None
    passes: bool


@dataclass(frozen=True, slots=True)
class State:
    """All that is compared between two evaluations.

    `figures` has a group's measures by name: `ja`, `en`, `pairs`, `other policies ja` …; `outcomes`
    are by the question's id, `policies` have the SHA-256 of each policy that was asked.
    """

    policies: dict[str, str]
    figures: dict[str, dict[str, float]]
    outcomes: dict[str, Outcome]


def read_baseline(path: Path) -> State | None:
    """Return the accepted state, or None where there is no such file.

    Raises:
        BadEvaluation: it cannot be read.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return State(
            policies=dict(raw["policies"]),
            figures={group: _floats(figures) for group, figures in raw["figures"].items()},
            outcomes={name: Outcome(**one) for name, one in raw["outcomes"].items()},
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
        raise BadEvaluation(path, 1, f"the baseline cannot be used ({exc!r})") from exc


def write_baseline(path: Path, state: State) -> None:
    """Write a state as the accepted one, in one step."""
    blocks = [
        f' "policies": {_as_block(state.policies)}',
        f' "figures": {_as_block(state.figures)}',
        f' "outcomes": {_as_block({name: asdict(one) for name, one in state.outcomes.items()})}',
    ]
    draft = path.with_name(f"{path.name}.new")
    draft.write_text("{\n" + ",\n".join(blocks) + "\n}\n", encoding="utf-8")
    draft.replace(path)


def _floats(figures: Mapping[str, Any]) -> dict[str, float]:
    return {name: float(value) for name, value in figures.items()}


def _as_block(rows: Mapping[str, object]) -> str:
    """Return an object with one row a line, so that a difference is a line."""
    lines = [
        f"  {json.dumps(name, ensure_ascii=False)}: {json.dumps(value, ensure_ascii=False)}"
        for name, value in sorted(rows.items())
    ]
    return "{\n" + ",\n".join(lines) + "\n }"
