"""What a stranger sees at a published address: decided over recorded answers, and asked of real servers."""

from __future__ import annotations

import contextlib
import dataclasses
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.errors import ConfigError, OutputError
from sitegen.headers import published_headers
from sitegen.hosting.answers import START_SIZE, Answer, view
from sitegen.hosting.files import HOST_FILES
from sitegen.hosting.probe import ask, beginnings, may_follow, probe, samples
from sitegen.hosting.verdict import HOME, LEFT_OVER, Result, is_loopback, judge

PAGE = b'<!doctype html><html><head><meta name="generator" content="sitegen 0.1.0"><title>T</title></head><body>hi'
UNLOCK = b'<!doctype html><html><head><meta name="sitegen" content="sealed"><title>Private page</title></head><body>'
LOGIN = b'<html><body><form><input name="p" type="password"></form></body></html>'
SHARD = b'sitegen.receive("nxa5mlfclp",["rent"]);\n'
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(200)
KNOWN = {
    "index.html": PAGE,
    "chats/grok/2026/01-18-cf69a5954609.html": PAGE + b"!",
    "search/nxa5mlfclp.js": SHARD,
    "files/10672137ce9a4154.png": PICTURE,
    "feed.xml": b"<feed/>",
}
SEALED = {"index.html": UNLOCK, "sealed/header.js": b'sitegen.seal({"v":1});', "sealed/p3x9.js": b'sitegen.seal("x");'}
MADE_UP = "5f0e.html"


def sent(name: str, body: bytes, *, sealed: bool = False, **changes: object) -> Answer:
    """An answer as it should be: status 200 and every header."""
    headers = tuple(published_headers(name or "index.html", sealed=sealed).items())
    return dataclasses.replace(Answer(name, 200, headers, body, f"https://chats.example.org/{name}"), **changes)


def refused(name: str, status: int = 401) -> Answer:
    return Answer(name, status, (("WWW-Authenticate", "Basic"),), LOGIN, f"https://chats.example.org/{name}")


def absent(name: str) -> Answer:
    return Answer(name, 404, (), b"<html>no</html>", f"https://chats.example.org/{name}")


def site(known: Mapping[str, bytes], default: Callable[[str], Answer], **own: Answer) -> list[Answer]:
    """Answers for the top, all known files, those for hosts, and one that can't exist."""
    return [own.get(name, default(name)) for name in (HOME, *known, *HOST_FILES, *LEFT_OVER, MADE_UP)]


def served(known: Mapping[str, bytes], *, sealed: bool = False) -> Callable[[str], Answer]:
    """A host that sends the files and nothing else."""

    def answer(name: str) -> Answer:
        body = known.get(name or "index.html")
        return absent(name) if body is None else sent(name, body, sealed=sealed)

    return answer


