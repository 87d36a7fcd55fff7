"""Takes the pictures in docs/images: `make shots`.

They show the program itself on the shipped policy, in Debian's Chromium.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from qa_service.service import build_index
from qa_service.settings import read_settings
from tests.browser.conftest import CHROMIUM, INSTALL
from tests.test_web import run_program

ROOT = Path(__file__).parent.parent.parent
MAX_BYTES = 250_000
TIMEOUT_MILLISECONDS = 300_000
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 780}

_ASK = """(question) => new Promise((done) => {
  const widget = document.querySelector("policy-qa");
  widget.addEventListener("policy-qa:answer", () => setTimeout(done, 300), { once: true });
  widget.open();
  widget.ask(question);
})"""
_COOKIES = "/policies/privacy-policy#:~:text=SmartWebでは、,取得いたしません。"


def ask(question: str) -> Callable[[Page], None]:
    """Return what asks the widget of a page and waits for the answer."""

    def act(page: Page) -> None:
        page.locator("policy-qa button").first.wait_for()
        page.evaluate(_ASK, question)

    return act


def search(words: str) -> Callable[[Page], None]:
    """Return what searches in the console and opens the first clause."""

    def act(page: Page) -> None:
        page.get_by_role("searchbox").fill(words)
        page.locator("mark").first.wait_for()
        page.keyboard.press("Enter")
        page.wait_for_load_state("networkidle")

    return act


def look(page: Page) -> None:
    """Wait until the page stands still."""
    page.wait_for_load_state("networkidle")


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: where, what is done there, on which screen."""

    name: str
    path: str
    act: Callable[[Page], None] = look
    screen: ViewportSize | None = None
    is_dark: bool = False


SHOTS = (
    Shot("demo", "/"),
    Shot("widget", "/", ask("個人情報を誰と共有しますか")),
    Shot("widget-phone", "/", ask("クッキーは使いますか"), PHONE),
    Shot("widget-dark", "/", ask("個人情報は何のために使われますか"), is_dark=True),
    Shot("widget-english", "/?lang=en", ask("Who do you share my data with?")),
    Shot("widget-silent", "/", ask("個人情報は何年保存されますか")),
    Shot("ask", "/ask?lang=ja"),
    Shot("policy", _COOKIES),
    Shot("policy-phone", "/policies/privacy-policy", screen=PHONE, is_dark=True),
    Shot("console", "/console", search("クッキー")),
)


def main() -> None:
    """Take the pictures that are named on the command line, or all."""
    wanted = set(sys.argv[1:]) or {shot.name for shot in SHOTS}
    assert CHROMIUM, INSTALL
    folder = ROOT / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    with serve() as address, sync_playwright() as playwright:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=sandbox)
        for shot in SHOTS:
            if shot.name in wanted:
                path = folder / f"{shot.name}.png"
                take(browser, address, shot, path)
                sys.stdout.write(f"{path.relative_to(ROOT)} {path.stat().st_size // 1024} KB\n")


@contextmanager
def serve() -> Iterator[str]:
    """Run the program on the shipped policy, with an index of its own."""
    with tempfile.TemporaryDirectory() as name:
        index = Path(name) / "index"
        build_index(read_settings(sources=ROOT / "policy_sources", index=index))
        command = ["-m", "qa_service", "--index", str(index), "serve", "--port", "0"]
        for running in run_program(command, Path(name) / "log"):
            yield running.address


def take(browser: Browser, address: str, shot: Shot, path: Path) -> None:
    """Write one picture, refusing one that is too large for a repository."""
    page = browser.new_page(
        base_url=address,
        locale="ja-JP",
        viewport=shot.screen or DESKTOP,
        color_scheme="dark" if shot.is_dark else "light",
        reduced_motion="reduce",
    )
    page.set_default_timeout(TIMEOUT_MILLISECONDS)
    page.goto(shot.path)
    shot.act(page)
    image = page.screenshot(path=path)
    page.close()
    assert len(image) < MAX_BYTES, f"{path} has {len(image)} bytes"


if __name__ == "__main__":
    main()
