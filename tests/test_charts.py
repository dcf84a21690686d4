"""The charts' geometry, and where their marks lead."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_plan import SETTINGS, entry, import_row

from sitegen.language import ENGLISH
from sitegen.pages import Link, SourceView
from sitegen.plan import PAGE_SIZE, ImportReport, plan
from sitegen.plan.charts import MOST_MODELS, by_model, by_period, calendar, twelve_months
from sitegen.plan.lists import Day

CHATGPT = (SourceView("chatgpt", "ChatGPT"), Link("ChatGPT", "sources/chatgpt.html", 3))
CLAUDE = (SourceView("claude", "Claude"), Link("Claude", "sources/claude.html", 3))


def days(*counts, first=date(2026, 3, 2)):
    """A day for each count that is not 0, beginning with a Monday."""
    dates = ((first + timedelta(days=number), count) for number, count in enumerate(counts))
    return {day: Day(day, count, f"dates/{day:%Y/%m}.html#d{day.day}") for day, count in dates if count}


def march(*counts):
    return calendar(days(*counts), date(2026, 3, 1), date(2026, 3, 31), "../", ENGLISH)


def share(text):
    assert text.endswith("%")
    return float(text[:-1])


# --- the calendar ------------------------------------------------------------------------------------------------


def test_calendar__weeks_are_columns_and_weekdays_rows():
    found = march(1, 2, 0, 0, 0, 0, 0, 3)
    monday, tuesday, next_monday = found.days
    step = tuesday.y - monday.y
    assert (tuesday.x, step) == (monday.x, next_monday.x - monday.x)
    assert next_monday.y == monday.y
    # 1 March 2026 is a Sunday: a column of its own.
    assert monday.x == step
    assert (monday.label, monday.number, monday.count) == ("Monday, 2 March 2026", 2, 1)
    assert next_monday.url == "../dates/2026/03.html#d9"
    assert (found.total, found.active, found.fewest, found.most) == (6, 3, 1, 3)


def test_calendar__every_day_has_its_square():
    found = march(1, 0, 1)
    assert found.empty.count("M") == 29
    last = max(int(part.split()[0]) for part in found.empty.split("M")[1:])
    assert last + found.size <= found.width


def test_calendar__a_table_row_for_each_week_that_has_days():
    found = march(1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5)
    assert [week.label for week in found.weeks] == ["2 Mar 2026", "16 Mar 2026"]
    assert [day and day.count for day in found.weeks[0].days] == [1, None, 2, None, None, None, None]


@pytest.mark.parametrize(
    ("counts", "levels"),
    [
        ((7,), [3]),
        ((2, 2, 2), [3, 3, 3]),
        ((1, 2, 3, 4, 5), [1, 2, 3, 4, 5]),
        ((1, 1, 1, 1, 1, 1, 1, 1, 9, 40), [3, 3, 3, 3, 3, 3, 3, 3, 5, 5]),
    ],
)
def test_calendar__steps_are_fifths_of_the_days(counts, levels):
    assert [day.level for day in march(*counts).days] == [*levels]


@given(st.lists(st.integers(1, 50), min_size=1, max_size=28))
def test_calendar__more_conversations_are_never_paler(counts):
    marks = sorted(march(*counts).days, key=lambda day: day.count)
    assert all(one.level <= other.level for one, other in pairwise(marks))
    assert {day.level for day in marks} <= {1, 2, 3, 4, 5}


def test_calendar__nothing_to_show():
    assert calendar({}, date(2026, 1, 1), date(2026, 12, 31), "", ENGLISH) is None


@pytest.mark.parametrize(
    ("month", "first", "last"),
    [
        ((2026, 2), date(2025, 3, 1), date(2026, 2, 28)),
        ((2024, 12), date(2024, 1, 1), date(2024, 12, 31)),
        ((9999, 12), date(9999, 1, 1), date(9999, 12, 31)),
        ((1, 1), date(1, 1, 1), date(1, 1, 31)),
    ],
)
def test_twelve_months__end_with_the_last(month, first, last):
    assert twelve_months(month) == (first, last)
    assert calendar(days(1, first=last), first, last, "", ENGLISH).total == 1


def test_calendar__names_of_months_say_the_year_where_there_are_two():
    first, last = twelve_months((2026, 2))
    names = [tick.label for tick in calendar(days(1, first=last), first, last, "", ENGLISH).months]
    assert names[:2] == ["Mar 2025", "Apr"]
    assert names[10] == "Jan 2026"
    year = calendar(days(1), date(2026, 1, 1), date(2026, 12, 31), "", ENGLISH)
    assert (year.period, year.months[0].label, len(year.months)) == ("2026", "Jan", 12)


# --- by month and source -----------------------------------------------------------------------------------------


def test_by_period__a_line_for_each_source_to_one_scale():
    months = {(2026, 1): {"chatgpt": 10, "claude": 5}, (2026, 3): {"claude": 1}}
    found = by_period(months, [CHATGPT, CLAUDE], "", ENGLISH)
    assert [line.source.id for line in found.lines] == ["chatgpt", "claude"]
    january, of_march = found.marks
    assert (january.label, january.count, january.counts) == ("January 2026", 15, (10, 5))
    assert january.bars[0].height == 2 * january.bars[1].height
    assert [bar.y + bar.height for bar in january.bars] == [line.y for line in found.lines]
    assert of_march.url == "dates/2026/03.html"
    assert of_march.bars[0].height >= 2  # however few
    assert share(of_march.x) == pytest.approx(100 * 11 / 12, abs=0.001)
    assert found.lines[0].peak.label == "10"


def test_by_period__a_source_without_dates_has_no_line():
    months = {(2026, 1): {"claude": 5}, (2026, 3): {"claude": 1}}
    found = by_period(months, [CHATGPT, CLAUDE], "", ENGLISH)
    assert [line.source.id for line in found.lines] == ["claude"]
    assert [mark.counts for mark in found.marks] == [(5,), (1,)]


@pytest.mark.parametrize("months", [{}, {(2026, 1): {"claude": 5}}])
def test_by_period__one_month_is_no_chart(months):
    assert by_period(months, [CLAUDE], "", ENGLISH) is None


def test_by_period__many_months_are_years():
    months = {(2012 + number // 12, number % 12 + 1): {"claude": 1} for number in range(15 * 12)}
    found = by_period(months, [CLAUDE], "", ENGLISH)
    assert (found.period, len(found.marks)) == ("year", 15)
    assert (found.marks[0].label, found.marks[0].url, found.marks[0].count) == ("2012", "dates/2012/index.html", 12)
    assert found.marks[0].x == "0%"


@given(st.sets(st.integers(12, 9999 * 12 + 11), min_size=2, max_size=40))
def test_charts__marks_stay_inside_whatever_the_dates(numbers):
    months = {(number // 12, number % 12 + 1): {"claude": 1} for number in numbers}
    periods = by_period(months, [CLAUDE], "", ENGLISH)
    if periods is not None:
        for mark in periods.marks:
            assert 0 <= share(mark.x) <= share(mark.bar_x)
            assert share(mark.x) + share(periods.column) <= 100.01
    used = dict.fromkeys(months, 1)
    models = by_model({"a": used, "b": used}, {"a": 1, "b": 1}, list(months), "", ENGLISH)
    for chart in filter(None, (periods, models)):
        assert len(chart.ticks) <= 6
        assert all(0 <= share(tick.x) < 100 for tick in chart.ticks)
    assert all(share(run.x) + share(run.width) <= 100.01 for line in models.lines for run in line.runs)


# --- models ------------------------------------------------------------------------------------------------------


def asked(url):
    parts = urlsplit(url)
    return parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}


def test_by_model__months_after_each_other_are_one_run():
    months = {"old": {(2025, 11): 1, (2025, 12): 2, (2026, 1): 3, (2026, 3): 4}, "a new & b": {(2026, 3): 1}}
    found = by_model(months, {"old": 12, "a new & b": 1}, [(2025, 11), (2026, 3)], "", ENGLISH)
    old, new = found.lines
    assert [(run.label, run.count) for run in old.runs] == [("November 2025 to January 2026", 6), ("March 2026", 4)]
    assert share(old.runs[0].width) == pytest.approx(25)
    assert asked(old.runs[0].url) == ("search.html", {"model": "old", "from": "2025-11-01", "to": "2026-01-31"})
    assert asked(new.link.url) == ("search.html", {"model": "a new & b"})
    assert (old.link.count, found.others) == (12, 0)


def test_by_model__the_most_used_in_the_order_of_their_first_month():
    months = {f"m{number:02}": {(2026, 12 - number): number + 1} for number in range(11)}
    totals = {model: sum(counts.values()) for model, counts in months.items()}
    found = by_model(months, totals, [(2026, 2), (2026, 12)], "", ENGLISH)
    assert [line.link.label for line in found.lines] == [f"m{number:02}" for number in range(10, 10 - MOST_MODELS, -1)]
    assert found.others == 3


def test_by_model__one_model_is_no_chart():
    assert by_model({"a": {(2026, 1): 1}}, {"a": 1}, [(2026, 1)], "", ENGLISH) is None


def test_by_model__keeps_step_with_years():
    span = [(2012, 6), (2026, 3)]
    found = by_model({"a": {(2012, 6): 1}, "b": {(2026, 3): 1}}, {"a": 1, "b": 1}, span, "", ENGLISH)
    assert share(found.lines[0].runs[0].x) == pytest.approx(100 * 5 / (15 * 12), abs=0.001)


# --- where they stand --------------------------------------------------------------------------------------------


def pages(*entries, imports=()):
    return {planned.path: planned.page for planned in plan(entries, imports, SETTINGS)}


def test_home__each_day_leads_to_its_rows_also_where_a_month_has_several_pages():
    busy = [entry(number, "2026-03-20T12:00:00+01:00") for number in range(PAGE_SIZE)]
    early = [entry(1000, "2026-03-07T23:59:00+01:00"), entry(1001, "2026-02-28T12:00:00+01:00")]
    found = pages(*busy, *early)
    for root, heatmap in (("", found["index.html"].activity), ("../../", found["dates/2026/index.html"].activity)):
        urls = {(day.label, day.count): day.url.removeprefix(root) for day in heatmap.days}
        assert urls[("Friday, 20 March 2026", PAGE_SIZE)] == "dates/2026/03.html#d20"
        assert urls[("Saturday, 7 March 2026", 1)] == "dates/2026/03-2.html#d7"
        for (_, count), url in urls.items():
            path, _, anchor = url.partition("#")
            (group,) = [group for group in found[path].groups if group.anchor == anchor]
            assert len(group.rows) == count


def test_home__a_day_that_goes_over_two_pages_leads_to_its_beginning():
    found = pages(*(entry(number) for number in range(PAGE_SIZE + 5)))
    (day,) = found["index.html"].activity.days
    assert (day.count, day.url) == (PAGE_SIZE + 5, "dates/2026/03.html#d5")


def test_home__days_are_those_of_the_archives_zone():
    # Already the 6th in UTC.
    found = pages(entry(1, datetime.fromisoformat("2026-03-05T23:30:00-05:00").isoformat()))
    assert [day.number for day in found["index.html"].activity.days] == [5]


def test_home__a_past_year_depends_on_that_year_only():
    past = [entry(number, f"2025-0{number}-11T12:00:00+01:00") for number in range(1, 9)]
    before = pages(*past)["dates/2025/index.html"]
    after = pages(*past, *(entry(number, "2026-03-05T12:00:00+01:00") for number in range(20, 90)))
    assert after["dates/2025/index.html"] == before


def test_home__one_conversation_has_no_charts_that_say_nothing():
    home = pages(entry(1, models=("gpt-4o",)))["index.html"]
    assert home.activity.total == 1
    assert (home.periods, home.models, home.longest) == (None, None, ())
    assert (home.totals.conversations, home.totals.first, home.totals.last) == (1, "March 2026", "March 2026")


def test_home__without_dates_there_is_no_calendar_but_a_way_to_the_list():
    home = pages(entry(1, ""), entry(2, ""))["index.html"]
    assert (home.activity, home.periods) == (None, None)
    assert [(link.label, link.url, link.count) for link in home.years] == [("Without a date", "dates/undated.html", 2)]
    assert home.totals.first == ""


def test_home__models_of_conversations_without_a_date_count():
    lines = pages(entry(1, models=("a", "b")), entry(2, "", models=("a",)))["index.html"].models.lines
    assert [(line.link.label, line.link.count) for line in lines] == [("a", 2), ("b", 1)]


def test_home__longest_chats_once_there_are_more_than_the_recent_ones():
    entries = [entry(number, f"2026-03-{number % 28 + 1:02}T12:00:00+01:00", length=number) for number in range(1, 31)]
    entries.append(entry(99, kind="document", length=500))
    (group,) = pages(*entries)["index.html"].longest
    assert [row.length for row in group.rows] == [30, 29, 28, 27, 26]
    assert pages(*entries[:20])["index.html"].longest == ()


def test_home__the_largest_folders_by_name():
    entries = [
        entry(100 * number + more, folder=(f"F{number:02}",))
        for number in range(15)
        for more in range(2 if number > 2 else 1)
    ]
    home = pages(*entries)["index.html"]
    assert [link.label for link in home.folders] == [f"F{number:02}" for number in range(3, 15)]
    assert home.more_folders == 3


def test_home__the_last_three_imports():
    reports = [ImportReport(import_row(n, n, 0, 0, 0, 0, 0, 0), [], []) for n in range(5, 0, -1)]
    notes = [entry.note for entry in pages(entry(1), imports=reports)["index.html"].imports]
    assert notes == [f"{n} new, 0 changed, 0 unchanged" for n in (5, 4, 3)]
