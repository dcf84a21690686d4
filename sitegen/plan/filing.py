"""What stands beside the folders: the tags, each with its page, and what no folder holds. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sitegen.labels import flag_label
from sitegen.language import N_, Language
from sitegen.pages import Link, OverviewEntry, OverviewPage, SuggestionView
from sitegen.plan.lists import ListPlan, PlannedPage, by_month, list_pages
from sitegen.plan.suggestions import Suggestion, suggestions
from sitegen.render.conversation import Entry
from sitegen.render.settings import Settings, tag_path
from sitegen.text import render_code

FOLDERS_PATH, TAGS_PATH, UNFILED_PATH = "folders/index.html", "tags/index.html", "folders/unfiled.html"
_PLACES = ((N_("Folders"), FOLDERS_PATH), (N_("Tags"), TAGS_PATH), (N_("Unfiled"), UNFILED_PATH))


def siblings(path: str, unfiled: int, language: Language) -> tuple[Link, ...]:
    """The links between the folders, the tags and what is unfiled, on the page at `path`; `unfiled` is how much."""
    return tuple(
        Link(language.say(label), "" if place == path else f"../{place}", unfiled if place == UNFILED_PATH else None)
        for label, place in _PLACES
    )


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
    language = settings.language
    labels = {tag: flag_label(language, tag) for tag in tags}
    links = tuple(OverviewEntry(Link(labels[tag], f"../{tag_path(tag)}", len(by_tag[tag]))) for tag in tags)
    home = (Link(language.say("Home"), "../index.html"),)
    heading = language.say("Tags")
    empty = language.say(
        "No conversation has a tag. Stars and pins of your provider become tags, and so do rules ([[tags]]) in"
        " sitegen.toml."
    )
    if not settings.audience.is_owner:
        empty = language.say("No conversation has a tag.")
    overview = OverviewPage("tags", heading, "", home, links, empty, siblings(TAGS_PATH, unfiled, language))
    yield PlannedPage(TAGS_PATH, "overview.html", "Folders", overview)
    crumbs = ((language.say("Home"), "index.html"), (heading, TAGS_PATH))
    for tag in tags:
        plan = ListPlan(tag_path(tag), "Folders", "tag", labels[tag], by_tag[tag], crumbs, by_month, tag=tag)
        yield from list_pages(plan, settings)


def unfiled_pages(entries: Sequence[Entry], settings: Settings) -> Iterator[PlannedPage]:
    """What no folder holds, with rules that would file some of it; `entries` are all, in the order of lists."""
    unfiled, language = unfiled_of(entries), settings.language
    made: Sequence[Suggestion] = ()
    if settings.audience.is_owner:
        filed = (entry for entry in entries if entry.folder)
        made = suggestions(unfiled, filed, settings.config.folders, settings.config.search.languages)
    plan = ListPlan(
        UNFILED_PATH,
        "Folders",
        "unfiled",
        language.say("Unfiled"),
        unfiled,
        [(language.say("Home"), "index.html")],
        by_month,
        siblings=siblings(UNFILED_PATH, len(unfiled), language),
        suggestions=tuple(_view(suggestion, language) for suggestion in made),
    )
    yield from list_pages(plan, settings)


def _view(suggestion: Suggestion, language: Language) -> SuggestionView:
    if suggestion.moves:
        note = language.say(
            "Files {filed} and takes {moved} out of your provider's folders.",
            filed=language.say_count("{count} conversation", "{count} conversations", suggestion.files),
            moved=language.say_count("{count} conversation", "{count} conversations", suggestion.moves),
        )
    else:
        note = language.say_count("Files {count} conversation.", "Files {count} conversations.", suggestion.files)
    return SuggestionView(suggestion.rule.name, note, render_code(suggestion.toml, "toml", language))
