"""What scripts say, in a language that wraps each English text in ⟦…⟧: whatever stands outside was never looked up."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import write_po
from playwright.sync_api import Browser, Page, expect
from search_site import THEME, conversation, load_scripts, user, write_site

from sitegen.archive.store import Archive
from sitegen.build import build_site
from sitegen.config import load_config
from sitegen.language import load_language

SCRIPTS = sorted((THEME / "static" / "js").glob("*.js"))
KEYWORDS: dict[str, tuple[int, ...] | None] = {"say": None, "sayCount": (1, 2)}
ROOT = Path(__file__).parent.parent

#: What of a page comes from the archive or from the reader, not from the program.
DATA = (
    "noscript, script, time:not([data-age]), .result-title, .result-facts bdi, .search-notes button,"
    " .search-recent a, select:is([name=source], [name=folder], [name=model], [name=language]) option"
)

# Every text and spoken label of the page; data (see above) and what is quoted from conversations left out.
SAID = """(data) => {
  const found = [];
  for (const element of document.querySelectorAll("body, body *")) {
    for (const name of ["aria-label", "title", "placeholder"]) {
      if (element.hasAttribute(name)) found.push(element.getAttribute(name));
    }
    const speaks = Array.from(element.childNodes).some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!speaks || element.closest(data) || element.matches(".passage, mark")) continue;
    const own = element.cloneNode(true);
    for (const part of own.querySelectorAll(data + ", time, .code-tools")) part.remove();
    found.push(own.textContent.replace(/\\s+/g, " ").trim());
  }
  return found;
}"""


def messages(script: Path) -> list[str | tuple[str, ...]]:
    """The texts that a script says."""
    return [message for _, message, _, _ in extract_from_file("javascript", script, keywords=KEYWORDS)]


def wrapped(text: str) -> str:
    return f"⟦{text}⟧"


def outside(text: str) -> str:
    """What of a text stands in no ⟦…⟧."""
    while (rest := re.sub(r"⟦[^⟦⟧]*⟧", "", text)) != text:
        text = rest
    return text


@pytest.fixture(scope="module")
def wrapped_site(tmp_path_factory: pytest.TempPathFactory, example_site: Path) -> Path:
    """The example site, its scripts' texts translated by wrapping."""
    folder = tmp_path_factory.mktemp("wrapped")
    catalogue = Catalog(locale="eo")
    for script in SCRIPTS:
        for message in messages(script):
            place = [(f"themes/default/static/js/{script.name}", 1)]
            if isinstance(message, tuple):
                catalogue.add(message, tuple(map(wrapped, message)), locations=place)
            else:
                catalogue.add(message, wrapped(message), locations=place)
    (folder / "mirror" / "locale").mkdir(parents=True)
    (folder / "mirror" / "theme.toml").write_text('name = "mirror"\n', "utf-8")
    with (folder / "mirror" / "locale" / "eo.po").open("wb") as file:
        write_po(file, catalogue)
    settings = (ROOT / "example_export" / "sitegen.toml").read_text("utf-8")
    (folder / "sitegen.toml").write_text(
        f'language = "eo"\ntheme = "{(folder / "mirror").as_posix()}"\n{settings}', "utf-8"
    )
    shutil.copytree(example_site.parent / "archive", folder / "archive")
    with Archive(folder / "archive", "Europe/Berlin") as archive:
        build_site(archive, folder / "site", load_config(folder / "sitegen.toml"), jobs=1)
    return folder / "site"


