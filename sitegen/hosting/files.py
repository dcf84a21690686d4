"""What a published folder brings along for its host: `_headers`, `netlify.toml`, and the page for what is not there.

`_headers` is read by Netlify (https://docs.netlify.com/manage/routing/headers/) and by Cloudflare Pages
(https://developers.cloudflare.com/pages/configuration/headers/). To both, `*` stands for anything, and a path gets the
headers of every rule that fits. Where two rules set the same header, Cloudflare joins the values by commas and Netlify
keeps one of them, so no path may be given a header twice: each rule here sets what no other that fits its paths does.
Cloudflare Pages takes `.html` off its addresses (https://developers.cloudflare.com/pages/configuration/serving-pages/),
so pages are named by their folders, and at the top by both addresses.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote

from sitegen.errors import OutputError
from sitegen.headers import FILES_FOLDER, SEARCH_FOLDER, is_download, published_headers
from sitegen.language import Language
from sitegen.output import MANIFEST_NAME, OWN_NAMES

HEADERS_NAME = "_headers"
NETLIFY_NAME = "netlify.toml"
NOT_FOUND_NAME = "404.html"
#: Files that are not for readers, and that a host should not send: settings for it, and what sitegen notes for itself.
HOST_FILES = (HEADERS_NAME, NETLIFY_NAME, MANIFEST_NAME)

#: How many rules Cloudflare Pages takes, and how long a line may be (limits of November 2026).
MOST_RULES = 100
LONGEST_LINE = 2000

_CACHE, _DISPOSITION = "Cache-Control", "Content-Disposition"


class Rule(NamedTuple):
    """Headers for every path that `pattern` fits: a path of the site with one `*` at most."""

    pattern: str
    headers: Mapping[str, str]


def headers_file(names: Iterable[str], *, sealed: bool = False) -> str:
    """The text of `_headers` for a site of the files `names` (paths from its top): each gets `published_headers`.

    Raises OutputError if that takes more rules than a host reads.
    """
    found = rules(names, sealed=sealed)
    if len(found) > MOST_RULES:
        raise OutputError(
            f"{HEADERS_NAME}: {len(found)} rules, and Cloudflare Pages reads no more than {MOST_RULES}; put the files "
            "that your theme adds at the site's top into a folder"
        )
    blocks = ["# Made by sitegen for Netlify and Cloudflare Pages: the headers of these files."]
    for rule in found:
        blocks.append("\n".join([rule.pattern, *(f"  {name}: {value}" for name, value in rule.headers.items())]))
    return "\n\n".join(blocks) + "\n"


def rules(names: Iterable[str], *, sealed: bool = False) -> tuple[Rule, ...]:
    """The rules of `_headers` for a site of the files `names`, a header at most once for each of them."""
    own = sorted(set(names) - {*HOST_FILES, *OWN_NAMES})
    everywhere = dict(published_headers("", sealed=sealed))
    del everywhere[_CACHE]
    groups: dict[str, list[str]] = {}
    for name in own:
        for pattern in _patterns(name):
            groups.setdefault(pattern, []).append(name)
    cached = [Rule(pattern, {_CACHE: _cache_control(members)}) for pattern, members in groups.items()]
    endings = {name.rpartition(".")[2] for name in own if is_download(name)}
    downloads = [Rule(f"/{FILES_FOLDER}*.{ending}", {_DISPOSITION: "attachment"}) for ending in sorted(endings)]
    return Rule("/*", everywhere), *cached, *downloads


def _patterns(name: str) -> Iterator[str]:
    """The patterns that together stand for every address of the file: one for each."""
    folder, slash, rest = name.partition("/")
    if slash:
        # What is in the folder of the search index differs: its parts are told by how their names begin.
        yield f"/{quote(folder)}/{quote(rest[0]) if folder + slash == SEARCH_FOLDER else ''}*"
        return
    yield f"/{quote(name)}"
    if name == "index.html":
        yield "/"
    elif name.endswith(".html"):
        yield f"/{quote(name.removesuffix('.html'))}"


def _cache_control(members: Iterable[str]) -> str:
    """What holds for all: how one of them is kept if that is how each is, else as the page at the top."""
    found = {published_headers(name)[_CACHE] for name in members}
    return found.pop() if len(found) == 1 else published_headers("index.html")[_CACHE]


def netlify_toml(folder: str) -> str:
    """The text of `netlify.toml` beside the published `folder`: what is uploaded, and that nothing is changed in it.

    The headers stay in `_headers`, which also goes with a folder that is dropped into Netlify's page; said in both
    places, they could disagree.
    """
    return f"""# Made by sitegen. Run `netlify deploy` in this folder; the headers stand in {folder}/{HEADERS_NAME}.

[build]
  publish = "{folder}"

[build.processing]
  skip_processing = true
"""


def not_found_page(language: Language) -> str:
    """The HTML of `404.html`. Cloudflare Pages answers every address with the home page if there is none
    (https://developers.cloudflare.com/pages/configuration/serving-pages/#not-found-behavior). It stands at any depth
    below the top and so refers to nothing, and says nothing of the site."""
    title = html.escape(language.say("Nothing is here"))
    text = html.escape(language.say("There is no page at this address."))
    return f"""<!doctype html>
<html lang="{language.tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex, nofollow">
<title>{title}</title>
</head>
<body>
<h1>{title}</h1>
<p>{text}</p>
</body>
</html>
"""
