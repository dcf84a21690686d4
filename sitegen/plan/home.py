"""The home page: what is new, the year's activity, recent conversations, and the ways into the rest. Pure."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sitegen.language import Language
from sitegen.pages import HomePage, Link, ModelChart, PeriodChart, SourceSummary, Totals
from sitegen.plan.charts import Month, by_model, by_period, calendar, twelve_months
from sitegen.plan.imports import ImportReport, import_entry
from sitegen.plan.lists import Day, PlannedPage, by_month, grouped
from sitegen.render.conversation import Entry
from sitegen.render.settings import UNDATED_PATH, Settings

RECENT_ROWS = 20
LONGEST_ROWS = 5
FOLDERS = 12
IMPORTS = 3


class Contents(NamedTuple):
    """An archive as its home page needs it: its conversations by month (each newest first, months too) and those
    without a date, its days, the links to its top folders by name, its sources, and its imports, the newest first."""

    months: Mapping[Month, Sequence[Entry]]
    undated: Sequence[Entry]
    days: Mapping[date, Day]
    folders: Sequence[Link]
    sources: Sequence[SourceSummary]
    imports: Sequence[ImportReport]


def home(contents: Contents, settings: Settings) -> PlannedPage:
    """The page, at the site's top."""
    months, undated, language = contents.months, contents.undated, settings.language
    entries = [*(entry for group in months.values() for entry in group), *undated]
    chats = [entry for entry in entries if entry.kind == "chat"]
    longest = heapq.nlargest(LONGEST_ROWS, chats, key=lambda e: (e.length, e.created_utc, e.key))
    folders = _largest(contents.folders)
    page = HomePage(
        totals=Totals(
            len(entries),
            sum(entry.length for entry in entries),
            language.month(*min(months)) if months else "",
            language.month(*max(months)) if months else "",
        ),
        imports=tuple(import_entry(report, "", settings) for report in contents.imports[:IMPORTS]),
        activity=calendar(contents.days, *twelve_months(max(months)), "", language) if months else None,
        years=tuple(_years(contents, language)),
        recent=grouped(chats[:RECENT_ROWS], "", by_month, settings),
        periods=_periods(contents, language),
        models=_models(contents, language),
        longest=grouped(longest, "", lambda _, __: ("", "longest"), settings) if len(chats) > RECENT_ROWS else (),
        folders=folders,
        more_folders=len(contents.folders) - len(folders),
        sources=tuple(contents.sources),
        empty=not entries,
    )
    return PlannedPage("index.html", "home.html", "Home", page)


def _largest(folders: Sequence[Link]) -> tuple[Link, ...]:
    """The folders with most conversations, in the order given."""
    largest = set(heapq.nlargest(FOLDERS, range(len(folders)), key=lambda place: folders[place].count or 0))
    return tuple(link for place, link in enumerate(folders) if place in largest)


def _years(contents: Contents, language: Language) -> list[Link]:
    counts: Counter[int] = Counter()
    for (year, _), entries in contents.months.items():
        counts[year] += len(entries)
    links = [Link(str(year), f"dates/{year}/index.html", count) for year, count in sorted(counts.items(), reverse=True)]
    if contents.undated:
        links.append(Link(language.say("Without a date"), UNDATED_PATH, len(contents.undated)))
    return links


def _periods(contents: Contents, language: Language) -> PeriodChart | None:
    months = {month: Counter(entry.source for entry in entries) for month, entries in contents.months.items()}
    return by_period(months, [(summary.source, summary.link) for summary in contents.sources], "", language)


def _models(contents: Contents, language: Language) -> ModelChart | None:
    months: dict[str, Counter[Month]] = defaultdict(Counter)
    for month, entries in contents.months.items():
        for entry in entries:
            for model in entry.models:
                months[model][month] += 1
    totals = Counter({model: counts.total() for model, counts in months.items()})
    totals.update(model for entry in contents.undated for model in entry.models)
    return by_model(months, totals, list(contents.months), "", language)
