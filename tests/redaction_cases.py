"""The labelled strings in tests/data/redaction, and how well the rules do on them.

A line is a string; `⟦email|anna@posteo.de⟧` labels what is to be found in it, `↵` is a line end. No key of a provider
stands in the files: `{an36}` stands for 36 letters and digits, the same each time for one line (`_ALPHABETS`
has the others).
Lines that begin with `##` divide the file.
"""

from __future__ import annotations

import random
import re
import string
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from sitegen.redaction.scan import find_matches
from sitegen.redaction.spans import CATEGORIES

FOLDER = Path(__file__).parent / "data" / "redaction"
_ALPHABETS = {
    "an": string.ascii_letters + string.digits,
    "al": string.ascii_letters,
    "b64": string.ascii_letters + string.digits + "+/",
    "d": string.digits,
    "hex": "0123456789abcdef",
    "up": string.ascii_uppercase + "234567",
    "w": string.ascii_letters + string.digits + "_-",
}
_RANDOM = re.compile(r"\{(b64|an|al|d|hex|up|w)([0-9]{1,3})\}")
_LABEL = re.compile(r"⟦(\w+)\|(.*?)⟧", re.DOTALL)


class Case(NamedTuple):
    """A string and its labels: (category, start, end)."""

    line: str
    text: str
    labels: frozenset[tuple[str, int, int]]


def cases(name: str) -> list[Case]:
    """The strings of one file, "seen" or "held_out"."""
    lines = (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
    return [_case(line) for line in lines if line and not line.startswith("##")]


def _case(line: str) -> Case:
    chance = random.Random(line)
    filled = _RANDOM.sub(lambda m: "".join(chance.choices(_ALPHABETS[m[1]], k=int(m[2]))), line).replace("↵", "\n")
    text = ""
    labels = set()
    at = 0
    for match in _LABEL.finditer(filled):
        text += filled[at : match.start()]
        labels.add((match[1], len(text), len(text) + len(match[2])))
        text += match[2]
        at = match.end()
    return Case(line, text + filled[at:], frozenset(labels))


class Score(NamedTuple):
    """How many are found of those to be found, and how many were found that should not be."""

    right: int
    missed: int
    wrong: int

    @property
    def precision(self) -> float:
        return self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        return self.right / max(self.right + self.missed, 1)


def found_in(case: Case) -> frozenset[tuple[str, int, int]]:
    """What the rules find, as labels."""
    return frozenset((match.category, match.start, match.end) for match in find_matches(case.text))


def scores(some: list[Case]) -> dict[str, Score]:
    """By category; a place that differs by one character is both missed and wrong."""
    counts: Counter[tuple[str, str]] = Counter()
    for case in some:
        found = found_in(case)
        for outcome, labels in (
            ("right", found & case.labels),
            ("missed", case.labels - found),
            ("wrong", found - case.labels),
        ):
            counts.update((label[0], outcome) for label in labels)
    return {
        category: Score(*(counts[category, outcome] for outcome in Score._fields))
        for category in CATEGORIES
        if category != "words"
    }
