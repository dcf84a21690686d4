from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sitegen.dates import count_label, date_view, seconds_label, size_label
from sitegen.pages import DateView


def test_date__in_the_zone_for_people_in_utc_for_machines():
    view = date_view(datetime(2026, 3, 5, 23, 5, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
    assert view == DateView("2026-03-05T23:05:00Z", "6 March 2026, 00:05", "6 Mar 2026", "00:05")
    assert date_view(None, ZoneInfo("UTC")) is None


@pytest.mark.parametrize(
    ("seconds", "label"),
    [(0.42, "0.4 s"), (12.4, "12 s"), (60, "1 min"), (185, "3 min 5 s"), (3600, "1 h"), (3840, "1 h 4 min")],
)
def test_seconds__as_short_as_can_be(seconds, label):
    assert seconds_label(seconds) == label


@pytest.mark.parametrize(
    ("size", "label"),
    [
        (None, ""),
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1234, "1 KB"),
        (999_900, "1.0 MB"),
        (3_400_000, "3.4 MB"),
        (5e12, "5000 GB"),
    ],
)
def test_size__in_powers_of_ten(size, label):
    assert size_label(size) == label


def test_count__one_is_singular():
    assert [count_label(1, "message"), count_label(1204, "message"), count_label(2, "branch", "branches")] == [
        "1 message",
        "1,204 messages",
        "2 branches",
    ]
