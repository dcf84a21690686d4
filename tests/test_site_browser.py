"""The example site as a person meets it: opened from disk in Chromium, with the network refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Watched
from playwright.sync_api import Page, expect


def conversations(site: Path, source: str) -> list[Path]:
    return sorted((site / "chats" / source).rglob("*.html"))


@pytest.mark.parametrize("source", ["chatgpt", "claude", "grok", "grok_on_x", "deepseek"])
def test_browser__conversations_of_every_provider(page: Page, watched: Watched, example_site: Path, source: str):
    for path in conversations(example_site, source):
        page.goto(path.as_uri())
        expect(page.locator("main h1")).not_to_be_empty()
        assert page.locator("main [id^=m]").count() > 0
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_browser__every_index_page_at_phone_width(page: Page, watched: Watched, example_site: Path):
    page.set_viewport_size({"width": 390, "height": 844})
    for path in sorted(example_site.rglob("*.html")):
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_browser__from_home_to_a_month_to_a_conversation(page: Page, watched: Watched, example_site: Path):
    page.goto((example_site / "index.html").as_uri())
    page.get_by_role("navigation").first.get_by_role("link", name="Dates").click()
    page.get_by_role("main").get_by_role("link", name="March 2026").first.click()
    expect(page.locator("h1")).to_have_text("March 2026")
    page.get_by_role("link", name="Release checklist").click()
    expect(page.locator("h1")).to_have_text("Release checklist")


def test_browser__from_home_to_a_folder_inside_a_folder(page: Page, watched: Watched, example_site: Path):
    page.goto((example_site / "index.html").as_uri())
    page.get_by_role("main").get_by_role("link", name="Home", exact=True).click()
    expect(page.locator("h1")).to_have_text("Home")
    page.get_by_role("link", name="Heating").first.click()
    expect(page.locator("h1")).to_have_text("Heating")
    expect(page.get_by_role("link", name="Sizing a heat pump for an old brick house")).to_be_visible()


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("users_email_lower_idx", "数据库索引为什么没有用上"),  # in a code block
        ("索引", "数据库索引为什么没有用上"),  # two Han characters
        ("томаты", "Рассада томатов: когда сеять"),
        ("resiliation", "Lettre de résiliation"),  # typed without its accents
        ("summarizing", "Busiest bike-sharing stations"),  # a part of summarizingLong
        ("Notebook zzzz", None),  # nothing holds this
    ],
)
def test_browser__search_finds_the_message_and_opens_it(
    page: Page, watched: Watched, example_site: Path, query: str, title: str | None
):
    page.goto((example_site / "search.html").as_uri())
    page.get_by_role("searchbox").fill(query)
    if title is None:
        expect(page.get_by_role("main")).to_contain_text("Nothing was found")
        return
    result = page.get_by_role("link", name=title).first
    expect(result).to_be_visible()
    page.locator("main a[href*='#m']").first.click()
    expect(page.locator("h1")).to_have_text(title)
    anchor = page.url.partition("#")[2]
    expect(page.locator(f"#{anchor}")).to_be_in_viewport()


def test_browser__chosen_colours_are_remembered_and_need_no_reload(page: Page, watched: Watched, example_site: Path):
    page.emulate_media(color_scheme="light")
    page.goto((example_site / "index.html").as_uri())
    body = page.locator("body")
    light, dark = "rgb(253, 252, 250)", "rgb(22, 22, 20)"
    expect(body).to_have_css("background-color", light)
    page.get_by_text("Display", exact=True).click()
    page.get_by_label("Dark").check()
    # The colours fade, so the new one is there only after some frames.
    expect(body).to_have_css("background-color", dark)
    page.goto((example_site / "search.html").as_uri())
    expect(body).to_have_css("background-color", dark)


def test_browser__without_script_every_message_can_be_read(browser, example_site: Path):
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    paths = sorted((example_site / "chats").rglob("*.html"))
    assert {path.relative_to(example_site).parts[1] for path in paths} >= {"chatgpt", "claude", "deepseek", "grok"}
    for path in paths:
        page.goto(path.as_uri())
        # Folded ones open on a click without any script; nothing else may hide a message.
        closed = page.locator("main [id^=m]:not(details:not([open]) *)")
        for index in range(closed.count()):
            expect(closed.nth(index)).to_be_visible()
    context.close()