@pytest.fixture
def quiet(page: Page) -> Iterator[None]:
    """No script fails."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield
    assert errors == []


@pytest.fixture
def check(page: Page, browser: Browser, wrapped_site: Path) -> Iterator[Callable[[], set[str]]]:
    """Fails if the page shows a text that the file behind it has not and no catalogue gave; returns those given."""
    context = browser.new_context(java_script_enabled=False)
    still = context.new_page()

    def check() -> set[str]:
        still.goto(page.url.partition("?")[0].partition("#")[0])
        before = set(still.evaluate(SAID, DATA))
        made = {text for text in page.evaluate(SAID, DATA) if text not in before}
        assert {text for text in made if re.search(r"[^\W\d_]", outside(text))} == set()
        return {text for text in made if "⟦" in text}

    yield check
    context.close()


def open_search(page: Page, site: Path, query: str = "") -> None:
    page.goto((site / "search.html").as_uri() + query)


def status(page: Page, words: str) -> None:
    expect(page.locator("[data-search-status]")).to_contain_text(words)


# --- the scripts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_scripts__every_text_can_be_extracted(script: Path) -> None:
    calls = re.findall(r"\bsay(?:Count)?\(", script.read_text("utf-8"))
    assert len(messages(script)) == len(calls)


def test_texts__forms_and_places_follow_the_catalogue(page: Any) -> None:
    load_scripts(page, ["js/sitegen.js"])
    say = "() => [sitegen.say('Copy'), ...[1, 3, 5].map((n) => sitegen.sayCount('{count} day', '{count} days', n))]"
    assert page.evaluate(say) == ["Copy", "1 day", "3 days", "5 days"]
    page.evaluate(
        """() => sitegen.language({"Copy": "Kopiuj", "{count} day": ["{count} a", "{count} b", "{count} c"]},
        (n) => Number(n == 1 ? 0 : n < 5 ? 1 : 2))"""
    )
    assert page.evaluate(say) == ["Kopiuj", "1 a", "3 b", "5 c"]
    assert page.evaluate("() => sitegen.say('{a} {b} {c}', {a: '{b}', b: '$&'})") == "{b} $& {c}"


@pytest.mark.parametrize(
    ("tag", "number", "fraction"), [("", "1,204", "1.2"), ("en", "1,204", "1.2"), ("de", "1.204", "1,2")]
)
def test_numbers__follow_the_language_of_the_page(page: Any, tag: str, number: str, fraction: str) -> None:
    load_scripts(page, ["js/sitegen.js"])
    page.evaluate("(tag) => { document.documentElement.lang = tag; }", tag)
    assert page.evaluate("() => [sitegen.number(1204), sitegen.number(1.23, 1)]") == [number, fraction]


@pytest.mark.parametrize("month", range(1, 13))
def test_dates__of_results_are_those_of_the_pages(page: Any, tmp_path: Path, month: int) -> None:
    day = date(2026, month, 5)
    address = write_site(tmp_path, [conversation("k", user("one word"), title="Talk", date=day.isoformat())])
    page.goto(address + "?q=word")
    expect(page.locator(".result time")).to_have_text(load_language("en").short_date(day))


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("colour:red", "unrecognised field 'colour', possible fields: 'title', 'prompt', 'answer', 'code', 'steps'"),
        ("~1", "expected either a field or a term, found EDIT_DISTANCE with value '1'"),
        ("~", "expected either a field or a term, found EDIT_DISTANCE"),
        ("+~1", "expecting term or field, found 'EDIT_DISTANCE'"),
        ("title:~1", "expecting term, found 'EDIT_DISTANCE'"),
        ("title:", "expecting term, found nothing"),
        ("red~x", "edit distance must be numeric"),
        ("red^x", "boost must be numeric"),
    ],
)
def test_notes__a_query_that_lunr_cannot_read(page: Any, query: str, note: str) -> None:
    load_scripts(page)
    parse = "(query) => sitegen.query.parse(query, ['title', 'prompt', 'answer', 'code', 'steps']).notes"
    assert page.evaluate(parse, query) == [f"Searched as plain words: {note}."]


# --- the pages -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("quiet")
def test_home__tells_ages(page: Page, wrapped_site: Path, check: Callable[[], set[str]]) -> None:
    page.goto((wrapped_site / "index.html").as_uri())
    age = page.locator("time[data-age]").first
    expect(age).to_have_text(re.compile(r"^⟦.+, ⟦.+⟧⟧$"))
    check()
    ages = page.evaluate(
        "() => [0, 1, 2, 59, 60, 729, 730, 800].map((days) => sitegen.ages.age(days * 24 * 60 * 60 * 1000))"
    )
    assert ages == [
        "⟦today⟧",
        "⟦yesterday⟧",
        "⟦2 days ago⟧",
        "⟦59 days ago⟧",
        "⟦1 month ago⟧",
        "⟦23 months ago⟧",
        "⟦1 year ago⟧",
        "⟦2 years ago⟧",
    ]


@pytest.mark.usefixtures("quiet")
def test_home__dialog_and_settings(page: Page, wrapped_site: Path, check: Callable[[], set[str]]) -> None:
    page.goto((wrapped_site / "index.html").as_uri())
    page.locator(".keys-button").click()
    check()
    page.keyboard.press("Escape")
    page.locator("[data-display] summary").click()
    page.locator("[data-setting=theme]").last.check()
    check()


@pytest.mark.usefixtures("quiet")
def test_conversation__folds_code_and_marks(page: Page, wrapped_site: Path, check: Callable[[], set[str]]) -> None:
    path = next(
        path
        for path in sorted(wrapped_site.glob("chats/**/*.html"))
        if all(part in path.read_text("utf-8") for part in ('<figure class="code"', "data-unfold", "<details"))
    )
    page.set_viewport_size({"width": 360, "height": 900})
    page.goto(path.as_uri() + "?mark=the+a+to")
    bar = page.get_by_role("toolbar", name="⟦Words found⟧")
    expect(bar.get_by_role("status")).to_have_text(re.compile(r"^⟦\d+ of \d+⟧$"))
    assert bar.get_by_role("button", name="⟦Next match⟧").get_attribute("title") == "⟦⟦Next match⟧ (n)⟧"
    assert {"⟦Words found⟧", "⟦Previous match⟧", "⟦Clear the marks⟧"} <= check()
    page.locator("[data-unfold]").click()
    figure = page.locator("figure.code").first
    figure.scroll_into_view_if_needed()
    copy = figure.locator(".code-tools button").last
    copy.click()
    expect(copy).to_have_text(re.compile("^⟦(Copied|Selected, ready to copy)⟧$"))
    check()
    expect(copy).to_have_text("⟦Copy⟧")


@pytest.mark.usefixtures("quiet")
def test_search__results_and_filters(page: Page, wrapped_site: Path, check: Callable[[], set[str]]) -> None:
    open_search(page, wrapped_site, "?q=the")
    status(page, "⟧ · ⟦")
    expect(page.locator("select[name=source]")).to_contain_text("(")
    expect(page.locator(".passage-speaker").first).to_contain_text("⟦")
    toggle = page.locator("[data-search-toggle]")
    toggle.click()
    expect(toggle).to_have_text("⟦Fewer filters⟧")
    expect(page.locator("select[name=role]")).to_contain_text("(")
    said = check()
    assert {"⟦You⟧", "⟦Answer⟧"} & said
    assert all(
        outside(text) == ""
        for text in page.locator(
            "select:not([data-search-when], [name=order]) option:not([value=''])"
        ).all_inner_texts()
    )
    page.locator("select[name=tag]").select_option("starred")
    status(page, "⟧ · ⟦")
    expect(page.locator(".result-facts").first).to_contain_text("⟦starred⟧")
    assert page.url.endswith("tag=starred")
    check()


@pytest.mark.usefixtures("quiet")
def test_search__listing_and_recent_searches(page: Page, wrapped_site: Path, check: Callable[[], set[str]]) -> None:
    open_search(page, wrapped_site, "?order=oldest&tag=pinned")
    status(page, "⟧ · ⟦")
    check()
    page.locator("[data-search-query]").fill("water")
    page.keyboard.press("Enter")
    status(page, " in ")
    open_search(page, wrapped_site)
    expect(page.locator(".search-recent a")).to_have_text("water")
    check()


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("qqqqzzz", "⟦Nothing was found. Try fewer words, another spelling, or no filters.⟧"),
        ("sourdogh", "⟦Did you mean sourdough?⟧"),
        ("colour:red", "⟦Searched as plain words: unrecognised field 'colour'"),
        ("water~9", "⟦At most 2 letters may differ in a word with “~”.⟧"),
        ("index/water--zz", "⟦Nothing has ⟦“index/water--zz”⟧ in one piece: its parts were searched.⟧"),
        ('"the" -"water"', "⟧ · ⟦"),
    ],
)
def test_search__notes(page: Page, wrapped_site: Path, check: Callable[[], set[str]], query: str, words: str) -> None:
    open_search(page, wrapped_site, "?q=" + quote(query))
    expect(page.locator("[data-search]")).to_contain_text(words)
    check()


@pytest.mark.usefixtures("quiet")
def test_search__faults(page: Page, wrapped_site: Path, check: Callable[[], set[str]]) -> None:
    page.route("**/search/text/*.js", lambda route: route.abort())
    open_search(page, wrapped_site, "?q=water")
    expect(page.locator(".results")).to_contain_text(
        "⟦The text of this conversation could not be read; build the site again.⟧"
    )
    check()
    page.route("**/search/manifest.js", lambda route: route.abort())
    open_search(page, wrapped_site, "?q=water")
    status(page, "⟦⟦A part of the search index is missing: search/manifest.js.⟧ Build the site again")
    check()
    page.unroute("**/search/manifest.js")
    page.route("**/search/manifest.js", lambda route: route.fulfill(body='sitegen.receive("manifest",{"version":99})'))
    open_search(page, wrapped_site, "?q=water")
    status(page, "⟦⟦The search index was written by another version of sitegen; build the site again.⟧ Build")
    check()
