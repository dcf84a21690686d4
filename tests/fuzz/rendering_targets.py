"""Targets that make markup or Markdown of what was said: texts, code, formulas, addresses, whole pages."""

from __future__ import annotations

import json
import re
from functools import partial
from html import unescape
from pathlib import Path
from random import Random
from urllib.parse import unquote

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin
from page_markup import Built
from text_markup import inspect

from fuzz import seeds
from fuzz.mutation import JsonMutator, TextMutator, as_text
from fuzz.target import Target, nothing_outside
from sitegen.config import Config
from sitegen.model import Conversation, Record, TextBlock
from sitegen.readers import installed
from sitegen.render.conversation import render_conversation
from sitegen.render.settings import Settings, message_anchor
from sitegen.search import analyse
from sitegen.text import Mark, links, render_changes, render_code, render_markdown, render_plain
from sitegen.text.math import LONGEST, formula
from sitegen.text.portable import fenced, one_line_text, plain_text, portable_markdown
from sitegen.text.rendered import showable
from sitegen.theme import load_theme
from sitegen.wording import every_block

#: Files of the site, by the names that texts give them.
LOCAL = {"sandbox:/mnt/data/x.png": "../files/x.png", "x.csv": "../files/x.csv"}
_WORD = re.compile(r"[^\W_]{2,}")
#: What is no word, or is not shown as it is written: entities, controls, numbers of lists, lines in cells.
_NOT_WORDS = re.compile(
    r"(?<!\w)\d{1,9}[.)](?!\S)|\w*data:\S*|\w*(?:&#?\w+;?\w*)+"
    r"|[\0-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]|(?i:<br ?/?>)"
)
#: Words of names that addresses stand in place of.
_REPLACED = set(_WORD.findall(" ".join(LOCAL)))
_MARKUP = re.compile(r"<[^>]*>")
_MARKS = re.compile(r'<sup class="citation">.*?</sup>|\[\^3-\d+\]')
#: What stands behind the ticks of a fence: "ts" is shown as TypeScript.
_FENCE = re.compile(r"(?:`{3,}|~{3,})[^\n]*")

PIECES = (
    "*", "**", "_", "~~", "`", "``", "```", "$", "$$", "\\(", "\\)", "\\[", "\\]", "\\", "[", "]", "(", ")", "![",
    "](", "|", "\t", "<b>", "<br>", "<!--", "&", "&amp;", "# ", "- ", "+ ", "1. ", "> ", "|-", "|---|", "---", "===",
    "[ ] ", "[x] ", "%%", "{x}", "    ", "\n", "\n\n", "\r", "\r\n", "[^1]", "[^1]: ", "[a]: ",
    "[a]: https://a.test 'b'\n", "[b][a]", "www.a.b", "://", "https://a.test/", "![x](sandbox:/mnt/data/x.png)",
    "[x](x.csv)", "~~~py\n", "```diff\n", "| a | b |\n|---|:-:|\n", "\n    code\n", "\n> - 1. x\n", "\\frac{", "}",
    "^{", "_{", "\\left(",
    "\\right)", "\\text{", "\\begin{array}{cc}", "\\end{array}", "&", "\\\\", "\\sqrt[", "\\mathbb{R}",
)  # fmt: skip


def lost_words(text: str, markup: str) -> list[str]:
    """The words of a text that markup neither shows nor holds in attributes. A mark or a link may stand in a word's
    midst, and highlighting cuts words in two."""
    wanted = set(_WORD.findall(_NOT_WORDS.sub(" ", _FENCE.sub("", text)))) - _REPLACED
    markup = re.sub(r"</?span[^>]*>", "", _MARKS.sub("", markup))
    shown = unescape(f"{_MARKUP.sub('', markup)} {markup}")
    shown += unquote(shown)
    return sorted(word for word in wanted if word not in shown)


def _marks(text: str) -> list[Mark]:
    """A few marks, hanging on the text alone."""
    chance = Random(text.encode("utf-8", "replace"))
    places = [chance.randint(-1, len(text) + 1) for _ in range(chance.choice((0, 0, 1, 3)))]
    return [Mark(place, number, f"#s{number}", '"><script>', f"c{number}") for number, place in enumerate(places)]


def check_markdown(data: bytes) -> None:
    """A text becomes allowed markup in which every word and every mark stands; again gives the same."""
    text = as_text(data)
    marks = _marks(text)
    breaks = len(text) % 2 == 1  # half of all texts as people type them, half as models write them
    with nothing_outside():
        made = render_markdown(text, prefix="m1", marks=marks, resolve=LOCAL.get, breaks=breaks)
    html = str(made.html)
    assert not (faults := inspect(html).faults), faults[:5]
    assert not (lost := lost_words(text, html)), lost[:5]
    assert sorted(re.findall(r' id="(c\d+)"', html)) == sorted(mark.id for mark in marks), "a mark is missing"
    assert len(html) <= 20 * len(text) + 1_000_000 + 500 * len(marks)
    assert made == render_markdown(text, prefix="m1", marks=marks, resolve=LOCAL.get, breaks=breaks)


