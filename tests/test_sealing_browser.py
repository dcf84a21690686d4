"""A sealed site in Chromium, from disk and from a host: asking for the passphrase, reading, searching, and what is
refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import PASSPHRASE, ROOT, Watched
from playwright.sync_api import Browser, Page, Route, expect
from sealed_visits import STORED, blob_of, copied, hosted, id_of, only, opened, with_

from sitegen.sealing.reading import SealedSite

SCRIPTS = ROOT / "themes" / "default" / "static" / "js"
VECTORS = json.loads((ROOT / "tests" / "data" / "sealing" / "vectors.json").read_text("utf-8"))
OWN = re.compile(r"/(index\.html(\?p=[a-z2-7]{16})?|assets/.*|sealed/(\w{16}|header)\.js)")
THEMES = sorted(path.parent.name for path in (ROOT / "themes").glob("*/theme.toml"))


class Visit:
    """A page on a sealed site, and all that it asked for."""

    def __init__(self, page: Page, top: str, site: SealedSite) -> None:
        self.page, self.top, self.site = page, top, site
        self.watched = Watched(page, top)
        page.context.route(re.compile("^blob:"), lambda route: route.continue_())
        self.requests: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))

    def unlock(self, query: str = "", passphrase: str = PASSPHRASE) -> None:
        self.page.goto(f"{self.top}index.html{query}")
        self.page.get_by_label("Passphrase").fill(passphrase)
        self.page.get_by_role("button", name="Open", exact=True).click()

    def open(self, path: str, anchor: str = "") -> None:
        self.unlock(f"?p={id_of(self.site, path)}{anchor}")
        expect(self.page.get_by_role("button", name="Lock")).to_be_visible()

    def go(self, path: str) -> None:
        """To another page, as its scripts go there."""
        self.page.evaluate("path => { document.body.dataset.left = ''; sitegen.address.go(path, ''); }", path)
        expect(self.page.locator("body:not([data-left]) .lock-button")).to_be_visible()

    def stored(self) -> str:
        return str(self.page.evaluate(STORED))

    def assert_quiet(self) -> None:
        assert [url for url in self.watched.outside if not url.startswith("blob:")] == []
        assert self.watched.errors == []


@pytest.fixture(params=["disk", "host"])
def visit(request: pytest.FixtureRequest, page: Page, sealed_site: Path) -> Iterator[Visit]:
    """The sealed example site; whatever is asked for must be one of its own files."""
    site = opened(sealed_site)
    if request.param == "disk":
        made = Visit(page, sealed_site.as_uri() + "/", site)
        yield made
    else:
        with hosted(sealed_site) as (top, asked):
            made = Visit(page, top, site)
            yield made
            page.goto("about:blank")
        assert [path for path in asked if not OWN.fullmatch(path)] == []
    made.assert_quiet()


# --- unlocking -----------------------------------------------------------------------------------------------------


def test_unlock__a_wrong_passphrase_can_be_tried_again(visit: Visit) -> None:
    page = visit.page
    visit.unlock(passphrase="not the passphrase")
    expect(page.get_by_role("status")).to_contain_text("does not open")
    expect(page.get_by_label("Passphrase")).to_be_focused()
    expect(page).to_have_title("Private page")
    assert not [url for url in visit.requests if re.search(r"sealed/(?!header)", url)]
    # As another keyboard types it.
    page.get_by_label("Passphrase").fill("  tram  lilac O\u0308verraskning 42 ")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Example conversations")
    expect(page).to_have_title("Example conversations")


def test_unlock__tells_nothing_before(visit: Visit, example_site: Path) -> None:
    visit.page.goto(f"{visit.top}index.html?p={id_of(visit.site, 'search.html')}")
    expect(visit.page.get_by_label("Passphrase")).to_be_focused()
    text = visit.page.content()
    assert "Example" not in text
    assert not re.search(r"20\d\d|\d+ conversations", text)


def test_unlock__what_is_typed_can_be_shown(visit: Visit) -> None:
    page = visit.page
    page.goto(visit.top + "index.html")
    field, show = page.get_by_label("Passphrase"), page.get_by_role("button", name="Show")
    field.fill("seen")
    expect(field).to_have_attribute("type", "password")
    show.click()
    expect(field).to_have_attribute("type", "text")
    expect(show).to_have_attribute("aria-pressed", "true")
    show.click()
    expect(field).to_have_attribute("type", "password")


def test_unlock__an_address_leads_to_its_page_and_message(visit: Visit, example_site: Path) -> None:
    path = with_(example_site, "data-outline")
    anchor = re.findall(r'id="(m[0-9a-f]{6,})"', (example_site / path).read_text("utf-8"))[-1]
    visit.open(path, f"#{anchor}")
    expect(visit.page.locator(f"#{anchor}")).to_be_in_viewport()
    assert visit.page.evaluate("document.querySelector(':target').id") == anchor


def test_lock__forgets_the_key(visit: Visit) -> None:
    visit.open("search.html")
    with visit.page.expect_event("load"):
        visit.page.get_by_role("button", name="Lock").click()
    expect(visit.page.get_by_label("Passphrase")).to_be_visible()
    expect(visit.page.get_by_label("Passphrase")).to_have_value("")
    visit.page.get_by_label("Passphrase").fill(PASSPHRASE)
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("[data-search]")).to_be_visible()  # where it was locked


def test_unlock__without_script_says_what_is_needed(browser: Browser, sealed_site: Path) -> None:
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto((sealed_site / "index.html").as_uri())
    expect(page.get_by_text("JavaScript has to be allowed")).to_be_visible()
    expect(page.get_by_label("Passphrase")).to_be_hidden()
    context.close()


def test_unlock__on_a_page_that_is_not_secure_says_what_to_do(page: Page, sealed_site: Path) -> None:
    """A host on the net without https: there browsers have no `crypto.subtle`."""
    page.route(
        "http://sealed.example/**",
        lambda route: route.fulfill(path=sealed_site / route.request.url.removeprefix("http://sealed.example/")),
    )
    page.goto("http://sealed.example/index.html")
    assert page.evaluate("crypto.subtle === undefined")
    expect(page.get_by_role("status")).to_contain_text("by https, or from disk")
    expect(page.get_by_label("Passphrase")).to_be_hidden()


@pytest.mark.parametrize("damage", ["no header", "few iterations", "no directory", "torn directory"])
def test_unlock__a_damaged_site_is_told(page: Page, sealed_site: Path, tmp_path: Path, damage: str) -> None:
    site = copied(sealed_site, tmp_path / "site")
    header = tmp_path / "site" / "sealed" / "header.js"
    directory = tmp_path / "site" / "sealed" / f"{site.header.directory.blob}.js"
    if damage == "few iterations":
        header.write_text(header.read_text().replace('"iterations":600000', '"iterations":1000'))
    elif damage == "torn directory":
        directory.write_bytes(flipped(directory.read_bytes()))
    else:
        {"no header": header, "no directory": directory}[damage].unlink()
    page.goto((tmp_path / "site" / "index.html").as_uri())
    if damage in ("no directory", "torn directory"):
        page.get_by_label("Passphrase").fill(PASSPHRASE)
        page.keyboard.press("Enter")
    wanted = directory if "directory" in damage else header
    expect(page.get_by_role("status")).to_contain_text(f"sealed/{wanted.name}")
    expect(page.get_by_role("status")).to_contain_text("whole copy")


def flipped(content: bytes) -> bytes:
    changed = bytearray(content)
    place = len(changed) // 2
    changed[place] = ord("A") if changed[place] != ord("A") else ord("B")
    return bytes(changed)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", ["en", "de", "zh-Hans"])
def test_unlock__in_every_theme_and_language(
    browser: Browser, sealed_site: Path, tmp_path: Path, theme: str, language: str
) -> None:
    from sitegen.sealing import unlock_page
    from sitegen.theme import load_theme

    loaded = load_theme(theme, language)
    folder = copied(sealed_site, tmp_path / "site").folder
    (folder / "index.html").write_bytes(unlock_page(loaded))
    for name, content in loaded.static_files():
        (folder / "assets" / name).write_bytes(content)
    (folder / "assets" / "js" / "language.js").write_bytes(loaded.language.script())
    for scheme, width in (("light", 1280), ("dark", 360)):
        context = browser.new_context(bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 700})
        page = context.new_page()
        page.goto((folder / "index.html").as_uri())
        expect(page.locator("input")).to_be_focused()
        page.locator("input").fill("not the passphrase")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).not_to_be_empty()
        expect(page.locator("progress")).to_be_hidden()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if theme == "default" or language == "en":  # colours don't change with the language, nor texts with the theme
            assert [rule["id"] for rule in Axe().run(page).response["violations"]] == []
        assert page.locator("html").get_attribute("lang") == language
        context.close()


# --- reading -------------------------------------------------------------------------------------------------------


def test_reading__from_page_to_page_and_back(visit: Visit) -> None:
    page = visit.page
    visit.unlock()
    page.get_by_role("navigation").first.get_by_role("link", name="Dates").click()
    expect(page.locator("h1")).to_have_text("Dates")  # the home page, too, leads to months
    page.get_by_role("main").get_by_role("link", name="March 2026").first.click()
    expect(page.locator("h1")).to_have_text("March 2026")
    page.get_by_role("link", name="Release checklist").click()
    expect(page.locator("h1")).to_have_text("Release checklist")
    expect(page).to_have_title(re.compile("Release checklist"))
    assert re.search(r"index\.html\?p=[a-z2-7]{16}$", page.url)
    page.go_back()
    expect(page.locator("h1")).to_have_text("March 2026")
    page.go_back()
    page.go_back()
    expect(page.locator("h1")).to_have_text("Example conversations")
    page.go_forward()
    page.go_forward()
    page.go_forward()
    expect(page.locator("h1")).to_have_text("Release checklist")


def test_reading__back_and_forward_at_once_stays(visit: Visit) -> None:
    """Without the page that was on its way for a moment."""
    page = visit.page
    visit.open("dates/index.html")
    visit.go("sources/index.html")
    expect(page.locator("h1")).to_have_text("Sources")
    held: list[Route] = []
    page.route("**/sealed/*.js", lambda route: held.append(route))
    with page.expect_request("**/sealed/*.js"):
        page.evaluate("history.back()")
    page.evaluate("history.forward()")
    page.wait_for_timeout(200)
    for route in held:
        route.continue_()
    page.wait_for_timeout(300)
    expect(page.locator("h1")).to_have_text("Sources")
    assert f"p={id_of(visit.site, 'sources/index.html')}" in page.url


def test_reading__back_comes_to_the_same_place(visit: Visit) -> None:
    page = visit.page
    page.set_viewport_size({"width": 800, "height": 400})
    visit.unlock()
    expect(page.locator(".lock-button")).to_be_visible()
    row = page.locator(".row-title").nth(8)
    row.scroll_into_view_if_needed()
    page.mouse.wheel(0, 120)
    expect(row).to_be_in_viewport()
    page.wait_for_timeout(100)
    before = page.evaluate("scrollY")
    row.click()
    expect(page.locator(".page-conversation")).to_be_visible()
    assert page.evaluate("scrollY") == 0
    page.go_back()
    expect(page.locator(".page-home")).to_be_visible()
    expect(page.locator(".row-title").nth(8)).to_be_in_viewport()
    assert before > 0
    assert abs(page.evaluate("scrollY") - before) < 3


def test_reading__every_page_says_what_it_says_in_the_plain_site(
    page: Page, browser: Browser, sealed_site: Path, example_site: Path
) -> None:
    """Its texts and its links, those to documents that run left out."""
    site = opened(sealed_site)
    by_id = {file.id: file.path for file in site.directory.files}
    visit = Visit(page, sealed_site.as_uri() + "/", site)
    visit.unlock()
    expect(page.locator(".lock-button")).to_be_visible()
    plain, whole = browser.new_context().new_page(), example_site.as_uri() + "/"
    # Code gets its buttons when it comes near the screen, sooner or later.
    text = """() => {
      // In a document that loads no pictures.
      const main = document.implementation.createHTMLDocument().importNode(document.querySelector('main'), true);
      main.querySelectorAll('.code-tools').forEach((tools) => tools.remove());
      return main.textContent.replace(/\\s+/g, ' ');
    }"""
    links = """() => Array.from(document.querySelectorAll('a[href]'),
      (a) => a.getAttribute('href') + (a.dataset.query || ''))"""
    resolve = "([link, top]) => new URL(link, top).href"
    for path in sorted(file.path for file in site.directory.files if file.kind == "page"):
        visit.go(path)
        plain.goto((example_site / path).as_uri())
        expect(page).to_have_title(plain.title())
        assert page.evaluate(text) == plain.evaluate(text), path
        top = (example_site / path).parent.as_uri() + "/"
        expected = [
            link if link.startswith("#") else str(plain.evaluate(resolve, [link, top])).removeprefix(whole)
            for link in plain.evaluate(links)
        ]
        found = []
        for link in page.evaluate(links):
            match = re.fullmatch(r"\?p=([a-z2-7]{16})(#[^?]*)?(\?.*)?", link)
            found.append(by_id[match[1]] + (match[3] or "") + (match[2] or "") if match else link)
        assert found == [link for link in expected if not link.startswith("run/")], path
    plain.context.close()
    visit.assert_quiet()


def test_reading__pictures_are_shown_and_let_go(visit: Visit, example_site: Path) -> None:
    path = with_(example_site, "<img src=")
    visit.open(path)
    picture = visit.page.locator("main img").first
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_attribute("src", re.compile("^blob:"))
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 1
    address = picture.get_attribute("src")
    still = """address => new Promise((done) => {
      const image = new Image();
      image.onload = () => done(true);
      image.onerror = () => done(false);
      image.src = address;
    })"""
    assert visit.page.evaluate(still, address) is False
    visit.watched.errors.clear()  # that it can't be loaded again is told


def test_reading__paper_gets_the_pictures_that_are_far_away(visit: Visit, example_site: Path) -> None:
    pages = [path for path in (example_site / "chats").rglob("*.html") if "<img src=" in path.read_text("utf-8")]
    longest = max(pages, key=lambda path: len(path.read_text("utf-8").partition("<img src=")[2]))
    path = longest.relative_to(example_site).as_posix()
    anchor = re.findall(r'id="(m[0-9a-f]{6,})"', longest.read_text("utf-8"))[-1]
    visit.page.set_viewport_size({"width": 800, "height": 400})
    visit.open(path, f"#{anchor}")
    picture = visit.page.locator("main img").first
    expect(picture).to_have_attribute("data-sealed", re.compile("^[a-z2-7]{16}$"))
    visit.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(picture).to_have_attribute("src", re.compile("^blob:"))
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 1


def test_reading__sounds_can_be_played(visit: Visit, example_site: Path) -> None:
    path = with_(example_site, "<audio")
    visit.open(path)
    sound = visit.page.locator("audio").first
    visit.page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
    sound.scroll_into_view_if_needed()
    expect(visit.page.locator("audio").first).to_have_attribute("src", re.compile("^blob:"))
    length = """audio => new Promise((done) => {
      audio.onloadedmetadata = () => done(audio.duration);
      audio.preload = 'metadata';
      audio.load();
    })"""
    assert sound.evaluate(length) > 0


def test_reading__attachments_are_saved_as_they_are(visit: Visit, example_site: Path) -> None:
    path = with_(example_site, 'class="file-line"><a href=')
    target = re.findall(
        r'class="file-line"><a href="(?:\.\./)*(files/[^"]+)"', (example_site / path).read_text("utf-8")
    )[0]
    visit.open(path)
    visit.page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
    with visit.page.expect_download() as waiting:
        visit.page.locator(".file-line a[href]").first.click()
    assert waiting.value.suggested_filename == Path(target).name
    assert Path(waiting.value.path()).read_bytes() == (example_site / target).read_bytes()
    expect(visit.page.locator(".page-conversation")).to_be_visible()


def test_reading__along_branches_and_back(visit: Visit, example_site: Path) -> None:
    path = with_(example_site, 'data-step="')
    visit.open(path)
    page = visit.page
    page.evaluate("window.isSame = true")
    shown = page.locator(".message:visible").count()
    texts = page.locator(".transcript").inner_text()
    page.locator(".fork a[data-step]:visible").first.click()
    assert page.locator(".transcript").inner_text() != texts
    page.go_back()
    expect(page.locator(".message:visible")).to_have_count(shown)
    assert page.locator(".transcript").inner_text() == texts
    assert page.evaluate("window.isSame") is True  # within the page, nothing was written anew


def test_reading__code_has_its_buttons(visit: Visit, example_site: Path) -> None:
    path = with_(example_site, 'class="code')
    visit.open(path)
    visit.page.locator("figure.code:visible").first.scroll_into_view_if_needed()
    expect(visit.page.get_by_role("button", name="Copy").first).to_be_visible()


def test_reading__a_link_can_be_opened_beside_and_asks_there(visit: Visit) -> None:
    visit.unlock()
    link = visit.page.get_by_role("link", name="Dates")
    with visit.page.context.expect_page() as opened:
        link.click(modifiers=["Control"])
    expect(opened.value.get_by_label("Passphrase")).to_be_visible()
    expect(visit.page.locator("h1")).to_have_text("Example conversations")


def test_reading__links_out_of_the_site_leave_it_open(visit: Visit, example_site: Path) -> None:
    visit.open(with_(example_site, 'rel="noopener noreferrer nofollow"'))
    outside = visit.page.locator("a[href^='http']")
    assert outside.count() > 0
    for link in outside.all():
        assert link.get_attribute("target") == "_blank"
        assert "noopener" in str(link.get_attribute("rel"))


def test_reading__policy_stays_strict(visit: Visit) -> None:
    visit.unlock()
    visit.page.get_by_role("link", name="Dates").click()
    expect(visit.page.locator("h1")).to_have_text("Dates")
    policies = visit.page.evaluate(
        "Array.from(document.querySelectorAll('meta[http-equiv=Content-Security-Policy]'), (meta) => meta.content)"
    )
    assert len(policies) == 1
    assert "script-src 'self';" in policies[0]
    assert "connect-src 'none'" in policies[0]
    ran = visit.page.evaluate(
        "() => { const made = document.createElement('script'); made.textContent = 'window.ran = true';"
        " document.head.append(made); return window.ran === true; }"
    )
    assert ran is False
    visit.watched.errors.clear()  # that it was blocked is told


# --- searching -----------------------------------------------------------------------------------------------------


def test_search__finds_lands_and_comes_back_without_a_word_in_the_address(visit: Visit) -> None:
    page = visit.page
    visit.unlock()
    expect(page.locator(".lock-button")).to_be_visible()  # the page's own scripts have run
    page.locator("[data-search-field]").fill("summarizing")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Search")  # the home page, too, leads to what is found
    result = page.get_by_role("link", name="Busiest bike-sharing stations").first
    expect(result).to_be_visible()
    assert "summar" not in page.url
    page.locator("main a[href*='#m']").first.click()
    expect(page.locator("h1")).to_have_text("Busiest bike-sharing stations")
    expect(page.locator("mark.is-current")).to_have_count(1)
    assert "mark" not in page.url
    assert "summar" not in visit.stored()
    anchor = page.url.partition("#")[2]
    expect(page.locator(f"#{anchor}")).to_be_in_viewport()
    assert page.evaluate("document.querySelector(':target').id") == anchor
    page.go_back()
    expect(page.locator("[data-search-query]")).to_have_value("summarizing")
    expect(page.get_by_role("link", name="Busiest bike-sharing stations").first).to_be_visible()
    assert not any("summar" in url for url in visit.requests)


def test_search__what_a_page_still_waited_for_does_not_come_to_the_next(visit: Visit, example_site: Path) -> None:
    page = visit.page
    held: list[Route] = []
    visit.open("sources/index.html")
    page.route("**/assets/js/passages.js", lambda route: held.append(route))
    with page.expect_request("**/assets/js/passages.js"):
        page.evaluate("path => sitegen.address.go(path, '?mark=the')", with_(example_site, " the "))
    visit.go("dates/index.html")
    expect(page.locator("h1")).to_have_text("Dates")
    assert held
    for route in held:
        route.continue_()
    page.wait_for_timeout(300)
    assert page.locator("mark, .match-bar").count() == 0


def test_search__filters_and_their_links_work(visit: Visit, example_site: Path) -> None:
    page = visit.page
    visit.unlock()
    expect(page.locator(".lock-button")).to_be_visible()
    days = page.locator("a[data-query^='?from=']")
    assert days.count() > 0
    days.last.evaluate("link => link.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))")
    expect(page.locator(".result").first).to_be_visible()
    expect(page.locator("input[name='from']")).not_to_have_value("")
    assert "from" not in page.url


def test_search__nothing_is_kept_of_it(visit: Visit, example_site: Path) -> None:
    page = visit.page
    visit.open("search.html")
    page.get_by_role("searchbox").fill("users_email_lower_idx")
    page.keyboard.press("Enter")
    expect(page.locator(".passage").first).to_be_visible()
    page.locator(".passage").first.click()
    expect(page.locator("mark.is-current")).to_have_count(1)
    page.get_by_text("Display", exact=True).click()
    page.get_by_label("Dark").check()
    kept = json.loads(visit.stored())
    assert kept[0] == {"sitegen-theme": "dark"}
    assert kept[1:4] == [{}, [], []]
    assert set(kept[4]) <= {"sealed", "branch"}
    assert re.fullmatch(r"[a-z0-9]+-\d+", kept[4]["sealed"])
    assert re.fullmatch(re.escape(visit.top) + r"index\.html\?p=[a-z2-7]{16}#m[0-9a-f]+", kept[5])
    page.reload()
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.keyboard.press("Enter")
    expect(page.locator(".page-conversation")).to_be_visible()
    expect(page.locator(".lock-button")).to_be_visible()
    visit.go("search.html")
    expect(page.get_by_role("searchbox")).to_have_value("")
    expect(page.locator("[data-search-recent]")).to_be_hidden()


# --- damage --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["torn", "swapped", "missing"])
def test_damage__of_a_page_is_told_and_never_shown(
    page: Page, sealed_site: Path, example_site: Path, tmp_path: Path, damage: str
) -> None:
    site = copied(sealed_site, tmp_path / "site")
    file, other = blob_of(site, "dates/index.html"), blob_of(site, "sources/index.html")
    if damage == "torn":
        file.write_bytes(flipped(file.read_bytes()))
    elif damage == "swapped":
        file.write_bytes(other.read_bytes())
    else:
        file.unlink()
    visit = Visit(page, (tmp_path / "site").as_uri() + "/", site)
    visit.unlock()
    page.get_by_role("link", name="Dates").click()
    expect(page.get_by_role("alert")).to_contain_text(f"sealed/{file.name}")
    expect(page.locator("h1")).to_have_text("Example conversations")
    page.get_by_role("link", name="Folders", exact=True).click()
    expect(page.locator("h1")).to_have_text("Folders")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_damage__of_a_picture_and_of_the_index_is_told_where_they_stand(
    page: Page, sealed_site: Path, example_site: Path, tmp_path: Path
) -> None:
    site = copied(sealed_site, tmp_path / "site")
    path = with_(example_site, "<img src=")
    for file in site.directory.files:
        if file.path.startswith("files/") or file.path == "search/manifest.js":
            blob = blob_of(site, file.path)
            blob.write_bytes(flipped(blob.read_bytes()))
    visit = Visit(page, (tmp_path / "site").as_uri() + "/", site)
    visit.open(path)
    page.locator("main img").first.scroll_into_view_if_needed()
    expect(page.locator("img + .missing-reason, a > .missing-reason").first).to_contain_text("is damaged")
    visit.go("search.html")
    page.get_by_role("searchbox").fill("garden")
    expect(page.get_by_role("main")).to_contain_text("A part of the search index is missing")


# --- the pure parts ------------------------------------------------------------------------------------------------


@pytest.fixture
def sealing(page: Page, sealed_site: Path) -> Page:
    """A page with the scripts that know no pages; from disk, where browsers decrypt."""
    page.goto((sealed_site / "assets" / "icon.svg").as_uri())
    page.goto((sealed_site / "index.html").as_uri())
    return page


def test_vectors__the_page_opens_what_python_made(sealing: Page) -> None:
    found = sealing.evaluate(
        """async ({ header, passphrase, file, blob, directory }) => {
          const { openKey, openDirectory, openFile, normalised } = sitegen.sealing;
          const key = await openKey(header, passphrase);
          const files = await openDirectory(key, header, directory);
          const content = await openFile(key, header.publication, files.get(file.path), blob);
          let exported = "no";
          try { await crypto.subtle.exportKey("raw", key); exported = "yes"; } catch (error) { exported = error.name; }
          return { normalised: normalised(passphrase), file: files.get(file.path), usages: key.usages,
            exported, content: new TextDecoder().decode(content), wrong: await openKey(header, passphrase + "x") };
        }""",
        VECTORS,
    )
    assert found == {
        "normalised": VECTORS["normalised"],
        "file": VECTORS["file"],
        "usages": ["decrypt"],
        "exported": "InvalidAccessError",
        "content": VECTORS["content_line"] * VECTORS["content_times"],
        "wrong": None,
    }


HEADER_CHANGES: dict[str, Any] = {
    "version": ("version", 2),
    "publication": ("publication", "c" * 16),
    "kdf": ("kdf", "PBKDF2-HMAC-SHA1"),
    "no slots": ("slots", []),
    "iterations": ("slots.0.iterations", 600_001),
    "few iterations": ("slots.0.iterations", 599_999),
    "many iterations": ("slots.0.iterations", 10_000_001),
    "iterations as a text": ("slots.0.iterations", "600000"),
    "slot": ("slots.0.id", "c" * 16),
    "salt": ("slots.0.salt", "AAAAAAAAAAAAAAAAAAAAAA=="),
    "no salt": ("slots.0.salt", "!"),
    "slot iv": ("slots.0.iv", "AAAAAAAAAAAAAAAA"),
    "key": ("slots.0.key", "A" * 64),
    "directory": ("directory.blob", "../../../../etc/"),
    "directory iv": ("directory.iv", ""),
}


@pytest.mark.parametrize("change", HEADER_CHANGES)
def test_header__no_field_can_be_changed(sealing: Page, change: str) -> None:
    header = json.loads(json.dumps(VECTORS["header"]))
    where, value = HEADER_CHANGES[change]
    *steps, last = where.split(".")
    place = header
    for step in steps:
        place = place[int(step)] if step.isdigit() else place[step]
    place[last] = value
    found = sealing.evaluate(
        "async ([header, passphrase]) => { try { return await sitegen.sealing.openKey(header, passphrase); }"
        " catch (error) { return error instanceof sitegen.sealing.Damaged ? 'damaged' : error.name; } }",
        [header, VECTORS["passphrase"]],
    )
    assert found in (None, "damaged")


@pytest.mark.parametrize(
    "change",
    [{"blob": "c" * 16}, {"kind": "data"}, {"iv": "AAAAAAAAAAAAAAAA"}, {"size": 1}, {"digest": "0" * 64}],
    ids=lambda change: next(iter(change)),
)
def test_files__each_opens_as_itself_only(sealing: Page, change: dict[str, Any]) -> None:
    found = sealing.evaluate(
        "async ([v, change]) => { const key = await sitegen.sealing.openKey(v.header, v.passphrase);"
        " const file = { ...v.file, ...change };"
        " try { await sitegen.sealing.openFile(key, v.header.publication, file, v.blob); return 'opened'; }"
        " catch (error) { return error instanceof sitegen.sealing.Damaged ? 'damaged' : String(error); } }",
        [VECTORS, change],
    )
    assert found == "damaged"


FILES = {
    "index.html": "homehomehomehome",
    "chats/x/a.html": "aaaaaaaaaaaaaaaa",
    "search.html": "searchsearchsear",
    "files/1.png": "pngpngpngpngpngp",
    "files/ä b.txt": "texttexttexttext",
}
REWRITTEN = [
    ('<a href="../../index.html">', '<a href="?p=homehomehomehome">'),
    ("<a class=x href='../../search.html?q=a&amp;b#c' dir=auto>",
     '<a class="x" href="?p=searchsearchsear#c" dir="auto" data-query="?q=a&amp;b">'),
    ("<a href=../../>", '<a href="?p=homehomehomehome">'),
    ('<a href="#m1" title="a > b">', '<a href="#m1" title="a > b">'),
    ('<a href="../../files/%C3%A4%20b.txt">', '<a href="?p=texttexttexttext">'),
    ('<a href="../../run/1.html" rel="x">', '<a rel="x">'),
    ('<a href="//elsewhere.example/a">', '<a href="//elsewhere.example/a">'),
    ('<a href="https://a.example/?b&amp;c" rel="noopener">',
     '<a href="https://a.example/?b&amp;c" rel="noopener" target="_blank">'),
    ('<a href="mailto:a@b.example">', '<a href="mailto:a@b.example">'),
    ('<link rel="stylesheet" href="../../assets/css/a.css">', '<link rel="stylesheet" href="assets/css/a.css">'),
    ('<link rel="alternate" href="../../feed.xml">', ""),
    ('<script src="../../assets/js/a.js" defer></script>', '<script src="assets/js/a.js" defer=""></script>'),
    ('<html lang="en" data-root="../../">', '<html lang="en" data-root="">'),
    ('<meta http-equiv="Content-Security-Policy" content="x">',
     '<meta http-equiv="Content-Security-Policy" content="POLICY \'self\'">'),
    ('<meta name="a" content="b">', '<meta name="a" content="b">'),
    ('<img src="../../files/1.png" alt="&lt;a href=&quot;&gt;">', None),
    ('<audio controls src="../../files/1.png">', '<audio controls="" data-sealed="pngpngpngpngpngp">'),
    ('<img src="data:image/gif;base64,R0==">', '<img src="data:image/gif;base64,R0==">'),
    ('<img srcset="https://a.example/x 2x" src="https://a.example/y">', '<img>'),
    ("text < 3 and <3 and a<b", "text < 3 and <3 and a<b"),
    ('<!-- <a href="../../index.html"> -->', '<!-- <a href="../../index.html"> -->'),
    ('<title><a href="../../index.html"></title>', '<title><a href="../../index.html"></title>'),
    ('<textarea><a href="../../index.html"></TEXTAREA ><a href="../../index.html">',
     '<textarea><a href="../../index.html"></TEXTAREA ><a href="?p=homehomehomehome">'),
    ('&lt;a href="../../index.html"&gt;', '&lt;a href="../../index.html"&gt;'),
    ("<pre>\n\n  two</pre>", "<pre>\n\n  two</pre>"),
    ("<a href=\"../../index.html", "<a href=\"../../index.html"),
]  # fmt: skip


@pytest.mark.parametrize(("html", "expected"), REWRITTEN, ids=lambda value: str(value)[:40])
def test_rewriting__changes_start_tags_and_nothing_else(sealing: Page, html: str, expected: str | None) -> None:
    found = sealing.evaluate(
        "([html, files]) => sitegen.sealedPages.rewritten(html, 'chats/x/b.html',"
        " new Map(Object.entries(files).map(([path, id]) => [path, { path, id }])), \"POLICY 'self'\")",
        [html, FILES],
    )
    if expected is None:
        assert 'data-sealed="pngpngpngpngpngp"' in found
        assert 'src="data:image/svg+xml,' in found
        assert 'alt="&lt;a href=&quot;>"' in found
    else:
        assert found == expected


def test_example__has_what_these_tests_look_for(example_site: Path) -> None:
    assert only(example_site, "search.html") == "search.html"
    assert list(example_site.glob("run/*/*.html"))
