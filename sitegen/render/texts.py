"""Rendered Markdown by what it was made from, so that a conversation that goes on renders only what is new in it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

from sitegen.language import ENGLISH, Language
from sitegen.text import Mark, RenderedText, render_markdown


class Texts:
    """Renders Markdown, for pages in one language, unless it is `known`. `used` are the texts that were asked for, to
    be known the next time."""

    def __init__(self, language: Language = ENGLISH, known: Mapping[str, RenderedText] | None = None) -> None:
        self._language, self._known = language, known or {}
        self.used: dict[str, RenderedText] = {}

    def markdown(
        self,
        text: str,
        *,
        prefix: str,
        marks: Sequence[Mark],
        resolve: Callable[[str], str | None],
        files: str,
        breaks: bool,
    ) -> RenderedText:
        """As `render_markdown`; `files` names what `resolve` answers from."""
        parts = "\0".join((self._language.fingerprint, files, prefix, str(breaks), repr(tuple(marks)), text))
        key = hashlib.blake2b(parts.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        rendered = self._known.get(key) or render_markdown(
            text, prefix=prefix, marks=marks, resolve=resolve, breaks=breaks, spoken=self._language
        )
        self.used[key] = rendered
        return rendered
