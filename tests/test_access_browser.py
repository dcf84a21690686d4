"""The pages for people who read and move otherwise: axe-core's rules, keys alone, large text, forced colours, and texts
that run from right to left."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from conftest import ROOT, Watched
from makers import conversation, dialogue
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect

from sitegen.archive.store import Archive
from sitegen.build import build_site
from sitegen.config import load_config
from sitegen.model import Project

THEMES = sorted(path.parent.name for path in (ROOT / "themes").glob("*/theme.toml"))
DESKTOP = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=360, height=740)
# What a window of 1280 by 720 shows at 200 %.
ZOOMED = ViewportSize(width=640, height=360)


def kinds_of_page(site: Path) -> dict[str, str]:
    """An address of each kind of page, and of a conversation of each provider that has the most in it."""
    chats = {
        source.name: max(source.rglob("*.html"), key=lambda path: path.stat().st_size)
        for source in sorted((site / "chats").iterdir())
    }
    return {
        "home": "index.html",
        "dates": "dates/index.html",
        "year": "dates/2026/index.html",
        "month": "dates/2026/03.html",
        "folders": "folders/index.html",
        "folder": only(site, "folders/home-????????????.html"),
        "sources": "sources/index.html",
        "source": "sources/claude.html",
        "imports": "imports/index.html",
        "import": max((site / "imports").glob("[!i]*.html")).relative_to(site).as_posix(),
        "search": "search.html",
        "results": "search.html?q=garden",
        "right to left": only(site, "chats/grok/2025/11-14-*.html"),
        "wide code": only(site, "chats/grok/2026/04-21-*.html"),
        **{source: path.relative_to(site).as_posix() for source, path in chats.items()},
    }


def only(site: Path, pattern: str) -> str:
    (path,) = site.glob(pattern)
    return path.relative_to(site).as_posix()


@pytest.fixture(scope="session")
def site_of(example_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The example site in a theme, built once each."""
    built = {"default": example_site}

    def site(theme: str) -> Path:
        if theme not in built:
            folder = tmp_path_factory.mktemp(theme)
            config = load_config(ROOT / "example_export" / "sitegen.toml")
            with Archive(example_site.parent / "archive", "Europe/Berlin") as archive:
                build_site(archive, folder, msgspec.structs.replace(config, theme=theme), jobs=1)
            built[theme] = folder
        return built[theme]

    return site


# --- axe -------------------------------------------------------------------------------------------------------------

# A heading of a formula has no text in axe's eyes, which doesn't read MathML.
LEFT_OUT = {("empty-table-header", "math")}
# What dark colours can change.
COLOURS = ("color-contrast", "link-in-text-block")


def violations(page: Page, *rules: str) -> list[str]:
    """What axe-core finds on a page, by all of its rules or by these: rule and element."""
    options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = []
    for rule in page.evaluate("(options) => axe.run(options)", options)["violations"]:
        found += [
            f"{rule['id']}: {node['html'][:200]}"
            for node in rule["nodes"]
            if not any(rule["id"] == name and f"<{inside}" in node["html"] for name, inside in LEFT_OUT)
        ]
    return found


@pytest.fixture
def unguarded(browser: Browser) -> Iterator[BrowserContext]:
    """A context that lets axe into pages whose policy allows no script but theirs."""
    context = browser.new_context(bypass_csp=True)
    yield context
    context.close()


def open_page(context: BrowserContext, site: Path, address: str) -> Page:
    page = context.new_page()
    page.goto(f"{site.as_uri()}/{address}")
    if address.startswith("search.html?"):
        expect(page.locator("[data-search-results] a").first).to_be_visible()
    return page


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach((fold) => (fold.open = true))")
    settle(page)


