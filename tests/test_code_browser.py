"""The tools on code in Chromium: what is copied, folded, numbered, found and printed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sitegen.text import palettes_css, render_changes, render_code, render_markdown
from sitegen.theme import load_theme

TEXTS = {
    "unix": "def f():\n\treturn 1  # a\n\n",
    "windows": "a = 1\r\nb = '''\r\n\tx'''\r\n",
    "progress": "10 %\r20 %\r\ndone",
    "long": "".join(f"line_{number} = {number} * 'äöü'\n" for number in range(133)),
    "wide": "x = [" + ", ".join(map(str, range(200))) + "]\ny = 2\nz = 3\n\n# end\n",
}


@pytest.fixture
def code_page(tmp_path: Path, page: Page, example_site: Path) -> Callable[..., Path]:
    """A page of the theme with one figure for each text, on disk beside its scripts."""

    def made(texts: dict[str, str], language: str = "python") -> Path:
        for path, content in (*load_theme("default").static_files(), ("css/code.css", palettes_css().encode())):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_bytes(content)
        figures = "".join(f'<div id="{name}">{render_code(text, language)}</div>' for name, text in texts.items())
        styles = "".join(
            f'<link rel="stylesheet" href="css/{name}.css">'
            for name in ("colours", "layout", "code", "conversation", "blocks", "code_figures")
        )
        scripts = "".join(f'<script src="js/{name}.js" defer></script>' for name in ("sitegen", "folding", "code_copy"))
        document = (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Code</title>{styles}'
            '<link rel="stylesheet" href="css/print.css" media="print">'
            f'<script src="js/before_paint.js"></script>{scripts}</head><body><main class="page-conversation">'
            f'<div class="blocks">{figures}</div></main></body></html>'
        )
        file = tmp_path / "page.html"
        file.write_bytes(document.encode())
        return file

    return made


def copied(page: Page, figure: str) -> str:
    tools = page.locator(f"{figure} .code-tools")
    tools.get_by_role("button", name="Copy").click()
    expect(tools.get_by_role("button", name="Copied")).to_be_visible()
    return str(page.evaluate("navigator.clipboard.readText()"))


@pytest.mark.parametrize("language", ["python", ""])
def test_copy__is_exactly_the_code(page: Page, code_page: Callable[..., Path], language: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(code_page(TEXTS, language).as_uri())
    for name, text in TEXTS.items():
        assert copied(page, f"#{name}") == text


def test_copy__has_no_line_numbers_and_no_marks_of_a_search(page: Page, code_page: Callable[..., Path]) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(code_page({"long": TEXTS["long"], "windows": "a\r\n" * 6, "wide": TEXTS["wide"]}).as_uri())
    for name, count in (("long", 133), ("windows", 6), ("wide", 5)):
        switch = page.locator(f"#{name}").get_by_role("button", name="Line numbers")
        switch.click()
        expect(switch).to_have_attribute("aria-pressed", "true")
        assert page.locator(f"#{name} .line-number").count() == count
        switch.click()
        switch.click()
        assert page.locator(f"#{name} .line-number").count() == count
    assert copied(page, "#long") == TEXTS["long"]
    assert copied(page, "#windows") == "a\r\n" * 6
    selected = page.evaluate(
        "getSelection().selectAllChildren(document.querySelector('#wide code')), getSelection().toString()"
    )
    assert selected.rstrip("\n") == TEXTS["wide"].rstrip("\n")


def test_code_of_markdown__is_copied_without_the_fence(page: Page, code_page: Callable[..., Path]) -> None:
    html = render_markdown("```sh\n\techo 1\n\n```\n", prefix="m").html
    file = code_page({})
    file.write_text(file.read_text("utf-8").replace('<div class="blocks">', f'<div class="blocks" id="fence">{html}'))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(file.as_uri())
    assert copied(page, "#fence") == "\techo 1\n"


def test_wrapping__makes_wide_code_fit(page: Page, code_page: Callable[..., Path]) -> None:
    page.goto(code_page(TEXTS).as_uri())
    assert page.locator("#unix").get_by_role("button", name="Wrap lines").count() == 0
    wide = "document.querySelector('#wide pre').scrollWidth > document.querySelector('#wide pre').clientWidth"
    assert page.evaluate(wide)
    page.locator("#wide").get_by_role("button", name="Wrap lines").click()
    assert not page.evaluate(wide)


HEIGHT = "document.querySelector('#long pre').clientHeight"


def test_long_code__opens_and_closes_without_script(browser, code_page: Callable[..., Path]) -> None:
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(code_page(TEXTS).as_uri())
    lines = page.locator("#long pre")

    def height() -> float:
        box = lines.bounding_box()
        assert box
        return box["height"]

    folded = height()
    page.get_by_text("Show all 133 lines").click()
    assert height() > 8 * folded
    page.get_by_text("Show only the first lines").click()
    assert height() == folded
    page.emulate_media(media="print")
    assert height() > 8 * folded
    context.close()


def test_long_code__opens_where_the_browser_scrolls_to_a_folded_line(
    page: Page, code_page: Callable[..., Path]
) -> None:
    page.goto(code_page(TEXTS).as_uri())
    page.locator("#long .code-tools").wait_for()
    folded = page.evaluate(HEIGHT)
    # Find in the page brings what it has found into view in the same way, but can't be asked from here.
    line = page.locator("#long .s").nth(120)
    line.evaluate("line => line.scrollIntoView({ block: 'center' })")
    expect(page.locator("#long .code-fold")).to_have_attribute("open", "")
    assert page.evaluate(HEIGHT) > 8 * folded
    expect(line).to_be_in_viewport()


def test_changes__buttons_stand_apart_and_no_line_is_numbered(page: Page, code_page: Callable[..., Path]) -> None:
    before, after = "".join(f"line {n}\n" for n in range(9)), "".join(f"line {n}\n" for n in range(2, 12))
    file = code_page({})
    html = render_changes(before, after).html
    file.write_text(file.read_text("utf-8").replace('<div class="blocks">', f'<div class="blocks">{html}'), "utf-8")
    page.goto(file.as_uri())
    tools = page.locator(".changes .code-tools")
    expect(tools.get_by_role("button", name="Copy")).to_be_visible()
    assert tools.get_by_role("button", name="Line numbers").count() == 0
    assert tools.evaluate("(element) => getComputedStyle(element).display") == "flex"
    assert page.locator(".changes ins").first.evaluate("(line) => getComputedStyle(line).display") == "block"
