"""The geometry of the charts: counts by day, month and year in, marks with their places and links out. Pure.

Whatever a mark says by its place, its colour or its height is beside it in numbers too, for titles and tables.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from unicodedata import east_asian_width
from urllib.parse import quote, urlencode

from sitegen.language import Language
from sitegen.pages import (
    Bar,
    DayMark,
    Heatmap,
    Link,
    ModelChart,
    ModelLine,
    PeriodChart,
    PeriodMark,
    Run,
    SourceLine,
    SourceView,
    Tick,
    WeekRow,
)
from sitegen.plan.lists import Day

#: (year, month)
Month = tuple[int, int]

LEVELS = 5
MOST_MONTHS = 60
"""Beyond these, a chart's bars are years: narrower ones could not be told apart on a telephone."""
MOST_MODELS = 8

_FEWEST_MONTHS, _FEWEST_YEARS = 12, 6
_MOST_TICKS = 6
_YEARS = (1, 2, 4, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)

_NARROW, _WIDE, _GAP_OF_NAMES = 5.8, 12, 6  # about the width of the letters of names, what must be between them
_SQUARE, _GAP, _NAMES = 13, 3, 18  # a day, the gap to the next, the room for the months' names above
_ROW, _TALLEST, _LOWEST = 48, 30, 2  # a source's line, its bars


# --- the calendar ------------------------------------------------------------------------------------------------


def calendar(days: Mapping[date, Day], first: date, last: date, root: str, language: Language) -> Heatmap | None:
    """The days from `first` to `last` as squares, on the page whose way to the top is `root`; None if none of them has
    a conversation."""
    shown = [days[day] for day in _each_day(first, last) if day in days]
    if not shown:
        return None
    step = _SQUARE + _GAP
    monday = first - timedelta(days=first.weekday())
    counts = sorted(day.count for day in shown)
    marks = {}
    for day in shown:
        x, y = _place(day.date, monday)
        label, level = language.full_date(day.date), _level(day.count, counts)
        marks[day.date] = DayMark(x, y, level, label, day.date.day, day.count, root + day.url)
    empty = (_place(day, monday) for day in _each_day(first, last) if day not in marks)
    return Heatmap(
        period=_period(first, last, language),
        total=sum(counts),
        active=len(counts),
        fewest=counts[0],
        most=counts[-1],
        size=_SQUARE,
        width=_place(last, monday)[0] + step,
        height=_NAMES + 7 * step,
        months=tuple(_month_names(first, last, monday, language)),
        weekdays=tuple((language.weekday_name(row, short=True), _NAMES + row * step + _SQUARE - 2) for row in range(7)),
        days=tuple(marks.values()),
        levels=tuple(sorted({mark.level for mark in marks.values()})),
        empty="".join(f"M{x} {y}h{_SQUARE}v{_SQUARE}h-{_SQUARE}z" for x, y in empty),
        weeks=tuple(_weeks(marks, language)),
    )


def _each_day(first: date, last: date) -> Iterable[date]:
    return (date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1))


def _place(day: date, monday: date) -> tuple[int, int]:
    step = _SQUARE + _GAP
    return (day - monday).days // 7 * step, _NAMES + day.weekday() * step


def _level(count: int, counts: Sequence[int]) -> int:
    """The fifth of all (sorted) counts that this one is in, from 1; those that are equal are all where their middle is,
    so that a calendar whose days are all alike is neither pale nor dark."""
    middle = bisect_left(counts, count) + bisect_right(counts, count)
    return 1 + middle * LEVELS // (2 * len(counts))


def _month_names(first: date, last: date, monday: date, language: Language) -> Iterable[Tick]:
    free = 0.0
    for number in range(_number((first.year, first.month)), _number((last.year, last.month)) + 1):
        year, month = _month(number)
        day = max(first, date(year, month, 1))
        says_year = first.year != last.year and (day == first or month == 1)
        name = language.short_month(year, month) if says_year else language.month_name(month, short=True)
        x = _place(day, monday)[0]
        # A name with a year, in a wide script, takes the room of the next.
        if x >= free:
            yield Tick(str(x), name)
            free = x + _GAP_OF_NAMES + sum(_WIDE if east_asian_width(c) in "WF" else _NARROW for c in name)


