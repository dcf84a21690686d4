"""The reports of imports: what each export held, and what could not be read. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sitegen.archive.store import ImportRow
from sitegen.dates import date_view
from sitegen.model import Problem
from sitegen.pages import ImportPage, Link, OverviewEntry
from sitegen.plan.lists import PlannedPage
from sitegen.render.settings import Settings


class ImportReport(NamedTuple):
    """An import with what it could not read and what it didn't know."""

    row: ImportRow
    problems: Sequence[Problem]
    unknown: Sequence[tuple[str, int]]


def import_pages(reports: Sequence[ImportReport], settings: Settings) -> Iterator[PlannedPage]:
    """One page for each import."""
    for report in reports:
        row = report.row
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
                ("Unreadable", row.unreadable),
                ("Attachments found", row.attachments),
                ("Attachments missing", row.attachments_missing),
            ),
            problems=tuple((problem.where, problem.reason) for problem in report.problems),
            unknown=tuple(report.unknown),
            breadcrumbs=(Link("Home", "../index.html"), Link("Imports", "index.html")),
        )
        yield PlannedPage(_path(row), "import.html", "Imports", page)


def import_entry(report: ImportReport, root: str, settings: Settings, *, with_name: bool = False) -> OverviewEntry:
    """An import on one line, with what came of it and, on request, the export's file name."""
    row = report.row
    note = f"{row.new:,} new, {row.changed:,} changed, {row.unchanged:,} unchanged"
    if row.unreadable:
        note += f", {row.unreadable:,} unreadable"
    if with_name:
        note = f"{row.export_name}: {note}"
    return OverviewEntry(Link(_name(row, settings), root + _path(row)), note, source=settings.source(row.source))


def _name(row: ImportRow, settings: Settings) -> str:
    date = date_view(row.made, settings.zone)
    label = settings.source(row.source).label
    return f"{label} export of {date.short}" if date else f"{label} export"


def _path(row: ImportRow) -> str:
    return f"imports/{row.fingerprint[:12]}.html"
