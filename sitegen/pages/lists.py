"""Index pages: the home page, lists, overviews, import reports, the search page."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from sitegen.pages.charts import Heatmap, ModelChart, PeriodChart
from sitegen.pages.pieces import DateView, Link, Pager, RowGroup, SourceView


@dataclass(frozen=True)
class ListPage:
    """A month, a folder, a tag, a source, or what is in no folder: `kind` says which ("month", "folder", "tag",
    "source", "unfiled"). `children` are sub-folders; `breadcrumbs` lead down to this page, itself not included; `note`
    is one muted line under the heading; `siblings` are the pages that stand beside this one, itself with url "";
    `suggestions` are rules that would file some of what is in no folder."""

    kind: str
    heading: str
    note: str
    breadcrumbs: tuple[Link, ...]
    children: tuple[Link, ...]
    groups: tuple[RowGroup, ...]
    pager: Pager | None
    source: SourceView | None = None
    siblings: tuple[Link, ...] = ()
    suggestions: tuple[SuggestionView, ...] = ()


@dataclass(frozen=True)
class SuggestionView:
    """A folder rule to paste into sitegen.toml: its folder's name, the rule (highlighted TOML, a <pre>), and what it
    would do in words."""

    name: str
    note: str
    html: Markup


@dataclass(frozen=True)
class OverviewEntry:
    """A line of an overview: a year with its months, a folder with its sub-folders, a source, an import. `month` is
    that of the year, from 1, for a month, else 0."""

    link: Link
    note: str = ""
    children: tuple[OverviewEntry, ...] = ()
    source: SourceView | None = None
    month: int = 0


@dataclass(frozen=True)
class OverviewPage:
    """All years, all folders, all tags, all sources, all imports: `kind` is "dates", "year", "folders", "tags",
    "sources" or "imports". `empty` is the sentence to show when there are no entries; `siblings` as for lists;
    `activity` is a year's calendar."""

    kind: str
    heading: str
    note: str
    breadcrumbs: tuple[Link, ...]
    entries: tuple[OverviewEntry, ...]
    empty: str
    siblings: tuple[Link, ...] = ()
    activity: Heatmap | None = None


@dataclass(frozen=True)
class ImportPage:
    """What one import brought and found. `news` are groups of conversations (new, changed, no longer in the account),
    whose rows say in `excerpt` what changed; `counts` are (label, number) pairs in order; `problems` (where, reason)
    pairs; `unknown` (provider's block type, count) pairs."""

    heading: str
    export_name: str
    source: SourceView
    generation: str
    date: DateView | None
    counts: tuple[tuple[str, int], ...]
    problems: tuple[tuple[str, str], ...]
    unknown: tuple[tuple[str, int], ...]
    breadcrumbs: tuple[Link, ...]
    news: tuple[NewsGroup, ...] = ()


@dataclass(frozen=True)
class NewsGroup:
    """Conversations that an export changed in one way. `more` is how many rows were left out."""

    rows: RowGroup
    more: int = 0


@dataclass(frozen=True)
class SourceSummary:
    """A source on the home page: how much it holds and how old its last export is. `how_to_export` says where to ask
    for the next one; shown once the last is older than `remind_after` days (0: never), which a script finds out."""

    source: SourceView
    link: Link
    messages: int
    last_export: DateView | None
    how_to_export: str = ""
    remind_after: int = 0


@dataclass(frozen=True)
class Totals:
    """An archive in numbers. `first` and `last` are the months of its oldest and newest conversation, "" without
    dates."""

    conversations: int
    messages: int
    first: str
    last: str


@dataclass(frozen=True)
class HomePage:
    """The first page. `imports` are the last ones, the newest first. `activity` shows the last twelve months,
    `periods` and `models` all the time; None where there is too little to show. `years` leads to each year and, at the
    end, to what has no date. `folders` are those at the top, or the largest of them: `more_folders` are left out.
    `longest` is empty while `recent` shows all. `empty` is true for an archive without conversations."""

    totals: Totals
    imports: tuple[OverviewEntry, ...] = ()
    activity: Heatmap | None = None
    years: tuple[Link, ...] = ()
    recent: tuple[RowGroup, ...] = ()
    periods: PeriodChart | None = None
    models: ModelChart | None = None
    longest: tuple[RowGroup, ...] = ()
    folders: tuple[Link, ...] = ()
    more_folders: int = 0
    sources: tuple[SourceSummary, ...] = ()
    empty: bool = False


@dataclass(frozen=True)
class SearchPage:
    """The search page. `empty` is true for an archive without conversations, `has_tags` if any of them has a tag."""

    empty: bool
    has_tags: bool = False
