"""Writes an evaluation as a page, JSON, JUnit for a build server, Markdown for a pull request."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from qa_service.evaluation.asking import Asked
from qa_service.evaluation.evaluations import Evaluation
from qa_service.evaluation.gate import Fall, FallKind
from qa_service.evaluation.report_page import render_report

# Measures in the summary of a pull request and in the log.
SUMMED_UP = (
    "first excerpt acceptable",
    "acceptable within three",
    "excerpt precision",
    "false answer",
    "false silence",
    "AUC",
)


def write_report(folder: Path, done: Evaluation) -> None:
    """Write `index.html`, `report.json`, `junit.xml`, `summary.md` into a folder; make it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(render_report(done), encoding="utf-8")
    text = json.dumps(as_report(done), ensure_ascii=False, indent=1)
    (folder / "report.json").write_text(f"{text}\n", encoding="utf-8")
    ET.ElementTree(as_junit(done)).write(
        folder / "junit.xml", encoding="utf-8", xml_declaration=True
    )
    (folder / "summary.md").write_text("\n".join(as_summary(done)) + "\n", encoding="utf-8")


def as_report(done: Evaluation) -> dict[str, Any]:
    """Return all of an evaluation as JSON's values, without what an answer says."""
    return {
        **asdict(done.report),
        "policies": done.state.policies,
        "falls": [asdict(fall) for fall in done.falls],
        "coverage": {name: [asdict(row) for row in rows] for name, rows in done.reach.items()},
        "silent_topics": {
            name: [topic.id for topic in topics] for name, topics in done.silent_topics.items()
        },
        "questions": [_as_question(one) for one in (*done.asked, *done.elsewhere)],
    }


def as_junit(done: Evaluation) -> ET.Element:
    """Return a test suite with a case for each question and each other thing that may fall.

    A question fails where it fell, not where it never passed: that is skipped, and says so.
    """
    fallen: dict[str, list[Fall]] = {}
    for fall in done.falls:
        fallen.setdefault(fall.name, []).append(fall)
    suite = ET.Element("testsuite", name="policy-qa eval")
    n_skipped = 0
    for asked in (*done.asked, *done.elsewhere):
        case = _as_test(suite, asked.case.policy, asked.case.id, fallen.pop(asked.case.id, []))
        if not asked.passes and not len(case):
            ET.SubElement(case, "skipped", message="did not pass before either")
            n_skipped += 1
    for name, falls in fallen.items():
        _as_test(suite, "figures", name, falls)
    counts = {"tests": len(suite), "failures": len(suite.findall("*/failure")), "errors": 0}
    for name, n in {**counts, "skipped": n_skipped}.items():
        suite.set(name, str(n))
    return suite


def as_summary(done: Evaluation) -> Iterator[str]:
    """Yield the lines of a Markdown summary: what fell first, then figures beside those before."""
    verdict = f"{len(done.falls)} fell" if done.falls else "nothing fell"
    yield f"### Policy answers: {verdict}"
    yield ""
    for kind in FallKind:
        of_kind = [fall for fall in done.falls if fall.kind is kind]
        if of_kind:
            yield f"**{kind}** ({len(of_kind)})"
            yield ""
            yield from (f"- `{fall.name}`: {_escape(fall.message)}" for fall in of_kind)
            yield ""
    yield from as_table(done)


def as_table(done: Evaluation) -> Iterator[str]:
    """Yield a Markdown table: a row a measure, a column a group, the accepted value in brackets."""
    groups = [name for name in done.state.figures if "questions" in done.state.figures[name]]
    accepted = done.accepted.figures if done.accepted else {}
    yield f"| | {' | '.join(groups)} |"
    yield "|---" * (len(groups) + 1) + "|"
    for measure in SUMMED_UP:
        cells = []
        for group in groups:
            value = done.state.figures[group].get(measure)
            before = accepted.get(group, {}).get(measure)
            was = f" (was {before:.3f})" if before is not None and before != value else ""
            cells.append("" if value is None else f"{value:.3f}{was}")
        yield f"| {measure} | {' | '.join(cells)} |"


def as_log_lines(done: Evaluation, drops: Sequence[Fall]) -> list[str]:
    """Return the lines of a log entry on the accepted state, with what was lowered."""
    dropped = [f"- {fall.kind}: {fall.name}: {fall.message}" for fall in drops]
    return ["*Numbers.*", "", *as_table(done), *(["", "*Lowered.*", "", *dropped] if drops else [])]


def _as_test(suite: ET.Element, group: str, name: str, falls: Sequence[Fall]) -> ET.Element:
    case = ET.SubElement(suite, "testcase", classname=group, name=name)
    for fall in falls:
        failure = ET.SubElement(case, "failure", type=fall.kind, message=fall.message)
        failure.text = fall.message
    return case


def _as_question(asked: Asked) -> dict[str, Any]:
    return {
        "id": asked.case.id,
        "policy": asked.case.policy,
        "lang": asked.case.lang,
        "question": asked.case.question,
        "expected_status": asked.case.status,
        "status": asked.answer.status,
        "sections": [excerpt.section.id for excerpt in asked.answer.excerpts],
        "fits": asked.fits,
        "passes": asked.passes,
    }


def _escape(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
