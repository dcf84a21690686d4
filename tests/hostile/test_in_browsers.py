"""The hostile pages in Chromium and in Firefox, from disk and from a host, with their policy and without: no script
runs, nothing outside the site is asked for, no page is left, and what frames each page stays whole."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from cases_large import CASES as LARGE
from cases_search import CASES as SEARCHES
from firefox import Firefox
from hostile_browsers import CLIPPED, STRANGE, TURNED, InChromium, InFirefox, as_it_must_be, hosted, is_of_tests, proxy
from hostile_pages import (
    NAMES,
    TOGETHER,
    files_shown,
    hostile_sites,
    page_of,
    path_of,
    said_everywhere,
    said_once,
    said_together,
)
from playwright.sync_api import Browser, Page

from sitegen.headers import is_download

PLACES = [(where, policy) for where in ("disk", "host") for policy in ("policy", "no policy")]

#: Pages that hold many cases: the conversations that share all texts, all files, and lists of every title.
MANY = (
    *(path_of(said_together(place)) for place in TOGETHER),
    path_of(files_shown()[0]),
    *("index.html", "dates/2026/03.html", "folders/index.html", "imports/index.html"),
)


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The hostile site, and the same without a policy in its pages."""
    return hostile_sites(tmp_path_factory)


@pytest.fixture
def top(request: pytest.FixtureRequest, sites: tuple[Path, Path]) -> Iterator[str]:
    """The address of the hostile site's top: from disk or at a host, with a policy or without."""
    where, policy = request.param
    site = sites[policy == "no policy"]
    if where == "disk":
        yield site.as_uri() + "/"
        return
    with hosted(site, has_policy=policy == "policy") as address:
        yield address


everywhere = pytest.mark.parametrize("top", PLACES, indirect=True, ids=" with ".join)
unprotected = pytest.mark.parametrize("top", [("disk", "no policy")], indirect=True, ids=[""])

# --- Chromium --------------------------------------------------------------------------------------------------------


def test_chromium__is_seen_when_something_runs_or_is_asked_for(page: Page, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        "<header></header><main></main><main></main><img src=nowhere onerror=window.OWNED=1>"
        "<img src=https://outside.example/x><script>y.z</script>"
    )
    top = tmp_path.as_uri() + "/"
    browser = InChromium(page, top)
    assert browser.open(top + "page.html")[:5] == ["number", 1, 2, 0, 1]
    assert "https://outside.example/x" in browser.faults() and "y is not defined" in browser.faults()


@everywhere
def test_chromium__nothing_runs_loads_or_leads_away(page: Page, top: str) -> None:
    browser = InChromium(page, top)
    for path in MANY:
        assert browser.open(top + path) == as_it_must_be(top + path)
    assert browser.faults() == []


@unprotected
@pytest.mark.parametrize("part", range(4))
def test_chromium__each_case_alone(page: Page, top: str, part: int) -> None:
    browser = InChromium(page, top)
    for name in NAMES[part::4]:
        address = top + path_of(said_everywhere(name))
        assert browser.open(address) == as_it_must_be(address), name
    assert browser.faults() == []


# --- Firefox ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Firefox, list[str]]]:
    """One for all tests of this file, and what its proxy was asked for."""
    with ExitStack() as open_, proxy() as (port, asked):
        settings = {"network.proxy.http_port": port, "network.proxy.ssl_port": port}
        browser = Firefox(tmp_path_factory.mktemp("firefox") / "profile", settings, is_open=True)
        open_.callback(browser.quit)
        yield browser, asked


@pytest.mark.firefox
def test_firefox__is_seen_when_something_runs_or_is_asked_for(
    firefox: tuple[Firefox, list[str]], tmp_path: Path
) -> None:
    (tmp_path / "page.html").write_text(
        "<!doctype html><meta http-equiv=Content-Security-Policy content=\"media-src 'none'\">"
        "<header></header><main><p style='color:red'></p></main><img src=nowhere onerror=window.OWNED=1>"
        "<img src=http://outside.example/x><img srcset='https://secure.example/y 1x'><script>y.z</script>"
        "<video src=https://media.example/z></video>"
    )
    top = tmp_path.as_uri() + "/"
    browser = InFirefox(*firefox, top)
    assert browser.open(top + "page.html")[:6] == ["number", 1, 1, 0, 1, 1]
    faults = browser.faults()
    # It may try https first.
    for seen in ("outside.example", "secure.example", "y is not defined", "media-src"):
        assert any(seen in fault for fault in faults), seen
    assert "media.example:443" not in faults


def test_proxy__tells_hosts_of_cases_from_others() -> None:
    assert is_of_tests("http://a.example/x") and is_of_tests("outside.example:443")
    assert not is_of_tests("http://detectportal.test/a.example") and not is_of_tests("host.test:443")


@pytest.mark.firefox
@everywhere
def test_firefox__nothing_runs_loads_or_leads_away(firefox: tuple[Firefox, list[str]], top: str) -> None:
    browser = InFirefox(*firefox, top)
    for path in MANY:
        assert browser.open(top + path) == as_it_must_be(top + path)
    assert browser.faults() == []