def settle(page: Page) -> None:
    """Lets observers tell what came of a change, and colours fade into each other."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    # Their promises are not waited for: one of an element that is no longer drawn need never be kept.
    for _ in range(200):
        if page.evaluate("document.getAnimations().every((animation) => animation.playState !== 'running')"):
            return
        page.wait_for_timeout(20)
    raise AssertionError("the colours come to no rest")


def looked_at(site: Path, theme: str) -> dict[str, str]:
    """The pages that axe looks at in a theme: of one that is nothing but style sheets, those that show a class which no
    page before them has, and what scripts fill. Elements, texts and names are those of the default theme."""
    pages = kinds_of_page(site)
    if theme == "default" or any(path.suffix in (".html", ".js") for path in (ROOT / "themes" / theme).rglob("*")):
        return pages
    classes = {
        kind: {
            name
            for names in re.findall(r'class="([^"]*)"', (site / address).read_text("utf-8"))
            for name in names.split()
        }
        for kind, address in pages.items()
        if "?" not in address
    }
    seen: set[str] = set()
    kept = set(pages) - classes.keys()
    for kind in sorted(classes, key=lambda kind: -len(classes[kind])):
        if not classes[kind] <= seen:
            kept.add(kind)
            seen |= classes[kind]
    return {kind: address for kind, address in pages.items() if kind in kept}


@pytest.mark.parametrize("theme", THEMES)
def test_access__axe_finds_nothing_in_light_and_dark(unguarded: BrowserContext, site_of: Callable, theme: str):
    site = site_of(theme)
    found = {}
    for kind, address in looked_at(site, theme).items():
        page = open_page(unguarded, site, address)
        page.set_viewport_size(DESKTOP)
        page.emulate_media(color_scheme="light")
        settle(page)
        is_folded = address.startswith("chats/")
        if theme == "default" or not is_folded:
            found[kind, "light"] = violations(page)
        if is_folded:
            unfold(page)
            found[kind, "unfolded"] = violations(page)
        page.emulate_media(color_scheme="dark")
        settle(page)
        found[kind, "dark"] = violations(page, *COLOURS)
        page.close()
    assert {place: rules for place, rules in found.items() if rules} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_access__axe_finds_nothing_on_a_phone(unguarded: BrowserContext, site_of: Callable, theme: str):
    site = site_of(theme)
    pages = looked_at(site, theme)
    found = {}
    for kind in {"home", "month", "folder", "import", "results", "claude", "wide code"} & pages.keys():
        page = open_page(unguarded, site, pages[kind])
        page.set_viewport_size(PHONE)
        unfold(page)
        found[kind] = violations(page)
        page.close()
    assert {place: rules for place, rules in found.items() if rules} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_access__axe_finds_nothing_in_what_the_bar_opens(unguarded: BrowserContext, site_of: Callable, theme: str):
    page = open_page(unguarded, site_of(theme), "index.html")
    page.emulate_media(color_scheme="light")
    page.get_by_text("Display", exact=True).click()
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    settle(page)
    assert violations(page, *COLOURS) == []
    page.emulate_media(color_scheme="light")
    page.get_by_role("button", name="Show the keyboard shortcuts").click()
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    settle(page)
    assert violations(page, *COLOURS) == []


# --- headings and landmarks ------------------------------------------------------------------------------------------


def test_access__headings_of_messages_name_number_and_author(page: Page, watched: Watched, example_site: Path):
    page.goto((example_site / only(example_site, "chats/grok/2025/03-08-*.html")).as_uri())
    headings = page.locator(".transcript > .turn > .message:not(:has(> .hidden-message)) > header > h2")
    names = [" ".join(text.split()) for text in headings.all_text_contents()]
    assert len(names) > 2
    assert names == [f"{place}. {name.partition('. ')[2]}" for place, name in enumerate(names, 1)]
    assert names[0] == "1. You"
    first = page.locator("[data-message]").first
    expect(first).to_have_accessible_name("1. You")


def main_of(path: Path) -> str:
    return path.read_text("utf-8").partition("<main")[2].partition("</main>")[0]


def test_access__every_heading_in_a_message_stands_below_the_messages_own(example_site: Path):
    seen = 0
    for path in sorted((example_site / "chats").rglob("*.html")):
        levels = [int(level) for level in re.findall(r"<h([1-6])\b", main_of(path))]
        assert levels[0] == 1
        assert levels.count(1) == 1
        # None leaves a level out, so that each has something that it stands under.
        assert all(after - before <= 1 for before, after in pairwise(levels)), (path, levels)
        assert set(re.findall(r'<h2 [^>]*?class="(\w+)', main_of(path))) <= {"speaker"}, path
        seen += sum(level > 2 for level in levels)
    assert seen > 10


def test_access__places_on_a_page_have_names_of_their_own(page: Page, watched: Watched, example_site: Path):
    places = (
        "Array.from(document.body.children).every((part) => part.matches('header, main, footer, dialog, .skip-link'))"
    )
    for address in kinds_of_page(example_site).values():
        page.goto(f"{example_site.as_uri()}/{address}")
        names = page.evaluate("Array.from(document.querySelectorAll('nav'), (nav) => nav.ariaLabel)")
        assert all(names), address
        assert len(names) == len(set(names)), address
        assert page.locator("main").count() == 1, address
        assert page.evaluate(places), address


# --- scripts that run from right to left -----------------------------------------------------------------------------

ARABIC = "كيف أقرأ ملف CSV باستخدام pandas؟"
HEBREW = "איך מתקינים Python 3.12 במחשב?"


PERSIAN_FOLDER = "خانه (ویرایش ۲)"


@pytest.fixture(scope="module")
def mixed_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of two conversations whose titles, texts, code and folder mix directions."""
    folder = tmp_path_factory.mktemp("mixed")
    answer = f"# {ARABIC}\n\nPlain English first.\n\n{HEBREW}\n\n- {HEBREW}\n\n```python\nprint('שלום')\n```\n"
    project = Project("p", PERSIAN_FOLDER)
    with Archive(folder / "archive", "Europe/Berlin") as archive:
        with archive.transaction():
            archive.put(conversation(ARABIC, *dialogue(HEBREW, answer, ARABIC, "Done"), id="a", project=project))
            archive.put(conversation(HEBREW, *dialogue(ARABIC, answer), id="h", project=project))
        build_site(archive, folder / "site", load_config(None), jobs=1)
    return folder / "site"


