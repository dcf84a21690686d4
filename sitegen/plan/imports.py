"""The reports of imports: what each export brought, what it held, and what could not be read. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sitegen.archive.changes import Change
from sitegen.archive.store import ImportRow
from sitegen.language import N_, Language
from sitegen.model import Problem
from sitegen.pages import ImportPage, Link, NewsGroup, OverviewEntry, RowGroup
from sitegen.plan.lists import PlannedPage, row_of
from sitegen.render.conversation import Entry
from sitegen.render.settings import Settings

#: How many conversations of one kind of news are listed. A first export brings everything: that is in other lists.
NEWS_ROWS = 500

_GROUPS = (
    ("new", N_("New")),
    ("changed", N_("Changed")),
    ("gone", N_("No longer in your account")),
    ("returned", N_("In your account again")),
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
    language = settings.language
    for report in reports:
        row = report.row
        path = _path(row)
        page = ImportPage(
            heading=_name(row, settings),
            export_name=row.export_name,
            source=settings.source(row.source),
            generation=row.generation,
            date=language.date_view(row.made, settings.zone),
            counts=_counts(row, language),
            problems=tuple((problem.where, problem.reason) for problem in report.problems),
            unknown=tuple(report.unknown),
            breadcrumbs=(Link(language.say("Home"), "../index.html"), Link(language.say("Imports"), "index.html")),
            news=tuple(_news(report, entries, settings)),
        )
        yield PlannedPage(path, "import.html", "Imports", page)


def _counts(row: ImportRow, language: Language) -> tuple[tuple[str, int], ...]:
    return (
        (language.say("Found"), row.found),
        (language.say("New"), row.new),
        (language.say("Changed"), row.changed),
        (language.say("Unchanged"), row.unchanged),
        (language.say("No longer in your account"), row.gone),
        (language.say("Unreadable"), row.unreadable),
        (language.say("Attachments found"), row.attachments),
        (language.say("Attachments missing"), row.attachments_missing),
    )


def _news(report: ImportReport, entries: Mapping[str, Entry], settings: Settings) -> Iterator[NewsGroup]:
    language = settings.language
    for kind, label in _GROUPS:
        changed = [(entries[key], change) for key, change in report.changes if change.kind == kind and key in entries]
        if not changed:
            continue
        changed.sort(key=lambda pair: (pair[0].created_utc, pair[0].key), reverse=True)
        told: Callable[[Entry, Change, Settings], str] = _what_changed if kind == "changed" else _excerpt
        rows = tuple(
            row_of(entry, "../", settings, with_folder=False, excerpt=told(entry, change, settings))
            for entry, change in changed[:NEWS_ROWS]
        )
        count = language.number(len(changed))
        heading = language.say("{heading} ({count})", heading=language.say(label), count=count)
        yield NewsGroup(RowGroup(heading, kind, rows), more=len(changed) - len(rows))


def _excerpt(entry: Entry, _: Change, __: Settings) -> str:
    return entry.excerpt


def _what_changed(_: Entry, change: Change, settings: Settings) -> str:
    """A change in words: "3 new messages, 1 new branch, 1 edited, renamed from “Draft”"."""
    language, words = settings.language, []
    if change.messages:
        words.append(language.say_count("{count} new message", "{count} new messages", change.messages))
    if change.branches:
        words.append(language.say_count("{count} new branch", "{count} new branches", change.branches))
    if change.edited:
        words.append(language.say_count("{count} edited", "{count} edited", change.edited))
    if change.removed:
        words.append(language.say_count("{count} no longer there", "{count} no longer there", change.removed))
    if change.title_before:
        words.append(language.say("renamed from “{title}”", title=change.title_before))
    elif change.title_before is not None:
        words.append(language.say("named"))
    if change.project_before is not None:
        before = _folder_name(change.project_before, settings)
        words.append(
            language.say("moved from “{folder}”", folder=before) if before else language.say("moved into a folder")
        )
    return language.listed(words) or language.say("details")


def _folder_name(project: str, settings: Settings) -> str:
    """The name of a project that a change knows by its name or, where the export gave none, only by its id."""
    return settings.config.folder_names.get(project) or settings.project_names.get(project) or project


def import_entry(report: ImportReport, root: str, settings: Settings, *, with_name: bool = False) -> OverviewEntry:
    """An import on one line, with what came of it and, on request, the export's file name."""
    row, language = report.row, settings.language
    counts = [
        language.say_count("{count} new", "{count} new", row.new),
        language.say_count("{count} changed", "{count} changed", row.changed),
        language.say_count("{count} unchanged", "{count} unchanged", row.unchanged),
    ]
    if row.gone:
        counts.append(
            language.say_count("{count} no longer in your account", "{count} no longer in your account", row.gone)
        )
    if row.unreadable:
        counts.append(language.say_count("{count} unreadable", "{count} unreadable", row.unreadable))
    note = language.listed(counts)
    if with_name:
        note = language.say("{export}: {counts}", export=row.export_name, counts=note)
    return OverviewEntry(Link(_name(row, settings), root + _path(row)), note, source=settings.source(row.source))


def _name(row: ImportRow, settings: Settings) -> str:
    language, label = settings.language, settings.source(row.source).label
    if date := language.date_view(row.made, settings.zone):
        return language.say("{source} export of {date}", source=label, date=date.short)
    return language.say("{source} export", source=label)


def _path(row: ImportRow) -> str:
    return f"imports/{row.fingerprint[:12]}.html"
