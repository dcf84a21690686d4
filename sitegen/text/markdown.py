"""Markdown as trusted HTML, with the words of it beside.

Nothing that was written may get lost on the way: a text whose words don't all arrive is shown as it stands, as is
one that the parser fails on or that would grow out of bounds. The markup itself is made by `renderer` and its rules.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import AnyStr

from sitegen.language import ENGLISH, Language
from sitegen.text.citations import Mark, marked
from sitegen.text.plain import preformatted
from sitegen.text.render_state import Resolve
from sitegen.text.rendered import FAILURES, RenderedText, showable
from sitegen.text.renderer import render

# The parser looks for the end of each bracket that opens; text that has so many open at once is none for people.
_OPEN_BRACKETS = 1_000
_BRACKET = re.compile(r"[\[\]]")

# How many times as long as its text a message may be as HTML, and how much longer than that it may be in any case.
_MOST_GROWTH = 20
_ALLOWANCE = 1_000_000


def _nothing_local(_: str) -> str | None:
    return None


def render_markdown(
    text: str,
    *,
    prefix: str,
    marks: Sequence[Mark] = (),
    resolve: Resolve = _nothing_local,
    breaks: bool = False,
    spoken: Language = ENGLISH,
) -> RenderedText:
    """A message's Markdown as HTML. Never raises for any text.

    `prefix` begins every id made here ("m12ab" gives "m12ab-h1"). `marks` are inserted at their places. `resolve`
    says where on the site a file that the text names is (`sandbox:/mnt/data/x.csv`, `x.png`), as a relative URL,
    or None. With `breaks` a single line break is kept, as in what people type. `spoken` is the language of the page.
    """
    text = showable(text)
    place = marked(text, marks)
    if too_many_open(text):
        return preformatted(text, marks)
    try:
        rendered, shown = render(place, prefix=prefix, resolve=resolve, breaks=breaks, spoken=spoken)
    except FAILURES:
        return preformatted(text, marks)
    if len(rendered.html) <= _MOST_GROWTH * len(text) + _ALLOWANCE and _survives(text, shown):
        return rendered
    return preformatted(text, marks)


def too_many_open(text: str) -> bool:
    """Whether more brackets than the limit are open at any place."""
    if text.count("[") <= _OPEN_BRACKETS:
        return False
    depth = 0
    for bracket in _BRACKET.findall(text):
        depth = depth + 1 if bracket == "[" else max(depth - 1, 0)
        if depth > _OPEN_BRACKETS:
            return True
    return False


# --- the check that nothing got lost ----------------------------------------------------------------------------

_WORD = re.compile(r"[^\W_]{2,}")
_NO_WORD = bytes(code if code > 127 or chr(code).isalnum() else 32 for code in range(256))
# Tried at the beginning of a word only: tried inside it too, one long word would take quadratic time.
_ENTITY = re.compile(r"(?<!\w)\w*+(?:&#?\w{1,32};\w*+)+")
_DEFINED = re.compile(r"^[ >]*\[[^\]\n]+\]:", re.MULTILINE)


def _survives(source: str, shown: list[str]) -> bool:
    """Whether all words of the source are among those shown, and not fewer of them.

    A first look compares sets and totals of what stands between blanks and ASCII punctuation, in UTF-8: that is found
    in half the time. Where it fails, words do; where they fail too, words with entities in them are left out of
    account, and texts with link definitions, whose labels are used up, may have fewer.
    """
    all_shown = "\n".join(shown)
    if _all_among(_pieces(source), _pieces(all_shown)):
        return True
    wanted, got = _WORD.findall(source), _WORD.findall(all_shown)
    if _all_among(wanted, got):
        return True
    if "&" in source:
        wanted = _WORD.findall(_ENTITY.sub(" ", source))
    if _DEFINED.search(source):
        return set(wanted) <= set(got)
    counts = Counter(got)
    return all(counts[word] >= number for word, number in Counter(wanted).items())


def _pieces(text: str) -> list[bytes]:
    return text.encode("utf-8", "surrogatepass").translate(_NO_WORD).split()


def _all_among(wanted: list[AnyStr], got: list[AnyStr]) -> bool:
    return len(wanted) <= len(got) and set(wanted) <= set(got)