def _weeks(marks: Mapping[date, DayMark], language: Language) -> Iterable[WeekRow]:
    """The weeks that have a day with conversations."""
    weeks: dict[date, list[DayMark | None]] = {}
    for day, mark in marks.items():
        week = weeks.setdefault(day - timedelta(days=day.weekday()), [None] * 7)
        week[day.weekday()] = mark
    for monday, week in weeks.items():
        yield WeekRow(language.short_date(monday), tuple(week))


def _period(first: date, last: date, language: Language) -> str:
    if (first.year, first.month, last.month) == (last.year, 1, 12):
        return str(first.year)
    return language.months((first.year, first.month), (last.year, last.month))


def twelve_months(last: Month) -> tuple[date, date]:
    """The first and the last day of the twelve months that end with this one."""
    return _first_day(max(_month(_number(last) - 11), (1, 1))), _last_day(last)


# --- time along a line -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Axis:
    """Months or years in a row: the number of the first, how many there are, and how many months each has."""

    first: int
    count: int
    months: int = 1

    def x(self, slot: float) -> str:
        """How far along a slot begins."""
        return _percent(slot / self.count)

    def slot(self, month: Month) -> int:
        """The slot that a month is in."""
        return _number(month) // self.months - self.first

    def ticks(self, language: Language) -> tuple[Tick, ...]:
        """Few enough words for a narrow page, at round dates; none so late that it would leave the page."""
        years = next(step for step in _YEARS if self.count * self.months <= _MOST_TICKS * 12 * step)
        if self.months == 12:
            # A year is in the middle of its column.
            return tuple(Tick(self.x(slot + 0.5), str(self.first + slot)) for slot in self._each(years, 1))
        step = next((step for step in (3, 6) if self.count <= step * _MOST_TICKS), 12 * years)
        slots = self._each(step, 0.93 if step >= 12 else 0.8)
        # An axis may begin before the year 1, where calendars do.
        months = ((slot, _month(self.first + slot)) for slot in slots if self.first + slot >= 12)
        return tuple(
            Tick(self.x(slot), language.short_month(*month) if step < 12 else str(month[0])) for slot, month in months
        )

    def _each(self, step: int, end: float) -> Iterable[int]:
        return (slot for slot in range(-self.first % step, self.count, step) if slot < end * self.count)


def _axis(months: Iterable[Month]) -> _Axis:
    """An axis of all these months and what is between them; never so short that a bar would be a block."""
    numbers = [_number(month) for month in months]
    last = max(numbers)
    count = max(last - min(numbers) + 1, _FEWEST_MONTHS)
    return _Axis(last - count + 1, count)


