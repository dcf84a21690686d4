"""The reports of imports: what each export brought, what it held, and what could not be read. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sitegen.archive.changes import Change
from sitegen.archive.store import ImportRow
from sitegen.dates import count_label, date_view
from sitegen.model import Problem
from sitegen.pages import ImportPage, Link, NewsGroup, OverviewEntry, RowGroup
from sitegen.plan.lists import PlannedPage, row_of
from sitegen.render.conversation import Entry
from sitegen.render.settings import Settings

#: How many conversations of one kind of news are listed. A first export brings everything: that is in other lists.
NEWS_ROWS = 500

_GROUPS = (
    ("new", "New"),
    ("changed", "Changed"),
    ("gone", "No longer in your account"),
    ("returned", "In your account again"),
)


class ImportReport(NamedTuple):
    """An import with what it changed, by conversation key, what it could not read and what it didn't know."""

    row: ImportRow
    problems: Sequence[Problem]
    unknown: Sequence[tuple[str, int]]
    changes: Sequence[tuple[str, Change]] = ()


def import_pages(
    reports: Sequence[ImportReport], entries: Mapping[str, Entry], settings: Settings
) -> Iterator[PlannedPage]:
    """One page for each import. `entries` are all conversations by key."""
    for report in reports:
        row = report.row
        path = _path(row)
        page = ImportPage(
            heading=_name(row, settings),
            export_name=row.export_name,
            source=settings.source(row.source),
            generation=row.generation,
            date=date_view(row.made, settings.zone),
            counts=(
                ("Found", row.found),
                ("New", row.new),
                ("Changed", row.changed),
                ("Unchanged", row.unchanged),
                ("No longer in your account", row.gone),
                ("Unreadable", row.unreadable),
                ("Attachments found", row.attachments),
                ("Attachments missing", row.attachments_missing),
            ),
            problems=tuple((problem.where, problem.reason) for problem in report.problems),
            unknown=tuple(report.unknown),
            breadcrumbs=(Link("Home", "../index.html"), Link("Imports", "index.html")),
            news=tuple(_news(report, entries, settings)),
        )
        yield PlannedPage(path, "import.html", "Imports", page)


def _news(report: ImportReport, entries: Mapping[str, Entry], settings: Settings) -> Iterator[NewsGroup]:
    for kind, label in _GROUPS:
        changed = [(entries[key], change) for key, change in report.changes if change.kind == kind and key in entries]
        if not changed:
            continue
        changed.sort(key=lambda pair: (pair[0].created_utc, pair[0].key), reverse=True)
        say: Callable[[Entry, Change, Settings], str] = _what_changed if kind == "changed" else _excerpt
        rows = tuple(
            row_of(entry, "../", settings, with_folder=False, excerpt=say(entry, change, settings))
            for entry, change in changed[:NEWS_ROWS]
        )
        label = f"{label} ({len(changed):,})"
        yield NewsGroup(RowGroup(label, kind, rows), more=len(changed) - len(rows))


def _excerpt(entry: Entry, _: Change, __: Settings) -> str:
    return entry.excerpt


def _what_changed(_: Entry, change: Change, settings: Settings) -> str:
    """A change in words: "3 new messages, 1 new branch, 1 edited, renamed from “Draft”"."""
    words = []
    if change.messages:
        words.append(count_label(change.messages, "new message"))
    if change.branches:
        words.append(count_label(change.branches, "new branch", "new branches"))
    if change.edited:
        words.append(f"{change.edited:,} edited")
    if change.removed:
        words.append(f"{change.removed:,} no longer there")
    if change.title_before is not None:
        words.append(f"renamed from “{change.title_before}”" if change.title_before else "named")
    if change.project_before is not None:
        before = _folder_name(change.project_before, settings)
        words.append(f"moved from “{before}”" if before else "moved into a folder")
    return ", ".join(words) or "details"


def _folder_name(project: str, settings: Settings) -> str:
    """The name of a project that a change knows by its name or, where the export gave none, only by its id."""
    return settings.config.folder_names.get(project) or settings.project_names.get(project) or project


def import_entry(report: ImportReport, root: str, settings: Settings, *, with_name: bool = False) -> OverviewEntry:
    """An import on one line, with what came of it and, on request, the export's file name."""
    row = report.row
    counts = [f"{row.new:,} new", f"{row.changed:,} changed", f"{row.unchanged:,} unchanged"]
    if row.gone:
        counts.append(f"{row.gone:,} no longer in your account")
    if row.unreadable:
        counts.append(f"{row.unreadable:,} unreadable")
    note = ", ".join(counts)
    if with_name:
        note = f"{row.export_name}: {note}"
    return OverviewEntry(Link(_name(row, settings), root + _path(row)), note, source=settings.source(row.source))


def _name(row: ImportRow, settings: Settings) -> str:
    date = date_view(row.made, settings.zone)
    label = settings.source(row.source).label
    return f"{label} export of {date.short}" if date else f"{label} export"


def _path(row: ImportRow) -> str:
    return f"imports/{row.fingerprint[:12]}.html"
