"""The watch as a person meets it: a page that is open in Chromium, and changes by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import Watched
from playwright.sync_api import BrowserContext, Page, expect
from test_watch import zipped
from watching_site import DEADLINE, Place, wait_until


class Open(NamedTuple):
    """A watched place, its address, and a page of it that is open in a browser."""

    place: Place
    address: str
    page: Page


@pytest.fixture
def opened(tmp_path: Path, page: Page) -> Iterator[Open]:
    """The site of one export, being watched and served; the page must ask for nothing else and report no error."""
    place = Place(tmp_path)
    (place.inbox / "deepseek.zip").write_bytes(zipped("deepseek"))
    page.set_default_timeout(DEADLINE * 1000)
    expect.set_options(timeout=DEADLINE * 1000)
    with place.served() as address:
        wait_until(lambda: place.builds == 1)
        watched = Watched(page, address)
        page.goto(address)
        yield Open(place, address, page)
        watched.assert_quiet()
        page.close()
    expect.set_options(timeout=None)


def chats(place: Place) -> list[str]:
    return sorted(path.relative_to(place.site).as_posix() for path in (place.site / "chats").rglob("*.html"))


def wait_for_questions(page: Page, count: int = 2) -> None:
    """Until the page has asked whether it is old, and then so many times more."""
    for _ in range(count):
        page.wait_for_event("requestfinished", lambda request: "changed.js" in request.url)


def test_browser__an_export_copied_in_slowly_appears_in_the_open_page(opened: Open):
    place, _, page = opened
    title = page.get_by_role("main").get_by_role("link", name="Go service drops requests on rollout")
    content = zipped("claude-2025")
    target = place.inbox / "claude.zip"
    for part in range(4):
        with target.open("ab") as file:
            file.write(content[len(content) * part // 5 : len(content) * (part + 1) // 5])
        wait_until(lambda part=part: len(place.warned) == part + 1)  # it was opened, and is not whole
        assert place.sources() == {"deepseek"}
    expect(title).to_have_count(0)
    with target.open("ab") as file:
        file.write(content[len(content) * 4 // 5 :])
    expect(title.first).to_be_visible()
    assert place.sources() == {"deepseek", "claude"}


def test_browser__an_edit_of_the_settings_changes_the_title_in_every_open_page(opened: Open, context: BrowserContext):
    place, address, page = opened
    others = [context.new_page() for _ in range(3)]
    for other in others:
        other.goto(address + "search.html")
    place.settings.write_text('title = "Bücher"\n', "utf-8")
    for each in (page, *others):
        expect(each.get_by_role("banner").get_by_role("link", name="Bücher")).to_be_visible()
        each.close()


def test_browser__a_broken_template_leaves_the_page_and_the_next_good_edit_heals(opened: Open, tmp_path: Path):
    place, _, page = opened
    theme = tmp_path / "mine"
    (theme / "templates").mkdir(parents=True)
    (theme / "theme.toml").write_text('name = "mine"\n')
    template = theme / "templates" / "home.html"
    template.write_text('{% extends "default/home.html" %}\n{% block main %}\nFirst\n{% endblock %}\n')
    place.settings.write_text(f"theme = {str(theme)!r}\n", "utf-8")
    expect(page.get_by_role("main")).to_have_text("First")
    template.write_text('{% extends "default/home.html" %}\n{% block main %}\n{{ nonsense }}\n{% endblock %}\n')
    wait_until(lambda: place.warned)
    assert f"{template}, line 3" in place.warned[0]
    wait_for_questions(page)
    expect(page.get_by_role("main")).to_have_text("First")
    template.write_text('{% extends "default/home.html" %}\n{% block main %}\nSecond\n{% endblock %}\n')
    expect(page.get_by_role("main")).to_have_text("Second")


def test_browser__a_page_that_did_not_change_is_left_alone(opened: Open, context: BrowserContext):
    place, address, home = opened
    reading = context.new_page()
    reading.goto(address + chats(place)[0])
    reading.evaluate("window.wasHere = true")
    with home.expect_event("load"):
        (place.inbox / "grok.zip").write_bytes(zipped("grok"))
    wait_for_questions(reading)
    assert reading.evaluate("window.wasHere") is True
    reading.close()


def test_browser__a_page_that_is_loaded_again_comes_back_where_the_reader_was(opened: Open, tmp_path: Path):
    place, address, page = opened
    theme = tmp_path / "mine"
    (theme / "static" / "css").mkdir(parents=True)
    (theme / "theme.toml").write_text('name = "mine"\n')
    place.settings.write_text(f"theme = {str(theme)!r}\n", "utf-8")
    wait_until(lambda: place.builds == 2)
    page.set_viewport_size({"width": 800, "height": 300})
    folded = next(path for path in chats(place) if b"<details" in (place.site / path).read_bytes())
    page.goto(address + folded)
    fold = page.locator("main details").last
    fold.evaluate("fold => { fold.open = true; }")
    anchor = page.locator("main [id^=m]").last
    anchor.evaluate("element => window.scrollBy(0, element.getBoundingClientRect().top + 20)")
    before = anchor.evaluate("element => element.getBoundingClientRect().top")
    # The new style makes everything above higher: the same words must stand at the same place all the same. Not every
    # browser has the anchoring that hides this, and Chromium's comes too late on a busy machine.
    style = "html { overflow-anchor: none; }\nh1 { padding-top: 333px; }\n"
    layout = (place.site / "assets" / "css" / "layout.css").read_text("utf-8")
    with page.expect_event("load"):
        (theme / "static" / "css" / "layout.css").write_text(f"{layout}\n{style}", "utf-8")
    expect(page.locator("h1").first).to_have_css("padding-top", "333px")
    assert abs(anchor.evaluate("element => element.getBoundingClientRect().top") - before) < 3
    assert fold.evaluate("fold => fold.open") is True


def test_browser__a_page_that_was_asked_for_too_early_appears_by_itself(opened: Open):
    place, address, page = opened
    errors_before = len(place.warned)
    other = page.context.new_page()
    other.goto(address + "sources/grok.html")
    expect(other.get_by_role("heading")).to_have_text("This page is not there")
    (place.inbox / "grok.zip").write_bytes(zipped("grok"))
    expect(other.get_by_role("heading", level=1)).to_have_text("Grok")
    assert len(place.warned) == errors_before
    other.close()


def test_browser__pages_of_other_sites_load_nothing_from_here(opened: Open, context: BrowserContext):
    _, address, _ = opened
    elsewhere = context.new_page()
    elsewhere.route("http://elsewhere.example/", lambda route: route.fulfill(body="<p>x</p>", content_type="text/html"))
    elsewhere.goto("http://elsewhere.example/")
    outcome = elsewhere.evaluate(
        """(address) => new Promise((resolve) => {
          const script = document.createElement("script");
          script.src = address + "assets/js/sitegen.js";
          script.onload = () => resolve("loaded");
          script.onerror = () => resolve("refused");
          document.head.append(script);
        })""",
        address,
    )
    assert outcome == "refused"
    elsewhere.close()