def _in_years(axis: _Axis) -> _Axis:
    last = (axis.first + axis.count - 1) // 12
    count = max(last - axis.first // 12 + 1, _FEWEST_YEARS)
    return _Axis(last - count + 1, count, 12)


# --- conversations by month and source ---------------------------------------------------------------------------


def by_period(
    months: Mapping[Month, Mapping[str, int]],
    sources: Sequence[tuple[SourceView, Link]],
    root: str,
    language: Language,
) -> PeriodChart | None:
    """Bars for the conversations of each month by source id, or of each year where there are too many months. `sources`
    are in the order of the lines, each with its link; None if all is in one period."""
    if not months:
        return None
    dated = {source for counts in months.values() for source in counts}
    sources = [line for line in sources if line[0].id in dated]
    axis = _axis(months)
    by_year = axis.count > MOST_MONTHS
    axis = _in_years(axis) if by_year else axis
    counted: dict[int, Counter[str]] = {}
    for month, counts in sorted(months.items()):
        counted.setdefault(axis.slot(month), Counter()).update(counts)
    if len(counted) < 2:
        return None
    most = max(max(counts.values()) for counts in counted.values())
    marks = tuple(_period_mark(axis, slot, counts, sources, most, root, language) for slot, counts in counted.items())
    lines = []
    for place, (source, link) in enumerate(sources):
        slot, highest = max(((slot, counts[source.id]) for slot, counts in counted.items()), key=lambda pair: pair[1])
        y = (place + 1) * _ROW
        peak = Tick(axis.x(slot + 0.5), language.number(highest))
        lines.append(SourceLine(source, link, y, peak, y - _height(highest, most) - 4))
    return PeriodChart(
        period="year" if by_year else "month",
        lines=tuple(lines),
        marks=marks,
        ticks=axis.ticks(language),
        column=axis.x(1),
        bar=axis.x(_bar_share(axis)),
        row=_ROW,
        height=len(sources) * _ROW,
    )


def _period_mark(
    axis: _Axis,
    slot: int,
    counts: Mapping[str, int],
    sources: Sequence[tuple[SourceView, Link]],
    most: int,
    root: str,
    language: Language,
) -> PeriodMark:
    number = axis.first + slot
    if axis.months == 12:
        label, url = str(number), f"{root}dates/{number}/index.html"
    else:
        year, month = _month(number)
        label, url = language.month(year, month), f"{root}dates/{year}/{month:02}.html"
    numbers = tuple(counts.get(source.id, 0) for source, _ in sources)
    bars = []
    for place, count in enumerate(numbers, 1):
        if count:
            height = _height(count, most)
            bars.append(Bar(place * _ROW - height, height))
    return PeriodMark(
        label, url, sum(numbers), axis.x(slot), axis.x(slot + (1 - _bar_share(axis)) / 2), tuple(bars), numbers
    )


def _bar_share(axis: _Axis) -> float:
    """How much of its column a bar takes: few bars stay thin, many can be seen."""
    return min(0.65, axis.count / 60 + 0.1)


def _height(count: int, most: int) -> int:
    return max(_LOWEST, round(_TALLEST * count / most))


# --- models over time --------------------------------------------------------------------------------------------


def by_model(
    months: Mapping[str, Mapping[Month, int]],
    totals: Mapping[str, int],
    span: Sequence[Month],
    root: str,
    language: Language,
) -> ModelChart | None:
    """The months in which each model answered, with the number of conversations; `totals` count those without a date
    too. The most used models are shown, in the order of their first use; None if there are fewer than two. `span` are
    the months of the chart by period, with which this one keeps step."""
    used = sorted((model for model in months if months[model]), key=lambda model: (-totals[model], model))
    if len(used) < 2:
        return None
    shown = sorted(used[:MOST_MODELS], key=lambda model: (min(months[model]), model))
    axis = _axis(span)
    if axis.count > MOST_MONTHS:
        years = _in_years(axis)
        axis = _Axis(12 * years.first, 12 * years.count)
    lines = (
        ModelLine(
            Link(model, _found(root, model), totals[model]), tuple(_runs(axis, model, months[model], root, language))
        )
        for model in shown
    )
    return ModelChart(tuple(lines), axis.ticks(language), max(0, len(used) - MOST_MODELS))


def _runs(axis: _Axis, model: str, months: Mapping[Month, int], root: str, language: Language) -> Iterable[Run]:
    slots = sorted(axis.slot(month) for month in months)
    first = slots[0]
    for slot, following in zip(slots, [*slots[1:], None], strict=True):
        if following == slot + 1:
            continue
        begin, end = _month(axis.first + first), _month(axis.first + slot)
        count = sum(number for month, number in months.items() if begin <= month <= end)
        url = _found(root, model, _first_day(begin), _last_day(end))
        yield Run(language.months(begin, end), url, count, axis.x(first), axis.x(slot + 1 - first))
        first = following if following is not None else slot


def _found(root: str, model: str, first: date | None = None, last: date | None = None) -> str:
    """The address at which the search page shows a model's conversations."""
    asked = {"from": first.isoformat(), "to": last.isoformat()} if first and last else {}
    return f"{root}search.html?{urlencode(asked | {'model': model}, quote_via=quote, errors='replace')}"


# --- months as numbers -------------------------------------------------------------------------------------------


def _number(month: Month) -> int:
    return month[0] * 12 + month[1] - 1


def _month(number: int) -> Month:
    return number // 12, number % 12 + 1


def _after(month: Month) -> Month:
    return _month(_number(month) + 1)


def _first_day(month: Month) -> date:
    return date(*month, 1)


def _last_day(month: Month) -> date:
    return date(*_after(month), 1) - timedelta(days=1) if month < (9999, 12) else date.max


def _percent(share: float) -> str:
    return f"{100 * share:.3f}".rstrip("0").rstrip(".") + "%"