# --- one answer -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "known", "expected"),
    [
        (sent("index.html", PAGE), None, "clear"),
        (sent("index.html", PAGE), PAGE, "clear"),
        (sent("index.html", PAGE.replace(b"T<", b"changed by the host<")), PAGE, "clear"),
        (sent("files/a.png", PICTURE), PICTURE, "clear"),
        (sent("files/a.png", PICTURE), None, "other"),
        (sent("files/a.png", PICTURE[:-1]), PICTURE, "other"),
        (sent("files/a.png", b""), b"", "other"),
        (sent("search/nxa5mlfclp.js", SHARD), None, "clear"),
        (sent("_headers", b"# Made by sitegen for Netlify"), None, "clear"),
        (sent(".sitegen-manifest.json", b'{\n"files": {'), None, "clear"),
        (sent(".sitegen-manifest.json", b'{"error": 1}'), None, "other"),
        (sent("index.html", UNLOCK), UNLOCK, "unlock"),
        (sent("index.html", PAGE + b'<meta name="sitegen" content="sealed">'), None, "clear"),
        (sent("index.html", b"<META CONTENT='sitegen 1' NAME='Generator'>"), None, "clear"),
        (sent("index.html", b'<meta name="generator" content="sitegenerator 1">'), None, "other"),
        (sent("index.html", LOGIN), PAGE, "other"),
        (sent("index.html", LOGIN, redirected=True), PAGE, "login"),
        (sent("index.html", b"<p>", redirected=True, address="https://chats.example.org/login?to=/"), PAGE, "login"),
        (sent("index.html", b"<p>", redirected=True, address="https://chats.example.org/x"), PAGE, "other"),
        (refused("index.html"), PAGE, "refused"),
        (refused("index.html", 403), PAGE, "refused"),
        (refused("index.html", 500), PAGE, "other"),
        (sent("index.html", PAGE, status=401), PAGE, "clear"),
        (sent("index.html", PAGE, status=404), None, "clear"),
        (sent("index.html", PAGE, status=302, led_to="https://a.example/login"), None, "clear"),
        (absent("index.html"), PAGE, "absent"),
        (Answer("", trouble="timed out"), PAGE, "silent"),
        (Answer("", 302, led_to="https://team.cloudflareaccess.com/cdn-cgi/access/x"), PAGE, "login"),
        (Answer("", 302, led_to="https://app.example.org/sign-in"), PAGE, "login"),
        (Answer("", 302, led_to="https://github.com/login/oauth/authorize"), PAGE, "login"),
        (Answer("", 302, led_to="https://authors.example.org/access-to-nature"), PAGE, "elsewhere"),
        (Answer("", 302, led_to="http://chats.example.org/"), PAGE, "elsewhere"),
    ],
)  # fmt: skip
def test_view__of_one_answer(answer, known, expected):
    assert view(answer, known) == expected


@given(st.binary(max_size=400), st.sampled_from([200, 204, 301, 401, 404, 500, 0]), st.booleans())
def test_view__of_any_bytes_is_never_a_file_of_ours_by_chance(body, status, redirected):
    answer = Answer("chats/a.html", status, (), body, "https://chats.example.org/chats/a.html", redirected=redirected)
    assert view(answer, PAGE) in ("refused", "login", "absent", "other", "silent")


# --- all of them ------------------------------------------------------------------------------------------------------


def test_judge__a_site_that_reads_is_open():
    result = judge(site(KNOWN, served(KNOWN)), KNOWN)
    assert (result.verdict, result.headers) == ("open", ())
    assert result.lines == (
        "anyone can read the home page, chats/grok/2026/01-18-cf69a5954609.html, search/nxa5mlfclp.js and 2 more, "
        "without a password",
        "if that is not meant: take the site down at the host, then protect it, or publish it sealed",
    )


@pytest.mark.parametrize("status", [401, 403])
def test_judge__a_site_that_is_refused_everywhere_is_gated(status):
    result = judge(site(KNOWN, lambda name: refused(name, status)), KNOWN)
    assert (result.verdict, result.headers) == ("gated", ())
    assert result.lines[0] == f"every address that was asked for is refused (status {status})"
    assert [("private window" in line) for line in result.lines[1:]] == ([True] if status == 403 else [])


def test_judge__a_site_that_leads_to_a_login_is_gated():
    login = "https://team.cloudflareaccess.com/cdn-cgi/access/login?kid=secret"
    result = judge(site(KNOWN, lambda name: Answer(name, 302, led_to=login, redirected=True)), KNOWN)
    assert result.verdict == "gated"
    assert result.lines == (
        "every address that was asked for leads to a login: https://team.cloudflareaccess.com/cdn-cgi/access/login",
    )


@pytest.mark.parametrize("leak", [*KNOWN][1:])
def test_judge__one_file_that_reads_beside_the_gate_makes_the_site_open(leak):
    result = judge(site(KNOWN, refused, **{leak: sent(leak, KNOWN[leak])}), KNOWN)
    assert result.verdict == "open"
    assert result.lines[0] == f"anyone can read {leak}, without a password"
    assert result.lines[1].startswith("a password is asked for at the home page, ")


