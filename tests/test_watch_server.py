"""The small server of `sitegen watch`: what it sends, and everything that it does not."""

from __future__ import annotations

import http.client
import socket
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from sitegen.errors import ConfigError
from sitegen.headers import SECURITY_HEADERS, VIEWER_POLICY
from sitegen.media_types import content_type
from sitegen.watch.live_site import LiveSite
from sitegen.watch.requests import byte_range, file_name, refusal
from sitegen.watch.server import SiteServer

ROOT = Path(__file__).parent.parent
PAGE = b"<!doctype html><html><head><title>T</title></head><body>hello</body></html>"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    for name, content in {
        "index.html": PAGE,
        "dates/index.html": PAGE,
        "chats/caf\u00e9 1.html": PAGE,
        "no_head.html": b"<p>hello",
        "assets/js/a.js": b"a()",
        "assets/css/a.css": b"a {}",
        "search/m1.js": b"m()",
        "search.html": PAGE,
        "files/sound.wav": bytes(range(100)),
        "files/evil.bin": b"<script>1</script>",
        ".sitegen-manifest.json": b"{}",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "site-of-others").mkdir()
    (tmp_path / "site-of-others" / "index.html").write_text("secret")
    return folder


@pytest.fixture
def live(site: Path) -> LiveSite:
    return LiveSite(site)


@pytest.fixture
def server(live: LiveSite) -> Iterator[SiteServer]:
    server = SiteServer(live, 0)
    yield server
    server.close()


@pytest.fixture
def ask(server: SiteServer):
    """Sends one request as it stands: (status, headers, body)."""

    def ask(path: str, method: str = "GET", **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", port_of(server), timeout=30)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in {"Host": f"127.0.0.1:{port_of(server)}", **headers}.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    return ask


def port_of(server: SiteServer) -> int:
    return int(server.address.rstrip("/").rpartition(":")[2])


# --- what is sent ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "kind", "content"),
    [
        ("/", "text/html; charset=utf-8", b"hello"),
        ("/index.html?q=1#x", "text/html; charset=utf-8", b"hello"),
        ("/dates/", "text/html; charset=utf-8", b"hello"),
        ("/chats/caf%C3%A9%201.html", "text/html; charset=utf-8", b"hello"),
        ("/assets/js/a.js", "text/javascript; charset=utf-8", b"a()"),
        ("/assets/css/a.css", "text/css; charset=utf-8", b"a {}"),
        ("/files/sound.wav", "audio/wav", bytes(range(100))),
        ("/files/evil.bin", "application/octet-stream", b"<script>1</script>"),
    ],
)
def test_server__sends_files_of_the_site_with_their_type(ask, path, kind, content):
    status, headers, body = ask(path)
    assert (status, headers["Content-Type"], int(headers["Content-Length"])) == (200, kind, len(body))
    assert content in body
    status, headers, nothing = ask(path, "HEAD")
    assert (status, int(headers["Content-Length"]), nothing) == (200, len(body), b"")


