"""Settings for servers of one's own: nginx is started with them, and what it sends is looked at header by header."""

from __future__ import annotations

import base64
import http.client
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from conftest import missing
from nginx_runs import free_port
from playwright.sync_api import Browser, Page, expect

from sitegen.headers import KEPT, NOT_KEPT, REVALIDATED, SEALED_POLICY, SECURITY_HEADERS, published_headers
from sitegen.hosting.files import headers_file, not_found_page
from sitegen.hosting.probe import ask, beginnings, probe, samples
from sitegen.hosting.servers import Certificate, caddy, nginx
from sitegen.language import load_language
from sitegen.media_types import content_type

LOGIN = {"Authorization": "Basic " + base64.b64encode(b"reader:open sesame").decode()}


def published(site: Path, target: Path) -> list[str]:
    """The site as it would be published in `target`: no pages that run documents, but what hosts are told."""
    shutil.copytree(site, target, ignore=lambda folder, names: {"run"} if Path(folder) == site else set())
    (target / "404.html").write_text(not_found_page(load_language("en")), "utf-8")
    names = sorted(path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file())
    (target / "_headers").write_text(headers_file(names), "utf-8")
    return [name for name in names if not name.startswith(".")]


class Served(NamedTuple):
    """A published folder, the names of its files, and the ports at which nginx sends it: behind a password, and open
    to all as a sealed site would be."""

    folder: Path
    names: list[str]
    gated: int
    sealed: int

    def ask(self, path: str, port: int, headers: dict[str, str] | None = None) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", path, headers=headers or {})
            response = connection.getresponse()
            response.read()
            return response
        finally:
            connection.close()


@pytest.fixture(scope="module")
def served(
    example_site: Path, tmp_path_factory: pytest.TempPathFactory, nginx_server: Callable[[str], None]
) -> Iterator[Served]:
    if shutil.which("openssl") is None:
        missing("openssl is not installed (Debian: apt-get install openssl)")
    folder = tmp_path_factory.mktemp("published") / "site"
    names = published(example_site, folder)
    passwords = folder.parent / "passwords"
    hashed = subprocess.run(
        ["openssl", "passwd", "-6", "-stdin"], input="open sesame\n", capture_output=True, text=True, check=True
    )
    passwords.write_text(f"reader:{hashed.stdout}", "utf-8")
    gated, sealed = free_port(), free_port()
    settings = nginx(str(folder), "localhost", str(passwords), None, f"127.0.0.1:{gated}", sealed=False)
    ungated = nginx(str(folder), "localhost", str(passwords), None, f"127.0.0.1:{sealed}", sealed=True)
    nginx_server(settings + ungated.replace('auth_basic "Private"', "auth_basic off"))
    yield Served(folder, names, gated, sealed)


def test_nginx__sends_every_file_with_its_headers_once(served):
    for name in served.names:
        response = served.ask(f"/{name}", served.gated, LOGIN)
        assert response.status == 200, name
        meant = published_headers(name)
        assert {header: response.headers.get_all(header) for header in meant} == {h: [v] for h, v in meant.items()}, (
            name
        )
        assert response.headers["Content-Type"] == content_type(name), name
        if "Content-Disposition" not in meant:
            assert response.headers["Content-Disposition"] is None, name


def test_nginx__each_kind_of_file_was_among_them(served):
    kept = {name.partition("/")[0] for name in served.names if published_headers(name)["Cache-Control"] == KEPT}
    assert kept == {"files", "search"}
    endings = {name.rpartition(".")[2] for name in served.names}
    assert {"html", "css", "js", "png", "wav", "txt", "xml", "svg"} <= endings
    assert any("Content-Disposition" in published_headers(name) for name in served.names)


def test_nginx__sends_the_index_pages_of_folders(served):
    for path in ("/", "/dates/"):
        response = served.ask(path, served.gated, LOGIN)
        assert (response.status, response.headers["Cache-Control"]) == (200, REVALIDATED)
        assert response.headers.get_all("Content-Security-Policy") == [SECURITY_HEADERS["Content-Security-Policy"]]


def test_nginx__what_is_unchanged_is_not_sent_again_and_keeps_its_rule(served):
    shard = next(name for name in served.names if published_headers(name)["Cache-Control"] == KEPT)
    for name, rule in ((shard, KEPT), ("index.html", REVALIDATED)):
        tag = served.ask(f"/{name}", served.gated, LOGIN).headers["ETag"]
        again = served.ask(f"/{name}", served.gated, {**LOGIN, "If-None-Match": tag})
        assert (again.status, again.headers["Cache-Control"]) == (304, rule)


@pytest.mark.parametrize(
    "path",
    ["/absent.html", "/files/0123456789abcdef.png", "/search/abcdefghij.js", "/_headers", "/.sitegen-manifest.json",
     "/.sitegen-building", "/chats/.hidden"],
)  # fmt: skip
def test_nginx__what_is_not_there_or_not_for_readers_is_missing_and_not_kept(served, path):
    response = served.ask(path, served.gated, LOGIN)
    assert (response.status, response.headers["Cache-Control"]) == (404, NOT_KEPT)
    assert response.headers["Content-Disposition"] is None
    sent = {name: response.headers.get_all(name) for name in SECURITY_HEADERS}
    assert sent == {name: [value] for name, value in SECURITY_HEADERS.items()}


def test_nginx__refuses_everything_without_the_password(served):
    wrong = {"Authorization": "Basic " + base64.b64encode(b"reader:guess").decode()}
    for name in [*served.names, "", "absent.html", "_headers", ".sitegen-manifest.json"]:
        for headers in ({}, wrong):
            response = served.ask(f"/{name}", served.gated, headers)
            assert (response.status, response.headers["Cache-Control"]) == (401, NOT_KEPT), name
            assert response.headers["WWW-Authenticate"] == 'Basic realm="Private"'


