"""A page that runs a document: its script runs, and nothing else that it tries comes off. Opened from disk."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from makers import conversation, message
from playwright.sync_api import Page

from sitegen.config import Config
from sitegen.headers import VIEWER_POLICY
from sitegen.model import DocumentBlock
from sitegen.render import documents
from sitegen.render.conversation import render_conversation
from sitegen.render.settings import Settings, SourceLabels
from sitegen.theme import load_theme

#: Tries every way out and tells what came of each, as the title of its own document.
ARTIFACT = """<!DOCTYPE html>
<html><head>
<meta http-equiv="refresh" content="1; url=http://127.0.0.1:WEB/refresh">
<link rel="stylesheet" href="http://127.0.0.1:WEB/style.css">
<link rel="prefetch" href="http://127.0.0.1:WEB/prefetch">
<script src="http://127.0.0.1:WEB/script.js"></script>
<script src="../../assets/js/sitegen.js"></script>
</head><body>
<h1 id="heading">Quotes: "double", 'single' &amp; &lt;tags&gt;</h1>
<img src="http://127.0.0.1:WEB/image.png" srcset="http://127.0.0.1:WEB/srcset.png 2x">
<iframe src="http://127.0.0.1:WEB/frame"></iframe>
<video poster="http://127.0.0.1:WEB/poster.png"></video>
<form action="http://127.0.0.1:WEB/form" id="form"><input name="a"></form>
<script>
const told = {};
async function attempt(name, act) {
  try { told[name] = String(await act()); } catch (error) { told[name] = "refused"; }
}
(async () => {
  await attempt("parent", () => parent.document.title);
  await attempt("top", () => { top.location = "http://127.0.0.1:WEB/top"; return "asked"; });
  await attempt("localStorage", () => localStorage.length);
  await attempt("sessionStorage", () => sessionStorage.length);
  await attempt("indexedDB", () => new Promise((done, fail) => {
    const request = indexedDB.open("x"); request.onsuccess = () => done("open"); request.onerror = fail; }));
  await attempt("cookie", () => { document.cookie = "a=1"; return document.cookie; });
  await attempt("fetch", () => fetch("http://127.0.0.1:WEB/fetch"));
  await attempt("file", () => fetch("../../index.html"));
  await attempt("beacon", () => {
    if (!navigator.sendBeacon("http://127.0.0.1:WEB/beacon")) throw 0; return "queued"; });
  await attempt("socket", () => new Promise((done, fail) => {
    const socket = new WebSocket("ws://127.0.0.1:WEB/"); socket.onopen = done; socket.onerror = fail; }));
  await attempt("eval", () => eval("1"));
  await attempt("popup", () => { if (!open("http://127.0.0.1:WEB/popup")) throw 0; return "open"; });
  await attempt("siteScript", () => { if (!self.sitegen) throw 0; return "loaded"; });
  await attempt("peer", () => new RTCPeerConnection().createOffer());
  await attempt("peerOfFrame", () => {
    const frame = document.createElement("iframe");
    document.body.append(frame);
    const Peer = frame.contentWindow.RTCPeerConnection;
    const peer = new Peer({ iceServers: [{ urls: "stun:127.0.0.1:STUN" }] });
    peer.createDataChannel("x");
    return peer.createOffer().then((offer) => peer.setLocalDescription(offer));
  });
  try { document.getElementById("form").submit(); } catch (error) { told.form = "refused"; }
  const link = document.createElement("a");
  link.href = "http://127.0.0.1:WEB/link";
  link.target = "_top";
  document.body.append(link);
  link.click();
  document.title = "told " + JSON.stringify(told);
  setTimeout(() => { location.href = "http://127.0.0.1:WEB/self"; }, 900);
})();
</script></body></html>"""


SETTINGS = Settings(Config(), "Europe/Berlin", {"chatgpt": SourceLabels("ChatGPT", "ChatGPT")}, {})


def viewer_in(folder: Path, text: str) -> Path:
    """The page that runs a document, on the disk with what it loads."""
    document = DocumentBlock("d", text, "A <b>bold</b> page", "text/html")
    held = conversation("Pages", message("m", "assistant", blocks=(document,)))
    ((path, page),) = render_conversation(held, {}, SETTINGS).viewers
    theme = load_theme("default")
    for name, content in theme.static_files():
        (folder / "assets" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "assets" / name).write_bytes(content)
    (folder / path).parent.mkdir(parents=True)
    (folder / path).write_text(theme.render("viewer.html", SETTINGS.site(path), page), "utf-8")
    (folder / "index.html").write_text("secret", "utf-8")
    return folder / path


class Outside:
    """What the page must not reach: a web server and a server for peer connections, on this machine. Chromium tells of
    requests that its policy stops, so what arrives is counted."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        outside = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outside.asked.append(self.path)
                self.send_error(404)

            do_POST = do_GET  # noqa: N815 - the name that the server looks for

            def log_message(self, *args: object) -> None:
                pass

        self.web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.stun = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.stun.bind(("127.0.0.1", 0))
        self.stun.setblocking(False)
        Thread(target=self.web.serve_forever, daemon=True).start()

    def addressed(self, text: str) -> str:
        """The text with the ports of both."""
        return text.replace("WEB", str(self.web.server_port)).replace("STUN", str(self.stun.getsockname()[1]))

    def received(self) -> list[str]:
        """Everything that arrived."""
        with suppress(BlockingIOError):
            self.asked.append(repr(self.stun.recv(2000)))
        return self.asked

    def close(self) -> None:
        self.web.shutdown()
        self.web.server_close()
        self.stun.close()


