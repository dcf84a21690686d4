"""What stands beside the folders: the tags, each with its page, and what no folder holds. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sitegen.dates import count_label
from sitegen.pages import Link, OverviewEntry, OverviewPage, SuggestionView
from sitegen.plan.lists import ListPlan, PlannedPage, by_month, list_pages
from sitegen.plan.suggestions import Suggestion, suggestions
from sitegen.render.conversation import Entry
from sitegen.render.settings import Settings, tag_path
from sitegen.text import render_code

FOLDERS_PATH, TAGS_PATH, UNFILED_PATH = "folders/index.html", "tags/index.html", "folders/unfiled.html"
_CRUMBS = (("Home", "index.html"), ("Folders", FOLDERS_PATH))


def siblings(path: str, unfiled: int) -> tuple[Link, ...]:
    """The links between the folders, the tags and what is unfiled, on the page at `path`; `unfiled` is how much."""
    places = (("Folders", FOLDERS_PATH, None), ("Tags", TAGS_PATH, None), ("Unfiled", UNFILED_PATH, unfiled))
    return tuple(Link(label, "" if place == path else f"../{place}", count) for label, place, count in places)


def unfiled_of(entries: Sequence[Entry]) -> list[Entry]:
    """The chats that no folder holds; what is kept beside chats needs none."""
    return [entry for entry in entries if not entry.folder and entry.kind == "chat"]


def tag_pages(entries: Sequence[Entry], unfiled: int, settings: Settings) -> Iterator[PlannedPage]:
    """The overview of the tags, and one list for each; `entries` are in the order of lists."""
    by_tag: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        for tag in entry.all_tags:
            by_tag[tag].append(entry)
    tags = sorted(by_tag, key=lambda tag: (tag.casefold(), tag))
    links = tuple(OverviewEntry(Link(tag, f"../{tag_path(tag)}", len(by_tag[tag]))) for tag in tags)
    home = (Link("Home", "../index.html"),)
    empty = (
        "No conversation has a tag. Stars and pins of your provider become tags, and so do rules ([[tags]]) in"
        " sitegen.toml."
    )
    overview = OverviewPage("tags", "Tags", "", home, links, empty, siblings(TAGS_PATH, unfiled))
    yield PlannedPage(TAGS_PATH, "overview.html", "Folders", overview)
    crumbs = (*_CRUMBS[:1], ("Tags", TAGS_PATH))
    for tag in tags:
        plan = ListPlan(tag_path(tag), "Folders", "tag", tag, by_tag[tag], crumbs, by_month)
        yield from list_pages(plan, settings)


def unfiled_pages(entries: Sequence[Entry], settings: Settings) -> Iterator[PlannedPage]:
    """What no folder holds, with rules that would file some of it; `entries` are all, in the order of lists."""
    unfiled = unfiled_of(entries)
    made = suggestions(
        unfiled,
        (entry for entry in entries if entry.folder),
        settings.config.folders,
        settings.config.search.languages,
    )
    plan = ListPlan(
        UNFILED_PATH,
        "Folders",
        "unfiled",
        "Unfiled",
        unfiled,
        _CRUMBS[:1],
        by_month,
        siblings=siblings(UNFILED_PATH, len(unfiled)),
        suggestions=tuple(map(_view, made)),
    )
    yield from list_pages(plan, settings)


def _view(suggestion: Suggestion) -> SuggestionView:
    filed = count_label(suggestion.files, "conversation")
    note = f"Files {filed}."
    if suggestion.moves:
        moved = count_label(suggestion.moves, "conversation")
        note = f"Files {filed} and takes {moved} out of your provider's folders."
    return SuggestionView(suggestion.rule.name, note, render_code(suggestion.toml, "toml"))
