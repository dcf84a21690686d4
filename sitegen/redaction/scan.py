"""All finders over one text. Pure.

Of places that overlap one is kept: secrets first, the more telling kind before the vaguer one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator

from sitegen.redaction.contacts import emails, phones
from sitegen.redaction.homes import home_names
from sitegen.redaction.named_values import headers, named_values, passwords_in_addresses
from sitegen.redaction.network import ip_addresses
from sitegen.redaction.numbers import cards, ibans
from sitegen.redaction.private_keys import private_keys
from sitegen.redaction.spans import CATEGORIES, Category, Finder, Match, lowered
from sitegen.redaction.tokens import tokens
from sitegen.redaction.views import View, decoded, normal

#: In order of rank.
FINDERS: tuple[tuple[Category, Finder], ...] = (
    ("secrets", private_keys),
    ("secrets", tokens),
    ("secrets", passwords_in_addresses),
    ("secrets", headers),
    ("secrets", named_values),
    ("email", emails),
    ("iban", ibans),
    ("card", cards),
    ("phone", phones),
    ("ip", ip_addresses),
    ("home", home_names),
)
MARK = re.compile(r"\[redacted: [A-Za-z-]{1,20}(?: [A-Za-z-]{1,20}){0,3} [0-9]{1,9}\]")
_MARK_START = "[redacted: "


def find_matches(
    text: str, categories: Collection[Category] = CATEGORIES, own: Iterable[tuple[Category, Finder]] = ()
) -> tuple[Match, ...]:
    """What the text holds of these categories, in order, without overlaps and outside of marks.

    `own` are finders beside those that everybody has, such as `words.finder_of`; they come last in rank.
    """
    finders = [(category, finder) for category, finder in (*FINDERS, *own) if category in categories]
    view = normal(text)
    inner = decoded(view)
    found: list[tuple[int, int, int, str, Category]] = []
    for seen in (view, inner) if inner is not None else (view,):
        found += _found(seen, finders)
    if not found:
        return ()
    if _MARK_START in text:
        marks = [match.span() for match in MARK.finditer(text)]
        found = [item for item in found if not _touches(marks, item[1], item[2])]
    return tuple(Match(start, end, category, kind, text[start:end]) for start, end, kind, category in _apart(found))


def _found(view: View, finders: Iterable[tuple[Category, Finder]]) -> Iterator[tuple[int, int, int, str, Category]]:
    lower = lowered(view.text)
    for rank, (category, finder) in enumerate(finders):
        for span in finder(view.text, lower):
            start, end = view.span(span.start, span.end)
            yield rank, start, end, span.kind, category


def _touches(marks: list[tuple[int, int]], start: int, end: int) -> bool:
    """`marks` are in order and apart."""
    at = bisect_left(marks, (end,))
    return at > 0 and marks[at - 1][1] > start


def _apart(found: list[tuple[int, int, int, str, Category]]) -> list[tuple[int, int, str, Category]]:
    kept: list[tuple[int, int, str, Category]] = []
    places: list[tuple[int, int]] = []
    for rank in sorted({item[0] for item in found}):
        new: list[tuple[int, int, str, Category]] = []
        last = -1
        for _, start, end, kind, category in sorted(
            (item for item in found if item[0] == rank), key=lambda item: (item[1], -item[2])
        ):
            if start >= last and not _touches(places, start, end):
                new.append((start, end, kind, category))
                last = end
        kept += new
        places = sorted((*places, *((start, end) for start, end, *_ in new)))
    return sorted(kept, key=lambda item: item[:2])