def direction(place: Locator) -> str:
    return str(place.evaluate("(element) => getComputedStyle(element).direction"))


def test_access__each_text_has_its_own_direction(page: Page, mixed_site: Path):
    (path,) = (mixed_site / "chats").rglob(f"*{key_of(mixed_site, ARABIC)}.html")
    page.goto(path.as_uri())
    assert direction(page.locator("html")) == "ltr"
    assert direction(page.locator("h1")) == "rtl"
    answer = page.locator(".message-assistant").first
    assert direction(answer.locator("h3")) == "rtl"
    assert direction(answer.get_by_text("Plain English first.")) == "ltr"
    assert direction(answer.locator("p", has_text=HEBREW)) == "rtl"
    assert direction(answer.locator("li", has_text=HEBREW)) == "rtl"
    assert direction(answer.locator("pre code")) == "ltr"
    assert answer.locator("pre code").get_attribute("translate") == "no"
    assert direction(page.locator(".outline a span").first) == "rtl"
    # What surrounds them keeps its place: the speaker's line begins at the left.
    assert direction(page.locator(".message-line").first) == "ltr"


def key_of(site: Path, title: str) -> str:
    """The end of a conversation's file name."""
    (path,) = (path for path in (site / "chats").rglob("*.html") if f">{title}</h1>" in path.read_text("utf-8"))
    return path.stem[-12:]


def test_access__texts_of_either_direction_are_kept_apart(page: Page, mixed_site: Path):
    """In a line of several texts, none turns the order of the others round."""
    for path in sorted(mixed_site.rglob("*.html")):
        page.goto(path.as_uri())
        loose = page.evaluate(
            """() => {
              const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
              const loose = [];
              while (walker.nextNode()) {
                if (!/[\u0590-\u06ff]/.test(walker.currentNode.data)) continue;
                const around = walker.currentNode.parentElement.closest("[dir], bdi");
                const kept = around && /isolate|plaintext/.test(getComputedStyle(around).unicodeBidi);
                if (!kept) loose.push(walker.currentNode.parentElement.outerHTML);
              }
              return loose;
            }"""
        )
        assert loose == [], path


# --- keys alone ------------------------------------------------------------------------------------------------------


def look(page: Page) -> bytes:
    return page.screenshot(animations="disabled", caret="hide")


def assert_focus_shows(page: Page) -> None:
    """The page looks different with the focus where it is than without it."""
    settle(page)
    focused = look(page)
    page.evaluate("(window.focusedBefore = document.activeElement).blur()")
    assert look(page) != focused, page.evaluate("focusedBefore.outerHTML.slice(0, 200)")
    page.evaluate("focusedBefore.focus({ preventScroll: true })")


def tab_to(page: Page, name: str) -> None:
    """Tabs on to the link or button of this name, with the focus seen at each stop."""
    focus = page.locator(":focus")
    for _ in range(40):
        page.keyboard.press("Tab")
        assert_focus_shows(page)
        if focus.evaluate("(element) => element.innerText.trim()") == name:
            return
    raise AssertionError(f"Tab never came to {name!r}")


