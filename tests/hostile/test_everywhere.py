"""Hostile text in every place that text can stand in, from the model and from each provider's export to the page.

Each case becomes a conversation that says it everywhere: title, prompt, answer, code, tools, sources, files, names.
The example exports are imported too, with every text that they hold exchanged for a case in turn. What the pages are
made of is looked at here with `html.parser`; `test_in_browsers` opens them.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from cases_attachments import CASES as FILES
from cases_large import CASES as LARGE
from hostile_cases import Case
from hostile_pages import NAMES, TEXTS, hostile_sites, path_of, said_everywhere, sayable
from page_checks import Checked, faults_of, feed_faults, file_faults, index_faults, large_faults
from page_markup import Built

from sitegen.search.manifest import indexed_terms, referenced_files


@pytest.fixture(scope="session")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of all cases and of the hostile exports."""
    return hostile_sites(tmp_path_factory)[0]


@pytest.fixture(scope="session")
def built(hostile_site: Path) -> dict[Path, Checked]:
    """Every page of the site, taken apart."""
    paths = (path for path in sorted(hostile_site.rglob("*.html")) if "run" not in path.parts)
    return {
        path: Checked(path.relative_to(hostile_site).as_posix(), path.read_bytes().decode("utf-8")) for path in paths
    }


# --- the checks see what they are for --------------------------------------------------------------------------------


def test_built__sees_what_must_not_be_there(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<p onclick=x><b>a</p><a href=javascript:x></a><!-- --><p style=x id=a><p id=a><script>x</script>")
    assert len(Built(page).faults) >= 8
    assert Built(page).ids["a"] == 2


FRAME_OF_PAGE = "<!doctype html><html><head><title>x</title></head><body><main>{}</main><footer></footer></body></html>"


@pytest.mark.parametrize(
    "content",
    [
        '<p id="a"></p>',
        '<p id="note"></p><p id="note"></p>',
        "<p>\x1b</p>",
        '<a href="etc/passwd">x</a>',
        '<a href="../../../../index.html">x</a>',
        '<a href="https://a.example/%E2%80%AEgnp.exe">x</a>',
        '<a href="https://bank.example%5C@outside.example/">x</a>',
        '<figure data-language="make"></figure>',
        '<a href="https://outside.example/" rel="noopener noreferrer">https://bank.example</a>',
        '<a href="https://%D0%B0pple.example/" rel="noopener noreferrer">x</a>',
        '<a href="https://outside.example/">x</a>',
        '<math><mspace width="9999em"></mspace></math>',
        '<a href="../../../index.html"><span>\u200b\u3164 </span></a>',
        "<main></main>",
        "<div>" * 200 + "</div>" * 200,
    ],
)
def test_checked__sees_what_must_not_be_there(content: str) -> None:
    path = "chats/x/2026/x.html"
    assert Checked(path, FRAME_OF_PAGE.format('<a href="../../../index.html">all</a>')).faults == []
    assert Checked(path, FRAME_OF_PAGE.format(content)).faults != []


def test_checked__tells_words_that_are_lost() -> None:
    page = Checked("x.html", FRAME_OF_PAGE.format('<a title="three">one two</a>'))
    assert page.lost("one &amp; three-four") == {"four"}


# --- every text, in all places ---------------------------------------------------------------------------------------


def test_hostile__pages_hold_only_what_their_templates_and_the_renderer_write(built: dict[Path, Checked]) -> None:
    assert {path: page.faults for path, page in built.items() if page.faults} == {}


def test_hostile__every_page_has_its_links(built: dict[Path, Checked], hostile_site: Path) -> None:
    for path, page in built.items():
        up = "../" * len(path.relative_to(hostile_site).parents[1:])
        places = [unquote(link).removeprefix(up) for link in page.site_links]
        assert len(places) == 5 and set(places) <= {
            *("dates/index.html", "folders/index.html", "sources/index.html", "imports/index.html", "search.html"),
            "#main",
        }, (path, places)


def test_hostile__links_lead_to_files_of_the_site_and_to_ids(built: dict[Path, Checked], hostile_site: Path) -> None:
    for path, page in built.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path.resolve()
            assert target.is_relative_to(hostile_site.resolve()) and target.is_file(), (path, link)
            if parts.fragment and target.suffix == ".html":
                assert unquote(parts.fragment) in built[hostile_site / target.relative_to(hostile_site.resolve())].ids


def test_hostile__file_names_are_made_of_nothing_that_was_said(hostile_site: Path) -> None:
    names = [path.relative_to(hostile_site).as_posix() for path in hostile_site.rglob("*") if path.is_file()]
    assert [name for name in names if not re.fullmatch(r"\.?[A-Za-z0-9/_.-]{1,120}", name) or "OWNED" in name] == []
    assert len({name.lower() for name in names}) == len(names)


@pytest.mark.parametrize("name", NAMES)
def test_hostile__no_word_is_lost(name: str, built: dict[Path, Checked], hostile_site: Path) -> None:
    path = hostile_site / path_of(said_everywhere(name))
    assert built[path].lost(TEXTS[name]) == set()
    assert path.stat().st_size < 200_000 + 200 * len(TEXTS[name])


def test_hostile__the_index_is_data_in_scripts(hostile_site: Path) -> None:
    def read(name: str) -> bytes:
        return (hostile_site / name).read_bytes()

    names = referenced_files(read)
    assert {"script", "proto", "haystack"} <= set(indexed_terms(read))
    scripts = [name for name in names if name.endswith(".js")]
    assert len(scripts) > 100
    for name in (*scripts, "search/manifest.js"):
        assert not re.search(rb"[<>&]|\xe2\x80[\xa8\xa9]", read(name)), name


def test_hostile__the_feed_is_one_feed_whatever_titles_say(hostile_site: Path) -> None:
    feed = ElementTree.parse(hostile_site / "feed.xml").getroot()
    assert {element.tag.partition("}")[2] for element in feed.iter()} == {
        *("feed", "id", "title", "generator", "updated", "link", "entry", "author", "name", "summary")
    }


# --- large texts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", LARGE, ids=lambda case: case.name)
def test_large__all_words_in_bounded_size_and_work(case: Case) -> None:
    assert large_faults(case) == []


# --- files and data --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", FILES, ids=lambda case: case.name)
def test_file__is_what_its_bytes_are_and_inert(case: Case, tmp_path: Path) -> None:
    assert file_faults(case, tmp_path) == []


@pytest.mark.parametrize("name", NAMES)
def test_text__is_data_in_the_index_and_in_the_feed(name: str) -> None:
    assert index_faults(TEXTS[name]) == []
    assert feed_faults(sayable(name)) == []


def test_faults__are_told_of_a_single_page() -> None:
    assert faults_of(said_everywhere("html-script"), TEXTS["html-script"], 40) == []
    assert faults_of(said_everywhere("html-script"), "unsaid", 40) == ["lost: unsaid"]
