"""What a page of the site may be made of, and a page taken apart with `html.parser` to see that it is."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

#: Every element that a page may hold, with what may stand on it; ids, classes and the like on all of them.
ALL = {"class", "id", "dir", "lang", "role", "hidden", "tabindex"}
ELEMENTS = {
    **{name: set() for name in ("body", "main", "footer", "section", "article", "nav", "ul", "dl", "dt", "dd", "kbd")},
    **{name: set() for name in ("p", "span", "h1", "h2", "h3", "h4", "h5", "h6", "figcaption", "summary", "title")},
    **{name: set() for name in ("br", "hr", "em", "strong", "s", "sup", "pre", "blockquote", "bdi", "head")},
    **{name: set() for name in ("ins", "del", "caption")},
    **{name: set() for name in ("table", "thead", "tbody", "tr", "td", "div", "figure", "noscript", "rect", "header")},
    "html": {"data-root"},
    "code": {"translate"},
    "meta": {"charset", "http-equiv", "content", "name"},
    "link": {"rel", "href", "type", "media"},
    "script": {"src", "defer"},
    "a": {"href", "rel", "title"},
    "img": {"src", "alt", "title", "loading", "decoding", "width", "height"},
    "audio": {"controls", "preload", "src"},
    "video": {"controls", "preload", "src", "width", "height"},
    "svg": {"viewbox", "width", "height"},
    "path": {"d"},
    "circle": {"cx", "cy", "r"},
    "time": {"datetime", "title"},
    "details": {"open", "name"},
    "ol": {"start"},
    "li": {"value"},
    "th": {"scope"},
    "form": {"autocomplete"},
    **{name: set() for name in ("label", "dialog", "fieldset", "legend")},
    "button": {"type"},
    "select": {"name"},
    "option": {"value"},
    "input": {
        *("type", "name", "value", "placeholder", "autocomplete", "enterkeyhint", "autocapitalize", "spellcheck"),
        *("maxlength", "disabled", "checked"),
    },
}
ELEMENTS["rect"] = {"x", "y", "width", "height"}
ELEMENTS["text"] = {"x", "y"}
MATHML = re.compile(
    "math|semantics|annotation|m(?:[inos]|row|text|space|frac|sqrt|root|su[bp]|subsup|under|over|underover|style|table"
    "|t[rd]|padded|phantom|enclose)"
)
NEVER_IN_MATH = ("style", "href", "src", "xlink:href", "action", "actiontype")
ALONE = {"br", "hr", "img", "input", "link", "meta"}


class Built(HTMLParser):
    """One page taken apart: what it holds that it must not, its links, ids and words.

    `source` is the text of a page that does not stand at its path.
    """

    def __init__(self, path: Path, source: str | None = None) -> None:
        super().__init__(convert_charrefs=True)
        self.path = path
        self.faults: list[str] = []
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.links: list[str] = []
        self.site_links: list[str] = []
        self.text: list[str] = []
        self.feed(path.read_text("utf-8") if source is None else source)
        self.close()
        self.faults += [f"<{tag}> stays open" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # A drawing's marks have titles of their own.
        self.tags["mark's title" if tag == "title" and "svg" in self.open else tag] += 1
        is_math = MATHML.fullmatch(tag) is not None
        if not is_math and tag not in ELEMENTS:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            known = name not in NEVER_IN_MATH if is_math else name in ALL | ELEMENTS.get(tag, set())
            if name.startswith("on") or not (known or re.match("aria-|data-", name)):
                self.faults.append(f"<{tag} {name}>")
            if name == "id":
                self.ids[value or ""] += 1
            if name in ("href", "src"):
                self.links.append(value or "")
                self._check(tag, value or "")
            self.text.append(value or "")
        if len({name for name, _ in attrs}) != len(attrs):
            self.faults.append(f"<{tag}> repeats an attribute")
        if tag == "a" and "nav" in self.open and "header" in self.open and "main" not in self.open:
            self.site_links.append(dict(attrs).get("href") or "")
        if tag not in ALONE:
            self.open.append(tag)

    def _check(self, tag: str, address: str) -> None:
        scheme = re.match(r"[^/?#]*?:", address)
        if scheme and (tag != "a" or scheme[0] not in ("http:", "https:", "mailto:")):
            self.faults.append(f"<{tag}> leads to {address[:80]!r}")
        if address.startswith(("/", "\\")) or not re.fullmatch(r"[!-~]+", address):
            self.faults.append(f"<{tag}> has the address {address[:80]!r}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in ALONE:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing, line {self.getpos()[0]}")

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self.open and self.open[-1] == "script" and data.strip():
            self.faults.append("a script inside the page")

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"a comment: {data[:40]}")

    def handle_decl(self, decl: str) -> None:
        if decl != "doctype html":
            self.faults.append(f"<!{decl[:40]}>")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"<?{data[:40]}>")

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"<![{data[:40]}")
