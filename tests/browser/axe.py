"""axe-core on a page: which rules of WCAG 2.2 AA it sees broken, and where.

axe-core is a development package of the widget (MPL-2.0) and is no part of this repository.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

WIDGET = Path(__file__).parent.parent.parent / "qa_service" / "web" / "widget"
_SCRIPT = WIDGET / "node_modules" / "axe-core" / "axe.min.js"
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_RUN = """async (tags) => {
  const found = await axe.run(document, { runOnly: { type: "tag", values: tags } });
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.flat().join(" ")}: ${node.failureSummary}`));
}"""

Axe = Callable[[Page], list[str]]


@pytest.fixture(scope="session")
def axe_script() -> str:
    """The text of axe-core, fetched by npm where it is not there yet."""
    npm = shutil.which("npm")
    if not _SCRIPT.exists() and npm:
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=WIDGET, check=False, timeout=300)
    if not _SCRIPT.exists() and not os.environ.get("CI"):
        pytest.skip("no axe-core here: run npm ci in qa_service/web/widget")
    return _SCRIPT.read_text(encoding="utf-8")


@pytest.fixture
def axe(axe_script) -> Axe:
    """A function from a page to what axe-core finds wrong with it, shadow roots included."""

    def check(page: Page) -> list[str]:
        # Evaluated from outside of the page, so that the page's content security policy may stay.
        page.evaluate(axe_script)
        found: list[str] = page.evaluate(_RUN, _TAGS)
        return found

    return check