def check_plain(data: bytes) -> None:
    """A plain text is shown character for character."""
    text = as_text(data)
    html = str(render_plain(text, marks=_marks(text)).html)
    assert not (faults := inspect(html).faults), faults[:5]
    alone = str(render_plain(text).html).removesuffix("\n")
    shown = unescape(_MARKUP.sub("", re.sub(r' <span class="host">.*?</span>', "", alone)))
    assert shown == unescape(links.escaped(showable(text))), "a character is missing"


def check_code(data: bytes) -> None:
    """Code keeps every character, whatever the language of its first line."""
    language, _, text = as_text(data).partition("\n")
    html = str(render_code(text, language))
    assert not (faults := inspect(html).faults), faults[:5]
    code = re.search(r"<code[^>]*>(.*)</code>", html, re.DOTALL)
    assert code is not None
    shown = unescape(_MARKUP.sub("", code[1].replace("&#13;\n", "\r\n").replace("&#13;<br>", "\r")))
    assert shown.replace("\r\n", "\n").replace("\r", "\n") == unescape(
        links.escaped(showable(text).replace("\r\n", "\n").replace("\r", "\n"))
    ), "a character is missing"
    assert len(html) < 100 * len(text) + 10_000


def check_formula(data: bytes) -> None:
    """A formula becomes allowed MathML that holds its TeX, or nothing."""
    tex = showable(as_text(data))
    for display in (False, True):
        html = formula(tex, display)
        assert len(html) <= 100 * LONGEST + 10 * len(tex) + 1_000
        if html:
            assert not (faults := inspect(html).faults), faults[:5]
            kept = re.search(r"<annotation[^>]*>(.*)</annotation>", html, re.DOTALL)
            assert kept is not None and kept[1] == links.escaped(tex.strip())


def check_links(data: bytes) -> None:
    """An address is safe and stays the same when it is made safe again; bare ones are found in order and apart."""
    text = as_text(data)
    for address in (text, *text.split()[:50]):
        safe = links.safe_address(address)
        assert re.fullmatch(r"|(?i:https?://[^/?#]|mailto:[^@\s]+@)[!-~]*", safe), safe
        assert links.safe_address(safe) == safe, "made safe twice, it differs"
        links.host_of(safe)
        links.hidden_host(text[:200], safe)
        links.visible(address)
    end = 0
    for start, stop in links.bare_addresses(text):
        assert end <= start < stop <= len(text)
        assert links.safe_address(links.target_of(text[start:stop]))
        end = stop
    html = f"<p>{links.linked(showable(text))}</p>"
    assert not (faults := inspect(html).faults), faults[:5]


#: The preset's own limit of nesting, which other programs don't have, would end the text at the tenth level of a list.
_LIKE_OTHERS = {"html": True, "maxNesting": 100}
OTHER_PROGRAM = MarkdownIt("commonmark", _LIKE_OTHERS).enable(["table", "strikethrough"]).use(footnote_plugin)


def check_portable(data: bytes) -> None:
    """Markdown for other programs holds no HTML and loads nothing, loses no word and reaches not beyond its end."""
    text = as_text(data)
    marks = _marks(text)
    made = portable_markdown(text, "3", marks=marks, resolve=lambda name: LOCAL.get(name))
    assert made == portable_markdown(text, "3", marks=marks, resolve=lambda name: LOCAL.get(name))
    tokens = [
        token for top in OTHER_PROGRAM.parse(f"{made}\n\n## After\n\nlast") for token in (top, *(top.children or ()))
    ]
    html = {token.content.lower() for token in tokens if token.type in ("html_inline", "html_block")}
    assert html <= {"<br>", "<br/>", "<br />"}, html
    assert {token.attrGet("src") for token in tokens if token.type == "image"} <= set(LOCAL.values())
    assert "After" in [token.content for token in tokens if token.type == "inline"], "it goes on beyond its end"
    assert not (lost := lost_words(text, made)), lost[:5]
    for other in (plain_text(text), one_line_text(text)):
        tokens = [token for top in OTHER_PROGRAM.parse(other) for token in (top, *(top.children or ()))]
        assert not [token for token in tokens if token.type in ("html_inline", "html_block", "image")]
    assert OTHER_PROGRAM.parse(fenced(text, text[:20]))[0].type == "fence"