def enter(page: Page, heading: str) -> None:
    """Follows the link with the focus, to a page of this heading."""
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(heading)
    page.wait_for_load_state()


def test_access__from_home_to_a_message_and_to_the_search_by_keys_alone(
    page: Page, watched: Watched, example_site: Path
):
    page.goto((example_site / "index.html").as_uri())
    tab_to(page, "Folders")
    enter(page, "Folders")
    tab_to(page, "Garden")
    enter(page, "Garden")
    page.keyboard.press("j")
    assert_focus_shows(page)
    enter(page, page.locator(":focus").inner_text())
    for key in "jjnkp":
        page.keyboard.press(key)
        expect(page.locator("[data-message]:focus")).to_be_in_viewport()
        assert_focus_shows(page)
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    assert_focus_shows(page)
    page.keyboard.type("garden")
    page.keyboard.press("Enter")
    result = page.locator(".result-title").first
    expect(result).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(result).to_be_focused()
    assert_focus_shows(page)
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_be_visible()


def test_access__skip_link_leads_past_the_bar(page: Page, watched: Watched, example_site: Path):
    page.goto((example_site / "dates/index.html").as_uri())
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    assert_focus_shows(page)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("main :focus")).to_be_visible()


def test_access__keys_lead_from_message_to_message(page: Page, watched: Watched, example_site: Path):
    page.set_viewport_size({"width": 1280, "height": 300})
    path = example_site / only(example_site, "chats/grok/2025/03-08-*.html")
    page.goto(path.as_uri())
    focus = page.locator("[data-message]:focus")
    page.keyboard.press("k")
    expect(focus).to_have_count(0)
    page.keyboard.press("j")
    expect(focus).to_have_accessible_name("1. You")
    page.keyboard.press("j")
    expect(focus).to_have_accessible_name("2. Grok")
    page.keyboard.press("n")
    expect(focus).to_have_accessible_name("3. You")
    assert 0 <= focus.evaluate("(message) => message.getBoundingClientRect().top") < 100
    page.keyboard.press("p")
    expect(focus).to_have_accessible_name("1. You")
    # Who has scrolled on goes on from there.
    page.locator("[data-message]").nth(2).evaluate("(message) => message.scrollIntoView()")
    page.keyboard.press("j")
    expect(focus).to_have_accessible_name("4. Grok")


def test_access__a_key_unfolds_everything_and_folds_it_again(page: Page, watched: Watched, example_site: Path):
    page.goto((example_site / kinds_of_page(example_site)["claude"]).as_uri())
    folds = page.locator(".transcript details:not(.branch)")
    page.keyboard.press("o")
    assert folds.evaluate_all("(folds) => folds.length > 0 && folds.every((fold) => fold.open)")
    page.keyboard.press("o")
    assert folds.evaluate_all("(folds) => folds.every((fold) => !fold.open)")


def test_access__keys_lead_from_row_to_row(page: Page, watched: Watched, example_site: Path):
    page.goto((example_site / "sources/claude.html").as_uri())
    rows = page.locator(".row-title")
    for key, place in (("k", None), ("j", 0), ("j", 1), ("j", 2), ("k", 1), ("k", 0), ("k", 0)):
        page.keyboard.press(key)
        if place is None:
            expect(page.locator("main :focus")).to_have_count(0)
        else:
            expect(rows.nth(place)).to_be_focused()


