"""What a rendered text may be made of, and such a text taken apart to see that it is."""

from __future__ import annotations

import re
from html.parser import HTMLParser

#: Every element, with the attributes that may stand on it.
ATTRIBUTES = {
    "a": {"href", "rel", "title", "class", "id"},
    "annotation": {"encoding"},
    "code": {"dir", "class", "translate"},
    "details": {"class"},
    "div": {"class", "dir", "tabindex", "role", "aria-label", "id"},
    "figure": {"class", "data-language"},
    "img": {"class", "src", "alt", "title", "loading", "decoding"},
    "input": {"type", "disabled", "checked", "aria-label"},
    "li": {"class", "dir"},
    "math": {"display"},
    "menclose": {"notation"},
    "mi": {"mathvariant"},
    "mn": {"mathvariant"},
    "mo": {"stretchy", "fence", "form", "minsize", "maxsize", "movablelimits", "largeop", "accent", "lspace", "rspace"},
    "mpadded": {"width", "height", "depth", "lspace", "voffset"},
    "mrow": {"class"},
    "mspace": {"width", "height", "depth"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mtable": {"displaystyle", "rowlines", "columnlines"},
    "mtd": {"class"},
    "mtext": {"mathvariant"},
    "mfrac": {"linethickness"},
    "ol": {"start"},
    "p": {"class", "dir"},
    "pre": {"class", "dir"},
    "span": {"class"},
    "sup": {"class"},
    **{name: {"class"} for name in ("td", "th")},
    **{name: {"id", "dir"} for name in ("h3", "h4", "h5", "h6")},
    "blockquote": {"dir"},
    **{name: set() for name in ("br", "em", "figcaption", "hr", "s", "strong", "table", "tbody", "thead", "tr", "ul")},
    **{
        name: set()
        for name in ("br", "em", "figcaption", "hr", "s", "strong", "summary", "table", "tbody", "thead", "tr", "ul")
    },
    **{name: set() for name in ("mover", "msqrt", "mroot", "msub", "msubsup", "msup", "mtr", "munder", "munderover")},
    **{name: set() for name in ("mphantom", "semantics")},
}
VOID = {"br", "hr", "img", "input"}


class Inspector(HTMLParser):
    """Collects whatever is not allowed: elements, attributes, addresses, ids, unbalanced tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.open: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ATTRIBUTES:
            self.faults.append(f"<{tag}>")
        if tag not in VOID:
            self.open.append(tag)
        names = [name for name, _ in attrs]
        self.faults += [f"<{tag} {name}>" for name in names if name not in ATTRIBUTES.get(tag, set())]
        if len(set(names)) != len(names):
            self.faults.append(f"<{tag}> repeats an attribute")
        for name, value in attrs:
            self.check(tag, name, value or "")

    def check(self, tag: str, name: str, value: str) -> None:
        if name == "href" and not re.match(r"(?i:https?://[^/]|mailto:)|\.\./files/|#(?:m1-fn|s)\d+$", value):
            self.faults.append(f"href {value!r}")
        if name == "href" and re.search(r"[^!-~]", value):
            self.faults.append(f"href {value!r}")
        if name == "src" and not value.startswith("../files/"):
            self.faults.append(f"src {value!r}")
        if name == "id" and not re.fullmatch(r"m1-(?:h|fn)\d+|c\d+", value):
            self.faults.append(f"id {value!r}")
        if name == "class" and not re.fullmatch(r"[a-z][a-z-]*(?: [a-z-]+)*", value):
            self.faults.append(f"class {value!r}")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_comment(self, data: str) -> None:
        self.faults.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.faults.append("declaration")

    def handle_pi(self, data: str) -> None:
        self.faults.append("processing instruction")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def inspect(markup: str) -> Inspector:
    inspector = Inspector()
    inspector.feed(markup)
    inspector.close()
    inspector.faults += [f"<{tag}> stays open" for tag in inspector.open]
    return inspector
