"""The hostile pages in Chromium and in Firefox, from disk and from a host, with their policy and without: no script
runs, nothing outside the site is asked for, no page is left, and what frames each page stays whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from firefox import Firefox
from hostile_browsers import InChromium, InFirefox, as_it_must_be, hosted, is_of_tests, proxy
from hostile_pages import (
    NAMES,
    TOGETHER,
    files_shown,
    hostile_sites,
    path_of,
    said_everywhere,
    said_together,
)
from playwright.sync_api import Page

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


@pytest.mark.browser
def test_chromium__is_seen_when_something_runs_or_is_asked_for(page: Page, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        "<header></header><main></main><main></main><img src=nowhere onerror=window.OWNED=1>"
        "<img src=https://outside.example/x><script>y.z</script>"
    )
    top = tmp_path.as_uri() + "/"
    browser = InChromium(page, top)
    assert browser.open(top + "page.html")[:5] == ["number", 1, 2, 0, 1]
    assert "https://outside.example/x" in browser.faults() and "y is not defined" in browser.faults()


@pytest.mark.browser
@everywhere
def test_chromium__nothing_runs_loads_or_leads_away(page: Page, top: str) -> None:
    browser = InChromium(page, top)
    for path in MANY:
        assert browser.open(top + path) == as_it_must_be(top + path)
    assert browser.faults() == []


@pytest.mark.browser
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
