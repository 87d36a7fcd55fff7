"""The README says what is true: its settings, commands and Make targets are the program's."""

import re
from pathlib import Path

import typer
from typer.core import TyperGroup

from qa_service.cli.program import make_app
from qa_service.findings import Rule
from qa_service.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_lists_exactly_the_settings():
    listed = re.findall(r"^\| `QA_(\w+)` \|", README, re.MULTILINE)
    assert sorted(listed) == sorted(name.upper() for name in Settings.model_fields)


def test_the_readme_lists_exactly_the_commands():
    command = typer.main.get_command(make_app())
    assert isinstance(command, TyperGroup)
    listed = re.findall(r"^\| `policy-qa ([\w-]+)", README, re.MULTILINE)
    assert sorted(listed) == sorted(command.commands)


def test_the_page_on_policy_files_lists_exactly_the_rules_of_findings():
    page = (ROOT / "docs/policy-sources.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([\w-]+)` \| (?:error|warning) \| .+ \| .+ \|$", page, re.MULTILINE)
    assert listed == [rule.value for rule in Rule]


def test_every_make_target_named_in_the_readme_exists():
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)", README))
    assert {"run", "test"} <= named <= targets


def test_every_file_that_a_page_links_to_exists():
    for page in (
        "README.md",
        "ARCHITECTURE.md",
        "docs/performance.md",
        "docs/policy-sources.md",
        "docs/translations.md",
        "docs/evaluation.md",
        "docs/revisions.md",
        "docs/diff.md",
    ):
        text = re.sub(r"`[^`\n]+`", "", (ROOT / page).read_text(encoding="utf-8"))
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (ROOT / page).parent.joinpath(target).exists(), (page, target)
