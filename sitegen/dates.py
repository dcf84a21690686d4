"""Counts as the command line tells them, which is always English. Pure."""

from __future__ import annotations


def count_label(count: int, singular: str, plural: str = "") -> str:
    """ "1 message", "1,204 messages"."""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"
