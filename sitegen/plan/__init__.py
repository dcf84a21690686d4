"""Which index pages exist, where they stand, and what each shows. Pure: entries in, page values out.

Conversation pages aren't planned here: they depend on nothing but their conversation. All lists are newest first;
`lists` puts them on pages, `imports` makes the reports.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from sitegen.folders import Folder
from sitegen.language import Language
from sitegen.pages import Link, OverviewEntry, OverviewPage, SearchPage, SourceSummary
from sitegen.plan.charts import calendar
from sitegen.plan.filing import FOLDERS_PATH, siblings, tag_pages, unfiled_of, unfiled_pages
from sitegen.plan.home import Contents, home
from sitegen.plan.imports import ImportReport, import_entry, import_pages
from sitegen.plan.lists import (
    PAGE_SIZE,
    ListPlan,
    PlannedPage,
    by_day,
    by_kind_and_month,
    by_month,
    days_of,
    in_one_group,
    kind_order,
    list_pages,
    local_time,
)
from sitegen.render.conversation import Entry
from sitegen.render.settings import UNDATED_PATH, Settings, folder_path, month_path, source_path

__all__ = ["PAGE_SIZE", "ImportReport", "PlannedPage", "plan"]


def plan(
    entries: Sequence[Entry],
    imports: Sequence[ImportReport],
    settings: Settings,
) -> Iterator[PlannedPage]:
    """Every index page of a site with these conversations and imports, in a fixed order."""
    planner = _Planner(entries, imports, settings)
    yield planner.home()
    yield from planner.dates()
    yield from planner.folders()
    yield from unfiled_pages(planner.newest_first, settings)
    yield from tag_pages(planner.newest_first, planner.unfiled, settings)
    yield from planner.sources()
    if settings.audience.is_owner:
        yield planner.imports()
        yield from import_pages(imports, {entry.key: entry for entry in entries}, settings)
    has_tags = any(entry.all_tags for entry in entries)
    yield PlannedPage("search.html", "search.html", "Search", SearchPage(empty=not entries, has_tags=has_tags))


class _Planner:
    def __init__(
        self,
        entries: Sequence[Entry],
        imports: Sequence[ImportReport],
        settings: Settings,
    ) -> None:
        self.settings, self.language = settings, settings.language
        self.reports = imports
        dated = sorted(
            (entry for entry in entries if entry.created), key=lambda e: (e.created_utc, e.key), reverse=True
        )
        self.undated = sorted((entry for entry in entries if not entry.created), key=lambda e: (e.title, e.key))
        self.dated: list[Entry] = dated
        self.newest_first = [*dated, *self.undated]
        self.unfiled = len(unfiled_of(self.newest_first))
        self.by_month: dict[tuple[int, int], list[Entry]] = defaultdict(list)
        for entry in dated:
            time = local_time(entry)
            self.by_month[time.year, time.month].append(entry)
        self.days = {
            day.date: day for month, listed in self.by_month.items() for day in days_of(month_path(*month), listed)
        }
        self.by_source: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.newest_first:
            self.by_source[entry.source].append(entry)
        self.by_folder: dict[Folder, list[Entry]] = defaultdict(list)
        #: Every folder with all that lies below it; those that only hold folders too.
        self.folder_counts: Counter[Folder] = Counter()
        for entry in self.newest_first:
            if entry.folder:
                self.by_folder[entry.folder].append(entry)
                for depth in range(1, len(entry.folder) + 1):
                    self.folder_counts[entry.folder[:depth]] += 1
        #: By name as people sort names, without regard to case first; and those that stand in each folder.
        self.folders_in_order = sorted(self.folder_counts, key=lambda f: ([part.casefold() for part in f], f))
        self.folders_in: dict[Folder, list[Folder]] = defaultdict(list)
        for folder in self.folders_in_order:
            self.folders_in[folder[:-1]].append(folder)

        #: The beginning of every way down.
        self._top = ((self.language.say("Home"), "index.html"),)

    def _home(self, root: str) -> tuple[Link, ...]:
        return tuple(Link(label, root + path) for label, path in self._top)

    # --- home --------------------------------------------------------------------------------------------------

    def home(self) -> PlannedPage:
        contents = Contents(
            months=self.by_month,
            undated=self.undated,
            days=self.days,
            folders=self._child_folders((), ""),
            sources=[self._source_summary(source) for source in sorted(self.by_source)],
            imports=self.reports,
        )
        return home(contents, self.settings)

    def _source_summary(self, source: str) -> SourceSummary:
        entries = self.by_source[source]
        made = [report.row.made for report in self.reports if report.row.source == source and report.row.made]
        view = self.settings.source(source)
        return SourceSummary(
            source=view,
            link=Link(view.label, source_path(source), len(entries)),
            messages=sum(entry.length for entry in entries),
            last_export=self.language.date_view(max(made, default=None), self.settings.zone),
            how_to_export=self.settings.how_to_export(source),
            remind_after=self.settings.config.remind_after,
        )

    # --- dates -------------------------------------------------------------------------------------------------

    def dates(self) -> Iterator[PlannedPage]:
        heading = self.language.say("Dates")
        empty = _nothing_yet(self.language)
        yield PlannedPage(
            "dates/index.html",
            "overview.html",
            "Dates",
            OverviewPage("dates", heading, "", self._home("../"), self._years("../"), empty),
        )
        crumbs = [*self._top, (heading, "dates/index.html")]
        for year, months in groupby(self.by_month, key=lambda month: month[0]):
            path = f"dates/{year}/index.html"
            up = (*self._home("../../"), Link(heading, "../index.html"))
            listed = tuple(self._month_entry(month, "../../") for month in sorted(months))
            activity = calendar(self.days, date(year, 1, 1), date(year, 12, 31), "../../", self.language)
            yield PlannedPage(
                path,
                "overview.html",
                "Dates",
                OverviewPage("year", str(year), "", up, listed, empty, activity=activity),
            )
        for (year, month), entries in self.by_month.items():
            down = [*crumbs, (str(year), f"dates/{year}/index.html")]
            name = self.language.month(year, month)
            yield from list_pages(
                ListPlan(month_path(year, month), "Dates", "month", name, entries, down, by_day), self.settings
            )
        if self.undated:
            name = self.language.say("Without a date")
            yield from list_pages(
                ListPlan(UNDATED_PATH, "Dates", "month", name, self.undated, crumbs, in_one_group), self.settings
            )

    def _years(self, root: str) -> tuple[OverviewEntry, ...]:
        years = []
        for year, months in groupby(self.by_month, key=lambda month: month[0]):
            # Within a year time runs forward, as on a calendar.
            children = tuple(self._month_entry(month, root) for month in sorted(months))
            count = sum(child.link.count or 0 for child in children)
            years.append(OverviewEntry(Link(str(year), f"{root}dates/{year}/index.html", count), children=children))
        if self.undated:
            link = Link(self.language.say("Without a date"), root + UNDATED_PATH, len(self.undated))
            years.append(OverviewEntry(link))
        return tuple(years)

    def _month_entry(self, month: tuple[int, int], root: str) -> OverviewEntry:
        link = Link(self.language.month(*month), root + month_path(*month), len(self.by_month[month]))
        return OverviewEntry(link, month=month[1])

    # --- folders -----------------------------------------------------------------------------------------------

    def folders(self) -> Iterator[PlannedPage]:
        heading = self.language.say("Folders")
        empty = self.language.say(
            "No conversation is in a folder. Projects of your provider become folders, and so do rules ([[folders]]) in"
            " sitegen.toml."
        )
        if not self.settings.audience.is_owner:
            empty = self.language.say("No conversation is in a folder.")
        beside = siblings(FOLDERS_PATH, self.unfiled, self.language)
        yield PlannedPage(
            FOLDERS_PATH,
            "overview.html",
            "Folders",
            OverviewPage("folders", heading, "", self._home("../"), self._folder_tree("../"), empty, beside),
        )
        for folder in self.folders_in_order:
            crumbs = [*self._top, (heading, FOLDERS_PATH)]
            crumbs += [(folder[depth - 1], folder_path(folder[:depth])) for depth in range(1, len(folder))]
            yield from list_pages(
                ListPlan(
                    folder_path(folder),
                    "Folders",
                    "folder",
                    folder[-1],
                    self.by_folder.get(folder, []),
                    tuple(crumbs),
                    by_month,
                    children=self._child_folders(folder, "../"),
                ),
                self.settings,
            )

    def _folder_link(self, folder: Folder, root: str) -> Link:
        return Link(folder[-1], root + folder_path(folder), self.folder_counts[folder])

    def _child_folders(self, parent: Folder, root: str) -> tuple[Link, ...]:
        return tuple(self._folder_link(folder, root) for folder in self.folders_in.get(parent, ()))

    def _folder_tree(self, root: str) -> tuple[OverviewEntry, ...]:
        """All folders as a tree, made from the deepest up so that no depth of names is too deep."""
        children: dict[Folder, list[OverviewEntry]] = defaultdict(list)
        for folder in sorted(self.folders_in_order, key=lambda folder: -len(folder)):
            entry = OverviewEntry(self._folder_link(folder, root), children=tuple(children.pop(folder, ())))
            children[folder[:-1]].append(entry)
        return tuple(children[()])

    # --- sources -----------------------------------------------------------------------------------------------

    def sources(self) -> Iterator[PlannedPage]:
        entries = []
        for source in sorted(self.by_source):
            summary = self._source_summary(source)
            link = Link(summary.link.label, "../" + summary.link.url, summary.link.count)
            entries.append(OverviewEntry(link, self._source_note(summary), source=summary.source))
        heading = self.language.say("Sources")
        empty = _nothing_yet(self.language)
        yield PlannedPage(
            "sources/index.html",
            "overview.html",
            "Sources",
            OverviewPage("sources", heading, "", self._home("../"), tuple(entries), empty),
        )
        for source in sorted(self.by_source):
            view = self.settings.source(source)
            # What is kept beside the chats comes first, by kind.
            listed = sorted(self.by_source[source], key=kind_order)
            crumbs = (*self._top, (heading, "sources/index.html"))
            yield from list_pages(
                ListPlan(
                    source_path(source),
                    "Sources",
                    "source",
                    view.label,
                    listed,
                    crumbs,
                    by_kind_and_month,
                    source=view,
                ),
                self.settings,
            )

    def _source_note(self, summary: SourceSummary) -> str:
        messages = self.language.say_count("{count} message", "{count} messages", summary.messages)
        if summary.last_export is None:
            return messages
        return self.language.say("{messages}, last export {date}", messages=messages, date=summary.last_export.short)

    # --- imports -----------------------------------------------------------------------------------------------

    def imports(self) -> PlannedPage:
        entries = tuple(import_entry(report, "../", self.settings, with_name=True) for report in self.reports)
        empty = self.language.say(
            "Nothing has been imported yet. Add an export: {command}", command="sitegen build your-export.zip"
        )
        page = OverviewPage("imports", self.language.say("Imports"), "", self._home("../"), entries, empty)
        return PlannedPage("imports/index.html", "overview.html", "Imports", page)


def _nothing_yet(language: Language) -> str:
    return language.say(
        "There are no conversations yet. Add an export: {command}", command="sitegen build your-export.zip"
    )