# --- stored files ----------------------------------------------------------------------------------------------------

#: Documents that run nothing.
INERT = re.compile(r"kept|text/plain|image/(?!svg)\S+|audio/\S+|video/\S+|application/(?:pdf|ogg)")


def stored_files_run_nothing(browser: InChromium | InFirefox, top: str) -> None:
    """Follows each link to a stored file. All of these texts would set a flag, or ask for something, if they ran."""
    address = top + path_of(files_shown()[0])
    assert browser.open(address) == as_it_must_be(address)
    links = browser.run("return Array.from(document.querySelectorAll('main a[href*=\"/files/\"]'), (a) => a.href)")
    assert isinstance(links, list)
    if top.startswith("file:") and isinstance(browser, InFirefox):
        # Of a file on the disk that it can't show, it asks what to do with it.
        links = [link for link in links if not link.endswith(".bin")]
    followed = {link.rpartition("/")[2]: browser.follow(link) for link in sorted(set(links))}
    assert len(followed) > 25
    assert [name for name, (_, flag) in followed.items() if flag != "undefined"] == []
    kinds = {name: str(kind) for name, (kind, _) in followed.items()}
    assert [name for name, kind in kinds.items() if not INERT.fullmatch(kind)] == []
    # What no page shows is for downloading, where the site comes from a host.
    assert [name for name in kinds if top.startswith("http") and is_download(f"files/{name}") != (kinds[name] == "kept")
            and not name.endswith((".wav", ".flac"))] == []  # fmt: skip
    assert browser.open(address) == as_it_must_be(address)
    assert browser.faults() == []


@pytest.mark.parametrize("top", [("disk", "no policy"), ("host", "no policy")], indirect=True, ids=["disk", "host"])
def test_chromium__stored_files_run_nothing(page: Page, top: str) -> None:
    stored_files_run_nothing(InChromium(page, top), top)


@pytest.mark.firefox
@pytest.mark.parametrize("top", [("disk", "no policy"), ("host", "no policy")], indirect=True, ids=["disk", "host"])
def test_firefox__stored_files_run_nothing(firefox: tuple[Firefox, list[str]], top: str) -> None:
    stored_files_run_nothing(InFirefox(*firefox, top), top)


# --- the search, and places in pages ---------------------------------------------------------------------------------

QUERIES = [case for case in SEARCHES if str(case.payload).startswith("?q")]
LANDINGS = [case for case in SEARCHES if str(case.payload).startswith(("?mark", "#"))]


def search_shows_text_as_text(browser: InChromium | InFirefox, top: str) -> None:
    """Asks by the address and looks. After what could keep the page busy, something plain is asked for by hand."""
    for case in QUERIES:
        browser.open(f"{top}search.html{case.payload}")
        browser.wait("return /\\d|Nothing|can.t/.test(document.querySelector('[data-search-status]').textContent)")
        assert browser.run(f"return [typeof window.OWNED, document.querySelectorAll(`{STRANGE}`).length]") == [
            *("undefined", 0),
        ], case.name
        if not case.name.startswith(("query-many", "query-only", "query-regex", "query-too")) or "&" in str(
            case.payload
        ):
            continue
        browser.run(
            "const field = document.querySelector('[data-search-query]'); field.value = 'haystack';"
            "field.dispatchEvent(new Event('input'))"
        )
        marks = "Array.from(document.querySelectorAll('.results mark'), (mark) => mark.textContent)"
        browser.wait(f"return {marks}.includes('haystack')")
    assert browser.faults() == []


def places_are_ids_and_marks_are_words(browser: InChromium | InFirefox, top: str) -> None:
    """Opens a conversation at hostile places."""
    page = top + path_of(said_everywhere("snippet-html"))
    for case in LANDINGS:
        browser.open(page + str(case.payload))
        if str(case.payload).startswith("?mark"):
            browser.wait("return document.querySelectorAll('main mark').length > 3")
            assert browser.run("return document.querySelectorAll('mark *').length") == 0
        assert browser.run("return [typeof window.OWNED, document.querySelectorAll('main').length]") == ["undefined", 1]
        # In words, the place is what was asked for; browsers encode it.
        assert str(browser.run("return location.href")).startswith(page + str(case.payload)[0])
    assert browser.faults() == []


@unprotected
def test_chromium__search_shows_text_as_text(page: Page, top: str) -> None:
    search_shows_text_as_text(InChromium(page, top), top)
    places_are_ids_and_marks_are_words(InChromium(page, top), top)


@pytest.mark.firefox
@unprotected
def test_firefox__search_shows_text_as_text(firefox: tuple[Firefox, list[str]], top: str) -> None:
    search_shows_text_as_text(InFirefox(*firefox, top), top)
    places_are_ids_and_marks_are_words(InFirefox(*firefox, top), top)


