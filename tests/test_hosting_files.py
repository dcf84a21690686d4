"""`_headers`, by the rules that Netlify and Cloudflare Pages document: each file gets each header, and gets it once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from sitegen.errors import OutputError
from sitegen.headers import KEPT, REVALIDATED, SEALED_POLICY, is_download, published_headers
from sitegen.hosting.files import (
    HEADERS_NAME,
    LONGEST_LINE,
    MOST_RULES,
    headers_file,
    netlify_toml,
    not_found_page,
)
from sitegen.language import load_language

SEALED = ["404.html", "assets/css/a.css", "assets/js/unlock.js", "index.html", "sealed/header.js", "sealed/p3x9.js"]


def parsed(text: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The rules of a `_headers` file: lines without indentation are patterns, lines with it headers of the last."""
    found: list[tuple[str, list[tuple[str, str]]]] = []
    for line in text.splitlines():
        if line.startswith("/"):
            found.append((line, []))
        elif line.startswith(" "):
            name, _, value = line.strip().partition(": ")
            found[-1][1].append((name, value))
        else:
            assert line == "" or line.startswith("#")
    return found


def fits_at_netlify(pattern: str, address: str) -> bool:
    """As Netlify's own parser has it: a part `*` is anything, the slash before it included; capitals don't matter."""
    parts = [part for part in pattern.split("/") if part]
    regex = "/".join("?(.*)" if part == "*" else re.escape(part).replace(r"\*", "(.*)") for part in parts)
    return re.fullmatch(f"/{regex}/?", address, re.IGNORECASE) is not None


def fits_at_cloudflare(pattern: str, address: str) -> bool:
    """One `*`, which stands for any characters."""
    assert pattern.count("*") <= 1
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), address) is not None


def at_netlify(name: str) -> list[str]:
    folder, _, last = name.rpartition("/")
    return [f"/{name}", *([f"/{folder}/" if folder else "/"] if last == "index.html" else [])]


def at_cloudflare(name: str) -> list[str]:
    """Pages are sent without `.html`, index pages at their folder."""
    if name.rpartition("/")[2] == "index.html":
        return [f"/{name.removesuffix('index.html')}"]
    return [f"/{name.removesuffix('.html')}"]


@pytest.fixture(scope="module")
def names(example_site: Path) -> list[str]:
    files = (path.relative_to(example_site).as_posix() for path in example_site.rglob("*") if path.is_file())
    return [*(name for name in files if not name.startswith(("run/", "."))), "404.html"]


@pytest.mark.parametrize(
    ("fits", "addresses"),
    [(fits_at_netlify, at_netlify), (fits_at_cloudflare, at_cloudflare)],
    ids=["netlify", "pages"],
)
@pytest.mark.parametrize("sealed", [False, True], ids=["clear", "sealed"])
def test_headers_file__each_file_has_its_headers_once(
    names: list[str], fits: Callable[[str, str], bool], addresses: Callable[[str], list[str]], sealed: bool
):
    site = SEALED if sealed else names
    rules = parsed(headers_file(site, sealed=sealed))
    for name in site:
        for address in addresses(name):
            sent = sorted(header for pattern, headers in rules if fits(pattern, address) for header in headers)
            assert sent == sorted(published_headers(name, sealed=sealed).items()), address


def test_headers_file__a_page_that_is_not_there_has_the_security_headers(names):
    rules = parsed(headers_file(names))
    for fits in (fits_at_netlify, fits_at_cloudflare):
        sent = [header for pattern, headers in rules if fits(pattern, "/absent/page.html") for header in headers]
        meant = dict(published_headers("x.html"))
        del meant["Cache-Control"]
        assert sent == list(meant.items())


def test_headers_file__is_within_the_limits_and_the_same_for_the_same_files(names):
    text = headers_file(names)
    assert len(parsed(text)) <= MOST_RULES
    assert max(map(len, text.splitlines())) <= LONGEST_LINE
    assert text == headers_file([*reversed(names), HEADERS_NAME, "netlify.toml", ".sitegen-manifest.json"])
    assert "Basic-Auth" not in text and "robots.txt" not in text


def test_headers_file__stays_within_the_limits_however_many_shards_there_are(names):
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    shards = [f"search/{first}{second}aaaaaaaa.js" for first in letters for second in letters]
    rules = parsed(headers_file([*names, *shards]))
    assert len(rules) <= MOST_RULES
    for name in shards:
        caches = [value for pattern, headers in rules for header, value in headers
                  if header == "Cache-Control" and fits_at_cloudflare(pattern, f"/{name}")]  # fmt: skip
        assert caches == [REVALIDATED if name[7] in "mt" else KEPT] == [published_headers(name)["Cache-Control"]]


def test_headers_file__more_rules_than_a_host_reads_are_refused(names):
    with pytest.raises(OutputError, match=r"_headers: \d+ rules.*no more than 100; put the files"):
        headers_file([*names, *(f"extra{number}.txt" for number in range(MOST_RULES))])


@pytest.mark.parametrize(
    ("name", "cache", "download"),
    [
        ("index.html", REVALIDATED, False),
        ("chats/grok/2026/01-18-cf69a5954609.html", REVALIDATED, False),
        ("search/manifest.js", REVALIDATED, False),
        ("search/text/0a1b2c3d4e5f.js", REVALIDATED, False),
        ("search/nxa5mlfclp.js", KEPT, False),
        ("search/tq62znrz77.js", REVALIDATED, False),
        ("sealed/header.js", REVALIDATED, False),
        ("assets/js/search.js", REVALIDATED, False),
        ("files/10672137ce9a4154.png", KEPT, False),
        ("files/d851430f4dddbe4b.wav", KEPT, False),
        ("files/0123456789abcdef.svg", KEPT, True),
        ("files/0123456789abcdef.bin", KEPT, True),
        ("files/0123456789abcdef.pdf", KEPT, True),
        ("files/notes.txt", REVALIDATED, True),
        ("assets/icon.svg", REVALIDATED, False),
    ],
)
def test_published_headers__say_what_is_kept_and_what_is_downloaded(name, cache, download):
    headers = published_headers(name)
    assert (headers["Cache-Control"], headers.get("Content-Disposition")) == (cache, "attachment" if download else None)
    assert is_download(name) == download
    assert all("public" not in value for value in headers.values())


def test_sealed_policy__allows_pictures_and_sound_of_its_own_making_and_nothing_else():
    clear = dict(part.split(" ", 1) for part in published_headers("x.html")["Content-Security-Policy"].split("; "))
    sealed = dict(part.split(" ", 1) for part in SEALED_POLICY.split("; "))
    assert sealed == {**clear, "img-src": "'self' data: blob:", "media-src": "'self' blob:"}


def test_netlify_toml__names_the_folder_and_leaves_headers_to_one_file():
    settings = tomllib.loads(netlify_toml("site"))
    assert settings == {"build": {"publish": "site", "processing": {"skip_processing": True}}}


@pytest.mark.parametrize(
    ("tag", "title"), [("en", "Nothing is here"), ("de", "Hier ist nichts"), ("zh-Hans", "这里什么也没有")]
)
def test_not_found_page__refers_to_nothing_and_tells_nothing(tag, title):
    page = not_found_page(load_language(tag))
    assert f'<html lang="{tag}">' in page and f"<title>{title}</title>" in page
    assert re.search(r"src=|href=|style|generator|sitegen", page) is None
