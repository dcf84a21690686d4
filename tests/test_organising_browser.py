"""Notes and tags of one's own in a real browser, opened from disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Watched
from makers import START, conversation, dialogue
from playwright.sync_api import Page, expect

from sitegen.archive.store import Archive
from sitegen.build import build_site
from sitegen.config import Config
from sitegen.rules import TagRule

TITLES = ("Sourdough starter", "Sourdough timetable", "Sourdough hydration", "Typing in Rust", "Tides")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few conversations, two of them tagged, one with a note."""
    folder = tmp_path_factory.mktemp("organised")
    talks = [conversation(title, *dialogue("Tell me", "Well"), id=title, created=START) for title in TITLES]
    (folder / "notes").mkdir()
    (folder / "notes" / f"{talks[3].key}.md").write_text("Ask the **platypus** about lifetimes.")
    config = Config(tags=(TagRule("to read again", title="*typing*"), TagRule("to read again", title="*tides*")))
    with Archive(folder / "archive", "UTC") as archive:
        with archive.transaction():
            for talk in talks:
                archive.put(talk)
        build_site(archive, folder / "site", config, jobs=1)
    return folder / "site"


@pytest.fixture
def quiet(page: Page, site: Path):
    watch = Watched(page, site.as_uri() + "/")
    yield page
    watch.assert_quiet()


def test_browser__note_is_found_and_opened_from_the_result(quiet: Page, site: Path):
    page = quiet
    page.goto((site / "search.html").as_uri())
    page.get_by_role("searchbox").fill("platypus")
    expect(page.locator(".passage")).to_have_text("Your note Ask the platypus about lifetimes.")
    page.locator(".passage").click()
    expect(page.locator("h1")).to_have_text("Typing in Rust")
    assert page.url.endswith("#note")
    note = page.get_by_role("complementary", name="Your note")
    expect(note).to_be_in_viewport()
    expect(note.locator("mark")).to_have_text("platypus")
    expect(note.locator("strong")).to_have_text("platypus")


def test_browser__key_for_a_note_stands_on_the_page(quiet: Page, site: Path):
    path = next(site.glob("chats/**/*.html"))
    quiet.goto(path.as_uri())
    expect(quiet.locator(".page-key code").first).to_have_text(path.stem[-12:])
    assert quiet.get_by_role("complementary").count() == (1 if "platypus" in path.read_text("utf-8") else 0)


def test_browser__from_a_conversation_to_its_tag_and_all_tags(quiet: Page, site: Path):
    page = quiet
    page.goto((site / "dates" / "2026" / "03.html").as_uri())
    row = page.locator("li.row", has_text="Tides")
    expect(row.locator(".row-tags")).to_have_text("to read again")
    row.get_by_role("link", name="Tides").click()
    page.get_by_role("link", name="to read again").click()
    expect(page.locator("h1")).to_have_text("to read again")
    assert sorted(page.locator(".row-title").all_inner_texts()) == ["Tides", "Typing in Rust"]
    page.get_by_role("link", name="Tags").click()
    page.get_by_role("link", name="Unfiled 5").click()
    expect(page.locator("h1")).to_have_text("Unfiled")


@pytest.mark.parametrize("name", ["folders/unfiled.html", "tags/index.html"])
def test_browser__at_phone_width_nothing_scrolls_sideways_and_targets_are_large(quiet: Page, site: Path, name: str):
    page = quiet
    page.set_viewport_size({"width": 360, "height": 700})
    page.goto((site / name).as_uri())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for link in page.locator(".beside a, .suggestions summary").all():
        box = link.bounding_box()
        assert box is not None
        assert box["height"] >= 43


def test_browser__suggested_rule_can_be_copied(quiet: Page, site: Path):
    page = quiet
    page.goto((site / "folders" / "unfiled.html").as_uri())
    assert not page.locator(".suggestions pre").first.is_visible()
    page.get_by_text("Rules that would file some of them").click()
    expect(page.locator(".suggestions pre")).to_have_text('[[folders]]\nname = "Sourdough"\ntitle = "*sourdough*"\n')
    expect(page.locator(".suggestions").get_by_role("button", name="Copy")).to_be_visible()
    expect(page.locator(".suggestions .note").last).to_have_text("Files 3 conversations.")