@pytest.mark.parametrize("path", ["/", "/assets/js/a.js", "/absent.html", "/.sitegen/reload.js", "/dates"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_server__every_answer_has_the_headers_of_a_published_site(ask, path, method):
    _, headers, _ = ask(path, method)
    assert {name: headers.get_all(name) for name in SECURITY_HEADERS} == {k: [v] for k, v in SECURITY_HEADERS.items()}
    assert headers["Cache-Control"] == "no-store"


def test_headers__only_a_page_that_runs_a_document_has_the_looser_policy(ask, site):
    (site / "run" / "k").mkdir(parents=True)
    (site / "run" / "k" / "a.html").write_text("<html><head></head><iframe srcdoc='x'></iframe></html>", "utf-8")
    _, headers, body = ask("/run/k/a.html")
    assert headers.get_all("Content-Security-Policy") == [f"{VIEWER_POLICY}; frame-ancestors 'none'"]
    assert b"reload.js" not in body
    for path in ("/", "/run/k/absent.html", "/assets/js/a.js"):
        assert ask(path)[1]["Content-Security-Policy"] == SECURITY_HEADERS["Content-Security-Policy"], path


def test_headers__are_those_of_the_published_example():
    published = tomllib.loads((ROOT / "netlify.toml").read_text("utf-8"))["headers"][0]["values"]
    assert published == SECURITY_HEADERS


def test_server__the_script_is_added_on_the_way_and_the_file_stays(ask, site):
    for name in ("index.html", "no_head.html"):
        before = (site / name).read_bytes()
        _, _, body = ask(f"/{name}")
        tag = body[body.index(b"<script") : body.index(b"</script>") + 10]
        assert b'src="/.sitegen/reload.js" defer' in tag
        assert body.replace(tag, b"") == before == (site / name).read_bytes()
    assert ask("/index.html")[2].index(b"<script") < ask("/index.html")[2].index(b"</head>")
    assert ask("/.sitegen/reload.js")[1]["Content-Type"].startswith("text/javascript")


def test_server__a_folder_without_its_slash_leads_to_its_page(ask):
    status, headers, _ = ask("/dates")
    assert (status, headers["Location"]) == (301, "/dates/")


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-9", 206, bytes(range(10))),
        ("bytes=90-", 206, bytes(range(90, 100))),
        ("bytes=-5", 206, bytes(range(95, 100))),
        ("bytes=90-4000", 206, bytes(range(90, 100))),
        ("bytes=100-", 416, b""),
        ("bytes=9-2", 416, b""),
        ("bytes=-", 200, bytes(range(100))),
        ("bytes=0-1,5-6", 200, bytes(range(100))),
        ("lines=1-2", 200, bytes(range(100))),
    ],
)
def test_server__sound_can_be_played_from_any_place(ask, asked, status, part):
    answered, headers, body = ask("/files/sound.wav", Range=asked)
    assert (answered, body, int(headers["Content-Length"])) == (status, part, len(part))
    assert headers.get("Content-Range", "").endswith("/100") == (status != 200)


def test_byte_range__stays_inside_the_file():
    for size in (0, 1, 7):
        for first in ("", *"0123456789"):
            for last in ("", *"0123456789"):
                found = byte_range(f"bytes={first}-{last}", size)
                assert found in (None, (0, 0)) or 0 <= found[0] < found[1] <= size


# --- what is not sent ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/absent.html", "/assets/", "/assets", "/files/", "/.sitegen-manifest.json", "/../secret.txt",
        "/%2e%2e/secret.txt", "/assets/../../secret.txt", "/..%2fsecret.txt", "/..%5csecret.txt", "/..\\secret.txt",
        "//secret.txt",
        "/../site-of-others/index.html", "/%2e%2e/site-of-others/", "//etc/passwd", "/%2fetc/passwd", "/c:/x.txt",
        "/index.html%00", "/index.html/", "/%ff", "/" + "a" * 5000, "http://[/", "*", "/dates/./index.html",
    ],
)  # fmt: skip
def test_server__leaves_its_folder_for_nobody_and_lists_nothing(ask, path):
    status, headers, body = ask(path)
    assert (status, headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert b"secret" not in body
    assert b"a.js" not in body.replace(b"reload.js", b"")


def test_server__follows_no_link_out_of_the_site(ask, site, tmp_path):
    (site / "link.txt").symlink_to(tmp_path / "secret.txt")
    (site / "link").symlink_to(tmp_path / "site-of-others")
    (site / "inside.html").symlink_to(site / "index.html")
    assert [ask(path)[0] for path in ("/link.txt", "/link/", "/link/index.html", "/inside.html")] == [
        404,
        404,
        404,
        200,
    ]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_server__answers_no_other_method(ask, method):
    status, headers, _ = ask("/", method)
    assert (status, headers["Allow"], headers["Connection"]) == (405, "GET, HEAD", "close")
    assert ask("/", "BREW")[0] == 501


def test_server__answers_to_no_other_name(ask, server):
    port = port_of(server)
    for host in (
        "evil.example",
        f"evil.example:{port}",
        "127.0.0.1",
        "127.0.0.1:1",
        f"127.0.0.1:{port}.evil.example",
        "",
    ):
        status, _, body = ask("/", Host=host)
        assert (status, b"hello" in body) == (421, False), host
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"LocalHost:{port}"):
        assert ask("/", Host=host)[0] == 200, host