@pytest.mark.parametrize("name", HOST_FILES)
def test_judge__the_files_for_hosts_are_behind_the_gate_too(name):
    body = b'{"files": {}}' if name.endswith("json") else b"# Made by sitegen"
    assert judge(site(KNOWN, refused, **{name: sent(name, body)}), KNOWN).verdict == "open"
    assert judge(site(KNOWN, refused, **{name: absent(name)}), KNOWN).verdict == "gated"


def test_judge__a_gate_that_tells_what_exists_is_called_so():
    result = judge(site(KNOWN, refused, **{MADE_UP: absent(MADE_UP)}), KNOWN)
    assert result.verdict == "gated"
    assert "a stranger can find out which conversations exist" in result.lines[-1]


def test_judge__a_sealed_site():
    result = judge(site(SEALED, served(SEALED, sealed=True)), SEALED)
    assert result == Result(
        "sealed", ("the page asks for the passphrase, and nothing that was asked for reads in clear",)
    )


@pytest.mark.parametrize("left", [*KNOWN][1:])
def test_judge__what_an_earlier_publication_left_beside_a_seal_makes_it_open(left):
    known = {**SEALED, left: KNOWN[left]}
    result = judge(site(known, served(known, sealed=True)), known)
    assert result.verdict == "open"
    assert result.lines[0] == f"anyone can read {left}, without a password"
    assert "not sealed" in result.lines[1]


@pytest.mark.parametrize("name", LEFT_OVER)
def test_judge__an_earlier_site_under_a_seal_or_behind_a_gate_is_found_unasked(name):
    left = {name: sent(name, SHARD if name.endswith(".js") else PAGE)}
    for answers, known in ((site(SEALED, served(SEALED), **left), SEALED), (site(KNOWN, refused, **left), KNOWN)):
        result = judge(answers, known)
        assert (result.verdict, result.lines[0]) == ("open", f"anyone can read {name}, without a password")
    assert judge(site(KNOWN, refused, **{name: absent(name)}), KNOWN).lines == judge(site(KNOWN, refused), KNOWN).lines


def test_judge__a_sealed_site_behind_a_gate_is_gated():
    assert judge(site(SEALED, refused), SEALED).verdict == "gated"


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (lambda name: sent(name, b"<p>Parked"), "something that sitegen did not make (status 200)"),
        (
            lambda name: sent(name, LOGIN),
            "a page with a field for a password, sent as if it were the site (status 200)",
        ),
        (absent, "is this the site's address"),
        (lambda name: Answer(name, 302, led_to="https://www.example.org/", redirected=True), "which was not asked"),
        (lambda name: Answer(name, 503, (), b""), "something that sitegen did not make (status 503)"),
        (lambda name: Answer(name, trouble="timed out"), "timed out"),
    ],
)
def test_judge__what_explains_itself_in_another_way_is_no_gate(answer, line):
    result = judge(site(KNOWN, answer), KNOWN)
    assert result.verdict == "unclear"
    assert line in result.lines[0]


def test_judge__half_a_gate_is_unclear():
    name = "feed.xml"
    result = judge(site(KNOWN, refused, **{name: absent(name)}), KNOWN)
    assert result.verdict == "unclear"
    assert result.lines[0].startswith("not there: feed.xml;") and "a password is asked for" in result.lines[1]


def test_judge__the_home_page_alone_proves_no_gate():
    result = judge(site({}, refused), {})
    assert (result.verdict, result.lines[0]) == (
        "unclear", "the home page asks for a password, and nothing else was asked for",
    )  # fmt: skip


def test_judge__a_host_that_answers_everything_is_told_what_it_lacks():
    result = judge(site(KNOWN, served(KNOWN), **{MADE_UP: sent(MADE_UP, PAGE)}), KNOWN)
    assert result.verdict == "open"
    assert result.lines[-1] == (
        "an address that does not exist is answered with the home page: upload 404.html with the site"
    )
    assert MADE_UP not in " ".join(result.lines)
    for status in (301, 404, 503):
        answers = site(KNOWN, served(KNOWN), **{MADE_UP: sent(MADE_UP, b"<p>no", status=status)})
        assert len(judge(answers, KNOWN).lines) == 2


