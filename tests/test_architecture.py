"""The order of modules: data flows one way, and a new module must take its place in it."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "qa_service"

# A module may import only modules that stand before it.
ORDER = [
    "errors",
    "settings",
    "languages",
    "html",
    "markdown",
    "sources",
    "bindings",
    "clauses",
    "headings",
    "sections",
    "tokens",
    "sentences",
    "passages",
    "findings",
    "checks",
    "numbering",
    "links",
    "lints",
    "pairings",
    "translations",
    "wordings",
    "topics",
    "features",
    "router",
    "scorer",
    "transformer",
    "embedding",
    "head",
    "calibration",
    "reader",
    "dense",
    "lexical",
    "messages",
    "reviews",
    "topicmap",
    "proposals",
    "locks",
    "builds",
    "revisions",
    "changes",
    "history",
    "index",
    "coverage",
    "questions",
    "parts",
    "evidence",
    "retrieval",
    "relevance",
    "excerpts",
    "answers",
    "service",
    "numbers",
    "lookups",
    "lines",
    "web.feedback",
    "web.bodies",
    "web.revision_bodies",
    "web.problems",
    "web.options",
    "web.headers",
    "web.access",
    "web.assets",
    "web.templating",
    "web.page_strings",
    "web.demo_strings",
    "web.policy_parts",
    "web.policy_page",
    "web.api",
    "web.console_strings",
    "web.citations",
    "web.console_bodies",
    "web.clause_view",
    "web.topics_table",
    "web.console",
    "web.pages",
    "web.app",
    "web.server",
    "evaluation.figures",
    "evaluation.expectations",
    "evaluation.cases",
    "evaluation.asking",
    "evaluation.parity",
    "evaluation.measures",
    "evaluation.reach",
    "evaluation.baseline",
    "evaluation.gate",
    "evaluation.evaluations",
    "evaluation.runs",
    "evaluation.charts",
    "evaluation.report_strings",
    "evaluation.report_page",
    "evaluation.report_files",
    "evaluation.log",
    "evaluation.probes",
    "evaluation.versions",
    "evaluation.successors",
    "evaluation.drift",
    "evaluation.comparison",
    "evaluation.drift_bodies",
    "evaluation.drift_page",
    "cli.console",
    "cli.tables",
    "cli.evaluation_tables",
    "cli.findings",
    "cli.drift_lines",
    "cli.answering",
    "cli.policies",
    "cli.translating",
    "cli.history",
    "cli.judging",
    "cli.comparing",
    "cli.program",
]
# The sub-packages of the service; `training` is not one, and nothing imports it.
PARTS = ("web", "evaluation", "cli")


def _module_names() -> set[str]:
    paths = [*PACKAGE.glob("*.py"), *(p for part in PARTS for p in (PACKAGE / part).glob("*.py"))]
    names = {".".join(path.relative_to(PACKAGE).with_suffix("").parts) for path in paths}
    return {name for name in names if not name.endswith(("__init__", "__main__"))}


def _imports(name: str) -> set[str]:
    tree = ast.parse((PACKAGE / (name.replace(".", "/") + ".py")).read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {n.removeprefix("qa_service.") for n in found if n.startswith("qa_service.")}


def test_every_module_has_its_place_in_the_order():
    assert sorted(_module_names()) == sorted(ORDER)


def test_modules_import_only_modules_before_them():
    wrong = {
        (name, used)
        for i, name in enumerate(ORDER)
        for used in _imports(name)
        if used not in ORDER[:i]
    }
    assert wrong == set()


def test_the_order_test_notices_a_wrong_import():
    assert "service" in _imports("cli.answering")
    assert ORDER.index("service") < ORDER.index("cli.answering")


def test_each_outside_library_lives_in_one_module():
    libraries = {
        "fugashi": "tokens",
        "faiss": "dense",
        "bm25s": "lexical",
        "ir_measures": "evaluation.measures",
    }
    for library, home in libraries.items():
        pattern = re.compile(rf"^\s*(?:import|from) {library}\b", re.MULTILINE)
        users = {
            name
            for name in _module_names()
            if pattern.search((PACKAGE / (name.replace(".", "/") + ".py")).read_text("utf-8"))
        }
        assert users == {home}


def test_the_architecture_page_lists_every_module_in_order():
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([\w.]+)` \|", page, re.MULTILINE)
    assert listed == ORDER
