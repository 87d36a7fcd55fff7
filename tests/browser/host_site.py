"""A site of another origin with the widget on it, as visitors and operators know such sites.

The site is a plain HTTP server that knows nothing of the service; the service lets its pages ask.
"""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Locator, Page, expect

from qa_service.settings import Settings
from qa_service.web.assets import read_asset, widget_url
from tests.test_web import Running, run_program

# The model shares the machine with the browser and with whatever else runs there.
TIMEOUT_MS = 60_000


class HostSite:
    """The site: `page` puts a page on it and returns its address."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[str, bytes, dict[str, str]]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def put(self, name: str, media_type: str, text: str, **headers: str) -> str:
        """Serve a text under a name; return its address."""
        sent = {key.replace("_", "-"): value for key, value in headers.items()}
        self._files[f"/{name}"] = (media_type, text.encode(), sent)
        return f"{self.origin}/{name}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        files = self._files

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                media_type, content, headers = files.get(self.path, ("text/plain", b"", {}))
                # Browsers ask every site for an icon, and call its absence an error.
                self.send_response(200 if content else 204)
                for name, value in {"Content-Type": media_type, **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


@pytest.fixture(scope="session")
def site() -> Iterator[HostSite]:
    """A site that has nothing to do with the service."""
    opened = HostSite()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def qa(
    site: HostSite, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of the service, which lets the pages of `site` ask and vote."""
    command = ["-m", "qa_service", "--index", str(settings.index), "serve", "--port", "0"]
    running = run_program(command, tmp_path_factory.mktemp("log") / "log")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("QA_SITES", site.origin)
        environment.setenv("QA_FEEDBACK", "true")
        started: Running = next(running)
    yield started.address
    next(running, None)


Show = Callable[..., "Chat"]


@pytest.fixture
def show(page: Page, site: HostSite, qa: str) -> Show:
    """A function that opens a page of the site with a widget of the given attributes."""

    def show_page(
        attributes: str = 'lang="ja"', *, body: str = "", head: str = "", policy: str = ""
    ) -> Chat:
        element = f'<policy-qa endpoint="{qa}" {attributes}>{body}</policy-qa>'
        headers = {"Content_Security_Policy": policy} if policy else {}
        html = f"""<!doctype html><html lang="ja"><head><meta charset="utf-8">
            <title>A shop</title><meta name="viewport" content="width=device-width">{head}
            {script(qa)}</head>
            <body><main><h1>A shop</h1><p><a href="#">A link</a></p></main>
            {element}</body></html>"""
        page.set_default_timeout(TIMEOUT_MS)
        expect.set_options(timeout=TIMEOUT_MS)
        page.goto(site.put("shop", "text/html; charset=utf-8", html, **headers))
        page.wait_for_function("document.querySelector('policy-qa').shadowRoot !== null")
        return Chat(page)

    return show_page


def script(qa: str) -> str:
    """The script element that `make web` prints."""
    widget = read_asset("policy-qa.js")
    return (
        f'<script src="{qa}{widget_url("policy-qa.js")}" async '
        f'integrity="{widget.integrity}" crossorigin="anonymous"></script>'
    )


class Chat:
    """The widget on a page, as a visitor handles it."""

    def __init__(self, page: Page, nth: int = 0) -> None:
        self.page = page
        self.element = page.locator("policy-qa").nth(nth)
        self.launcher = self.element.locator(".launcher")
        self.field = self.element.locator("textarea")
        self.log = self.element.get_by_role("log")
        self.send = self.element.locator(".send")
        self.turns = self.element.locator(".turn")
        self.answers = self.element.locator(".turn .answer:not(.failure)")
        self.failure = self.element.locator(".failure")
        self.again = self.failure.locator(".again")

    def open(self) -> "Chat":
        self.launcher.click()
        expect(self.field).to_be_focused()
        return self

    def ask(self, question: str) -> Locator:
        """Type a question, send it by Enter, and return its answer."""
        n_answers = self.answers.count()
        self.field.fill(question)
        self.field.press("Enter")
        expect(self.answers).to_have_count(n_answers + 1)
        return self.answers.nth(n_answers)

    def focused(self) -> str:
        """The class or tag of what has the focus inside the widget, empty where it is outside."""
        found: str = self.element.evaluate(
            """(one) => {
              const has = one.shadowRoot.activeElement;
              return has ? has.className || has.localName : "";
            }"""
        )
        return found