@pytest.mark.parametrize(("address", "warned"), [("http://chats.example.org/", True), ("http://127.0.0.1:80/", False)])
def test_judge__http_to_another_machine_is_warned_of(address, warned):
    def answer(name: str) -> Answer:
        return dataclasses.replace(refused(name), address=f"{address}{name}")

    result = judge(site(KNOWN, answer), KNOWN)
    assert result.verdict == "gated"
    assert any("crosses the net in clear" in line for line in result.lines) == warned


@pytest.mark.parametrize(
    ("host", "own"),
    [("localhost", True), ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("10.0.0.1", False),
     ("localhost.example.org", False), ("127.0.0.1.example.org", False), ("", False)],
)  # fmt: skip
def test_judge__knows_this_machine(host, own):
    assert is_loopback(host) == own


def test_judge__every_header_is_compared():
    for header in published_headers("index.html"):
        home = sent(HOME, PAGE)
        without = tuple((name, value) for name, value in home.headers if name != header)
        others = tuple((name, "no" if name == header else value) for name, value in home.headers)
        for headers, what in ((without, "missing"), ((*home.headers, (header, "x")), "sent 2 times"), (others, '"no"')):
            result = judge(site(KNOWN, served(KNOWN), **{HOME: dataclasses.replace(home, headers=headers)}), KNOWN)
            (line,) = result.headers
            assert line.startswith(f"{header}: {what} at the home page; should be ")


def test_judge__what_a_host_sends_can_not_write_on_the_terminal():
    hostile = "\x1b[2J\r\u202e" + "x" * 100_000
    answers = site(KNOWN, lambda name: Answer(name, 302, led_to=f"https://other.example/{hostile}"))
    home = sent(HOME, PAGE)
    headers = tuple((name, hostile) for name, _ in home.headers)
    for result in (
        judge(answers, KNOWN),
        judge(site(KNOWN, served(KNOWN), **{HOME: dataclasses.replace(home, headers=headers)}), KNOWN),
        judge([Answer(HOME, trouble=hostile)], KNOWN),
    ):
        lines = (*result.lines, *result.headers)
        assert any("\ufffd[2J\ufffd\ufffdx" in line for line in lines)
        assert all(line.isprintable() and len(line) <= 1000 for line in lines)


def test_judge__spacing_order_and_capitals_of_headers_mean_nothing():
    headers = tuple(
        (name.lower(), ";".join(reversed(value.split("; ")))) if name == "Content-Security-Policy" else (name, value)
        for name, value in sent(HOME, PAGE).headers
    )
    changed = dataclasses.replace(sent(HOME, PAGE), headers=headers)
    assert judge(site(KNOWN, served(KNOWN), **{HOME: changed}), KNOWN).headers == ()


def test_judge__the_same_fault_of_many_files_is_one_line():
    bare = site(KNOWN, lambda name: dataclasses.replace(served(KNOWN)(name), headers=()))
    lines = judge(bare, KNOWN).headers
    assert lines[1] == (
        "X-Content-Type-Options: missing at the home page, chats/grok/2026/01-18-cf69a5954609.html, "
        "search/nxa5mlfclp.js and 2 more; should be nosniff"
    )
    assert len(lines) == len(published_headers("x.html")) + 1  # two rules of caching


# --- which files ------------------------------------------------------------------------------------------------------


