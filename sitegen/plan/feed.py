"""The newest conversations as an Atom feed (RFC 4287), a file beside the pages with relative links. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree

from sitegen.render.conversation import Entry
from sitegen.render.settings import GENERATOR, Settings
from sitegen.text.rendered import showable

FEED_PATH = "feed.xml"
FEED_ENTRIES = 50
_NAMESPACE = "http://www.w3.org/2005/Atom"


def feed(entries: Iterable[Entry], settings: Settings) -> bytes:
    """The feed of the newest chats among `entries`, in UTF-8.

    Ids are made from the conversations' keys, so that they stay for ever; times are those of the conversations, so that
    the same archive gives the same feed.
    """
    chats = (entry for entry in entries if entry.created_utc and entry.kind == "chat")
    dated = heapq.nlargest(FEED_ENTRIES, chats, key=lambda entry: (entry.created_utc, entry.key))
    root = ElementTree.Element("feed", xmlns=_NAMESPACE)
    _add(root, "id", _urn("feed"))
    _add(root, "title", settings.title)
    _add(root, "generator", GENERATOR)
    _add(root, "updated", dated[0].created_utc if dated else "1970-01-01T00:00:00Z")
    ElementTree.SubElement(root, "link", href="index.html")
    ElementTree.SubElement(root, "link", rel="self", href=FEED_PATH)
    for entry in dated:
        element = ElementTree.SubElement(root, "entry")
        _add(element, "id", _urn(entry.key))
        _add(element, "title", entry.title)
        _add(element, "updated", entry.created_utc)
        _add(ElementTree.SubElement(element, "author"), "name", settings.source(entry.source).label)
        ElementTree.SubElement(element, "link", href=entry.path)
        if entry.excerpt:
            _add(element, "summary", entry.excerpt)
    ElementTree.indent(root)
    xml: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml + b"\n"


def _urn(name: str) -> str:
    return uuid5(NAMESPACE_URL, f"sitegen:{name}").urn


def _add(parent: ElementTree.Element, tag: str, text: str) -> None:
    ElementTree.SubElement(parent, tag).text = showable(text)
