"""A sealed site in Firefox, from disk and from a host: what its own rules for files and documents could break."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import PASSPHRASE, ROOT
from firefox import Firefox
from sealed_visits import STORED, blob_of, copied, hosted, id_of, opened, with_

pytestmark = pytest.mark.firefox

VECTORS = json.loads((ROOT / "tests" / "data" / "sealing" / "vectors.json").read_text("utf-8"))
HEADING = "return document.querySelector('.lock-button') && document.querySelector('h1').textContent"
READS = f"{HEADING} === arguments[0]"


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """One for all tests of this file."""
    browser = Firefox(tmp_path_factory.mktemp("firefox") / "profile")
    yield browser
    browser.quit()


@pytest.fixture(params=["disk", "host"])
def top(request: pytest.FixtureRequest, firefox: Firefox, sealed_site: Path) -> Iterator[str]:
    """The address of the sealed example site; a host must be asked for its own files only."""
    if request.param == "disk":
        yield sealed_site.as_uri() + "/"
        return
    with hosted(sealed_site) as (address, asked):
        yield address
        firefox.goto("about:blank")
    assert asked
    own = re.compile(r"/(index\.html(\?p=[a-z2-7]{16})?|assets/.*|sealed/(\w{16}|header)\.js)")
    assert [path for path in asked if not own.fullmatch(path)] == []


def unlock(firefox: Firefox, address: str, passphrase: str = PASSPHRASE) -> None:
    firefox.goto(address)
    firefox.wait("return document.activeElement.matches('[data-unlock-field]')")
    firefox.type("[data-unlock-field]", passphrase)
    firefox.click(".unlock-open")


def test_firefox__lets_no_page_read_files(firefox: Firefox, sealed_site: Path):
    """As people have it, not as automation sets it: otherwise the other tests would show nothing."""
    firefox.goto((sealed_site / "assets" / "icon.svg").as_uri())
    firefox.run("fetch('css/colours.css').then(() => (window.read = 'yes'), () => (window.read = 'no'))")
    assert firefox.wait("return window.read") == "no"


def test_firefox__opens_what_python_made(firefox: Firefox, sealed_site: Path):
    firefox.goto((sealed_site / "index.html").as_uri())
    firefox.run(
        """const { header, passphrase, file, blob, directory } = JSON.parse(arguments[0]);
        (async () => {
          const key = await sitegen.sealing.openKey(header, passphrase);
          const files = await sitegen.sealing.openDirectory(key, header, directory);
          const content = await sitegen.sealing.openFile(key, header.publication, files.get(file.path), blob);
          window.found = new TextDecoder().decode(content);
        })().catch((error) => (window.found = String(error)));""",
        json.dumps(VECTORS),
    )
    assert firefox.wait("return window.found") == VECTORS["content_line"] * VECTORS["content_times"]


def test_firefox__a_wrong_passphrase_can_be_tried_again(firefox: Firefox, top: str):
    unlock(firefox, top + "index.html", "not the passphrase")
    said = "return document.querySelector('[data-unlock-status]').textContent.includes(arguments[0])"
    assert firefox.wait(said, "does not open")
    firefox.run("document.querySelector('[data-unlock-field]').value = ''")
    firefox.type("[data-unlock-field]", PASSPHRASE)
    firefox.click(".unlock-open")
    assert firefox.wait(READS, "Example conversations")
    assert firefox.run("return document.title") == "Example conversations"


def test_firefox__from_page_to_page_and_back(firefox: Firefox, top: str, sealed_site: Path, example_site: Path):
    site = opened(sealed_site)
    march = id_of(site, "dates/2026/03.html")
    checklist = id_of(site, with_(example_site, ">Release checklist</h1>"))
    unlock(firefox, top + "index.html")
    firefox.wait(READS, "Example conversations")
    firefox.run("window.isOne = true")  # one document for all pages
    firefox.click(".site-nav li a")
    firefox.wait(READS, "Dates")
    firefox.run("document.querySelector(`main a[href='?p=${arguments[0]}']`).click()", march)
    firefox.wait(READS, "March 2026")
    firefox.run("document.querySelector(`main a[href='?p=${arguments[0]}']`).click()", checklist)
    firefox.wait(READS, "Release checklist")
    assert firefox.run("return document.title").startswith("Release checklist")
    assert re.search(r"index\.html\?p=[a-z2-7]{16}$", firefox.run("return location.href"))
    for heading in ("March 2026", "Dates", "Example conversations"):
        firefox.run("history.back()")
        assert firefox.wait(READS, heading)
    firefox.run("history.go(3)")
    assert firefox.wait(READS, "Release checklist")
    assert firefox.run("return window.isOne") is True


def test_firefox__listeners_of_a_page_that_was_left_are_gone(firefox: Firefox, top: str):
    unlock(firefox, top + "index.html")
    firefox.wait(READS, "Example conversations")
    firefox.run(
        "window.heard = 0; for (const target of [window, document]) target.addEventListener('x', () => heard++)"
    )
    firefox.click(".site-nav li a")
    firefox.wait(READS, "Dates")
    firefox.run("window.dispatchEvent(new Event('x')); document.dispatchEvent(new Event('x'))")
    assert firefox.run("return heard") == 0


def test_firefox__an_address_leads_to_its_message_and_pictures_are_shown(
    firefox: Firefox, top: str, sealed_site: Path, example_site: Path
):
    path = with_(example_site, "<img src=")
    anchor = re.findall(r'id="(m[0-9a-f]{6,})"', (example_site / path).read_text("utf-8"))[-1]
    site = opened(sealed_site)
    unlock(firefox, f"{top}index.html?p={id_of(site, path)}#{anchor}")
    firefox.wait(HEADING)
    assert firefox.wait("return document.querySelector(':target')?.id === arguments[0]", anchor)
    firefox.run("document.querySelector('main img').scrollIntoView()")
    shown = """const it = document.querySelector('main img');
      return it.src.startsWith('blob:') && it.complete && it.naturalWidth > 1"""
    assert firefox.wait(shown)


def test_firefox__search_finds_lands_and_keeps_nothing(firefox: Firefox, top: str):
    firefox.goto(top + "index.html")
    firefox.run("localStorage.clear(); sessionStorage.clear()")
    unlock(firefox, top + "index.html")
    firefox.wait(READS, "Example conversations")
    firefox.wait("return document.querySelector('.lock-button')")  # the page's own scripts have run
    firefox.run("const field = document.querySelector('[data-search-field]'); field.value = 'summarizing';"
                "field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }))")  # fmt: skip
    firefox.wait("return document.querySelector('main .passage')")
    assert "summar" not in firefox.run("return location.href")
    firefox.run("document.querySelector('main .passage').click()")
    firefox.wait(READS, "Busiest bike-sharing stations")
    firefox.wait("return document.querySelector('mark.is-current')")
    anchor = firefox.run("return location.hash.slice(1)")
    assert firefox.run("return document.querySelector(':target').id") == anchor
    firefox.run(f"({STORED})().then((stored) => (window.stored = stored))")
    stored = firefox.wait("return window.stored")
    assert "summar" not in stored
    assert json.loads(stored)[:4] == [{}, {}, [], []]
    firefox.run("history.back()")
    assert firefox.wait("return document.querySelector('[data-search-query]')?.value") == "summarizing"
    assert firefox.wait("return document.querySelector('main .passage') !== null")


def test_firefox__scrolls_back_to_where_one_was(firefox: Firefox, top: str):
    unlock(firefox, top + "index.html")
    firefox.wait(READS, "Example conversations")
    firefox.run("document.querySelectorAll('.row-title')[9].scrollIntoView()")
    before = firefox.wait("return scrollY")
    # A scroll is told in the next frame.
    firefox.run("requestAnimationFrame(() => requestAnimationFrame(() => (window.isTold = true)))")
    firefox.wait("return window.isTold")
    firefox.run("document.querySelectorAll('.row-title')[9].click()")
    firefox.wait("return document.querySelector('.page-conversation .title') && document.querySelector('.lock-button')")
    assert firefox.run("return scrollY") == 0
    firefox.run("history.back()")
    assert firefox.wait("return document.querySelector('.page-home') && Math.abs(scrollY - arguments[0]) < 3", before)


def test_firefox__damage_is_told_and_never_shown(firefox: Firefox, sealed_site: Path, tmp_path: Path):
    site = copied(sealed_site, tmp_path / "site")
    file = blob_of(site, "dates/index.html")
    file.write_bytes(blob_of(site, "sources/index.html").read_bytes())
    unlock(firefox, (tmp_path / "site" / "index.html").as_uri())
    firefox.wait(READS, "Example conversations")
    firefox.click(".site-nav li a")
    assert file.name in firefox.wait("return document.querySelector('[role=alert]')?.textContent")
    assert firefox.run("return document.querySelector('h1').textContent") == "Example conversations"


def test_firefox__lock_forgets_the_key(firefox: Firefox, top: str):
    unlock(firefox, top + "index.html")
    firefox.wait(READS, "Example conversations")
    firefox.click(".lock-button")
    assert firefox.wait("return document.querySelector('[data-unlock-field]') !== null")
    assert firefox.run("return document.querySelector('[data-unlock-field]').value") == ""
    assert firefox.run("return document.title") == "Private page"
