"""What a page or a style sheet refers to. Pure: text in, references out."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import NamedTuple

#: Attributes that name a file, on any element.
_LOADING = {"src", "href", "xlink:href", "poster", "data", "background", "action", "formaction", "cite", "manifest"}
#: What a person follows; the browser loads nothing of it by itself.
_FOLLOWED = {("a", "href"), ("area", "href"), ("blockquote", "cite"), ("q", "cite"), ("del", "cite"), ("ins", "cite")}
#: Kinds of <link> that only tell where something is.
_TELLING = {"alternate", "author", "canonical", "license", "next", "prev"}
_STYLE_URL = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"'\s]*))\s*\)|@import\s+(?:"([^"]*)"|'([^']*)')""")
_STYLE_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


class Reference(NamedTuple):
    """An address on a page; `loads`: the browser fetches it without being asked."""

    address: str
    loads: bool


class PageFacts(HTMLParser):
    """The ids and the references of one page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.references: set[Reference] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Takes what one element refers to."""
        rel = ""
        for name, value in attrs:
            if name == "rel":
                rel = value or ""
            elif name == "id" or (name == "name" and tag == "a"):
                self.ids.add(value or "")
        telling = tag == "link" and bool(_TELLING & set(rel.lower().split()))
        for name, value in attrs:
            if value is None:
                continue
            if name in _LOADING:
                self.references.add(Reference(value, not telling and (tag, name) not in _FOLLOWED))
            elif name == "srcset":
                addresses = (candidate.split() for candidate in value.split(","))
                self.references.update(Reference(words[0], True) for words in addresses if words)
            elif name == "style":
                self.references.update(style_references(value))


def style_references(style: str) -> set[Reference]:
    """What a style sheet, or a style attribute, loads."""
    found = _STYLE_URL.findall(_STYLE_COMMENT.sub("", style))
    return {Reference("".join(groups), True) for groups in found}
