"""What rendering depends on besides the conversation itself; small, and sent to every worker process once."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from sitegen import __version__
from sitegen.config import Config
from sitegen.file_names import is_reserved
from sitegen.language import N_, Language, load_language
from sitegen.model import Conversation, content_id
from sitegen.pages import DateView, NavLink, SiteView, SourceView

GENERATOR = f"sitegen {__version__}"

#: The constant places of a site, by their ids, from its top.
NAVIGATION = {
    N_("Home"): "index.html",
    N_("Dates"): "dates/index.html",
    N_("Folders"): "folders/index.html",
    N_("Sources"): "sources/index.html",
    N_("Imports"): "imports/index.html",
    N_("Search"): "search.html",
}


class SourceLabels(msgspec.Struct, frozen=True):
    """The name of a provider, the name that its answers are shown under, and where to ask it for an export."""

    label: str
    assistant: str
    how_to_export: str = ""


class Audience(msgspec.Struct, frozen=True):
    """Whom a site is made for. Its owner also sees where the conversations came from, how to keep them in order, and
    pages that run what a model wrote. Without `clock` conversations have a day and no time of day. `author` is the name
    that others see on prompts, "" for none."""

    is_owner: bool = True
    author: str = ""
    clock: bool = True


OWNER = Audience()


class Settings(msgspec.Struct, frozen=True, dict=True):
    """`sources` are the labels by source. `project_names` the names of projects by the provider's id. `theme_folders`
    are those of the theme and its parents: they may have texts in the language that the config asks for."""

    config: Config
    zone_name: str
    sources: dict[str, SourceLabels]
    project_names: dict[str, str]
    theme_folders: tuple[str, ...] = ()
    audience: Audience = OWNER

    @cached_property
    def language(self) -> Language:
        """The language of the site's own words. Raises ConfigError."""
        return load_language(self.config.language, tuple(map(Path, self.theme_folders)))

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone that dates are shown in."""
        return ZoneInfo(self.zone_name)

    def source(self, source: str) -> SourceView:
        """The view of a source; one whose reader is not installed any more keeps its word as its label."""
        labels = self.sources.get(source)
        return SourceView(source, labels.label if labels else source)

    def assistant(self, source: str) -> str:
        """The name that a source's answers are shown under."""
        labels = self.sources.get(source)
        return labels.assistant if labels else source

    def how_to_export(self, source: str) -> str:
        """Where to ask a provider for an export; "" if that is not known, or not this audience's business."""
        if not self.audience.is_owner:
            return ""
        labels = self.sources.get(source)
        return labels.how_to_export if labels else ""

    @cached_property
    def title(self) -> str:
        """The title of the site."""
        title = self.config.title
        return self.language.say("My conversations") if title == Config().title else title

    def site(self, path: str, current: str = "") -> SiteView:
        """What the page at `path` (from the site's top) knows of the site; `current` is one of `NAVIGATION`."""
        root, language = root_of(path), self.language
        places = {id_: url for id_, url in NAVIGATION.items() if self.audience.is_owner or id_ != "Imports"}
        nav = tuple(NavLink(language.say(id_), root + url, id=id_) for id_, url in places.items())
        languages, is_owner = self.config.search.languages, self.audience.is_owner
        return SiteView(self.title, root, nav, current, GENERATOR, languages, language.tag, is_owner, self.author)

    @cached_property
    def author(self) -> str:
        """The name that prompts stand under."""
        return self.language.say("You") if self.audience.is_owner else self.audience.author or self.language.say("User")

    def date_view(self, time: datetime | None) -> DateView | None:
        """When a conversation began, as this audience sees it; None for None."""
        return self.language.date_view(time, self.zone, clock=self.audience.clock)


def root_of(path: str) -> str:
    """The relative way from the page at `path` to the site's top: "" or "../" repeated."""
    return "../" * path.count("/")


def source_name(source: str) -> str:
    """A source as the name of a file or folder: one that Windows can have, that is no index page's, and that no other
    source has."""
    needs_ending = is_reserved(source) or source == "index" or source.endswith("_")
    return f"{source}_" if needs_ending else source


def conversation_path(conversation: Conversation) -> str:
    """Where a conversation's page stands. It depends on nothing that can change or tell its content: source,
    UTC date of creation and key."""
    source = source_name(conversation.source)
    if conversation.created is None:
        return f"chats/{source}/undated/{conversation.key}.html"
    # Not by %Y: systems differ in how they write years of less than four digits.
    created = conversation.created
    return f"chats/{source}/{created.year:04}/{created:%m-%d}-{conversation.key}.html"


def month_path(year: int, month: int) -> str:
    """Where a month's page stands."""
    return f"dates/{year}/{month:02}.html"


UNDATED_PATH = "dates/undated.html"


def source_path(source: str) -> str:
    """Where a source's page stands."""
    return f"sources/{source_name(source)}.html"


def folder_path(folder: tuple[str, ...]) -> str:
    """Where a folder's page stands: its name as far as it is ASCII, and a hash that tells case and script twins
    apart."""
    return f"folders/{_slug(folder) or 'folder'}-{content_id(*folder)}.html"


def tag_path(tag: str) -> str:
    """Where a tag's page stands, named as folders' pages are."""
    return f"tags/{_slug((tag,)) or 'tag'}-{content_id(tag)}.html"


def _slug(parts: tuple[str, ...]) -> str:
    """Words as far as they are ASCII, joined by dashes."""
    words = "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in part.lower()) for part in parts)
    return "-".join(words.replace("-", " ").split())[:60].strip("-")


def message_anchor(message_id: str) -> str:
    """A message's id on its page: from its own id, never from its position."""
    return "m" + content_id(message_id)
