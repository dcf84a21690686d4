"""Every built-in theme in Chromium: nothing scrolls sideways on a phone, and colours as they come out of all
stylesheets together can be read."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from conftest import ROOT, Watched
from playwright.sync_api import Page
from test_theme import GROUNDS, contrast

from sitegen.theme import available

pytestmark = pytest.mark.browser

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