def test_access__a_key_lists_the_keys_and_escape_leads_back(page: Page, watched: Watched, example_site: Path):
    page.goto((example_site / "sources/claude.html").as_uri())
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(dialog).to_be_visible()
    expect(dialog.locator(":focus")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator(".row-title").first).to_be_focused()
    opener = page.get_by_role("button", name="Keyboard shortcuts")
    opener.focus()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Close").press("Enter")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_access__keys_do_nothing_in_fields_and_with_others(page: Page, watched: Watched, example_site: Path):
    page.goto((example_site / "index.html").as_uri())
    field = page.get_by_role("searchbox")
    field.click()
    page.keyboard.type("/jk?")
    expect(field).to_have_value("/jk?")
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+j")
    expect(page.locator("main :focus")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_be_hidden()


def choose(page: Page, group: str, choice: str) -> None:
    page.get_by_text("Display", exact=True).click()
    page.get_by_role("group", name=group).get_by_label(choice, exact=True).check()
    page.keyboard.press("Escape")


def test_access__keys_can_be_switched_off(page: Page, watched: Watched, example_site: Path):
    page.goto((example_site / "sources/claude.html").as_uri())
    choose(page, "Keyboard shortcuts", "Off")
    for address in ("sources/claude.html", kinds_of_page(example_site)["claude"], "search.html?q=garden"):
        page.goto(f"{example_site.as_uri()}/{address}")
        page.evaluate("document.activeElement.blur()")
        for key in "/?jkno":
            page.keyboard.press(key)
        expect(page.get_by_role("dialog")).to_be_hidden()
        assert page.evaluate("document.activeElement === document.body")
    # What is no single character still works, and so does the button.
    page.get_by_role("searchbox").focus()
    expect(page.locator(".result-title").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".result-title").first).to_be_focused()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(page.get_by_role("dialog")).to_be_visible()


# --- what the reader chooses -----------------------------------------------------------------------------------------


def size_of_text(page: Page) -> float:
    return float(page.locator("main p").first.evaluate("(element) => parseFloat(getComputedStyle(element).fontSize)"))


def test_access__size_and_spacing_are_kept_and_nothing_jumps(page: Page, watched: Watched, example_site: Path):
    chat = (example_site / kinds_of_page(example_site)["claude"]).as_uri()
    page.goto(chat)
    plain, height = size_of_text(page), page.evaluate("document.body.scrollHeight")
    choose(page, "Text size", "Larger")
    choose(page, "Spacing", "Compact")
    assert size_of_text(page) > 1.25 * plain
    page.goto(chat)
    assert size_of_text(page) > 1.25 * plain
    assert (
        page.evaluate(
            """() => new Promise((done) => {
          const shifts = [];
          new PerformanceObserver((list) => shifts.push(...list.getEntries().map((entry) => entry.value)))
            .observe({ type: "layout-shift", buffered: true });
          setTimeout(() => done(shifts), 300);
        })"""
        )
        == []
    )
    choose(page, "Text size", "Normal")
    assert size_of_text(page) == plain
    assert page.evaluate("document.body.scrollHeight") < height


