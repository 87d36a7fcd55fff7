"""A real Chromium on a real server: how browser tests start both, and what they look at."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from tests.browser.axe import axe, axe_script
from tests.browser.host_site import qa, show, site
from tests.test_web import Running, run_program

__all__ = ["axe", "axe_script", "qa", "show", "site"]

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
INSTALL = "no Chromium here: apt-get install chromium fonts-noto-cjk"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where none is, but never on a build server."""
    if CHROMIUM or os.environ.get("CI"):
        return
    for item in items:
        if "tests/browser" in item.nodeid:
            item.add_marker(pytest.mark.skip(reason=INSTALL))


@pytest.fixture(scope="session")
def browser_type_launch_args():
    assert CHROMIUM, INSTALL
    quiet = ("--disable-background-networking", "--disable-component-update", "--disable-sync")
    # Chromium's own sandbox does not work for root, in containers for one.
    arguments = [*quiet, "--no-first-run", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    return {"executable_path": CHROMIUM, "args": arguments}


@pytest.fixture(scope="session")
def running(settings, tmp_path_factory) -> Iterator[Running]:
    """The program itself, as `policy-qa serve` runs it."""
    command = ["-m", "qa_service", "--index", str(settings.index), "serve", "--port", "0"]
    yield from run_program(command, tmp_path_factory.mktemp("log") / "log")


@pytest.fixture(scope="session")
def base_url(running) -> str:
    """What relative addresses in tests begin with."""
    return str(running.address)


@pytest.fixture(scope="session")
def browser_context_args(base_url):
    return {"base_url": base_url, "locale": "ja-JP", "viewport": {"width": 1280, "height": 800}}


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """Everything that the page's console calls an error, and every uncaught exception."""
    found: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            found.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.fixture
def requested(context: BrowserContext) -> list[str]:
    """Every address that the browser asks for."""
    found: list[str] = []
    context.on("request", lambda request: found.append(request.url))
    return found