def test_server__other_sites_can_link_to_a_page_but_load_nothing(ask):
    for site in ("cross-site", "same-site"):
        for mode in ("no-cors", "cors", "websocket"):
            status, _, body = ask("/search/m1.js", Sec_Fetch_Site=site, Sec_Fetch_Mode=mode)
            assert (status, body.count(b"m()")) == (403, 0)
        assert ask("/", Sec_Fetch_Site=site, Sec_Fetch_Mode="navigate")[0] == 200
    for site in ("same-origin", "none"):
        assert ask("/search/m1.js", Sec_Fetch_Site=site, Sec_Fetch_Mode="no-cors")[0] == 200


def test_server__is_reached_from_this_computer_only(server):
    assert server.address.startswith("http://127.0.0.1:")
    assert server._server.server_address[0] == "127.0.0.1"


def test_server__garbage_is_refused_and_costs_only_itself(ask, server):
    for sent in (
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"\x16\x03\x01\x02\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /" + b"a" * 70_000,
    ):
        with socket.create_connection(("127.0.0.1", port_of(server)), timeout=30) as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            received = b"".join(iter(lambda connection=connection: connection.recv(4096), b""))
        assert b"hello" not in received
        assert b"Traceback" not in received
    assert ask("/")[0] == 200


def test_server__a_port_that_is_taken_is_one_line(server, live):
    with pytest.raises(ConfigError, match=rf"--serve {port_of(server)}: this port can't be used: .*; choose another"):
        SiteServer(live, port_of(server))


# --- versions --------------------------------------------------------------------------------------------------------


def is_newer(live: LiveSite, name: str, version: str) -> bool:
    return {b"sitegenReload.answer(true);\n": True, b"sitegenReload.answer(false);\n": False}[
        live.answer(name, version)
    ]


def test_live_site__only_pages_that_changed_are_old(live, site):
    versions = {name: live.version(name, (site / name).read_bytes()) for name in ("index.html", "dates/index.html")}
    with live.changing():
        (site / "index.html").write_bytes(PAGE + b"new")
        assert not is_newer(live, "index.html", versions["index.html"])  # not before all is written
    assert is_newer(live, "index.html", versions["index.html"])
    assert not is_newer(live, "dates/index.html", versions["dates/index.html"])


def test_live_site__a_new_stylesheet_makes_every_page_old_and_a_new_index_the_search_page(live, site):
    names = ("index.html", "search.html")
    versions = {name: live.version(name, PAGE) for name in names}
    with live.changing():
        (site / "search" / "m1.js").write_bytes(b"m(2)")
    assert [is_newer(live, name, versions[name]) for name in names] == [False, True]
    with live.changing():
        (site / "assets" / "css" / "a.css").write_bytes(b"b { }")
    assert [is_newer(live, name, versions[name]) for name in names] == [True, True]


def test_live_site__a_page_read_while_the_site_is_written_is_asked_for_again_if_its_scripts_changed(live, site):
    with live.changing():
        (site / "index.html").write_bytes(PAGE + b"new")
        read = live.version("index.html", PAGE + b"new")
        (site / "assets" / "css" / "a.css").write_bytes(b"b { }")
    assert is_newer(live, "index.html", read)


def test_live_site__a_page_that_is_not_there_yet_appears(live, site, ask):
    _, _, body = ask("/later.html")
    version = body.partition(b'data-version="')[2][:16].decode()
    asked = f"/.sitegen/changed.js?page=%2Flater.html&version={version}"
    assert b"false" in ask(asked)[2]
    (site / "later.html").write_bytes(PAGE)
    assert b"true" in ask(asked)[2]


# --- the rules, on their own -----------------------------------------------------------------------------------------


def test_requests__the_plain_name_is_enough_at_the_plain_port():
    assert refusal("GET", {"host": "localhost"}, 80) is None
    assert refusal("GET", {"host": "localhost"}, 8000) is not None
    assert refusal("GET", {}, 80) is not None


def test_requests__names_and_types():
    assert file_name("/") == "index.html"
    assert file_name("/a/b/") == "a/b/index.html"
    assert file_name("a") is None
    assert content_type("a/B.HTML") == "text/html; charset=utf-8"
    assert content_type("a/noending") == "application/octet-stream"
