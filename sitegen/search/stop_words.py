"""Words too common to be looked for beside others. English has Lunr's; for others the page's own lists are read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from lunr.stop_word_filter import WORDS

from sitegen.theme import DEFAULT, load_theme

STOP_WORDS: frozenset[str] = frozenset(WORDS)
"""Lunr's English stop words. All are indexed; a query that has other words leaves them out."""

_FOLDER = "static/vendor/snowball-3.0.1"
_QUOTED = re.compile(r'^  "(.*?) ?"', re.MULTILINE)


def stop_words(languages: Sequence[str]) -> frozenset[str]:
    """The folded stop words of all these languages together; some languages have none."""
    return frozenset().union(*(STOP_WORDS if language == "en" else _listed(language) for language in languages))


@cache
def _listed(language: str) -> frozenset[str]:
    path = load_theme(DEFAULT).folders[-1] / _FOLDER / f"stop-words-{language}.js"
    return frozenset(" ".join(_QUOTED.findall(path.read_text("utf-8"))).split()) if path.is_file() else frozenset()
