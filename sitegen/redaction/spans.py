"""What finding gives: places in a text, and what stands there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple, get_args

Category = Literal["secrets", "email", "phone", "iban", "card", "ip", "home", "words"]
CATEGORIES: tuple[Category, ...] = get_args(Category)


class Span(NamedTuple):
    """A place in the text that a finder was given, from `start` up to `end`, in code points."""

    start: int
    end: int
    kind: str


#: Takes a text and the same text in small letters (`lowered`), and gives places in order of their start or not.
Finder = Callable[[str, str], Iterator[Span]]


class Match(NamedTuple):
    """Something found. `start` and `end` count code points of the original text, `value` is what stands between."""

    start: int
    end: int
    category: Category
    kind: str
    value: str

    @property
    def is_critical(self) -> bool:
        """Whether it opens something, so that it must not be published by oversight."""
        return self.category == "secrets"


def lowered(text: str) -> str:
    """The text in small letters, each of which stands where the capital stood."""
    # The one letter that gets longer.
    return text.replace("\u0130", "I").lower()


def places_of(needle: str, text: str) -> Iterator[int]:
    """Where a literal stands in a text. `str.find` is tens of times faster than any pattern."""
    place = text.find(needle)
    while place >= 0:
        yield place
        place = text.find(needle, place + len(needle))
