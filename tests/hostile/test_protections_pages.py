"""Each protection of pages is missed: with it switched off, the cases that it is for fail, and with it they don't."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import hostile_pages
import pytest
from cases_large import CASES as LARGE
from hostile_browsers import CLIPPED, TURNED, InChromium, is_of_tests, proxy
from hostile_cases import Case, Protection, all_cases
from hostile_pages import TEXTS, build_of, path_of, said_everywhere, said_once, sayable, without_policy
from page_checks import faults_of, feed_faults, file_faults, index_faults, large_faults
from playwright.sync_api import Browser, Page
from protections_pages import FEED, GROWTH, IN_BROWSER, IN_MARKUP, INDEX, LOSS, WITHOUT_ESCAPING

CASES = {case.name: case for case in all_cases()}


@pytest.fixture(autouse=True)
def _own_templates() -> Iterator[None]:
    """Templates are compiled anew, and not kept for other tests."""
    hostile_pages.theme.cache_clear()
    yield
    hostile_pages.theme.cache_clear()


def faults(protection: Protection, case: Case, folder: Path) -> list[str]:
    """What is wrong with a case, as far as a protection counts."""
    if case.kind == "attachment":
        return file_faults(case, folder)
    if protection.name == INDEX:
        return index_faults(TEXTS[case.name])
    if protection.name == FEED:
        return feed_faults(sayable(case.name))
    if protection.name == GROWTH:
        return faults_of(said_once(case), str(case.payload))
    # Alone, what is lost is said nowhere else on the page.
    if case in LARGE or protection.name == LOSS or "without colours" in case.expected:
        return large_faults(case)
    return faults_of(said_everywhere(case.name), TEXTS[case.name], 40)


@pytest.mark.parametrize("protection", IN_MARKUP, ids=lambda protection: protection.name)
def test_protection__is_missed(protection: Protection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cases = [CASES[name] for name in protection.missed_by]
    assert cases
    assert [case.name for case in cases if faults(protection, case, tmp_path)] == []
    protection.switch_off(monkeypatch)
    hostile_pages.theme.cache_clear()
    assert [case.name for case in cases if not faults(protection, case, tmp_path)] == []


# --- what only a browser sees ----------------------------------------------------------------------------------------


def search_faults(page: Page, site: Path, name: str) -> list[str]:
    """Whether something runs when the search quotes a text or a fault of a query; its page has no policy."""
    without_policy(site, site.parent / "unprotected")
    top = (site.parent / "unprotected").as_uri() + "/"
    payload = str(CASES[name].payload)
    browser = InChromium(page, top)
    browser.open(f"{top}search.html{payload if payload.startswith('?') else '?q=haystack'}")
    browser.wait("return document.querySelectorAll('.results mark, [data-search-notes] p').length > 1")
    page.wait_for_timeout(100)
    return ["ran"] if browser.run("return typeof window.OWNED") != "undefined" else []


def place_faults(page: Page, site: Path, name: str) -> list[str]:
    top = site.as_uri() + "/"
    browser = InChromium(page, top)
    browser.open(f"{top}{path_of(said_everywhere('snippet-html'))}{CASES[name].payload}")
    return browser.faults()


def viewer_faults(page: Page, site: Path, name: str) -> list[str]:
    """Whether what runs reached the page around it, or asked a host for something."""
    path = min((site / "run" / said_everywhere(name).key).glob("*.html"))
    browser = page.context.browser
    assert isinstance(browser, Browser)
    with proxy() as (port, asked):
        context = browser.new_context(proxy={"server": f"http://127.0.0.1:{port}"})
        own = context.new_page()
        own.goto(path.as_uri())
        own.wait_for_timeout(300)
        flag = own.evaluate("typeof window.OWNED")
        context.close()
    return [*(address for address in asked if is_of_tests(address)), *(["reached"] if flag != "undefined" else [])]


def seen_faults(look: str) -> Callable[[Page, Path, str], list[str]]:
    def found(page: Page, site: Path, name: str) -> list[str]:
        top = site.as_uri() + "/"
        browser = InChromium(page, top)
        browser.open(top + path_of(said_everywhere(name)))
        seen = browser.run(look)
        assert isinstance(seen, list)
        return [str(one) for one in seen]

    return found


LOOKS: dict[str, Callable[[Page, Path, str], list[str]]] = {
    **dict.fromkeys(("snippet-html", "query-fault-html"), search_faults),
    **dict.fromkeys(("hash-html", "hash-selector"), place_faults),
    **dict.fromkeys(("artifact-reaches-page", "artifact-leaves-plainly"), viewer_faults),
    "direction-of-host": seen_faults(TURNED),
    "stacked-marks": seen_faults(CLIPPED),
}
SAID = ("snippet-html", "artifact-reaches-page", "artifact-leaves-plainly", "direction-of-host", "stacked-marks")


def site_in(folder: Path) -> Path:
    return build_of(map(said_everywhere, SAID), folder)


def test_browser__sees_no_fault_with_all_protections(page: Page, tmp_path: Path) -> None:
    site = site_in(tmp_path)
    names = [name for protection in IN_BROWSER for name in protection.missed_by]
    for number, name in enumerate(names):
        copy = tmp_path / str(number) / "site"
        copy.parent.mkdir()
        copy.symlink_to(site)
        assert LOOKS[name](page, copy, name) == [], name


@pytest.mark.parametrize("protection", IN_BROWSER, ids=lambda protection: protection.name)
def test_protection__is_missed_in_a_browser(
    protection: Protection, page: Page, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    protection.switch_off(monkeypatch)
    site = site_in(tmp_path)
    for number, name in enumerate(protection.missed_by):
        copy = tmp_path / str(number) / "site"
        copy.parent.mkdir()
        copy.symlink_to(site)
        assert LOOKS[name](page, copy, name) != [], name


def test_policy__stops_a_script_that_got_into_a_page(
    page: Page, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    WITHOUT_ESCAPING(monkeypatch)
    site = build_of([said_everywhere("html-script")], tmp_path)
    without_policy(site, tmp_path / "unprotected")
    path = path_of(said_everywhere("html-script"))
    page.goto((site / path).as_uri())
    assert page.locator("script:not([src])").count() > 0
    assert page.evaluate("typeof window.OWNED") == "undefined"
    page.goto((tmp_path / "unprotected" / path).as_uri())
    assert page.evaluate("typeof window.OWNED") == "number"