def check_changes(data: bytes) -> None:
    """What changed from one half of a text to the other is allowed markup."""
    text = as_text(data)
    before, after = text[: len(text) // 2], text[len(text) // 2 :]
    made = render_changes(before, after)
    assert made.added >= 0 and made.removed >= 0
    html = str(made.html)
    assert re.fullmatch(
        r'(?:<figure class="code changes" data-wrapped><pre><code dir="ltr">.*</code></pre></figure>)?', html, re.DOTALL
    )
    assert not set(re.findall(r"<(\w+)", html)) - {"figure", "pre", "code", "span", "del", "ins"}


# --- pages ---------------------------------------------------------------------------------------------------------

SETTINGS = Settings(Config(), "Europe/Berlin", {}, {})
THEME = load_theme("default")


def conversation_of(data: bytes) -> Conversation | None:
    """The conversation in an input of the target "sitegen"; None for one that its reader refuses."""
    raw = json.dumps(json.loads(data)["record"]).encode()
    try:
        return installed()["sitegen"].read(Record(raw, "record", {}))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def check_page(data: bytes) -> None:
    """A conversation's page is made, holds only what it may, every message once and every word of what was said."""
    conversation = conversation_of(data)
    if conversation is None:
        return
    with nothing_outside():
        made = render_conversation(conversation, {}, SETTINGS)
        analyse(made.search, ("en",))
        page = THEME.render("conversation.html", SETTINGS.site(made.entry.path), made.page)
    html = str(page)
    built = Built(Path("page.html"), html)
    assert built.faults == [], built.faults[:5]
    assert [name for name, count in built.ids.items() if count > 1] == [], "an id stands twice"
    anchors = {message_anchor(message.id) for message in conversation.messages if message.blocks}
    assert not {document.anchor for document in made.search.documents if document.anchor} - set(built.ids)
    assert {document.anchor for document in made.search.documents if document.anchor} <= anchors | {""} | set(built.ids)
    for message in conversation.messages:
        for block in every_block(message.blocks):
            if isinstance(block, TextBlock):
                assert not (lost := lost_words(block.text, html)), lost[:5]
    assert len(html) < 100_000 + 200 * len(data)
    assert render_conversation(conversation, {}, SETTINGS) == made, "rendered twice, it differs"


_CODE_PIECES = (
    "/*", "*/", "//", "'''", '"""', "#", "{", "}", "<?php ", "?>", "<script>", "</script>", "\\", "\r\n", "\r", "$(",
    "`", "\n@@ -1 +1 @@\n",
)  # fmt: skip
_ADDRESSES = (
    "http://", "https://", "www.", ".", "@", ":80", "/", "?", "#", "%", "xn--", "[::1]", "\\", "é", "中", ")", "(",
    "&amp;", "\u200b", "\u3002", "mailto:", "tel:",
)  # fmt: skip


def _address_seeds() -> list[bytes]:
    return [
        b"see https://a.example/b?c=d#e (www.b.example/x_(y)), mailto:a@b.example",
        "http://bücher.example/é%20?q=ü".encode(),
    ]


def _formula_seeds() -> list[bytes]:
    texts = [seed.decode() for seed in seeds.text_seeds()]
    found = re.findall(r"\\\[(.+?)\\\]|\\\((.+?)\\\)|\$\$(.+?)\$\$", "\n".join(texts), re.DOTALL)
    more = (
        "\\frac{a}{b}",
        "\\begin{pmatrix}a&b\\\\c&d\\end{pmatrix}^2",
        "\\sum_{i=0}^n i^2",
        "\\text{if } x \\mathbb{R}",
        "\\sqrt[3]{x}",
    )
    return [text.encode() for text in dict.fromkeys(("".join(parts) for parts in found), None)] + [
        text.encode() for text in more
    ]


_texts = partial(TextMutator, seeds.text_seeds, PIECES)

TARGETS = (
    Target("markdown", "Markdown of messages as markup", seeds.text_seeds, _texts(), check_markdown, 6_000),
    Target("plain", "plain text as markup", seeds.text_seeds, _texts(), check_plain, 6_000),
    Target(
        "code",
        "code as markup, its language in the first line",
        seeds.code_seeds,
        TextMutator(seeds.code_seeds, _CODE_PIECES),
        check_code,
        4_000,
    ),
    Target("math", "TeX as MathML", _formula_seeds, TextMutator(_formula_seeds, PIECES), check_formula, 800),
    Target(
        "links",
        "addresses and bare addresses",
        _address_seeds,
        TextMutator(_address_seeds, _ADDRESSES),
        check_links,
        3_000,
    ),
    Target("portable", "Markdown for other programs", seeds.text_seeds, _texts(), check_portable, 6_000),
    Target("changes", "two versions of a text compared", seeds.text_seeds, _texts(), check_changes, 6_000),
    Target(
        "page",
        "whole conversations as pages",
        seeds.conversation_seeds,
        JsonMutator(seeds.conversation_seeds, "record", (*PIECES, "x" * 500)),
        check_page,
        40_000,
    ),
)