def test_access__choices_of_another_page_are_followed(page: Page, watched: Watched, example_site: Path):
    page.goto((example_site / "index.html").as_uri())
    other = page.context.new_page()
    other.goto((example_site / "dates/index.html").as_uri())
    choose(other, "Colours", "Dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    other.close()


def test_access__choices_hold_where_nothing_can_be_kept(page: Page, watched: Watched, example_site: Path):
    page.add_init_script("Storage.prototype.getItem = Storage.prototype.setItem = () => { throw new Error('denied'); }")
    page.goto((example_site / "index.html").as_uri())
    root = page.locator("html")
    choose(page, "Colours", "Dark")
    expect(root).to_have_attribute("data-theme", "dark")
    choose(page, "Text size", "Large")
    expect(root).to_have_attribute("data-size", "large")
    expect(root).to_have_attribute("data-theme", "dark")


def test_access__what_is_kept_is_not_trusted(page: Page, watched: Watched, example_site: Path):
    page.goto((example_site / "index.html").as_uri())
    page.evaluate("localStorage.setItem('sitegen-size', 'enormous')")
    page.reload()
    expect(page.locator("html")).not_to_have_attribute("data-size", "enormous")
    page.get_by_text("Display", exact=True).click()
    expect(page.get_by_label("Normal", exact=True)).to_be_checked()


def test_access__panel_closes_by_escape_and_when_left(page: Page, watched: Watched, example_site: Path):
    page.goto((example_site / "dates/index.html").as_uri())
    summary, panel = page.get_by_text("Display", exact=True), page.get_by_role("group", name="Colours")
    summary.focus()
    page.keyboard.press("Enter")
    expect(panel).to_be_visible()
    page.keyboard.press("Tab")
    assert_focus_shows(page)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Light", exact=True)).to_be_checked()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(summary).to_be_focused()
    page.keyboard.press("Enter")
    page.locator("h1").click()
    expect(panel).to_be_hidden()


# --- large, and in the system's own colours --------------------------------------------------------------------------


def cut_off(page: Page) -> list[str]:
    """What of a page reaches out of the window and can't be scrolled to."""
    found: list[str] = page.evaluate(
        """() => Array.from(document.body.querySelectorAll("*"))
          .filter((element) => element.checkVisibility() && !element.closest(".visually-hidden, svg, math, .skip-link"))
          .filter((element) => {
            // A line of facts begins in the margin: the first dot is clipped off.
            if (element.matches(".facts")) return false;
            const box = element.getBoundingClientRect();
            const left = box.left + parseFloat(getComputedStyle(element).paddingLeft);
            const { right, width } = box;
            if (width === 0 || (left >= -1 && right <= innerWidth + 1)) return false;
            for (let outer = element.parentElement; outer !== document.body; outer = outer.parentElement) {
              if (/auto|scroll|hidden/.test(getComputedStyle(outer).overflowX)) return false;
            }
            return true;
          })
          .map((element) => element.outerHTML.slice(0, 200))"""
    )
    return found


@pytest.mark.parametrize("size", ["", "larger"])
@pytest.mark.parametrize("theme", THEMES)
def test_access__nothing_is_lost_at_200_percent(browser: Browser, site_of: Callable, theme: str, size: str):
    site = site_of(theme)
    context = browser.new_context(viewport=ZOOMED, device_scale_factor=2)
    page = context.new_page()
    for address in kinds_of_page(site).values():
        page.goto(f"{site.as_uri()}/{address}")
        page.evaluate("(size) => (document.documentElement.dataset.size = size)", size)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert cut_off(page) == [], address
        for name in ("Dates", "Folders", "Sources", "Imports", "Search"):
            expect(page.get_by_role("navigation", name="Site").get_by_role("link", name=name)).to_be_in_viewport()
        expect(page.get_by_text("Display", exact=True)).to_be_in_viewport()
    context.close()


def test_access__at_200_percent_panel_and_dialog_can_be_seen_whole(browser: Browser, example_site: Path):
    context = browser.new_context(viewport=ZOOMED, device_scale_factor=2)
    page = context.new_page()
    page.goto((example_site / "dates/index.html").as_uri())
    page.get_by_text("Display", exact=True).click()
    last = page.get_by_role("button", name="Show the keyboard shortcuts")
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport(ratio=1)
    last.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_in_viewport(ratio=1)
    end = dialog.get_by_text("Single keys can be switched off")
    end.scroll_into_view_if_needed()
    expect(end).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    # The bar has no room for the field, so the key leads to the page that has.
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search all conversations")).to_be_focused()
    context.close()


@pytest.mark.parametrize("theme", THEMES)
def test_access__focus_and_current_place_show_in_forced_colours(page: Page, site_of: Callable, theme: str):
    site = site_of(theme)
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    page.goto((site / "sources/claude.html").as_uri())
    for _ in range(6):
        page.keyboard.press("Tab")
        assert_focus_shows(page)
    page.keyboard.press("j")
    assert_focus_shows(page)
    here, elsewhere = (
        page.get_by_role("navigation", name="Site")
        .get_by_role("link", name=name)
        .evaluate("(link) => [getComputedStyle(link).textDecorationLine, getComputedStyle(link).fontWeight]")
        for name in ("Sources", "Dates")
    )
    assert here != elsewhere
    page.get_by_text("Display", exact=True).click()
    chosen, other = (
        page.locator("label", has_text=name).first.evaluate("(label) => getComputedStyle(label).backgroundColor")
        for name in ("System", "Light")
    )
    assert chosen != other
    page.goto((site / kinds_of_page(site)["claude"]).as_uri())
    page.keyboard.press("j")
    assert_focus_shows(page)


@pytest.mark.parametrize("theme", THEMES)
def test_access__nothing_moves_where_less_motion_is_wanted(page: Page, site_of: Callable, theme: str):
    site = site_of(theme)
    page.emulate_media(reduced_motion="reduce")
    for address in kinds_of_page(site).values():
        page.goto(f"{site.as_uri()}/{address}")
        moving = page.evaluate(
            """() => Array.from(document.querySelectorAll("*")).filter((element) => {
              const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(element);
              const lasts = transitionDuration.split(", ").some((duration) => parseFloat(duration) > 0);
              return lasts || animationName !== "none" || scrollBehavior === "smooth";
            }).map((element) => element.outerHTML.slice(0, 200))"""
        )
        assert moving == [], address
