"""What all commands share: where they print, and how they read the settings."""

import json
import os
import sys
from enum import StrEnum
from typing import Annotated, Literal

import typer
from rich.console import Console

from qa_service.settings import Settings, read_settings

# Emoji stay off: rich would replace `:cookie:` in a policy's text, which is shown verbatim.
_color: Literal["auto"] | None = None if os.environ.get("NO_COLOR") else "auto"
out = Console(soft_wrap=True, highlight=False, emoji=False, color_system=_color)
err = Console(stderr=True, soft_wrap=True, highlight=False, emoji=False, color_system=_color)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


class Format(StrEnum):
    """For whom findings are printed: people, programs, or the annotations of GitHub."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


def settings_of(context: typer.Context, **more: object) -> Settings:
    """Return the settings, with the options given before the command and these on top."""
    return read_settings(**context.obj, **more)


def print_json(value: object) -> None:
    """Print a value as JSON, letters as they are."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
