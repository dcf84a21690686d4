"""Every built-in theme in Chromium: nothing scrolls sideways on a phone, and colours as they come out of all
stylesheets together can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from conftest import ROOT, Watched
from playwright.sync_api import Browser, Page
from test_theme import GROUNDS, contrast

from sitegen.theme import available

#: The variables of text as "#rrggbb", the way the page resolves them.
RESOLVED = """names => {
    const probe = document.createElement("span");
    document.body.append(probe);
    const found = names.map(name => {
        probe.style.color = `var(--${name})`;
        const parts = getComputedStyle(probe).color.match(/[0-9]+/g);
        return "#" + parts.slice(0, 3).map(part => Number(part).toString(16).padStart(2, "0")).join("");
    });
    probe.remove();
    return found;
}"""


@pytest.fixture(scope="session")
def themed_site(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The site of example_export/ in a theme, built once for each."""
    import msgspec

    from sitegen.archive.importing import import_export
    from sitegen.archive.store import Archive
    from sitegen.build import build_site
    from sitegen.config import load_config
    from sitegen.readers import find_exports

    folder = tmp_path_factory.mktemp("themes")
    config = load_config(ROOT / "example_export" / "sitegen.toml")
    with Archive(folder / "archive", "Europe/Berlin") as archive:
        for export, recognised in find_exports(ROOT / "example_export"):
            with export:
                import_export(archive, export, recognised)

    @cache
    def built(theme: str) -> Path:
        with Archive(folder / "archive", "Europe/Berlin") as archive:
            build_site(archive, folder / theme, msgspec.structs.replace(config, theme=theme), jobs=1)
        return folder / theme

    return built


@pytest.mark.parametrize("theme", available())
def test_theme__no_page_scrolls_sideways_on_a_phone(page: Page, themed_site: Callable[[str], Path], theme: str):
    site = themed_site(theme)
    watch = Watched(page, site.as_uri() + "/")
    page.set_viewport_size({"width": 360, "height": 780})
    wide = []
    for path in sorted(site.rglob("*.html")):
        page.goto(path.as_uri())
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(path.relative_to(site).as_posix())
    assert wide == []
    watch.assert_quiet()


@pytest.mark.parametrize("theme", available())
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("more", ["no-preference", "more"])
def test_theme__text_can_be_read(page: Page, themed_site: Callable[[str], Path], theme: str, scheme: str, more: str):
    page.emulate_media(color_scheme=scheme, contrast=more)
    page.goto((themed_site(theme) / "index.html").as_uri())
    inks = ("text", "muted", "accent")
    colours = dict(zip((*inks, *GROUNDS), page.evaluate(RESOLVED, [*inks, *GROUNDS]), strict=True))
    ground = colours["ground"]
    assert (contrast(ground, "#000000") > contrast(ground, "#ffffff")) == (scheme == "light")
    wanted = {(ink, ground): 7.0 if ink == "text" or more == "more" else 4.5 for ink in inks for ground in GROUNDS}
    found = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in wanted}
    assert {pair: ratio for pair, ratio in found.items() if ratio < wanted[pair]} == {}


@pytest.mark.parametrize("theme", available())
def test_theme__paper_is_white_with_black_text(page: Page, themed_site: Callable[[str], Path], theme: str):
    page.emulate_media(media="print", color_scheme="dark")
    page.goto((themed_site(theme) / "index.html").as_uri())
    assert page.evaluate(RESOLVED, ["text", "ground", "accent-soft"]) == ["#000000", "#ffffff", "#ffffff"]


@pytest.mark.parametrize("theme", available())
def test_theme__text_grows_with_the_readers_own_size(page: Page, themed_site: Callable[[str], Path], theme: str):
    page.goto(sorted((themed_site(theme) / "chats" / "claude").rglob("*.html"))[0].as_uri())
    size = "parseFloat(getComputedStyle(document.querySelector('.blocks')).fontSize)"
    usual = page.evaluate(size)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate(size) == pytest.approx(2 * usual)


