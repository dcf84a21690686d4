"""Lists of conversations: rows, grouped under small headings, on as many pages as they take. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple

from sitegen.language import N_, Language
from sitegen.pages import Link, ListPage, Pager, Row, RowGroup, SourceView, SuggestionView
from sitegen.render.conversation import Entry
from sitegen.render.settings import Settings, folder_path, root_of

PAGE_SIZE = 500

#: The groups that a source's page shows before its conversations, by the model's kinds.
_BESIDES_CHATS = {
    "project": N_("Projects"),
    "memory": N_("Memories"),
    "document": N_("Documents"),
    "media": N_("Pictures and media"),
}

#: The label, in a language, and the anchor of the group that an entry stands in.
Grouping = Callable[[Entry, Language], tuple[str, str]]


class PlannedPage(NamedTuple):
    """A page to render: its path from the site's top, its template, its place in the navigation, its value."""

    path: str
    template: str
    current: str
    page: Any


@dataclass(frozen=True)
class Day:
    """A day with conversations, and where they are listed: a path from the site's top with an anchor."""

    date: date
    count: int
    url: str


class ListPlan(NamedTuple):
    """A list to be put on pages: the first stands at `path`, the next at `…-2.html`. `crumbs` are (label, path from
    the site's top) pairs; `children` and `siblings` are links from the page itself; `suggestions` stand on the first.
    `tag` is the one that all entries have.
    """

    path: str
    current: str
    kind: str
    heading: str
    entries: Sequence[Entry]
    crumbs: Sequence[tuple[str, str]]
    grouping: Grouping
    children: tuple[Link, ...] = ()
    source: SourceView | None = None
    siblings: tuple[Link, ...] = ()
    suggestions: tuple[SuggestionView, ...] = ()
    tag: str = ""


def list_pages(plan: ListPlan, settings: Settings) -> Iterator[PlannedPage]:
    """The pages of a list, of `PAGE_SIZE` rows at most."""
    root = root_of(plan.path)
    entries = plan.entries
    parts = [entries[start : start + PAGE_SIZE] for start in range(0, len(entries), PAGE_SIZE)] or [[]]
    paths = [_part_path(plan.path, number) for number in range(len(parts))]
    for number, part in enumerate(parts):
        page = ListPage(
            kind=plan.kind,
            heading=plan.heading,
            note=_count(plan, settings.language),
            breadcrumbs=tuple(Link(label, root + url) for label, url in plan.crumbs),
            children=plan.children,
            groups=grouped(
                part,
                root,
                plan.grouping,
                settings,
                with_folder=plan.kind not in ("folder", "unfiled"),
                own_tag=plan.tag,
            ),
            pager=_pager([root + other for other in paths], number),
            source=plan.source,
            siblings=plan.siblings if number == 0 else tuple(_from_later_page(plan, root)),
            suggestions=plan.suggestions if number == 0 else (),
        )
        yield PlannedPage(paths[number], "list.html", plan.current, page)


def _from_later_page(plan: ListPlan, root: str) -> Iterator[Link]:
    for link in plan.siblings:
        yield link if link.url else Link(link.label, root + plan.path, link.count)


def _part_path(path: str, number: int) -> str:
    """Where a list's page stands, counted from 0."""
    return f"{path.removesuffix('.html')}-{number + 1}.html" if number else path


def _count(plan: ListPlan, language: Language) -> str:
    if plan.entries:
        return language.say_count("{count} conversation", "{count} conversations", len(plan.entries))
    below = sum(child.count or 0 for child in plan.children)
    if not below:
        return ""
    return language.say_count(
        "{count} conversation in the folders below", "{count} conversations in the folders below", below
    )


def grouped(
    entries: Sequence[Entry],
    root: str,
    grouping: Grouping,
    settings: Settings,
    *,
    with_folder: bool = True,
    own_tag: str = "",
) -> tuple[RowGroup, ...]:
    """Entries as rows under the headings of their groups, in the order given. `own_tag` is one that all have."""
    language = settings.language

    def group(entry: Entry) -> tuple[str, str]:
        return grouping(entry, language)

    def row(entry: Entry) -> Row:
        return row_of(entry, root, settings, with_folder=with_folder, own_tag=own_tag)

    return tuple(
        RowGroup(label, anchor, tuple(map(row, members))) for (label, anchor), members in groupby(entries, key=group)
    )


def row_of(
    entry: Entry,
    root: str,
    settings: Settings,
    *,
    with_folder: bool = True,
    excerpt: str | None = None,
    own_tag: str = "",
) -> Row:
    """A conversation's row on the page whose way to the top is `root`; `excerpt` takes the place of its own. `own_tag`
    is not told, the page says it."""
    folder = None
    if entry.folder and with_folder:
        folder = Link(" / ".join(entry.folder), root + folder_path(entry.folder))
    return Row(
        url=root + entry.path,
        title=entry.title,
        excerpt=entry.excerpt if excerpt is None else excerpt,
        date=settings.date_view(local_time(entry)) if entry.created else None,
        source=settings.source(entry.source),
        length=entry.length,
        kind=entry.kind,
        flags=tuple(flag for flag in entry.flags if flag != own_tag),
        folder=folder,
        tags=tuple(tag for tag in entry.tags if tag != own_tag),
    )


def _pager(urls: Sequence[str], number: int) -> Pager | None:
    if len(urls) == 1:
        return None
    links = [Link(str(place + 1), url if place != number else "") for place, url in enumerate(urls)]
    return Pager(
        previous=links[number - 1] if number else None,
        following=links[number + 1] if number + 1 < len(links) else None,
        pages=tuple(links),
    )


def days_of(path: str, entries: Sequence[Entry]) -> Iterator[Day]:
    """The days of a month's list, which stands at `path`: how much each has, and where its group begins."""
    place = 0
    for day, members in groupby(entries, key=lambda entry: local_time(entry).date()):
        count = sum(1 for _ in members)
        yield Day(day, count, f"{_part_path(path, place // PAGE_SIZE)}#{_day_anchor(day)}")
        place += count


# --- groupings --------------------------------------------------------------------------------------------------


def local_time(entry: Entry) -> datetime:
    """When the conversation began, in the archive's zone."""
    return datetime.fromisoformat(entry.created)


def by_day(entry: Entry, language: Language) -> tuple[str, str]:
    """One group a day."""
    day = local_time(entry).date()
    return language.day(day), _day_anchor(day)


def _day_anchor(day: date) -> str:
    return f"d{day.day}"


def by_month(entry: Entry, language: Language) -> tuple[str, str]:
    """One group a month; what has no date stands apart."""
    if not entry.created:
        return language.say("Without a date"), "undated"
    time = local_time(entry)
    return language.month(time.year, time.month), f"d{time.year}-{time.month:02}"


def by_kind_and_month(entry: Entry, language: Language) -> tuple[str, str]:
    """What is kept beside the chats by its kind, chats by month."""
    kind = _kind(entry)
    return (language.say(_BESIDES_CHATS[kind]), kind) if kind else by_month(entry, language)


def kind_order(entry: Entry) -> int:
    """Sorts what is kept beside the chats before them, kind by kind."""
    return [*_BESIDES_CHATS, ""].index(_kind(entry))


def in_one_group(_: Entry, __: Language) -> tuple[str, str]:
    """All in one group without a heading."""
    return "", "all"


def _kind(entry: Entry) -> str:
    return entry.kind if entry.kind in _BESIDES_CHATS else ""
