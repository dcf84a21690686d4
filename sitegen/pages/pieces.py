"""Pieces that several kinds of pages show."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Link:
    """A label and where it leads; `url` "" is the current page. `count` is the number of conversations there."""

    label: str
    url: str
    count: int | None = None


@dataclass(frozen=True)
class NavLink(Link):
    """A constant place. `id` is its name in any language, an English word: "Home", "Dates", "Folders", "Sources",
    "Imports", "Search"."""

    id: str = ""


@dataclass(frozen=True)
class DateView:
    """A point in time: `iso` for <time datetime> (UTC), `label` for people ("5 March 2026, 14:03"), `short`
    ("5 Mar 2026") and `time` ("14:03"), all in the archive's zone."""

    iso: str
    label: str
    short: str
    time: str = ""


@dataclass(frozen=True)
class SourceView:
    """A provider: `id` ("chatgpt") for classes and marks, `label` ("ChatGPT") for people."""

    id: str
    label: str


@dataclass(frozen=True)
class SiteView:
    """What every page knows. `root` is the relative way to the site's top: "" or "../" repeated. `nav` are the
    constant places, whose labels are in the language of the site. `current` is the id of the one that is open.
    `languages` are those whose words the search stems; `language` is the tag of that of the site's own words.
    `is_owner` tells that the site is for the archive's owner: others see nothing about keeping an archive. `author` is
    the name that prompts stand under."""

    title: str
    root: str
    nav: tuple[NavLink, ...]
    current: str
    generator: str
    languages: tuple[str, ...] = ("en",)
    language: str = "en"
    is_owner: bool = True
    author: str = "You"


@dataclass(frozen=True)
class Row:
    """A conversation in a list. `excerpt` is the beginning of its first prompt; `length` the number of messages;
    `kind` is the model's ("chat", "project", "memory", "document", "media"); `tags` are those that rules give."""

    url: str
    title: str
    excerpt: str
    date: DateView | None
    source: SourceView
    length: int
    kind: str = "chat"
    flags: tuple[str, ...] = ()
    folder: Link | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowGroup:
    """Rows under one small heading (a day, a month)."""

    label: str
    anchor: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Pager:
    """Where a long list goes on. `pages` holds every page in order; the current one has url ""."""

    previous: Link | None
    following: Link | None
    pages: tuple[Link, ...]
