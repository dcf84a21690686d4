"""What a browser does with a site of hostile pages, from disk or from a host, and what it asks others for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

from firefox import Firefox
from playwright.sync_api import Error, Page

from sitegen.headers import published_headers
from sitegen.media_types import content_type

# --- hosts -----------------------------------------------------------------------------------------------------------


class _Host(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments: Any, has_policy: bool, **more: Any) -> None:
        self.has_policy = has_policy
        super().__init__(*arguments, **more)

    @property
    def name(self) -> str:
        return unquote(urlsplit(self.path).path).lstrip("/") or "index.html"

    def do_GET(self) -> None:
        if self.path == "/favicon.ico":  # asked for beside a file that is no page
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()

    def guess_type(self, path: object) -> str:
        return content_type(str(path))

    def end_headers(self) -> None:
        for header, value in published_headers(self.name).items():
            if self.has_policy or header != "Content-Security-Policy":
                self.send_header(header, value)
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def _serving(server: ThreadingHTTPServer) -> Iterator[int]:
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def hosted(folder: Path, *, has_policy: bool = True) -> Iterator[str]:
    """The address of a site's top at a host that sends the headers of a published one, with or without the policy."""
    handler = partial(_Host, has_policy=has_policy, directory=str(folder))
    with _serving(ThreadingHTTPServer(("127.0.0.1", 0), handler)) as port:
        yield f"http://127.0.0.1:{port}/"


@contextmanager
def proxy() -> Iterator[tuple[int, list[str]]]:
    """The port of a proxy that gets no one anywhere, and what it was asked for, whatever host that is at."""
    asked: list[str] = []

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(502)

        do_POST = do_HEAD = do_CONNECT = do_OPTIONS = do_GET  # noqa: N815 - the names that the server looks for

        def log_message(self, *_: Any) -> None:
            pass

    with _serving(ThreadingHTTPServer(("127.0.0.1", 0), Proxy)) as port:
        yield port, asked


def is_of_tests(address: str) -> bool:
    """Whether what a proxy was asked for is at a host that cases name. The browser has business of its own."""
    host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    return host.endswith(".example")


# --- looking ---------------------------------------------------------------------------------------------------------

#: Opens everything that is folded, so that what is in it loads.
UNFOLD = "for (const fold of document.querySelectorAll('details')) fold.open = true;"
#: What no conversation can bring onto a page, whatever the browser makes of its markup.
FOREIGN = (
    "main :is(script, style, link, meta, base, iframe, frame, frameset, object, embed, portal, form, textarea, "
    "select, template, plaintext, xmp, noscript, picture, source, [style], [onload], [onerror], [onclick])"
)
#: A page as it must be, seen from inside: nothing ran, its frame stands, nothing foreign is in it.
LOOK = f"""
  const count = (selector) => document.querySelectorAll(selector).length;
  return [typeof window.OWNED, count("body > header"), count("body > main"), count("body > footer"),
          count("script:not([src])"), count(`{FOREIGN}`), location.href];
"""


#: What kind of document is open, and whether something ran in it.
SHOWN = "return [document.contentType, typeof window.OWNED];"


def as_it_must_be(address: str) -> list[object]:
    """What `LOOK` gives for a page that is whole."""
    return ["undefined", 1, 1, 1, 0, 0, address]


#: What the search page has that no result, note or label may bring.
STRANGE = (
    "[data-search-results] :not(li, ol, h2, a, p, mark, span, bdi, time), "
    "[data-search-notes] :not(p, button), [data-search-status] *, option *, main img"
)

#: Text with marks of direction, by the innermost element that shuts it in, with something after it there that is not of
#: the same text: what the site itself says of an address or a source, too.
TURNED = """
  const shut = (element) => getComputedStyle(element).unicodeBidi !== "normal"
    || !getComputedStyle(element).display.startsWith("inline");
  const OWN = ":is(.blocks, .summary) :is(p, li, td, th, h3, h4, h5, h6, pre, blockquote)";
  const isOwn = (node) => node.parentElement.closest(OWN)
    && !(node.nodeType === Node.ELEMENT_NODE && node.matches(".host, .address, .citation, .footnote"));
  const found = [];
  const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    if (!/[\u202a-\u202e\u2066-\u2069]/.test(texts.currentNode.data)) continue;
    let node = texts.currentNode;
    while (!shut(node.parentElement)) node = node.parentElement;
    for (let next = node.nextSibling; next; next = next.nextSibling) {
      if (isOwn(next) || (next.nodeType === Node.ELEMENT_NODE && shut(next))) continue;
      if (next.textContent.trim()) found.push(node.parentElement.outerHTML.slice(0, 300));
    }
  }
  return found;
"""

