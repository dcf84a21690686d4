"""For the search tests: small sites on disk, the theme's pure scripts in a page, and invented texts."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import jinja2

from sitegen.search import SearchConversation, SearchDocument, Vocabulary, analyse, build_index, text_files

THEME = Path(__file__).parent.parent / "themes" / "default"
TEXT_SCRIPTS = ("vendor/lunr-2.3.9.min.js", "js/sitegen.js", "js/alphabet.js", "js/stems.js", "js/text.js")
PURE_SCRIPTS = (
    *TEXT_SCRIPTS,
    *(
        f"js/{name}.js"
        for name in (
            "shards", "manifest", "words", "query", "scoring", "postings", "facets", "texts", "checked", "index",
            "search", "passages",
        )
    ),
)  # fmt: skip

_PHRASED = "one " * 3 + "filler " * 100 + "using one; One-use " + "filler " * 100 + "one use one use"
_HAN = "据库中数据 " + "filler " * 60 + "中数据库"
#: A text, a phrase, and the words to mark in the passage, if what was found are "one", "use", "数据" and "据库".
PHRASES = [
    (_PHRASED, "one use", ["One", "use"]),
    (_PHRASED, "one use one", ["one", "use", "one", "use"]),
    (_PHRASED, "absent", ["one", "One", "use"]),
    (_HAN, "数据库", ["数据库"]),
    (_HAN, "absent", ["据库", "数据"]),
]

BASE = """<!doctype html>
<html lang="en" data-root="{{ site.root }}" data-languages="{{ site.languages }}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; style-src 'self';
 img-src 'self' data:; form-action 'none'; base-uri 'none'">
<title>{% block title %}{% endblock %}</title>
<link rel="stylesheet" href="{{ site.root }}assets/css/colours.css">
<link rel="stylesheet" href="{{ site.root }}assets/css/layout.css">
{% block head %}{% endblock %}
<script src="{{ site.root }}assets/js/sitegen.js" defer></script>
<script src="{{ site.root }}assets/js/address.js" defer></script>
<script src="{{ site.root }}assets/js/keys.js" defer></script>
{% block scripts %}{% endblock %}
</head>
<body>
{% block site_search %}{% endblock %}
<main id="main">{% block main %}{% endblock %}</main>
</body>
</html>"""


def load_scripts(page: Any, scripts: Iterable[str] = PURE_SCRIPTS) -> None:
    """Runs the theme's scripts in an empty page."""
    page.goto("about:blank")
    for script in scripts:
        page.add_script_tag(path=THEME / "static" / script)


def conversation(key: str, *messages: SearchDocument, title: str = "Untitled", **facts: Any) -> SearchConversation:
    """A conversation whose head is made from its title."""
    return SearchConversation(
        key=key,
        url=f"chats/{key}.html",
        title=title,
        source=facts.pop("source", "chatgpt"),
        documents=(SearchDocument("", title=title), *messages),
        **facts,
    )


def user(prompt: str, anchor: str = "m-1", **more: str) -> SearchDocument:
    """A person's message."""
    return SearchDocument(anchor, "user", prompt=prompt, **more)


def assistant(answer: str, anchor: str = "m-2", **more: str) -> SearchDocument:
    """A model's message."""
    return SearchDocument(anchor, "assistant", answer=answer, **more)


def built(
    conversations: Sequence[SearchConversation],
    vocabulary: Sequence[str] = (),
    *,
    languages: Sequence[str] = ("en",),
    **options: Any,
) -> dict[str, bytes]:
    """The files of the index but the texts, its terms numbered after those of `vocabulary`."""
    numbers = Vocabulary(vocabulary)
    heads = [text_files(conversation)[0] for conversation in conversations]
    words = {c.key: numbers.numbered(analyse(c, languages)) for c in conversations}
    return dict(build_index(heads, words.__getitem__, numbers, languages=languages, **options))


def index_files(conversations: Sequence[SearchConversation], **options: Any) -> dict[str, bytes]:
    """All files of the index, texts too."""
    texts = [file for c in conversations for file in text_files(c)[1]]
    return built(conversations, **options) | dict(texts)


def write_site(folder: Path, conversations: Sequence[SearchConversation], **options: Any) -> str:
    """A site of the search page and its index; gives the address of the page."""
    for path, content in index_files(conversations, **options).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    shutil.copytree(THEME / "static", folder / "assets")
    site = {"root": "", "title": "Archive", "languages": "", "author": "You"}
    (folder / "search.html").write_text(
        _render("search.html", site, {"empty": not conversations, "has_tags": any(c.flags for c in conversations)}),
        "utf-8",
    )
    return (folder / "search.html").as_uri()


def write_conversation_page(folder: Path, name: str, main: str, languages: Sequence[str] = ("en",)) -> str:
    """A page below `chats/` with `main` inside and the script that receives a search's visitor."""
    template = (
        '{% extends "base.html" %}{% block main %}' + main + "{% endblock %}"
        '{% block scripts %}<script src="{{ site.root }}assets/js/load_script.js" defer></script>'
        '<script src="{{ site.root }}assets/js/landing.js" defer></script>{% endblock %}'
    )
    (folder / "chats").mkdir(exist_ok=True)
    page = folder / "chats" / name
    site = {"root": "../", "title": "", "languages": " ".join(languages)}
    page.write_text(_render("page", site, {}, {"page": template}), "utf-8")
    return page.as_uri()


def _render(name: str, site: dict[str, str], page: dict[str, bool], more: dict[str, str] | None = None) -> str:
    loader = jinja2.ChoiceLoader(
        [jinja2.DictLoader({"base.html": BASE, **(more or {})}), jinja2.FileSystemLoader(THEME / "templates")]
    )
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, extensions=["jinja2.ext.i18n"]
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # the extension brings it
    return environment.get_template(name).render(site=site, page=page)


def invented_words(count: int, seed: int = 1) -> list[str]:
    """Distinct words of three to eight letters, none of them a stop word."""
    from sitegen.search.stop_words import STOP_WORDS

    chance = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        word = "".join(chance.choice("aeioubcdrstnl") for _ in range(chance.randint(3, 8)))
        if word not in STOP_WORDS:
            found[word] = None
    return list(found)


def invented_conversations(
    count: int, words: Sequence[str], seed: int = 2, longest: int = 60
) -> list[SearchConversation]:
    """Conversations of common and rare words in all fields."""
    chance = random.Random(seed)
    weights = [1 / (rank + 1) for rank in range(len(words))]

    def text(longest: int) -> str:
        return " ".join(chance.choices(words, weights, k=chance.randint(1, longest)))

    return [
        conversation(
            f"{number:012x}",
            *(
                message
                for turn in range(chance.randint(1, 4))
                for message in (
                    user(text(12), f"u{turn}", code=text(6) if chance.random() < 0.3 else ""),
                    assistant(text(longest), f"a{turn}", steps=text(20) if chance.random() < 0.3 else ""),
                )
            ),
            title=text(5),
            date=f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}",
        )
        for number in range(count)
    ]