def test_samples__are_one_of_each_kind(example_site):
    names = [path.relative_to(example_site).as_posix() for path in example_site.rglob("*") if path.is_file()]
    chosen = samples([*names, "404.html", "_headers"])
    assert {name.partition("/")[0] for name in chosen} >= {"index.html", "chats", "search", "files", "feed.xml", "tags"}
    assert sum(name.startswith("files/") for name in chosen) == 2
    assert {"search/manifest.js", "search.html"} < set(chosen)
    assert {"_headers", ".sitegen-manifest.json", "404.html"}.isdisjoint(chosen)
    assert not any(name.startswith("assets/") for name in chosen) and len(chosen) < 20
    assert samples(reversed(names)) == samples(names)


def test_samples__of_a_sealed_site_have_its_header_and_a_part():
    assert samples([*SEALED, "sealed/q.js", "assets/js/a.js"]) == ("index.html", "sealed/header.js", "sealed/p3x9.js")


def test_beginnings__are_bounded_and_a_missing_file_is_said(tmp_path):
    (tmp_path / "a.html").write_bytes(b"x" * (START_SIZE + 5))
    assert beginnings(tmp_path, ["a.html"]) == {"a.html": b"x" * START_SIZE}
    with pytest.raises(OutputError, match=r"b\.html: can't be read: No such file.*; publish again"):
        beginnings(tmp_path, ["b.html"])


# --- real servers -----------------------------------------------------------------------------------------------------


