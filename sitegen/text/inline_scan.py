"""Where code spans and formulas stand in a run of Markdown lines, by the rules of `syntax`, without a parser's tree."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from sitegen.text.math import LONGEST
from sitegen.text.syntax import CLOSING, DOLLAR

_RUN = re.compile("`+")
_GAP = re.compile(r"\n[ \t>]*\n")


def code_spans(text: str, walls: Iterable[int] = ()) -> dict[int, int]:
    """Start and end of each code span: a run of backticks up to the next one as long, in the same paragraph.

    `walls` are places that none goes across beside empty lines: where another block or another cell begins.
    """
    if "`" not in text:
        return {}
    gaps = sorted([*walls, *(gap.start() for gap in _GAP.finditer(text))])
    runs = [(run.start(), run.end()) for run in _RUN.finditer(text)]
    places: dict[int, list[int]] = {}
    for start, end in runs:
        places.setdefault(end - start, []).append(start)
    spans: dict[int, int] = {}
    position = 0
    for start, end in runs:
        if start < position or _escaped(text, start):
            continue
        same = places[end - start]
        following = bisect_right(same, start)
        if following < len(same) and bisect_right(gaps, start) == bisect_right(gaps, same[following]):
            position = spans[start] = same[following] + end - start
    return spans


def formula_at(text: str, start: int) -> tuple[str, bool, int] | None:
    """The TeX of the formula that begins here, whether it is displayed, and where it ends; None if none does."""
    opening = text[start : start + 2]
    if opening in CLOSING:
        end = text.find(CLOSING[opening], start + 2, start + LONGEST)
        if end < 0:
            return None
        tex, after, display = text[start + 2 : end], end + 2, opening != "\\("
    elif opening[:1] == "$" and not text[start - 1 : start].isalnum():
        match = DOLLAR.match(text, start, start + LONGEST)
        if match is None:
            return None
        tex, after, display = match[1], match.end(), False
    else:
        return None
    alone = display and text[start + 2 : start + 3] == "\n"
    if not tex.strip() or "`" in tex or (_GAP.search(tex) and not alone):
        return None
    return tex, display, after


def _escaped(text: str, at: int) -> bool:
    before = text[max(0, at - 50) : at]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1
