"""The home page and the years' pages in Chromium: their charts on every width, by keyboard, without script."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import Watched
from playwright.sync_api import Browser, Locator, Page, expect

YEAR = "dates/2026/index.html"


def open_page(page: Page, site: Path, path: str = "index.html") -> None:
    page.goto((site / path).as_uri())


@pytest.fixture(params=["index.html", YEAR], ids=["home", "year"])
def charts(request: pytest.FixtureRequest, page: Page, watched: Watched, example_site: Path) -> Page:
    open_page(page, example_site, request.param)
    return page


@pytest.mark.parametrize("width", [320, 360, 390, 600, 768, 1024, 1280, 1900])
def test_charts__the_page_never_scrolls_sideways(charts: Page, width: int):
    charts.set_viewport_size({"width": width, "height": 800})
    charts.evaluate("document.querySelectorAll('details').forEach((details) => (details.open = true))")
    assert charts.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_charts__fit_on_paper(charts: Page):
    charts.set_viewport_size({"width": 643, "height": 971})  # what A4 leaves between its margins
    charts.emulate_media(media="print")
    assert charts.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert charts.locator(".chart-scroll > svg").evaluate("(svg) => svg.getBoundingClientRect().right <= innerWidth")


def test_heatmap__a_narrow_page_shows_the_newest_days_or_january_and_scrolls_in_itself(charts: Page):
    charts.set_viewport_size({"width": 360, "height": 800})
    box = charts.locator(".chart-scroll")
    assert box.evaluate("(element) => element.scrollWidth > element.clientWidth")
    side = "left" if YEAR in charts.url else "right"
    ends = box.evaluate(
        "(element, side) => [element, element.firstElementChild].map((part) => part.getBoundingClientRect()[side])",
        side,
    )
    assert ends[0] == pytest.approx(ends[1], abs=1)
    farthest = charts.locator("[data-marks] a:has(.day)").nth(-1 if side == "left" else 0)
    farthest.focus()
    expect(farthest).to_be_in_viewport()


def test_heatmap__thumbs_can_tell_days_apart(charts: Page):
    charts.set_viewport_size({"width": 390, "height": 800})
    boxes = charts.locator(".chart-scroll .day").evaluate_all(
        "(days) => days.map((day) => day.getBoundingClientRect().x)"
    )
    columns = sorted({round(x, 1) for x in boxes})
    assert min(right - left for left, right in pairwise(columns)) >= 23.9


def test_charts__each_mark_has_a_name_that_says_its_number(charts: Page):
    names = charts.locator(".chart svg a").evaluate_all("(marks) => marks.map((mark) => mark.textContent.trim())")
    assert len(names) > 10
    assert all(name.endswith(("conversation", "conversations")) or ", " in name for name in names)
    for group in charts.locator(".chart svg[role=group]").all():
        expect(group).to_have_accessible_name(re.compile("."))


def test_charts__the_table_says_what_the_marks_say(charts: Page):
    for figure in charts.locator("figure.chart").all():
        marks = figure.locator("svg a").evaluate_all("(marks) => marks.map((mark) => mark.getAttribute('href'))")
        table = figure.locator("table")
        expect(table).to_be_hidden()
        links = table.locator("a").evaluate_all("(links) => links.map((link) => link.getAttribute('href'))")
        assert links == marks
        figure.get_by_text("As a table").click()
        expect(table).to_be_visible()
        expect(table.locator("caption")).not_to_be_empty()


def test_heatmap__a_day_leads_to_its_conversations(page: Page, watched: Watched, example_site: Path):
    open_page(page, example_site)
    day = page.get_by_role("link", name="Thursday, 5 March 2026: 1 conversation")
    day.click()
    expect(page.locator("h1")).to_have_text("March 2026")
    expect(page.locator("#d5")).to_be_in_viewport()


def test_periods__a_column_leads_to_its_month(page: Page, watched: Watched, example_site: Path):
    open_page(page, example_site)
    page.locator(".periods").get_by_role("link", name="May 2026: 5 conversations").click()
    expect(page.locator("h1")).to_have_text("May 2026")


def test_models__a_line_and_a_run_lead_to_the_search(page: Page, watched: Watched, example_site: Path):
    open_page(page, example_site)
    page.get_by_role("link", name="deepseek-reasoner", exact=True).click()
    expect(page.locator("[data-search-status]")).to_contain_text("4 conversations")
    page.go_back()
    page.get_by_role("link", name="deepseek-reasoner, October 2025 to November 2025").click()
    expect(page.locator("[data-search-status]")).to_contain_text("2 conversations")


# --- by keyboard -------------------------------------------------------------------------------------------------


def stops(page: Page, chart: str) -> Locator:
    return page.locator(f"{chart} [data-marks] a:not([tabindex='-1'])")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent")).strip()


def test_keyboard__a_calendar_is_one_stop_and_arrows_go_on(page: Page, watched: Watched, example_site: Path):
    open_page(page, example_site)
    assert stops(page, ".heatmap").count() == 1
    page.locator(".last-imports a").last.focus()
    page.keyboard.press("Tab")
    assert focused(page).startswith("Saturday, 5 September 2026")
    page.keyboard.press("ArrowUp")
    assert focused(page).startswith("Friday, 21 August 2026")
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    assert focused(page).startswith("Friday, 21 August 2026")
    page.keyboard.press("Home")
    first = focused(page)
    page.keyboard.press("ArrowLeft")
    assert focused(page) == first
    assert stops(page, ".heatmap").count() == 1
    page.keyboard.press("Tab")
    assert focused(page) == "As a table"


def test_keyboard__enter_opens_the_day(page: Page, watched: Watched, example_site: Path):
    open_page(page, example_site, YEAR)
    stops(page, ".heatmap").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("September 2026")


def test_keyboard__focus_can_be_seen(page: Page, watched: Watched, example_site: Path):
    open_page(page, example_site)
    page.locator(".last-imports a").last.focus()
    page.keyboard.press("Tab")
    focus = page.evaluate("getComputedStyle(document.activeElement.querySelector('.day')).strokeWidth")
    assert focus == "3px"


def test_without_script__every_mark_can_be_reached(browser: Browser, example_site: Path):
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    open_page(page, example_site)
    marks = page.locator(".chart svg a")
    assert marks.count() == page.locator(".chart svg a:not([tabindex])").count() > 30
    page.get_by_text("As a table").first.click()
    expect(page.locator(".heatmap table")).to_be_visible()
    page.locator(".heatmap table a").last.click()
    expect(page.locator("h1")).to_have_text("September 2026")
    context.close()


# --- colours -----------------------------------------------------------------------------------------------------

CONTRAST = """(element, property) => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const light = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = Array.from(canvas.getImageData(0, 0, 1, 1).data.slice(0, 3), (byte) => {
      const part = byte / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const both = [getComputedStyle(element)[property], getComputedStyle(document.body).backgroundColor].map(light);
  return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours__words_and_marks_stand_out(page: Page, watched: Watched, example_site: Path, scheme: str):
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    open_page(page, example_site)
    for words in (".chart .tick", ".chart .peak"):
        assert page.locator(words).first.evaluate(CONTRAST, "fill") >= 4.5
    for marks in (".period", ".run", ".day-5", ".day-3"):
        assert page.locator(f".chart svg {marks}").first.evaluate(CONTRAST, "fill") >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours__steps_differ_from_each_other_and_from_the_ground(
    page: Page, watched: Watched, example_site: Path, scheme: str
):
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    open_page(page, example_site)
    day = page.locator(".chart-scroll .day").first
    contrasts = [page.locator(".day-empty").evaluate(CONTRAST, "fill")]
    for level in range(1, 6):
        day.evaluate("(element, level) => element.setAttribute('class', 'day day-' + level)", level)
        contrasts.append(day.evaluate(CONTRAST, "fill"))
    assert all(paler * 1.2 < darker for paler, darker in pairwise(contrasts)), contrasts


def test_colours__forced_ones_are_taken(page: Page, watched: Watched, example_site: Path):
    page.emulate_media(forced_colors="active", color_scheme="dark")
    open_page(page, example_site)
    link = page.locator(".source-list a").first.evaluate("(element) => getComputedStyle(element).color")
    expect(page.locator(".chart .period").first).to_have_css("fill", link)
