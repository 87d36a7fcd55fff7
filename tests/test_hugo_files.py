"""The hook and the workflow that sites copy: YAML that parses, commands that the program has."""

import re
import shlex
from pathlib import Path

import pytest
import typer
import yaml
from typer.core import TyperGroup

from qa_service.cli.program import make_app

ROOT = Path(__file__).parent.parent


def load(name: str):
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


HOOKS = load(".pre-commit-hooks.yaml")
CONFIG = load("docs/hugo/.pre-commit-config.yaml")
WORKFLOW = load("docs/hugo/policy-check.yml")
STEPS = WORKFLOW["jobs"]["check"]["steps"]
RUN = "\n".join(step.get("run", "") for step in STEPS)
PAGE = (ROOT / "docs/policy-sources.md").read_text(encoding="utf-8")


def read_command(line: str) -> dict[str, object]:
    """Return the options that the program reads from a command line; refuses what it refuses."""
    program, *words = shlex.split(line, comments=True)
    assert program == "policy-qa"
    group = typer.main.get_command(make_app())
    assert isinstance(group, TyperGroup)
    context = group.make_context(program, words)
    name, command, rest = group.resolve_command(context, [*context._protected_args, *context.args])
    assert name
    assert command
    return command.make_context(name, rest, parent=context).params


def test_a_command_line_with_an_unknown_option_is_refused():
    for line in ("policy-qa check --strictly", "policy-qa check --format xml", "policy-qa lint"):
        with pytest.raises(Exception, match=r"(?i)no such|not one of"):
            read_command(line)


def test_the_hook_of_the_example_is_there_and_takes_its_arguments():
    (hook,) = HOOKS
    (used,) = CONFIG["repos"][0]["hooks"]
    assert used["id"] == hook["id"] == "policy-qa-check"
    assert (hook["language"], hook["pass_filenames"]) == ("python", False)
    params = read_command(shlex.join([*hook["entry"].split(), *used["args"]]))
    assert params["folder"] == Path("content/legal")


@pytest.mark.parametrize("files", [HOOKS[0]["files"], CONFIG["repos"][0]["hooks"][0]["files"]])
def test_the_hook_looks_at_policies_and_reviews_alone(files):
    for name in ("content/legal/privacy.ja.md", "content/legal/privacy.topics.toml"):
        assert re.search(files, name)
    for name in ("hugo.toml", "content/legal/logo.png", "content/legal/a.md.bak"):
        assert not re.search(files, name)


def test_the_workflow_checks_strictly_and_annotates():
    lines = [line.strip() for line in RUN.splitlines() if line.strip().startswith("policy-qa")]
    read = [read_command(line) for line in lines]
    assert len(read) == 3
    assert read[0]["strict"] is True
    assert (read[0]["form"], read[0]["folder"]) == ("github", Path("content/legal"))


def test_the_workflow_asks_questions_only_where_there_are_some_and_only_reads():
    (asking,) = [step for step in STEPS if step.get("run", "").endswith(" eval\n")]
    assert asking["if"] == "hashFiles('eval/questions.jsonl') != ''"
    assert WORKFLOW["permissions"] == {"contents": "read"}


def test_the_page_on_policy_files_shows_commands_of_the_program():
    shown = re.findall(r"^    (policy-qa .*)$", PAGE, re.MULTILINE)
    assert [read_command(line)["strict"] for line in shown] == [False, False, True, False]
