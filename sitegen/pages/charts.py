"""Charts: values for inline SVG. Numbers are pixels; what grows with the page is a percentage of its chart's width
("12.5%")."""

from __future__ import annotations

from dataclasses import dataclass

from sitegen.pages.pieces import Link, SourceView


@dataclass(frozen=True)
class Tick:
    """A word at a place along a chart."""

    x: str
    label: str


@dataclass(frozen=True)
class DayMark:
    """A day with conversations: its square's place, its step (1, the palest, to 5), and its place on a month page.
    `label` is the whole date, `number` the day of its month."""

    x: int
    y: int
    level: int
    label: str
    number: int
    count: int
    url: str


@dataclass(frozen=True)
class WeekRow:
    """A week of a calendar as a row of a table: the date of its Monday, and seven days, Monday first; None for one
    without conversations."""

    label: str
    days: tuple[DayMark | None, ...]


@dataclass(frozen=True)
class Heatmap:
    """A calendar with weeks as columns and weekdays as rows. `size` is the side of a day's square with the gap to the
    next. `empty` is the path of the squares without conversations. `total` conversations began on `active` days, from
    `fewest` to `most` on one of them. `period` reads "2026" or "April 2025 to March 2026". `weekdays` are short names
    ("Mon") with the line that each stands on, `levels` the steps in use."""

    period: str
    total: int
    active: int
    fewest: int
    most: int
    size: int
    width: int
    height: int
    months: tuple[Tick, ...]
    weekdays: tuple[tuple[str, int], ...]
    days: tuple[DayMark, ...]
    levels: tuple[int, ...]
    empty: str
    weeks: tuple[WeekRow, ...]


@dataclass(frozen=True)
class Bar:
    """A part of a period's column, which grows from the line of its source."""

    y: int
    height: int


@dataclass(frozen=True)
class PeriodMark:
    """A month or a year with conversations: its column, which is a link, its bars, and the number of conversations of
    each source, in the order of the chart's."""

    label: str
    url: str
    count: int
    x: str
    bar_x: str
    bars: tuple[Bar, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True)
class SourceLine:
    """A source's line in a chart: where it stands, and the number above its highest bar, at `peak_y`."""

    source: SourceView
    link: Link
    y: int
    peak: Tick
    peak_y: int


@dataclass(frozen=True)
class PeriodChart:
    """Conversations by period ("month" or "year") and source: a line of bars for each source, all to one scale."""

    period: str
    lines: tuple[SourceLine, ...]
    marks: tuple[PeriodMark, ...]
    ticks: tuple[Tick, ...]
    column: str
    bar: str
    row: int
    height: int


@dataclass(frozen=True)
class Run:
    """Months after each other in which a model answered. `label` reads "March 2024" or "March 2024 to May 2025"."""

    label: str
    url: str
    count: int
    x: str
    width: str


@dataclass(frozen=True)
class ModelLine:
    """A model's line: its name and count lead to its conversations, and so does each run to those of its months."""

    link: Link
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class ModelChart:
    """When which models answered. `others` models are left out: the less used."""

    lines: tuple[ModelLine, ...]
    ticks: tuple[Tick, ...]
    others: int