@pytest.fixture
def outside() -> Iterator[Outside]:
    """Servers that nothing may reach."""
    servers = Outside()
    yield servers
    servers.close()


def run_in(page: Page, path: Path) -> dict[str, object]:
    """Opens a viewer page and gives what the artifact told, after all that it tries late."""
    page.goto(path.as_uri())
    frame = page.frames[1]
    frame.wait_for_function("document.title.startsWith('told ')")
    told = json.loads(frame.evaluate("document.title").removeprefix("told "))
    told["heading"] = frame.evaluate("document.getElementById('heading').textContent")
    told["mode"] = frame.evaluate("document.compatMode")
    page.wait_for_timeout(2000)  # the refresh and the way it sends itself
    return told


def test_viewer__script_runs_and_reaches_nothing(page: Page, tmp_path: Path, outside: Outside):
    opened: list[Page] = []
    page.context.on("page", lambda other: opened.append(other))
    path = viewer_in(tmp_path, outside.addressed(ARTIFACT))
    told = run_in(page, path)
    assert told.pop("heading") == "Quotes: \"double\", 'single' & <tags>"
    assert told.pop("mode") == "CSS1Compat"
    # A beacon counts as queued before it is refused.
    assert {name for name, outcome in told.items() if outcome != "refused"} <= {"beacon"}, told
    assert outside.received() == []
    assert page.url == path.as_uri()
    assert opened == []


def test_viewer__without_its_policy_the_test_would_see_it(page: Page, tmp_path: Path, outside: Outside):
    path = viewer_in(tmp_path, outside.addressed(ARTIFACT))
    html = path.read_text("utf-8")
    path.write_text(html.replace(VIEWER_POLICY.replace("'", "&#39;"), "object-src &#39;none&#39;"), "utf-8")
    page.goto(path.as_uri())
    page.wait_for_timeout(1000)
    assert {"/style.css", "/script.js"} <= set(outside.received())


#: Asks the peer server from a document that the guard doesn't stand in.
CALL = (
    "const p = new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:STUN' }] }); p.createDataChannel('x');"
    "p.createOffer().then((offer) => p.setLocalDescription(offer));"
)
INNER = f"<script>{CALL}</script>"
MADE = "const f = document.createElement('iframe'); f.srcdoc = inner;"
#: Ways to have a frame inside the frame.
INNER_FRAMES = {
    "in the markup": f'<iframe srcdoc="{INNER}"></iframe>',
    "deep in the markup": f'<div><p></p><section><iframe srcdoc="{INNER}"></iframe></section></div>',
    "an address that is a script": f'<iframe src="javascript:{CALL}"></iframe>',
    "in a declared shadow": '<div><template ShadowRootMode="closed">'
    f'<iframe srcdoc="{INNER}"></iframe></template></div>',
    "made": f"<script>{MADE} document.body.append(f);</script>",
    "in a made shadow": f"<script>{MADE} document.body.attachShadow({{ mode: 'closed' }}).append(f);</script>",
    "written": '<script>document.write(`<iframe srcdoc="${inner.replace(/"/g, \'&quot;\')}"></iframe>`);</script>',
    "written with a shadow": "<script>document.write('<div><template shadow', 'rootmode=closed>', "
    '`<iframe srcdoc="${inner.replace(/"/g, \'&quot;\')}"></iframe></template></div>`);</script>',
    "set without checks": "<script>document.body.setHTMLUnsafe?.('<div><template shadowroot' + 'mode=closed>' + "
    '`<iframe srcdoc="${inner.replace(/"/g, \'&quot;\')}"></iframe></template></div>`);</script>',
}


def with_inner_frame(frame: str, outside: Outside) -> str:
    given = json.dumps(INNER).replace("</", "<\\/")
    return outside.addressed(
        f"<!doctype html><body><script>const inner = {given};</script>{frame}"
        "<script>document.title = 'ran';</script></body>"
    )


@pytest.mark.parametrize("way", INNER_FRAMES)
def test_viewer__no_frame_inside_it_gets_out(page: Page, tmp_path: Path, outside: Outside, way: str):
    page.goto(viewer_in(tmp_path, with_inner_frame(INNER_FRAMES[way], outside)).as_uri())
    page.frames[1].wait_for_function("document.title === 'ran'")
    page.wait_for_timeout(300)
    assert outside.received() == []


@pytest.mark.parametrize("way", INNER_FRAMES)
def test_viewer__without_its_guard_a_frame_would_get_out(
    page: Page, tmp_path: Path, outside: Outside, monkeypatch: pytest.MonkeyPatch, way: str
):
    monkeypatch.setattr(documents, "guarded", lambda text: text)
    page.goto(viewer_in(tmp_path, with_inner_frame(INNER_FRAMES[way], outside)).as_uri())
    page.wait_for_timeout(1000)
    assert outside.received() != []
