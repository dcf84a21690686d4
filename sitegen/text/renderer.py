"""The parser's tokens of one text as trusted HTML and words: each kind of token has a rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from sitegen.language import Language
from sitegen.text.block_rules import render_blocks
from sitegen.text.citations import MarkedText, closing
from sitegen.text.render_state import RenderState, Resolve
from sitegen.text.rendered import RenderedText

if TYPE_CHECKING:
    from markdown_it.token import Token


def render(
    place: MarkedText, *, prefix: str, resolve: Resolve, breaks: bool, spoken: Language
) -> tuple[RenderedText, list[str]]:
    """A text with its marks, rendered, and everything of it that reached the page. The values are those of
    `markdown.render_markdown`. Raises whatever the parser raises, and KeyError for a token that no rule knows."""
    from sitegen.text.syntax import parser

    env: dict[str, Any] = {}
    tokens = parser().parse(place.text, env)
    state = RenderState(prefix, place, resolve, breaks, spoken)
    if "references" in env:
        state.used_labels = used_labels_of(tokens)
    if "footnotes" in env:
        state.footnotes = dict(env["footnotes"]["refs"])
    render_blocks(state, tokens)
    left = [mark for group in state.waiting.values() for mark in group]
    state.out.append(closing([*state.held, *left, *place.rest]))
    rendered = RenderedText(Markup("".join(state.out)), "\n".join(state.prose), tuple(state.code))
    return rendered, state.shown


def used_labels_of(tokens: Sequence[Token]) -> set[str]:
    """The normalised labels of all link definitions that a link or picture uses."""
    from markdown_it.common.utils import normalizeReference

    used: set[str] = set()
    stack = [child for token in tokens if token.children for child in token.children]
    while stack:
        token = stack.pop()
        stack.extend(token.children or ())
        if "label" in token.meta and token.type in ("link_open", "image"):
            used.add(normalizeReference(token.meta["label"]))
    return used