def test_nginx__sealed_pages_may_show_what_they_decrypt(served):
    response = served.ask("/index.html", served.sealed)
    assert response.headers.get_all("Content-Security-Policy") == [SEALED_POLICY]
    assert "img-src 'self' data: blob:;" in SEALED_POLICY and "media-src 'self' blob:;" in SEALED_POLICY


def test_nginx__the_probe_finds_the_site_gated_with_a_password_and_open_without(served):
    known = beginnings(served.folder, samples(served.names))
    assert len(known) >= 10
    gated = probe(f"http://127.0.0.1:{served.gated}/", known)
    assert (gated.verdict, gated.headers) == ("gated", ()), gated
    open_ = probe(f"http://127.0.0.1:{served.sealed}/index.html", known)
    assert open_.verdict == "open"
    # It was served as a sealed site is: that policy is the one thing that differs.
    assert [line.partition(":")[0] for line in open_.headers] == ["Content-Security-Policy"]


@pytest.fixture
def secure(served: Served, nginx_server: Callable[[str], None], tmp_path: Path) -> tuple[str, str, Path]:
    """The site by TLS: its address by http, which leads to the one by https, and the certificate's file."""
    files = Certificate(str(tmp_path / "chain.pem"), str(tmp_path / "key.pem"))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2",
         "-addext", "subjectAltName=DNS:localhost", "-out", files.chain, "-keyout", files.key],
        check=True, capture_output=True,
    )  # fmt: skip
    plain, port = free_port(), free_port()
    passwords = str(served.folder.parent / "passwords")
    settings = nginx(str(served.folder), "localhost", passwords, files, f"127.0.0.1:{port} ssl", sealed=False)
    settings = settings.replace("listen 80;", f"listen 127.0.0.1:{plain};")
    nginx_server(settings.replace("https://$host", f"https://$host:{port}"))
    return f"http://localhost:{plain}/", f"https://localhost:{port}/", Path(files.chain)


def test_nginx__with_a_certificate_http_leads_to_https_where_the_gate_is(served, secure, monkeypatch):
    plain, safe, certificate = secure
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    answer = ask(urlsplit(plain), "index.html", 30)
    assert (answer.status, answer.address, answer.redirected) == (401, f"{safe}index.html", True)
    assert probe(plain, beginnings(served.folder, samples(served.names))).verdict == "gated"


def test_probe__a_certificate_that_nobody_vouches_for_proves_nothing(served, secure):
    result = probe(secure[1], beginnings(served.folder, samples(served.names)))
    assert result.verdict == "unclear"
    assert "CERTIFICATE_VERIFY_FAILED" in result.lines[0]


def test_caddy__has_every_header_and_the_password():
    text = caddy("/srv/chats/site", "chats.example.org", "reader", "$2a$14$hash", sealed=True)
    for name, value in {**SECURITY_HEADERS, "Content-Security-Policy": SEALED_POLICY}.items():
        assert f'\t\t{name} "{value}"\n' in text
    assert "\tbasic_auth {\n\t\treader $2a$14$hash\n\t}\n" in text
    assert text.count("{") - text.count("}") == 0
    assert [text.count(f'Cache-Control "{rule}"') for rule in (KEPT, REVALIDATED, NOT_KEPT)] == [1, 1, 1]


# --- in a browser -----------------------------------------------------------------------------------------------------


@pytest.fixture
def reader(page: Page, browser: Browser) -> Iterator[Page]:
    """A page of a browser that knows the password, and must have nothing to complain of."""
    context = browser.new_context(http_credentials={"username": "reader", "password": "open sesame"})
    reader = context.new_page()
    complaints: list[str] = []
    reader.on("console", lambda entry: complaints.append(entry.text) if entry.type in ("error", "warning") else None)
    reader.on("pageerror", lambda error: complaints.append(str(error)))
    yield reader
    context.close()
    assert complaints == []


def conversation_with(served: Served, ending: str) -> str:
    """The address of a conversation that shows an attachment in place."""
    shown = re.compile(rf'src="[./]*files/[0-9a-f]{{16}}\.{ending}"')
    pages = (name for name in served.names if name.startswith("chats/"))
    name = next(name for name in pages if shown.search((served.folder / name).read_text("utf-8")))
    return f"http://localhost:{served.gated}/{name}"


def test_nginx__search_works_under_these_headers(reader: Page, served: Served):
    reader.goto(f"http://localhost:{served.gated}/search.html?q=heat")
    expect(reader.locator(".result").first).to_be_visible()


@pytest.mark.parametrize(
    ("ending", "element", "loaded"),
    [
        ("png", "img", "(image) => { image.loading = 'eager'; "
         "return image.decode().then(() => image.naturalWidth > 0); }"),
        ("wav", "audio", "(sound) => new Promise((done) => { sound.onloadedmetadata = () => done(sound.duration > 0); "
         "sound.onerror = () => done(false); sound.load(); })"),
    ],
)  # fmt: skip
def test_nginx__attachments_show_under_these_headers(reader: Page, served: Served, ending, element, loaded):
    reader.goto(conversation_with(served, ending))
    assert reader.locator(f"main {element}[src$='.{ending}']").first.evaluate(loaded) is True


def test_nginx__what_no_page_shows_is_downloaded_even_when_opened(reader: Page, served: Served):
    name = next(name for name in served.names if re.fullmatch(r"files/\w+\.txt", name))
    reader.goto(f"http://localhost:{served.gated}/")
    with reader.expect_download() as download:
        reader.evaluate("(address) => { location.href = address; }", f"/{name}")
    assert download.value.suggested_filename == name.removeprefix("files/")