#: Links, buttons and folds that stand alone and are lower than a thumb needs, with their height. What stands in a text
#: has the height of its line; a link can reach further than its words, over its whole row or place.
TOO_LOW = """() => {
    const alone = [...document.querySelectorAll("a, button, summary, select, input:not([type='checkbox'])")].filter(
        (element) => element.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true })
            && !element.closest("svg, .skip-link, .choice, table, .block-text, .document-content, li p, label"));
    return alone.map((element) => {
        const after = getComputedStyle(element, "::after");
        const reaches = after.content !== "none" && after.position === "absolute";
        const above = reaches && element.offsetParent.getBoundingClientRect().height;
        const height = reaches
            ? above - parseFloat(after.insetBlockStart) - parseFloat(after.insetBlockEnd)
            : Math.max(...[...element.getClientRects()].map((box) => box.height));
        return [element.outerHTML.slice(0, 90), Math.round(height)];
    }).filter(([, height]) => height < 44);
}"""
WITH_CONTROLS = (
    *("index.html", "dates/index.html", "dates/2026/05.html", "dates/2026/index.html", "folders/index.html"),
    *("folders/unfiled.html", "sources/claude.html", "imports/index.html"),
    *("chats/chatgpt/2023/05-14-59851815e723.html", "chats/chatgpt/2023/11-04-9d2b9982defb.html"),
    *("chats/claude/2026/08-21-0e41e6beca1d.html", "chats/claude/2026/09-05-b603f2ea1df8.html"),
)


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, offline=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("theme", available())
def test_theme__what_stands_alone_has_a_thumbs_size_on_a_phone(
    phone: Page, themed_site: Callable[[str], Path], theme: str
):
    low = {}
    for path in WITH_CONTROLS:
        phone.goto((themed_site(theme) / path).as_uri())
        phone.evaluate("document.querySelectorAll('details:not(.branch *)').forEach((fold) => { fold.open = true })")
        if found := phone.evaluate(TOO_LOW):
            low[path] = found
    assert low == {}


@pytest.mark.parametrize("theme", available())
@pytest.mark.parametrize("width", [390, 1280])
def test_theme__lists_leave_the_line_above_them_free(
    page: Page, themed_site: Callable[[str], Path], theme: str, width: int
):
    page.set_viewport_size({"width": width, "height": 900})
    for path in ("dates/2026/05.html", "tags/starred-7f3769823909.html", "sources/claude.html"):
        page.goto((themed_site(theme) / path).as_uri())
        box = "(name) => { const { top, bottom } = document.querySelector(name).getBoundingClientRect(); return %s }"
        assert page.evaluate(box % "bottom", ".page-header .note") <= page.evaluate(box % "top", ".group-heading"), path


#: Where each line of the first text that wraps begins, of all elements of a selector.
BEGINNINGS = """(selector) => {
    for (const element of document.querySelectorAll(selector)) {
        const text = [...element.childNodes].find((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
        const range = document.createRange();
        range.setStart(text, text.data.search(/\\S/));
        range.setEnd(text, text.data.trimEnd().length);
        const lines = [...range.getClientRects()].map((box) => Math.round(box.left));
        if (lines.length > 1) return lines;
    }
    return [];
}"""


@pytest.mark.parametrize("theme", available())
def test_theme__lines_of_a_task_begin_below_each_other(
    phone: Page, themed_site: Callable[[str], Path], theme: str
) -> None:
    phone.goto((themed_site(theme) / "chats/chatgpt/2026/03-05-936d7f334e22.html").as_uri())
    lines = phone.evaluate(BEGINNINGS, "li.task")
    assert len(lines) > 1
    assert len(set(lines)) == 1


@pytest.mark.parametrize("theme", available())
def test_theme__no_rule_runs_through_the_sources_of_a_search(
    page: Page, themed_site: Callable[[str], Path], theme: str
):
    page.goto((themed_site(theme) / "chats/chatgpt/2024/01-09-a41d6f8f5815.html").as_uri())
    lists = page.evaluate("""[...document.querySelectorAll(".block-sources > .references")].map((list) => {
        const rule = getComputedStyle(list, "::before");
        return [list.parentElement.className, rule.content === "none" || rule.display === "none"];
    })""")
    assert lists
    assert all(free for _, free in lists), lists


@pytest.mark.parametrize("theme", available())
def test_theme__lists_keep_to_the_paper_with_whole_titles(
    page: Page, themed_site: Callable[[str], Path], theme: str
) -> None:
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 642, "height": 900})  # 170 mm: A4 without the margins
    for path in ("index.html", "folders/unfiled.html", "folders/index.html"):
        page.goto((themed_site(theme) / path).as_uri())
        outside = page.evaluate("""() => {
            const paper = document.querySelector(".page").getBoundingClientRect();
            return [...document.querySelectorAll(".row-list, .overview, li.row, .entry")].filter((element) => {
                const box = element.getBoundingClientRect();
                return box.left < paper.left - 0.5 || box.right > paper.right + 0.5;
            }).length;
        }""")
        cut = page.evaluate(
            "[...document.querySelectorAll('.row-title')].filter((title) => title.scrollWidth > title.clientWidth + 1)"
            ".map((title) => title.textContent)"
        )
        assert (outside, cut) == (0, []), path
        columns = page.evaluate("[...document.querySelectorAll('li.row')].map((row) => getComputedStyle(row).display)")
        assert set(columns) <= {"grid"}, "a phone's rows take three lines each"
    controls = page.locator(":is(.beside, .reminder, .suggestions, .site-header, .home-search)")
    assert not [control for control in controls.all() if control.is_visible()]
