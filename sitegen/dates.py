"""Dates as people read them, in the archive's zone, the same on every machine and in every locale. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sitegen.pages import DateView

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def date_view(time: datetime | None, zone: ZoneInfo) -> DateView | None:
    """The time for people and machines; None for None."""
    if time is None:
        return None
    local = time.astimezone(zone)
    day = f"{local.day} {MONTHS[local.month - 1]} {local.year}"
    return DateView(
        iso=time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        label=f"{day}, {local.hour:02}:{local.minute:02}",
        short=f"{local.day} {MONTHS[local.month - 1][:3]} {local.year}",
        time=f"{local.hour:02}:{local.minute:02}",
    )


def day_label(time: datetime) -> str:
    """ "Thursday, 5 March", of a local time."""
    return f"{WEEKDAYS[time.weekday()]}, {time.day} {MONTHS[time.month - 1]}"


def date_label(day: date) -> str:
    """ "Thursday, 5 March 2026"."""
    return f"{WEEKDAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]} {day.year}"


def month_label(year: int, month: int) -> str:
    """ "March 2026"."""
    return f"{MONTHS[month - 1]} {year}"


def seconds_label(seconds: float) -> str:
    """A duration in words as short as they can be: "0.4 s", "12 s", "3 min 5 s", "1 h 4 min"."""
    if seconds < 1:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def size_label(size: int | None) -> str:
    """A number of bytes for people, in powers of ten: "812 bytes", "12 KB", "3.4 MB"; "" for None."""
    if size is None:
        return ""
    if size < 1000:
        return f"{size} bytes"
    for unit, factor in (("KB", 1e3), ("MB", 1e6), ("GB", 1e9)):
        value = size / factor
        if value < 999.5 or unit == "GB":
            return f"{value:.1f} {unit}" if value < 10 and unit != "KB" else f"{value:.0f} {unit}"
    raise AssertionError("the last unit always fits")


def count_label(count: int, singular: str, plural: str = "") -> str:
    """ "1 message", "1,204 messages"."""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"