# --- pages that run what a model wrote -------------------------------------------------------------------------------

#: Their documents try to reach the page around them, to leave, or to load.
RUN = (
    *(name for name in NAMES if name.startswith("artifact-")),
    *("html-refresh", "html-base", "html-srcset", "html-preload", "html-frames", "html-form", "html-template"),
)


def viewers_keep_what_runs_in_them(browser: InChromium | InFirefox, top: str, site: Path) -> None:
    for name in RUN:
        path = min((site / "run" / said_everywhere(name).key).glob("*.html"))
        address = top + path.relative_to(site).as_posix()
        browser.open(address)
        look = "return [typeof window.OWNED, document.querySelectorAll('body > main > iframe').length, location.href]"
        assert browser.run(look) == ["undefined", 1, address], name


@pytest.mark.parametrize("top", [("disk", "policy"), ("host", "policy")], indirect=True, ids=["disk", "host"])
def test_chromium__viewers_keep_what_runs_in_them(browser: Browser, top: str, sites: tuple[Path, Path]) -> None:
    # It tells of requests that a policy stops; what gets out is asked of the proxy.
    with proxy() as (port, asked):
        context = browser.new_context(proxy={"server": f"http://127.0.0.1:{port}", "bypass": "127.0.0.1"})
        page = context.new_page()
        page.goto("data:text/html,<img src=http://control.example/x>")
        page.wait_for_timeout(100)
        viewers_keep_what_runs_in_them(InChromium(page, top), top, sites[0])
        page.wait_for_timeout(300)
        context.close()
    # It connects ahead to where a frame wants to go, before its policy refuses that. Nothing is asked there: of a host
    # without TLS the proxy would be asked for the whole address.
    assert {address for address in asked if is_of_tests(address)} <= {"http://control.example/x", "outside.example:443"}
    assert "http://control.example/x" in asked


@pytest.mark.firefox
@pytest.mark.parametrize("top", [("disk", "policy"), ("host", "policy")], indirect=True, ids=["disk", "host"])
def test_firefox__viewers_keep_what_runs_in_them(
    firefox: tuple[Firefox, list[str]], top: str, sites: tuple[Path, Path]
) -> None:
    browser, asked = firefox
    viewers_keep_what_runs_in_them(InFirefox(browser, asked, top), top, sites[0])
    time.sleep(0.3)
    assert [address for address in asked if is_of_tests(address)] == []


# --- what is seen ----------------------------------------------------------------------------------------------------


@unprotected
@pytest.mark.parametrize("name", ["direction-marks", "direction-of-host", "model-turns-direction"])
def test_chromium__marks_of_direction_turn_nothing_beside_them(page: Page, top: str, name: str) -> None:
    browser = InChromium(page, top)
    browser.open(top + path_of(said_everywhere(name)))
    assert browser.run(TURNED) == []


@unprotected
def test_chromium__marks_that_pile_up_paint_over_nothing_else(page: Page, top: str, sites: tuple[Path, Path]) -> None:
    browser = InChromium(page, top)
    marks = "\u0301" * 20
    lists = [path.relative_to(sites[0]).as_posix() for path in sorted(sites[0].glob("*/*.html"))
             if marks in path.read_text("utf-8")]  # fmt: skip
    assert len(lists) > 4
    for path in (path_of(said_everywhere("stacked-marks")), "dates/2026/03.html", *lists):
        browser.open(top + path)
        assert browser.run(CLIPPED) == [], path


@unprotected
def test_chromium__a_models_name_stays_inside_the_page(page: Page, top: str) -> None:
    page.goto(top + path_of(said_everywhere("one-long-word")))
    names = page.locator(".fact, .speaker, .message-model, .message-line .flag")
    assert names.count() > 4
    boxes = names.evaluate_all("(all) => all.map((one) => one.getBoundingClientRect().right - innerWidth)")
    assert max(boxes) <= 0


@unprotected
@pytest.mark.parametrize("width", [1000, 390])
def test_chromium__no_word_makes_a_page_wider_than_the_window(
    page: Page, top: str, sites: tuple[Path, Path], width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    word = "a" * 2_000
    lists = [path.relative_to(sites[1]).as_posix() for path in sorted(sites[1].rglob("*.html"))
             if path.relative_to(sites[1]).parts[0] != "run" and word in path.read_text("utf-8")]  # fmt: skip
    assert {path.partition("/")[0] for path in lists} >= {"chats", "dates", "folders", "sources", "tags"}
    for path in lists:
        page.goto(top + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.parametrize("name", ["one-long-line", "only-newlines"])
def test_chromium__a_page_of_a_large_text_opens(page: Page, sites: tuple[Path, Path], name: str) -> None:
    (case,) = (case for case in LARGE if case.name == name)
    path, html = page_of(said_once(case))
    target = sites[1] / path
    target.write_text(html, "utf-8")
    top = sites[1].as_uri() + "/"
    assert InChromium(page, top).open(top + path) == as_it_must_be(top + path)