class Host:
    """A server on this machine: what it answers by path, and what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.default: tuple[int, dict[str, str], bytes] = (404, {}, b"no")
        self.asked: list[tuple[str, dict[str, str]]] = []
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                status, headers, body = host.answers.get(self.path, host.default)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}/"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def publish(self, known: Mapping[str, bytes], folder: str = "", *, sealed: bool = False) -> None:
        for name, body in known.items():
            self.answers[f"/{folder}{name}"] = (200, dict(published_headers(name, sealed=sealed)), body)
        self.answers[f"/{folder}"] = self.answers[f"/{folder}index.html"]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def host() -> Iterator[Host]:
    host = Host()
    yield host
    host.close()


@pytest.fixture
def other_host() -> Iterator[Host]:
    host = Host()
    yield host
    host.close()


def test_probe__an_open_site_is_asked_for_more_than_its_home_page(host):
    host.publish(KNOWN)
    result = probe(host.address, KNOWN)
    assert (result.verdict, result.headers) == ("open", ()), result
    paths = [path for path, _ in host.asked]
    assert paths[0] == "/" and {f"/{name}" for name in (*KNOWN, *HOST_FILES, *LEFT_OVER)} < set(paths)
    assert sum(path not in {"/", *(f"/{name}" for name in (*KNOWN, *HOST_FILES, *LEFT_OVER))} for path in paths) == 2


def test_probe__comes_as_a_stranger(host):
    host.default = (401, {"Set-Cookie": "session=1", "WWW-Authenticate": "Basic"}, b"")
    assert probe(host.address, KNOWN).verdict == "gated"
    for _, headers in host.asked:
        assert {"cookie", "authorization", "referer"}.isdisjoint(headers)


def test_probe__a_sealed_site_in_a_folder_of_its_host(host):
    host.publish(SEALED, "chats/", sealed=True)
    result = probe(f"{host.address}chats/index.html", SEALED)
    assert (result.verdict, result.headers) == ("sealed", ()), result
    assert all(path.startswith("/chats/") for path, _ in host.asked)


def test_probe__addresses_without_their_ending_are_followed(host):
    """As Cloudflare Pages sends its pages."""
    host.publish(KNOWN)
    name = "chats/grok/2026/01-18-cf69a5954609"
    host.answers[f"/{name}"] = host.answers[f"/{name}.html"]
    host.answers[f"/{name}.html"] = (308, {"Location": f"/{name}"}, b"")
    result = probe(host.address, KNOWN)
    assert (result.verdict, result.headers) == ("open", ()), result


def test_probe__follows_to_a_login_on_the_same_host_and_asks_no_other(host, other_host):
    host.default = (302, {"Location": "/login?to=%2F"}, b"")
    host.answers["/login?to=%2F"] = (200, {}, LOGIN)
    result = probe(host.address, KNOWN)
    assert (result.verdict, result.lines) == (
        "gated", (f"every address that was asked for leads to a login: {host.address}login",),
    )  # fmt: skip
    host.default = (302, {"Location": other_host.address.replace("127.0.0.1", "localhost")}, b"")
    assert probe(host.address, KNOWN).verdict == "unclear"
    assert other_host.asked == []


@pytest.mark.parametrize(
    ("here", "there", "followed"),
    [
        ("http://a.example/", "https://a.example/", True),
        ("https://a.example/", "https://A.example:8443/x", True),
        ("https://a.example/", "http://a.example/", False),
        ("https://a.example/", "https://www.a.example/", False),
        ("https://a.example/", "file:///etc/passwd", False),
        ("https://a.example/", "javascript:1", False),
    ],
)
def test_probe__redirects_stay_on_the_host_and_on_https(here, there, followed):
    assert may_follow(urlsplit(here), urlsplit(there)) == followed


def test_probe__redirects_in_a_circle_end(host):
    host.default = (302, {"Location": "/"}, b"")
    answer = ask_top(host)
    assert (answer.status, answer.trouble) == (0, "more than 5 redirects, one after the other")
    assert len(host.asked) == 6


@pytest.mark.parametrize("location", ["ftp://127.0.0.1/", "javascript:1", "//[", "http://[::1", "mailto:a@b"])
def test_probe__redirects_to_nowhere_are_followed_nowhere(host, location):
    host.default = (302, {"Location": location}, b"")
    assert probe(host.address, KNOWN).verdict == "unclear"
    assert {path for path, _ in host.asked[:1]} == {"/"}


def test_probe__reads_no_more_than_the_beginning(host):
    host.answers["/"] = (200, {}, PAGE + b"x" * 3_000_000)
    answer = ask_top(host)
    assert answer.start == (PAGE + b"x" * 3_000_000)[:START_SIZE]


def ask_top(host: Host) -> Answer:
    return ask(urlsplit(host.address), HOME, 30)


def test_probe__a_host_that_says_nothing_is_asked_once():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        result = probe(f"http://127.0.0.1:{silent.getsockname()[1]}/", KNOWN, timeout=0.2)
    assert result == Result("unclear", ("no answer for the home page: timed out",))


def test_probe__a_host_that_drips_is_given_up():
    stop = threading.Event()

    def drip(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection, contextlib.suppress(OSError):  # the other end may be gone
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            for _ in range(500):
                if stop.wait(0.02):
                    return
                connection.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drip, args=(listening,), daemon=True)
        thread.start()
        result = probe(f"http://127.0.0.1:{listening.getsockname()[1]}/", KNOWN, timeout=0.5)
        stop.set()
        thread.join()
    assert result == Result("unclear", ("no answer for the home page: timed out",))


def test_probe__nobody_there():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    result = probe(f"http://127.0.0.1:{port}/", KNOWN)
    assert result.verdict == "unclear" and "refused" in result.lines[0]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("chats.example.org", "not an address that can be asked; write it as https://"),
        ("ftp://chats.example.org/", "not an address that can be asked"),
        ("https://", "not an address that can be asked"),
        ("https://chats.example.org:port/", "not an address: "),
        ("https://[::1/", "not an address: "),
        (f"https://{'a' * 70}.example.org/", "not an address: "),
        ("https://reader:secret@chats.example.org/", "holds a name or password"),
        ("https://reader:secret@chats.example.org:port/", "not an address: "),
        ("reader:secret@chats.example.org", "not an address that can be asked"),
        ("https://chats.example.org/?q=1", "leave out what follows"),
        ("https://chats.example.org/#top", "leave out what follows"),
    ],
)
def test_probe__addresses_that_can_not_be_used_are_refused(address, said):
    with pytest.raises(ConfigError, match=said) as caught:
        probe(address, KNOWN)
    assert "secret" not in str(caught.value)