#: Text with marks that pile up, in nothing that clips it.
CLIPPED = """
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const clips = (style) => style.overflowY !== "visible" || style.clipPath !== "none";
  while (texts.nextNode()) {
    const range = document.createRange();
    range.selectNode(texts.currentNode);
    if (!/\u0301{20}/.test(texts.currentNode.data) || range.getBoundingClientRect().height === 0) continue;
    let element = texts.currentNode.parentElement;
    while (element !== document.body && !clips(getComputedStyle(element))) element = element.parentElement;
    if (element === document.body) found.push(texts.currentNode.parentElement.outerHTML.slice(0, 100));
  }
  return found;
"""


class InChromium:
    """A page of Chromium that opens what is below `top`."""

    def __init__(self, page: Page, top: str) -> None:
        self._page, self.found = page, []  # type: tuple[Page, list[str]]
        inside = (top, "data:", "chrome-extension:", "chrome:")  # the browser's own way to show a PDF
        page.on("request", lambda asked: None if asked.url.startswith(inside) else self.found.append(asked.url))
        page.on("dialog", lambda dialog: (self.found.append(dialog.message), dialog.dismiss()))
        page.on("console", lambda entry: self.found.append(entry.text) if entry.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.found.append(str(error)))
        page.context.on("page", lambda opened: self.found.append(f"a window opened: {opened.url}"))

    def open(self, address: str) -> list[object]:
        """Opens a page and all its folds, and looks."""
        self._page.goto(address)
        self._page.evaluate(f"() => {{ {UNFOLD} return new Promise((done) => setTimeout(done, 30)); }}")
        return list(self._page.evaluate(f"() => {{ {LOOK} }}"))

    def follow(self, address: str) -> list[object]:
        """Opens a file, and tells what kind of document it is shown as and whether something ran there; the kind is
        "kept" where the browser puts the file on the disk instead, and the page that was open stays."""
        try:
            self._page.goto(address)
        except Error as error:
            if "Download is starting" in str(error) or "ERR_ABORTED" in str(error):
                return ["kept", self.run("return typeof window.OWNED")]
            raise
        return list(self._page.evaluate(f"() => {{ {SHOWN} }}"))

    def run(self, script: str) -> object:
        """What the body of a function gives in the page."""
        return self._page.evaluate(f"() => {{ {script} }}")

    def wait(self, script: str) -> None:
        """Waits until the body of a function gives something true."""
        self._page.wait_for_function(f"() => {{ {script} }}")

    def faults(self) -> list[str]:
        """What was asked for outside the site, what failed, and what opened."""
        return self.found


class InFirefox:
    """A window of Firefox, seen from inside and by its proxy."""

    def __init__(self, browser: Firefox, asked: list[str], top: str) -> None:
        self._browser, self._asked, self._top = browser, asked, top
        browser.errors()
        asked.clear()

    def open(self, address: str) -> list[object]:
        """Opens a page and all its folds, and looks."""
        self._browser.goto(address)
        self._browser.run(f"{UNFOLD} window.isUnfolded = new Promise((done) => setTimeout(done, 30));")
        self._browser.run("return window.isUnfolded.then(() => true)")
        return list(self._browser.run(LOOK))

    def follow(self, address: str) -> list[object]:
        """As `InChromium.follow`. The page that is open is open again afterwards."""
        kept = self._browser.profile / address.rpartition("/")[2]
        kept.unlink(missing_ok=True)
        self._browser.run("const link = document.createElement('a'); link.href = arguments[0]; link.click()", address)
        is_there = "return location.href === arguments[0] && document.readyState === 'complete'"
        self._browser.until(lambda: kept.exists() or self._browser.attempt(is_there, address), address)
        if kept.exists():
            return ["kept", self.run("return typeof window.OWNED")]
        found = list(self._browser.run(SHOWN))
        self._browser.back()
        return found

    def run(self, script: str) -> object:
        """What the body of a function gives in the page."""
        return self._browser.run(script)

    def wait(self, script: str) -> None:
        """Waits until the body of a function gives something true."""
        self._browser.wait(script)

    def faults(self) -> list[str]:
        """What was asked for at the hosts of cases, and what failed in a page of the site."""
        told = [error for error in self._browser.errors() if error.startswith(self._top)]
        return [*filter(is_of_tests, self._asked), *told]
